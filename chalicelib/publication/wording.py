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

#: By policy, "noise" for an open link: what a reader has to know beside the numbers.
MEANINGS: Mapping[str, str] = {
    "exact": "Every number is an exact count.",
    "protected": (
        "Every number is rounded to a multiple of 5, up or down, so that no small count can be read off. A 0 means 0"
        " to 4, a 5 means 1 to 9. Each table adds up to the same printed number of answers, which is rounded down."
    ),
    "noise": (
        "Every number was changed a little by chance and rounded to a multiple of 5, so that no answer can be read off."
        " A 0 means about 0 to 4, a 5 about 1 to 9. Each table adds up to the same printed number of answers."
    ),
}

#: By reason: why a table is not printed.
OMISSIONS: Mapping[str, str] = {
    "condition": "Not printed: it was asked on conditions that no printed number stands for.",
    "few_asked": "Not printed: fewer than 20 were asked.",
    "no_fit": "Not printed: no rounding of it agrees with the other tables.",
}
