"""The interface's words for codes that no author labels, and for what printed numbers mean."""

from __future__ import annotations

from collections.abc import Mapping

STANDARD_LABELS: Mapping[str, str] = {
    "no_answer": "No answer",
    "chosen": "Chosen",
    "not_chosen": "Not chosen",
    "answered": "Answered",
    "yes": "Yes",
    "no": "No",
    "given": "Agreed",
}

#: By policy: what a reader has to know beside the numbers.
MEANINGS: Mapping[str, str] = {
    "exact": "Every number is an exact count.",
    "protected": (
        "Every number is rounded to a multiple of 5, up or down, so that no small count can be read off. A 0 means 0"
        " to 4, a 5 means 1 to 9. Each table adds up to the same printed number of answers, which is rounded down."
    ),
}
