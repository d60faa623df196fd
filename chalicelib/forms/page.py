"""Renders a questionnaire, with what was typed and what is wrong with it, as an HTML form without script."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from markupsafe import Markup

from chalicelib.days import worded_day
from chalicelib.disclosure.policy import policy_of
from chalicelib.errors import INVITATION_FIELD, Problem, Translate
from chalicelib.formatting import Formatter
from chalicelib.forms.days import open_until
from chalicelib.forms.mistakes import Mistake, is_agreement, mistakes_of, needed
from chalicelib.forms.orders import cut_before, in_random_order
from chalicelib.forms.own_fields import OwnField, OwnFields
from chalicelib.forms.promises import limits, promises, short_promises
from chalicelib.forms.steps import has_steps, steps_of
from chalicelib.forms.support import render_contact, render_support
from chalicelib.forms.visibility import FALLBACK, patterns_of
from chalicelib.forms.widgets import WIDGETS, has_buttons
from chalicelib.questionnaire.changes import Changes
from chalicelib.questionnaire.definition import (
    Hidden,
    Question,
    Questionnaire,
    has_random_order,
    is_required,
    options_of,
)
from chalicelib.questionnaire.fields import Fields, first_field
from chalicelib.questionnaire.options import Option
from chalicelib.questionnaire.routing import groups_of
from chalicelib.questionnaire.survey import SurveySettings
from chalicelib.templating import environment, marked, spoken_of


@dataclass(frozen=True)
class FormState:
    """What one rendering depends on besides the questionnaire.

    ``fields`` as typed, problems, language; ``own``: what the form carries besides; ``link``: the values that came with
    the link, by question id; ``page``: the language of the page around the form, where the interface has no words in
    ``language``. ``changes``: of a form whose questions changed since it was loaded, to be marked, but those that are
    ``out_of_sight`` not told on top. ``patterns``: what numbers have to fit for conditions on them, by question id;
    ``fallback``: the language of texts that have no wording in ``language``; both are the questionnaire's, and so is
    whether the form comes ``in_steps``. ``cut``: of a page that is kept for many tokens, what tells options of a random
    order apart.
    """

    fields: Fields
    problems: tuple[Problem, ...]
    language: str
    translate: Translate
    link: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    own: OwnFields = field(default_factory=OwnFields)
    changes: Changes | None = None
    out_of_sight: Collection[str] = ()
    patterns: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    in_steps: bool = False
    cut: str = ""

    def typed(self, name: str) -> str:
        """What was typed into a field."""
        return first_field(self.fields, name) or ""

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

    def first_of(self, question: Question) -> str | None:
        """The id of the first of the inputs of ``question`` on this form; None where nothing of it shows."""
        if not self.shows(question):
            return None
        if options_of(question):
            question = question.model_copy(update={"options": self.ordered(question)})
        return WIDGETS[question.kind].first(question)

    def ordered(self, question: Question) -> Sequence[Option]:
        """The options of ``question`` as they stand on this form, those set apart last."""
        options: Sequence[Option] = options_of(question)
        if has_random_order(question):
            moving = [option for option in options if not option.keeps_its_place]
            mixed = moving if self.cut else in_random_order(moving, self.own.token, question.id)
            options = [*mixed, *(option for option in options if option.keeps_its_place)]
        return sorted(options, key=lambda option: option.stands_apart)

    def cut_before(self, question: Question, option: Option) -> str:
        """What tells where an option that moves begins, and before what keeps its place, where the last one ends."""
        return cut_before(self.cut, "" if option.keeps_its_place else question.id) if has_random_order(question) else ""

    def cut_after(self, question: Question) -> str:
        """What tells where the last option that moves ends."""
        return cut_before(self.cut, "") if has_random_order(question) else ""

    @staticmethod
    def has_buttons(question: Question) -> bool:
        """Whether the ranks of ``question`` are chosen on buttons rather than in lists."""
        return has_buttons(question)

    def length_told(self, most: int) -> str:
        """How much can be written, said beside the field before anything is sent."""
        return self.translate("You can write up to %(most)d characters.") % {"most": most}

    def filled(self, mistake: Mistake) -> Markup:
        """The line of a mistake that CSS shows."""
        message = Markup.escape(mistake.worded(self.translate))
        return message % {name: self._inserted(value) for name, value in mistake.values.items()}

    def limit(self, value: int | str) -> str:
        """The least or the most of a number or of a date, for the middle of a sentence: days in its own words."""
        return worded_day(value, self.translate) if isinstance(value, str) else str(value)

    def problems_of(self, question_id: str | None) -> list[Markup]:
        """The messages that belong beside one question, or to the whole form."""
        return [self._worded(problem) for problem in self.problems if problem.question_id == question_id]

    def _worded(self, problem: Problem) -> Markup:
        message = Markup.escape(problem.worded(self.translate))
        values = {name: self._inserted(value) for name, value in problem.values.items()}
        if problem.code == "date_out_of_range":
            values |= {name: self.limit(str(value)) for name, value in problem.values.items()}
        return message % values

    def _inserted(self, value: int | str | Mapping[str, str]) -> int | str:
        """A value for the middle of a message; an author's text may be in another language."""
        if isinstance(value, int):
            return value
        if isinstance(value, str):
            # Numbers in a row, which a line that runs the other way would turn around.
            return f"\u2066{value}\u2069"
        return self.worded(value)

    def worded(self, text: Mapping[str, str]) -> Markup:
        """An author's text, marked with its language where it is not the page's."""
        return marked(text, self.language, self.fallback, self.page)

    def unmarked(self, text: Mapping[str, str]) -> str:
        """The same for where no tag may stand."""
        return text[spoken_of(text, self.language, self.fallback)]

    def beginning_of(self, text: Mapping[str, str]) -> Markup:
        """As :meth:`worded`, enough of it to tell which text it is."""
        return self.worded({language: _shortened(wording) for language, wording in text.items()})

    def other_language(self, text: Mapping[str, str]) -> str:
        """The language of an author's text where it is not the page's, else nothing."""
        spoken = spoken_of(text, self.language, self.fallback)
        return "" if spoken == (self.page or self.language) else spoken


