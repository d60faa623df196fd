"""Why a record has no answer to a question, where that can be told."""

from __future__ import annotations

from enum import IntEnum


class Missing(IntEnum):
    """As SPSS has it: a number that no answer is, since answers begin at 0. Other files leave the cell empty."""

    NO_ANSWER = -9
    NOT_ASKED = -8
    NOT_IN_VERSION = -7
    NOT_RANKED = -6
    NOT_COUNTED = -5


#: In the interface's words.
MISSING_LABELS = {
    Missing.NO_ANSWER: "No answer",
    Missing.NOT_ASKED: "Not asked",
    Missing.NOT_IN_VERSION: "Not in this version",
    Missing.NOT_RANKED: "Not ranked",
    Missing.NOT_COUNTED: "Not counted yet",
}

#: What each means, for the codebook.
MISSING_RULES = {
    Missing.NO_ANSWER: "asked, and skipped",
    Missing.NOT_ASKED: "not asked, because of earlier answers",
    Missing.NOT_IN_VERSION: "the respondent's version did not have it",
    Missing.NOT_RANKED: "others of the list were ranked, and this was not",
    Missing.NOT_COUNTED: "in no release yet",
}
