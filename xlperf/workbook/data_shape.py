"""Of a data file what decides over the layout: how many lines there are, which sheets are hidden, changed weights.

Kept as a note on the sheet of the stamp, so that a workbook that was made with data can be laid out again without them.
Nothing of the unit's own stands in it.
"""

from __future__ import annotations

import json

from pydantic import ValidationError

from xlperf.errors import UserError
from xlperf.workbook.data_schema import EvaluationData
from xlperf.workbook.ledger_lines import lines_of
from xlperf.workbook.tables.all_tables import ALL_TABLES

_ANY, _YEAR = "—", 2000


def shape_of(data: EvaluationData | None) -> str:
    """The note; empty where there are no data."""
    if data is None:
        return ""
    free = {table.id for table in ALL_TABLES if table.is_free}
    shape = {
        "schema_version": 1,
        "framework": data.framework,
        "unit": {"name": _ANY, "year": _YEAR},
        "inputs": {
            name: {"source": _ANY, "others": [{"source": _ANY}] * len(given.others)}
            for name, given in data.inputs.items()
            if given.others
        },
        "weights": data.weights,
        "problems": [{"id": "W1", "fact": _ANY, "indicators": [_ANY], "source": _ANY}] * len(lines_of(data)),
        "surveys": [
            {
                "id": survey.id,
                "name": _ANY,
                "valid": 1,
                "source": _ANY,
                "questions": [
                    {"number": number, "text": _ANY, "options": [_ANY, _ANY], "counts": []}
                    for number, _ in enumerate(survey.questions, 1)
                ],
            }
            for survey in data.surveys
        ],
        "extras": [{"item": _ANY, "fact": _ANY, "source": _ANY}] * len(data.extras),
        # Of a table with fixed lines only that it is filled in, so that it is shown.
        "tables": {name: [{}] * len(lines) if name in free else {} for name, lines in data.tables.items()},
        "room": data.room,
        "not_applicable": data.not_applicable,
    }
    kept = {key: value for key, value in shape.items() if value or key == "not_applicable"}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_shape(note: str) -> EvaluationData | None:
    """Data of that shape; None where there were none.

    Errors: UserError: the note is damaged.
    """
    if not note:
        return None
    try:
        return EvaluationData.model_validate_json(note)
    except (ValidationError, RecursionError) as error:
        raise UserError("工作簿的身份标记已损坏，文件被改动过；请用原始工作簿重新填报") from error
