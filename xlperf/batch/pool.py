"""A pool of workers on this machine: a thread for each, which hands it submissions and waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlperf.batch.examiner import SECONDS, Examiner
from xlperf.batch.outcomes import Outcome, unread
from xlperf.batch.sources import Submission
from xlperf.errors import UserError


class Pool:
    """Workers that examine submissions; used as a context manager, at whose end none is left."""

    def __init__(self, jobs: int, seconds: int = SECONDS, output: Path | None = None, against: str = "") -> None:
        self._jobs, self._seconds, self._against = jobs, seconds, against
        self._output = None if output is None else str(output)
        self._examiners: list[Examiner] = []
        self._is_ended = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_ended = True
        for examiner in self._examiners:
            examiner.end()

    def outcomes(self, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, Outcome]]:
        """The outcome for each submission, in the order in which they are ready."""
        tasks: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        results: queue.Queue[tuple[Submission, Outcome]] = queue.Queue(maxsize=4 * self._jobs)
        for submission in submissions:
            tasks.put(submission)
        for _ in range(min(self._jobs, len(submissions))):
            examiner = Examiner()
            self._examiners.append(examiner)
            threading.Thread(target=self._run, args=(examiner, tasks, results), daemon=True).start()
        for _ in submissions:
            yield results.get()

    def _run(
        self,
        examiner: Examiner,
        tasks: queue.SimpleQueue[Submission],
        results: queue.Queue[tuple[Submission, Outcome]],
    ) -> None:
        while not self._is_ended:
            try:
                submission = tasks.get_nowait()
            except queue.Empty:
                break
            results.put((submission, self._outcome(examiner, submission)))
        examiner.end()

    def _outcome(self, examiner: Examiner, submission: Submission) -> Outcome:
        try:
            content = submission.content(self._seconds)
        except UserError as error:
            return unread(str(error))
        return examiner.examine(
            {**submission.task(), "output": self._output, "against": self._against}, content, self._seconds
        )
