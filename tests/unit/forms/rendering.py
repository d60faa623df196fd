"""Renders forms for the tests of this folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

from chalicelib.errors import Problem, Translate, in_english
from chalicelib.forms.own_fields import OwnFields
from chalicelib.forms.page import FormState, render_form
from chalicelib.questionnaire.definition import Definition
from tests.builders import a_definition, text
from tests.functional.shapes import Page

HOSTILE = """<script>alert("1")</script> & '"></textarea><b> {{ 7 * 7 }} &lt; 😀"""
REASON = text("The law asks for it.")
#: Kinds that ask nothing.
BARE = {"note", "section"}
#: A question that came with the link is shown only then.
CAME = {"source": "poster"}


def a_state(
    fields: Mapping[str, Sequence[str]] | None = None,
    *problems: Problem,
    language: str = "en",
    translate: Translate = in_english,
    link: Mapping[str, str] | None = None,
) -> FormState:
    own = OwnFields('a"token')
    return FormState(fields or {}, problems, language, translate, link or {}, own=own)


def a_page(definition: Definition | None = None, state: FormState | None = None) -> Page:
    definition = definition or a_definition()
    return Page(str(render_form(definition.questionnaire, definition.settings, state or a_state())))


def inside(page: Page, id_: str) -> str:
    """The words inside the element with ``id_``, which holds no element of its own name."""
    found = re.search(rf'<(\w+)[^>]* id="{re.escape(id_)}"[^>]*>(.*?)</\1>', page.html, re.DOTALL)
    assert found, id_
    return " ".join(unescape(re.sub(r"<[^>]*>", "", found[2])).split())


def by_id(page: Page) -> dict[str, dict[str, str]]:
    """The attributes of every element that has an id; no two have the same."""
    found = [attributes for _, attributes in page.tags if "id" in attributes]
    ids = [attributes["id"] for attributes in found]
    assert len(ids) == len(set(ids)), sorted(ids)
    return dict(zip(ids, found, strict=True))
