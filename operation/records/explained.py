"""What the codebook says of columns in sentences, for the operator."""

from __future__ import annotations

from collections.abc import Mapping

from operation.records.codebook import Entry
from operation.records.columns import Holds
from operation.records.missing import MISSING_RULES
from operation.records.rows import SEPARATOR

#: What each file says that can: one of them alone may come to whoever was not told.
INTERNAL = "INTERNAL: records of persons, for the operators of the survey alone. To pass numbers on, take a release."
#: Of the columns that are no answers.
START_SAYS: Mapping[str, str] = {
    "record": (
        "The number of the record in this export. Records stand in the order of random ids, which says nothing of when"
        " they came. Texts have the same number."
    ),
    "batch": "The release that it was first counted in. Empty (SPSS: -5): in none yet.",
    "version": "The version of the questionnaire that was answered.",
}
_HOLDS: Mapping[Holds, str] = {
    Holds.CODE: "The code of one answer.",
    Holds.CODES: "All codes that were chosen, “{codes}” between them; between labels “{labels}”. Only in CSV and XLSX.",
    Holds.FLAG: "1: chosen. 0: not chosen.",
    Holds.STEP: "A step, as a number.",
    Holds.NUMBER: "A whole number, as it was given. Its codes are the bands that are published.",
    Holds.DATE: "A day, as it was given. Its codes are the bands that are published.",
}
_WRITTEN = "1: something was written. 0: nothing."


def explained(entry: Entry, separator: str) -> str:
    """What stands in a column; ``separator`` stands between labels."""
    if entry.column.variable.form == "text":
        return _WRITTEN
    return _HOLDS[entry.column.holds].format(codes=SEPARATOR, labels=separator)


def missing_explained(entry: Entry) -> str:
    """What it can mean that nothing stands in a column, with the number that SPSS has for each."""
    return "; ".join(f"{MISSING_RULES[missing]} (SPSS: {missing.value})" for missing in entry.missing)
