"""Renders forms for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.errors import Problem, Translate, in_english
from chalicelib.forms.own_fields import OwnFields
from chalicelib.forms.page import FormState, render_form
from chalicelib.questionnaire.definition import Definition
from tests.builders import a_definition
from tests.functional.shapes import Page

HOSTILE = """<script>alert("1")</script> & '"></textarea><b> {{ 7 * 7 }} &lt; 😀"""


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
