"""The form's own fields, which travel beside the answers: written by the templates, read once when the form comes back.

Their names begin with "_", as no question's can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.errors import INVITATION_FIELD
from chalicelib.questionnaire.fields import Fields, first_field


class OwnField(StrEnum):
    """Their names."""

    TOKEN = "_token"  # noqa: S105  # a name
    VERSION = "_version"
    LANGUAGE = "_language"
    #: The buttons that change the language.
    SWITCH = "_switch"
    #: People leave it empty, programs fill it.
    TRAP = "_website"
    INVITATION = INVITATION_FIELD
    #: Asks for the receipt once more before anything is withdrawn.
    ASK = "_ask"
    CHECKED = "_checked"
    EARLIER_VERSION = "_earlier_version"
    EARLIER_ANSWERS = "_earlier_answers"


@dataclass(frozen=True)
class OwnFields:
    """What a form carries of its own; empty, and 0 for versions, where it carries nothing.

    ``version``: the one that it was loaded with. ``is_checked``: it came back with problems, so that it still shows
    them in another language. ``earlier_version``: the one that it was loaded with before the questions changed, as long
    as the changes are marked; ``earlier_answers``: what was answered there to questions that changed or are gone, in
    words.
    """

    token: str = ""
    version: int = 0
    language: str = ""
    switch: str = ""
    trap: str = ""
    invitation: str = ""
    asks: bool = False
    is_checked: bool = False
    earlier_version: int = 0
    earlier_answers: str = ""

    @classmethod
    def read(cls, fields: Fields) -> OwnFields:
        """What came back in ``fields``."""
        return cls(
            token=first_field(fields, OwnField.TOKEN) or "",
            version=version_number(first_field(fields, OwnField.VERSION) or ""),
            language=first_field(fields, OwnField.LANGUAGE) or "",
            switch=first_field(fields, OwnField.SWITCH) or "",
            trap=first_field(fields, OwnField.TRAP) or "",
            invitation=first_field(fields, OwnField.INVITATION) or "",
            asks=first_field(fields, OwnField.ASK) is not None,
            is_checked=first_field(fields, OwnField.CHECKED) is not None,
            earlier_version=version_number(first_field(fields, OwnField.EARLIER_VERSION) or ""),
            earlier_answers=first_field(fields, OwnField.EARLIER_ANSWERS) or "",
        )

    def unseen(self) -> Mapping[OwnField, str]:
        """Those that travel along out of sight, by name."""
        fields = {
            OwnField.TOKEN: self.token,
            OwnField.LANGUAGE: self.language,
            OwnField.VERSION: str(self.version or ""),
            OwnField.CHECKED: "1" if self.is_checked else "",
            OwnField.EARLIER_VERSION: str(self.earlier_version or ""),
        }
        return {name: value for name, value in fields.items() if value}


def answers_in(fields: Fields) -> Fields:
    """The fields of a form that are not its own."""
    return {name: values for name, values in fields.items() if not name.startswith("_")}


def version_number(text: str) -> int:
    """The number of a version, as written in a form or an address; 0 if it can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
