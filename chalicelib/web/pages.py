"""Puts what the stages render into the one page layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.locale import direction, translator
from chalicelib.templating import environment
from chalicelib.web.assets import asset_name

#: Where the exit link leads on pages that belong to no survey.
DEFAULT_EXIT = "https://www.wikipedia.org/"


def page(template: str, root: str, language: str, title: str, exit_link: str = DEFAULT_EXIT, **context: Any) -> str:
    """Render ``template`` inside the layout."""
    return (
        environment("chalicelib.web")
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
            script=asset_name("leave.js"),
            **context,
        )
    )


def message(
    root: str,
    language: str,
    text: str,
    *,
    heading: str,
    exit_link: str = DEFAULT_EXIT,
    receipt: str | None = None,
    typed: Sequence[tuple[str, str]] = (),
) -> str:
    """A page that says one thing; ``typed`` are answers shown back to copy."""
    words = translator(language)(text)
    return page("message.html", root, language, heading, exit_link, text=words, receipt=receipt, typed=typed)


def links(root: str, survey: str, language: str, token: str | None) -> dict[str, str]:
    """The pages of a survey in ``language``, relative to this one; the token of a survey under test goes along."""
    suffix = f"?lang={language}" + (f"&token={token}" if token else "")
    return {
        "form": f"{root}s/{survey}{suffix}",
        "withdraw": f"{root}s/{survey}/withdraw{suffix}",
        "results": f"{root}s/{survey}/results{suffix}",
    }
