"""What a release tells besides numbers: whose survey it is, and what was asked.

It is put down when the release is made, since the survey may have changed, or be gone, when somebody reads it (P8).
"""

from __future__ import annotations

from chalicelib.publication.cells import Public, Text
from chalicelib.questionnaire.definition import Question, Questionnaire, options_of
from chalicelib.questionnaire.routing import groups_of
from chalicelib.questionnaire.survey import SurveySettings


class AskedQuestion(Public):
    """A question as it was asked. ``short``: what it is called where the whole ``label`` is too long.

    ``apart``: codes of options that are no answer like the others, as "I would rather not say".
    """

    id: str
    kind: str
    label: Text
    short: Text | None = None
    apart: tuple[str, ...] = ()


class SurveySection(Public):
    """A heading of the questionnaire with what is asked under it; what comes before the first has none."""

    id: str | None
    label: Text | None
    questions: tuple[AskedQuestion, ...]


class About(Public):
    """What does not change while an edition is collected, but for its words. Texts are by language."""

    survey: str
    languages: tuple[str, ...]
    title: Text
    asked_by: Text | None = None
    synthetic: bool
    sections: tuple[SurveySection, ...] = ()

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """All of them, in the order they were asked in."""
        return tuple(question for section in self.sections for question in section.questions)


def about_of(survey: str, settings: SurveySettings, questionnaire: Questionnaire) -> About:
    """What a release of ``survey`` tells of it."""
    return About(
        survey=survey,
        languages=tuple(questionnaire.languages),
        title=questionnaire.title,
        asked_by=questionnaire.asked_by,
        synthetic=settings.synthetic,
        sections=tuple(
            SurveySection(
                id=group.heading.id if group.heading else None,
                label=group.heading.label if group.heading else None,
                questions=tuple(_asked(question) for question in group.questions if question.asks != "nothing"),
            )
            for group in groups_of(questionnaire)
        ),
    )


def _asked(question: Question) -> AskedQuestion:
    return AskedQuestion(
        id=question.id,
        kind=question.kind,
        label=question.label,
        short=question.short,
        apart=tuple(option.code for option in options_of(question) if option.stands_apart),
    )
