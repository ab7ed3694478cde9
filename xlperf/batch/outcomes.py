"""What came of a submission, as workers tell it: done with a result, or in quarantine with the reason in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

DONE, QUARANTINED, COMPARED, FAILED = "done", "quarantined", "compared", "failed"
# The recalculated file, where it is sent along.
CONTENT = "content"
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
