"""Renders a questionnaire, with what was typed and what is wrong with it, as an HTML form without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from markupsafe import Markup

from chalicelib.disclosure.policy import policy_of
from chalicelib.errors import Problem, Translate
from chalicelib.forms.promises import limits, promises
from chalicelib.forms.steps import has_steps, steps_of
from chalicelib.forms.visibility import FALLBACK, patterns_of
from chalicelib.forms.widgets import WIDGETS
from chalicelib.questionnaire.codebook import GIVEN, NO, YES, Variable, codebook_of
from chalicelib.questionnaire.definition import (
    Hidden,
    Question,
    Questionnaire,
    SurveySettings,
    is_required,
)
from chalicelib.questionnaire.routing import groups_of
from chalicelib.templating import environment, marked, spoken_of

Fields = Mapping[str, Sequence[str]]

#: What the widgets put beside the codes that no author labels.
_STANDARD_WORDS: Mapping[str, str] = {YES: "Yes", NO: "No", GIVEN: "Yes, I agree"}


@dataclass(frozen=True)
class FormState:
    """What one rendering depends on besides the questionnaire.

    ``fields`` as typed, problems, language; ``link``: the values that came with the link, by question id; ``patterns``:
    what numbers have to fit for conditions on them, by question id; ``fallback``: the language of texts that have no
    wording in it; ``page``: the language of the page around the form, where the interface has no words in ``language``.
    """

    fields: Fields
    problems: tuple[Problem, ...]
    language: str
    translate: Translate
    link: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    page: str = ""

    def typed(self, name: str) -> str:
        """What was typed into a field."""
        return next(iter(self.fields.get(name, ())), "")

    def typed_date(self, question_id: str) -> str:
        """The parts of a date that were chosen, joined."""
        parts = (self.typed(f"{question_id}.{part}") for part in ("year", "month", "day"))
        return "-".join(filter(None, parts))

    def is_chosen(self, name: str, code: str) -> bool:
        """Whether a box or button was chosen."""
        return code in self.fields.get(name, ())

    def offered(self, question_id: str) -> str:
        """The value of a hidden question: the link's, or on a form that was sent, what was sent."""
        return self.link.get(question_id) or self.typed(question_id)

    def shows(self, question: Question) -> bool:
        """Whether there is anything to show: of a hidden question, only a declared value."""
        if not isinstance(question, Hidden):
            return True
        return self.offered(question.id) in {option.code for option in question.options}

    @staticmethod
    def isolated(value: int | str) -> str:
        """A number or a date for the middle of a sentence, which in a right-to-left one would turn it around."""
        return f"\u2066{value}\u2069" if isinstance(value, str) else str(value)

    def pattern(self, question_id: str) -> str | None:
        """What the number has to fit for the condition on it to hold."""
        return self.patterns.get(question_id)

    def problems_of(self, question_id: str | None) -> list[Markup]:
        """The messages that belong beside one question, or to the whole form."""
        return [self._worded(problem) for problem in self.problems if problem.question_id == question_id]

    def _worded(self, problem: Problem) -> Markup:
        message = Markup.escape(problem.worded(self.translate))
        return message % {name: self._inserted(value) for name, value in problem.values.items()}

    def _inserted(self, value: int | str | Mapping[str, str]) -> int | str:
        """A value for the middle of a message, which may run the other way or be in another language."""
        if isinstance(value, int):
            return value
        if isinstance(value, str):
            return self.isolated(value)
        return self.worded(value)

    def worded(self, text: Mapping[str, str]) -> Markup:
        """An author's text, marked with its language where it is not the page's."""
        return marked(text, self.language, self.fallback, self.page)

    def unmarked(self, text: Mapping[str, str]) -> str:
        """The same for where no tag may stand."""
        return text[spoken_of(text, self.language, self.fallback)]

    def other_language(self, text: Mapping[str, str]) -> str:
        """The language of an author's text where it is not the page's, else nothing."""
        spoken = spoken_of(text, self.language, self.fallback)
        return "" if spoken == (self.page or self.language) else spoken


def render_form(
    questionnaire: Questionnaire,
    settings: SurveySettings,
    state: FormState,
    *,
    hidden: Mapping[str, str],
    trap: str,
    switch: str,
    invitation: str | None = None,
) -> Markup:
    """The form as a fragment of a page.

    ``hidden``: fields that travel along; ``trap``: the name of the field that people leave empty; ``switch``: the
    name of the buttons that change the language; ``invitation``: the name of the field for a code, where one is needed.
    """
    template = environment("chalicelib.forms").get_template("form.html")
    state = replace(state, patterns=patterns_of(questionnaire), fallback=questionnaire.first_language)
    return Markup(  # noqa: S704  # the template escapes
        template.render(
            questionnaire=questionnaire,
            state=state,
            widgets=WIDGETS,
            t=state.worded,
            _=state.translate,
            promises=promises(
                settings,
                questionnaire,
                state.translate,
                state.language,
                state.page,
                policy=policy_of(settings.policy, settings.access),
            ),
            limits=limits(settings, questionnaire, state.translate),
            summary=_summary(questionnaire, state, invitation),
            steps=steps_of(questionnaire, _wrong(state)) if has_steps(questionnaire) else (),
            exit_site=urlsplit(settings.exit_link).hostname,
            synthetic=settings.synthetic,
            hidden=hidden,
            trap=trap,
            switch=switch,
            invitation=invitation,
            is_required=is_required,
            groups=groups_of(questionnaire),
            fallback=FALLBACK,
        )
    )


def typed_answers(questionnaire: Questionnaire, state: FormState) -> list[tuple[str, str]]:
    """What was typed, question by question in words, for somebody to copy."""
    state = replace(state, fallback=questionnaire.first_language)
    found: list[tuple[str, str]] = []
    for variable in codebook_of(questionnaire).variables:
        is_date = variable.numbers is not None and variable.numbers.are_dates
        typed = [state.typed_date(variable.id)] if is_date else state.fields.get(variable.id, ())
        values = [_in_words(variable, value, state) for value in typed if value]
        if values:
            labels = [variable.label, variable.part_label] if variable.part_label else [variable.label]
            found.append((Markup(": ").join(map(state.worded, labels)), "; ".join(values)))
    return found


def _in_words(variable: Variable, value: str, state: FormState) -> str:
    if value in variable.labels and variable.form != "number":
        return state.unmarked(variable.labels[value])
    return value if variable.form == "text" else state.translate(_STANDARD_WORDS.get(value, value))


@dataclass(frozen=True)
class _Line:
    """One line of the summary: which question, where its first input is, and what is wrong with it."""

    message: Markup
    label: Mapping[str, str] | None = None
    place: str | None = None


def _summary(questionnaire: Questionnaire, state: FormState, invitation: str | None) -> list[_Line]:
    """Every problem in the order of the page."""
    lines = [_Line(message) for message in state.problems_of(None)]
    if invitation:
        lines += [_Line(message, None, f"{invitation}.input") for message in state.problems_of(invitation)]
    for question in questionnaire.questions:
        place = WIDGETS[question.kind].first(question) if state.shows(question) else None
        lines += [_Line(message, question.label, place) for message in state.problems_of(question.id)]
    return lines


def _wrong(state: FormState) -> list[str | None]:
    return [problem.question_id for problem in state.problems]
