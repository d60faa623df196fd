"""Whom respondents can turn to: lines of support, and who answers for the survey.

Wording and no promise: a number that has changed must be mendable at once, so both may change while a survey is open.
"""

from typing import Annotated

from pydantic import StringConstraints

from chalicelib.questionnaire.base import EMAIL, WEB_LINK, Frozen, Identifier, Printable, Text

#: Digits, in groups as people read them out; with the country's code they work from abroad too.
TELEPHONE = r"^[+]?[0-9]( ?[0-9]){2,14}$"
Telephone = Annotated[str, StringConstraints(pattern=TELEPHONE)]
WebLink = Annotated[str, StringConstraints(pattern=WEB_LINK, max_length=300), Printable]
Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=200)]


class Reachable(Frozen):
    """Somebody who can be called, or written to on a page of theirs."""

    label: Text
    telephone: Telephone | None = None
    link: WebLink | None = None

    @property
    def dialled(self) -> str:
        """The number as a ``tel:`` link has it."""
        return f"tel:{self.telephone.replace(' ', '')}" if self.telephone else ""

    @property
    def site(self) -> str:
        """The link as people read it, without its beginning and without a last slash."""
        return self.link.removeprefix("https://").removesuffix("/") if self.link else ""


class SupportLine(Reachable):
    """Where somebody listens; ``note``: when it is open, in which languages, whether one can stay unknown."""

    id: Identifier
    note: Text | None = None


class Contact(Reachable):
    """Who answers questions about the survey, and about one's rights over the data."""

    email: Email | None = None
