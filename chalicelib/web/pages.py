"""Puts what the stages render into the one page layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.locale import direction, translator
from chalicelib.web.assets import asset_name

if TYPE_CHECKING:
    from jinja2 import Environment

#: Where the exit link leads on pages that belong to no survey.
DEFAULT_EXIT = "https://www.wikipedia.org/"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("chalicelib.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, root: str, language: str, title: str, exit_link: str = DEFAULT_EXIT, **context: Any) -> str:
    """Render ``template`` inside the layout."""
    return (
        _environment()
        .get_template(template)
        .render(
            root=root,
            language=language,
            direction=direction(language),
            _=translator(language),
            title=title,
            exit_link=exit_link,
            style=asset_name("style.css"),
            icon=asset_name("icon.svg"),
            **context,
        )
    )


def message(
    root: str,
    language: str,
    text: str,
    *,
    heading: str | None = None,
    exit_link: str = DEFAULT_EXIT,
    receipt: str | None = None,
    typed: Sequence[tuple[str, str]] = (),
) -> str:
    """A page that says one thing; ``typed`` are answers shown back to copy."""
    translate = translator(language)
    title = heading or translate("Message")
    return page("message.html", root, language, title, exit_link, text=translate(text), receipt=receipt, typed=typed)


def links(root: str, survey: str, query: Mapping[str, str]) -> dict[str, str]:
    """The pages of a survey, relative to this one; the token of a test link goes along."""
    suffix = f"?token={query['token']}" if "token" in query else ""
    return {
        "form": f"{root}s/{survey}{suffix}",
        "withdraw": f"{root}s/{survey}/withdraw{suffix}",
        "results": f"{root}s/{survey}/results",
    }
