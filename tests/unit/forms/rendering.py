"""Renders forms for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.errors import Problem
from chalicelib.forms.page import FormState, render_form
from chalicelib.questionnaire.definition import Definition
from tests.builders import a_definition
from tests.functional.shapes import Page

HOSTILE = """<script>alert("1")</script> & '"></textarea><b> {{ 7 * 7 }} &lt; 😀"""


def as_it_is(message: str) -> str:
    return message


def a_state(
    fields: Mapping[str, Sequence[str]] | None = None,
    *problems: Problem,
    language: str = "en",
    translate: Any = as_it_is,
) -> FormState:
    return FormState(fields or {}, problems, language, translate)


def a_page(definition: Definition | None = None, state: FormState | None = None) -> Page:
    definition = definition or a_definition()
    hidden = {"_token": 'a"token'}
    return Page(
        str(
            render_form(
                definition.questionnaire,
                definition.settings,
                state or a_state(),
                hidden=hidden,
                trap="_trap_name",
                switch="_switch",
            )
        )
    )
