"""The empty form, rendered once in a warm process: but for its token it is the same for all who open it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.forms.orders import ordered_parts
from chalicelib.responses.receipt import issue_token
from chalicelib.web.pages import Page
from chalicelib.web.styles import Style, shortened
from chalicelib.web.visit import Visit

#: A part of a page: a text that stands, or what the form's token makes of it.
Part = str | Callable[[str], str]
#: Stands for the token while a form is rendered. Nobody can have written it.
_MARK = secrets.token_hex(16)
#: Stands before each option that a token moves.
_CUT = secrets.token_hex(16)


@dataclass(frozen=True)
class KeptForm:
    """A rendered form as a sequence of parts, of which a token makes the page."""

    parts: tuple[Part, ...]
    styles: tuple[Style, ...]

    @classmethod
    def of(cls, page: Page) -> KeptForm:
        """The parts of a page that was rendered with the mark in place of its token."""
        parts = tuple(ordered_parts(page.body, _CUT))
        return cls(tuple(each for part in parts for each in _with_tokens(part)), page.styles)

    def page(self, token: str) -> Page:
        """The page of a form with this ``token``."""
        return Page("".join(part if isinstance(part, str) else part(token) for part in self.parts), self.styles)


def _itself(token: str) -> str:
    return token


def _with_tokens(part: Part) -> Iterable[Part]:
    if not isinstance(part, str):
        yield part
        return
    first, *others = part.split(_MARK)
    yield first
    for text in others:
        yield _itself
        yield text


def empty_form(visit: Visit, link: Mapping[str, str], render: Callable[[str, str], Page]) -> Page:
    """The form with a token of its own; ``render`` makes the page with a token and a cut if none is kept.

    ``link``: the declared values that came with the link; others are not in the form.
    """
    kept = visit.services.pages.get(_key(visit, link), lambda: KeptForm.of(render(_MARK, _CUT)))
    return kept.page(new_token(visit))


def _key(visit: Visit, link: Mapping[str, str]) -> Hashable:
    """All that an empty form depends on but its token: whatever it comes to depend on besides has to stand here."""
    record = visit.survey.id, visit.survey.revision, visit.version.number
    return "form", *record, visit.language, visit.call.root, visit.rehearsal_token, *link.items()


def conditions_of(visit: Visit) -> Style | None:
    """The rules that show and hide the questions of one version; None where every question always applies."""
    from chalicelib.forms.rules import stylesheet

    # Of a survey under test the token tells whether it is still that survey: it may be deleted, and its id taken again.
    key = "conditions", visit.survey.id, visit.version.number, visit.rehearsal_token
    style = visit.services.pages.get(key, lambda: Style(shortened(stylesheet(visit.version.questionnaire))))
    return style if style.text else None


def new_token(visit: Visit) -> str:
    """A token for a form that is loaded now."""
    return issue_token(visit.key, visit.survey.id, visit.services.clock())
