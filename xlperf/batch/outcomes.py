"""What came of a submission, as workers tell it: done with a result, or in quarantine with the reason in one sentence.

A result is large, and the command only passes it on; so a worker sends it as the text that is to be written, with the few
facts in front that the command needs to know.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from xlperf.findings.finding import ERROR, HINT, WARNING

DONE, QUARANTINED, COMPARED, FAILED = "done", "quarantined", "compared", "failed"
# The recalculated file, where it is sent along.
CONTENT = "content"
# All that is known of a submission, as the line of JSON that is written; beside it stand the facts only.
RECORD = "record"
SHOWN = 5
Outcome = dict[str, Any]


def unread(reason: str) -> Outcome:
    """The outcome of a submission for which something else is to blame, such as the network: tried again next time."""
    return {"status": QUARANTINED, "reason": reason, "is_passing": True}


def quarantined(reason: str, alterations: Sequence[Outcome] = ()) -> Outcome:
    """The outcome of a submission that can't be evaluated; the first of what was altered in it stands in the reason.

    An alteration is a finding: shown by its cell, in words where it has none.
    """
    if not alterations:
        return {"status": QUARANTINED, "reason": reason}
    shown = [item["cell"] or item["message"].rstrip("。") for item in alterations[:SHOWN]]
    more = f" 等 {len(alterations)} 处" if len(alterations) > SHOWN else ""
    told = f"{reason.rstrip('。')}；与原工作簿不同的有：{'、'.join(shown)}{more}"
    return {"status": QUARANTINED, "reason": told, "alterations": list(alterations)}


def facts(outcome: Outcome) -> Outcome:
    """What the command needs to know of an outcome while there are others: by what units are told apart and counted."""
    result = outcome.get("result") or {}
    found = [finding["severity"] for finding in result.get("findings", ())]
    base = (outcome.get("framework") or {}).get("base")
    return {
        "status": outcome["status"],
        "reason": outcome.get("reason") or "",
        "written": outcome.get("written") or "",
        "unit": result.get("unit") or "",
        "code": outcome.get("code") or "",
        "year": result.get("year"),
        "framework": base or result.get("framework") or "",
        "has_own": bool(base),
        "project": result.get("project"),
        "total": result.get("total"),
        "grade": result.get("grade") or "",
        "saved": outcome.get("saved") or 0.0,
        "errors": found.count(ERROR),
        "warnings": found.count(WARNING),
        "hints": found.count(HINT),
        "is_passing": bool(outcome.get("is_passing")),
    }


def written_out(outcome: Outcome) -> Outcome:
    """The facts of an outcome, and all of it as the line that is written."""
    return {**facts(outcome), RECORD: as_line(outcome)}


def as_line(data: Outcome) -> bytes:
    """An object as a line of JSON; file names may be no Unicode at all."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape")
