"""Puts what the stages render into the one page layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from chalicelib.locale import direction, interface_language, page_translator
from chalicelib.templating import environment
from chalicelib.web.assets import asset_name, icon
from chalicelib.web.styles import Style, common_style

if TYPE_CHECKING:
    from chalicelib.forms.typed_answers import TypedAnswer

#: Where the exit link leads on pages that belong to no survey.
DEFAULT_EXIT = "https://www.wikipedia.org/"
#: The id of what a page says, without what stands on all.
MAIN = "_main"


class LanguageLink(NamedTuple):
    """A page in another language: what the language calls itself, and the address, None where it is this page."""

    code: str
    name: str
    address: str | None


@dataclass(frozen=True)
class Page:
    """A page as it is sent, and the styles that stand in it."""

    body: str
    styles: tuple[Style, ...]


def page(
    template: str,
    root: str,
    language: str,
    title: str,
    exit_link: str = DEFAULT_EXIT,
    *,
    style: Style | None = None,
    own_style: Style | None = None,
    **context: Any,
) -> Page:
    """Render ``template`` inside the layout: in the language of the interface's words, running as ``language`` does.

    ``title``: also the heading, unless ``context`` has another; an author's may be marked with its language.
    ``style``: instead of that of most pages; ``own_style``: what the page has besides.
    """
    first = style or common_style()
    styles = (first, own_style) if own_style else (first,)
    body = (
        environment("chalicelib.web")
        .get_template(template)
        .render(
            root=root,
            language=interface_language(language),
            direction=direction(language),
            _=page_translator(language),
            title=title.striptags() if isinstance(title, Markup) else title,
            exit_link=exit_link,
            styles=styles,
            icon=icon(),
            script=asset_name("leave.js"),
            **{"languages": (), "heading": title, "skip": MAIN, **context},
        )
    )
    return Page(body, styles)


def message(
    root: str,
    language: str,
    text: str,
    *,
    heading: str,
    exit_link: str = DEFAULT_EXIT,
    receipt: str | None = None,
    typed: Sequence[TypedAnswer] = (),
    earlier: str = "",
) -> Page:
    """A page that says one thing; ``typed``, and answers to ``earlier`` questions, are shown back to copy."""
    shown: dict[str, Any] = {"receipt": receipt, "typed": typed, "earlier": earlier}
    shown["text"] = page_translator(language)(text)
    return page("message.html", root, language, heading, exit_link, **shown)


def language_links(names: Mapping[str, str], language: str, query: Mapping[str, str]) -> list[LanguageLink]:
    """The page in each language; ``names``: what they call themselves, by code.

    For pages that nothing is typed into; a form changes its language by a button, and keeps what was typed.
    """
    kept = {"token": query["token"]} if "token" in query else {}
    return [
        LanguageLink(code, name, None if code == language else f"?{urlencode({'lang': code, **kept})}")
        for code, name in names.items()
    ]


def links(root: str, survey: str, language: str, token: str | None) -> dict[str, str]:
    """The pages of a survey in ``language``, relative to this one; the token of a survey under test goes along."""
    suffix = f"?lang={language}" + (f"&token={token}" if token else "")
    return {
        "form": f"{root}s/{survey}{suffix}",
        "withdraw": f"{root}s/{survey}/withdraw{suffix}",
        "results": f"{root}s/{survey}/results{suffix}",
    }
