"""What every piece of a definition is made of: the frozen base model, the shapes of ids, codes, dates and wordings."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from chalicelib.questionnaire.visible_text import can_be_seen

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$"
#: A dot joins a question to its part ("harder.work"), so neither may contain one.
IDENTIFIER = r"^[a-z][a-z0-9_]*$"
CODE = r"^[a-z0-9][a-z0-9_]*$"
CODE_OR_DATE = r"^[a-z0-9][a-z0-9_-]*$"
#: Pages name the host that they lead to: nothing in it that browsers read otherwise than Python does, and no password.
WEB_LINK = r"^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\s\"'<>\\]*)?$"
#: Letters that mean nothing to a browser.
EMAIL = r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?[.][A-Za-z]{2,}$"
REFERENCE = r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)?$"

MAXIMUM_WORDING = 4000

#: Control characters, which stop a workbook (XML 1.0) and say nothing on a page; the marks that reorder what stands
#: around them (UAX #9 embeddings, overrides, isolates); and what no encoding or no XML file can hold.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def _printable(text: str) -> str:
    if found := UNPRINTABLE.search(text):
        character = f"U+{ord(found.group()):04X}"
        raise PydanticCustomError(
            "unprintable",
            "The invisible character {character} stops files, or turns text around. Delete it",
            {"character": character},
        )
    if text and not can_be_seen(text):
        raise PydanticCustomError("unseen", "Nothing of this text can be seen. Write one that can")
    return text


#: Where people will read it, or other programs.
Printable = AfterValidator(_printable)
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER, max_length=40)]
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=40)]
#: A question, or a part of one: the row of a matrix ("harder.work"), the option of a ranking.
Reference = Annotated[str, StringConstraints(pattern=REFERENCE, max_length=81)]
SurveyId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", min_length=3, max_length=60)]
Wording = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAXIMUM_WORDING, strip_whitespace=True),
    Printable,
]
#: The same text in each language, by language code.
Text = TypeAliasType("Text", dict[Language, Wording])


def is_date(text: str) -> bool:
    """Whether ``text`` is a day, written as 2026-03-31 and in no other of the ways of ISO 8601."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _require_date(text: str) -> str:
    if not is_date(text):
        raise PydanticCustomError("no_date", "This is no date. Write it as 2026-03-31")
    return text


Day = Annotated[str, Field(max_length=10), AfterValidator(_require_date)]


#: A slip in the year is found, and days can be added to it.
DayOfThisCentury = Annotated[str, Field(max_length=10, pattern=r"^20"), AfterValidator(_require_date)]


class Frozen(BaseModel):
    """Base of everything in a definition: frozen, and no key is silently ignored."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, serialize_by_alias=True, hide_input_in_errors=True, defer_build=True
    )