def render_form(
    questionnaire: Questionnaire,
    settings: SurveySettings,
    state: FormState,
    needs_invitation: bool = False,
) -> Markup:
    """The form as a fragment of a page, with a field for the code where it ``needs_invitation``."""
    template = environment("chalicelib.forms").get_template("form.html")
    state = replace(
        state,
        problems=(*state.problems, *_marks(state.changes)),
        patterns=patterns_of(questionnaire),
        fallback=questionnaire.first_language,
        in_steps=has_steps(questionnaire),
    )
    summary = _summary(questionnaire, state)
    words = Formatter(
        state.language, questionnaire.first_language, state.page, state.translate, questionnaire.formatted
    )
    return Markup(  # noqa: S704  # the template escapes
        template.render(
            questionnaire=questionnaire,
            state=state,
            widgets=WIDGETS,
            t=state.worded,
            words=words,
            support=lambda section: render_support(settings, words, section.support, section.id),
            contact=render_contact(settings, words),
            _=state.translate,
            short_promises=short_promises(settings, state.translate),
            promises=promises(
                settings,
                questionnaire,
                state.translate,
                state.language,
                state.page,
                policy=policy_of(settings.policy, settings.access),
            ),
            limits=limits(settings, questionnaire, state.translate),
            until=open_until(settings, state.translate),
            summary=summary,
            steps=steps_of(questionnaire, {line.question_id for line in summary}) if state.in_steps else (),
            mistakes_of=mistakes_of,
            needed=needed(questionnaire),
            is_agreement=is_agreement,
            exit_site=urlsplit(settings.exit_link).hostname,
            synthetic=settings.synthetic,
            names=OwnField,
            needs_invitation=needs_invitation,
            is_required=is_required,
            groups=groups_of(questionnaire),
            fallback=FALLBACK,
        )
    )


def _marks(changes: Changes | None) -> list[Problem]:
    if changes is None:
        return []
    new = [Problem(question_id, "question_new") for question_id in changes.new]
    return new + [Problem(question_id, "question_changed") for question_id in changes.changed]


#: Characters of a question that name it in the summary.
_NAMING = 60


def _shortened(wording: str) -> str:
    """The beginning of a question, enough to tell which one it is."""
    return wording if len(wording) <= _NAMING else f"{wording[:_NAMING].rsplit(' ', 1)[0]} …"


@dataclass(frozen=True)
class _Line:
    """One line of the summary: what is wrong, with which question, and where its first input is."""

    message: Markup
    question_id: str | None = None
    label: Mapping[str, str] | None = None
    place: str | None = None


def _summary(questionnaire: Questionnaire, state: FormState) -> list[_Line]:
    """Every problem in the order of the page."""
    lines = [_Line(message) for message in state.problems_of(None)]
    place: str | None = f"{INVITATION_FIELD}.input"
    lines += [_Line(message, INVITATION_FIELD, None, place) for message in state.problems_of(INVITATION_FIELD)]
    for question in questionnaire.questions:
        if question.id not in state.out_of_sight:
            place = state.first_of(question)
            label = None if is_agreement(question) else question.label
            lines += [_Line(message, question.id, label, place) for message in state.problems_of(question.id)]
    return lines
