"""What a release tells besides numbers: whose survey it is, what was asked of whom, and how it was made.

It is put down when the release is made, since the survey may have changed, or be gone, when somebody reads it (P8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from chalicelib.publication.cells import Public, Text
from chalicelib.questionnaire.conditions import Condition, Tree, comparisons, value_of
from chalicelib.questionnaire.definition import (
    Consent,
    Question,
    Questionnaire,
    has_random_order,
    is_required,
    options_of,
)
from chalicelib.questionnaire.routing import conditions_of, groups_of
from chalicelib.questionnaire.support import Contact
from chalicelib.questionnaire.survey import SurveySettings
from chalicelib.questionnaire.themes import themes_id


class AskedQuestion(Public):
    """A question as it was asked. ``short``: what it is called where the whole ``label`` is too long.

    ``apart``: codes of options that are no answer like the others, as "I would rather not say". ``asked_if``: all of
    them held for whom it was asked of; none where that was everybody. ``options`` and ``parts``: the labels of those
    that such conditions of others speak of, by code.
    """

    id: str
    kind: str
    label: Text
    short: Text | None = None
    apart: tuple[str, ...] = ()
    asked_if: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    options: dict[str, Text] = Field(default_factory=dict)
    parts: dict[str, Text] = Field(default_factory=dict)

    @property
    def called(self) -> Text:
        """What it is called in headings and columns: its short name, else the whole of it."""
        return self.short or self.label


class SurveySection(Public):
    """A heading of the questionnaire with what is asked under it; what comes before the first has none."""

    id: str | None
    label: Text | None
    questions: tuple[AskedQuestion, ...]


class CodedQuestion(Public):
    """Whose texts people sorted into themes: ``coders`` of them read each; ``agreed``: how far, where that is known."""

    question: str
    coders: int
    agreed: str | None


class HowMade(Public):
    """How the answers were collected: what the note on that tells besides what was asked and printed.

    Settings of the survey are as there; ``languages``: of the form, what each calls itself, and ``drafts``: those that
    nobody had reviewed. ``pages``: how many questions each page of the form had; none where that is not known.
    ``required``: questions that could not be skipped. ``invited``: how many invitations were made by then; None on
    an open link. ``coded``: questions whose texts were sorted into themes, for this release or one before it.
    """

    access: str
    releases: str
    text: str | None
    opens_on: str | None
    closes_on: str | None
    retention_days: int
    minutes: int
    languages: dict[str, str]
    drafts: tuple[str, ...]
    pages: tuple[int, ...]
    required: int
    asks_agreement: bool
    has_random_order: bool
    invited: int | None
    population: Text | None
    recruitment: Text | None
    sponsor: Text | None
    limits: Text | None
    contact: Contact | None
    coded: tuple[CodedQuestion, ...] = ()


class About(Public):
    """What does not change while an edition is collected, but for its words. Texts are by language."""

    survey: str
    languages: tuple[str, ...]
    title: Text
    asked_by: Text | None = None
    synthetic: bool
    sections: tuple[SurveySection, ...] = ()
    #: None in releases from before it was told.
    how_made: HowMade | None = None

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """All of them, in the order they were asked in."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def themes(self) -> frozenset[str]:
        """The ids of those that nobody was asked: themes that people sorted answers to others into."""
        return frozenset(themes_id(each.question) for each in self.how_made.coded) if self.how_made else frozenset()

    @property
    def were_asked(self) -> tuple[AskedQuestion, ...]:
        """All others."""
        return tuple(question for question in self.questions if question.id not in self.themes)


def about_of(
    survey: str,
    settings: SurveySettings,
    questionnaire: Questionnaire,
    *,
    pages: tuple[int, ...] = (),
    invited: int = 0,
) -> About:
    """What a release of ``survey`` tells of it; its ``pages`` have so many questions each, so many were ``invited``."""
    return About(
        survey=survey,
        languages=tuple(questionnaire.languages),
        title=questionnaire.title,
        asked_by=questionnaire.asked_by,
        synthetic=settings.synthetic,
        sections=sections_of(questionnaire),
        how_made=_how_made(settings, questionnaire, pages, invited),
    )


def sections_of(questionnaire: Questionnaire) -> tuple[SurveySection, ...]:
    """All that is asked, under its headings."""
    conditions = conditions_of(questionnaire)
    spoken_of = _spoken_of(tree for trees in conditions.values() for tree in trees)
    return tuple(
        SurveySection(
            id=group.heading.id if group.heading else None,
            label=group.heading.label if group.heading else None,
            questions=tuple(
                _asked(question, conditions[question.id], spoken_of.get(question.id, frozenset()))
                for question in group.questions
                if question.asks != "nothing"
            ),
        )
        for group in groups_of(questionnaire)
    )


def _spoken_of(trees: Iterable[Tree]) -> Mapping[str, frozenset[str]]:
    """By question, the codes of options and parts that conditions speak of."""
    found: dict[str, frozenset[str]] = {}
    for comparison in (each for tree in trees for each in comparisons(tree)):
        question, _, part = comparison.question.partition(".")
        codes = {part, str(value_of(comparison))}
        found[question] = found.get(question, frozenset()) | codes
    return found


def _asked(question: Question, conditions: tuple[Tree, ...], spoken_of: frozenset[str]) -> AskedQuestion:
    rows = getattr(question, "rows", ())
    return AskedQuestion(
        id=question.id,
        kind=question.kind,
        label=question.label,
        short=question.short,
        apart=tuple(option.code for option in options_of(question) if option.stands_apart),
        asked_if=conditions,
        options=dict(_labels(options_of(question), spoken_of)),
        parts=dict(_labels(rows or options_of(question), spoken_of)),
    )


def _labels(members: Iterable[Any], codes: frozenset[str]) -> Iterator[tuple[str, Text]]:
    return ((member.code, member.label) for member in members if member.code in codes)


def _how_made(settings: SurveySettings, questionnaire: Questionnaire, pages: tuple[int, ...], invited: int) -> HowMade:
    questions = questionnaire.questions
    is_invited = settings.access == "invitation"
    return HowMade(
        **{name: getattr(settings, name) for name in HowMade.model_fields if name in _SETTINGS},
        text=settings.text if questionnaire.has_text else None,
        minutes=questionnaire.minutes,
        languages={code: language.name for code, language in questionnaire.languages.items()},
        drafts=questionnaire.drafts,
        pages=pages,
        required=sum(is_required(question) for question in questions),
        asks_agreement=any(isinstance(question, Consent) for question in questions),
        has_random_order=any(map(has_random_order, questions)),
        invited=invited if is_invited else None,
    )


#: What is told as it is set; of ``text`` only where anything is written.
_SETTINGS = SurveySettings.model_fields.keys() - {"text"}
