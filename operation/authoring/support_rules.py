"""Whether respondents have somebody to turn to where questions may hurt, and whether that can be reached.

Source: WHO, "Putting women first: ethical and safety recommendations for research on domestic violence against women"
(2001): whoever asks about violence has to offer a referral.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.questionnaire.definition import Definition, Question, Section, options_of
from chalicelib.questionnaire.routing import groups_of
from chalicelib.questionnaire.survey import SurveySettings
from operation.authoring.meanings import is_drawn_the_same
from operation.authoring.places import QUESTIONS, SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.sensitive import HURTING
from operation.authoring.suggestions import did_you_mean

SUPPORT, CONTACT = SETTINGS / "support", SETTINGS / "contact"
#: Questions that one warning names.
MOST_NAMED = 5


def support_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """Every problem with whom the respondents of ``definition`` can turn to."""
    settings = definition.settings
    for name, count in Counter(line.id for line in settings.support).items():
        if count > 1:
            message = f"The id “{name}” stands {count} times. Rename all but one."
            yield DefinitionProblem(SUPPORT, ProblemCode.REPEATED_CODE, message)
    yield from _without_way(settings)
    yield from _unknown(definition)
    yield from _unsupported(definition)


def _without_way(settings: SurveySettings) -> Iterator[DefinitionProblem]:
    for position, line in enumerate(settings.support):
        if not (line.telephone or line.link):
            message = "Nobody can be reached here. Add a telephone or a link."
            yield DefinitionProblem(SUPPORT / position, ProblemCode.SUPPORT_WITHOUT_WAY, message)
    contact = settings.contact
    if contact and not (contact.email or contact.telephone or contact.link):
        message = "Nobody can be reached here. Add an email, a telephone or a link."
        yield DefinitionProblem(CONTACT, ProblemCode.SUPPORT_WITHOUT_WAY, message)


def _unknown(definition: Definition) -> Iterator[DefinitionProblem]:
    known = [line.id for line in definition.settings.support]
    if not known:
        yield from _without_any(definition)
        return
    for position, question in enumerate(definition.questionnaire.questions):
        for name in question.support if isinstance(question, Section) else ():
            if name not in known:
                there = f"There are: {', '.join(known)}.{did_you_mean(name, known)}"
                message = f"There is no line “{name}” under settings.support. {there}"
                yield DefinitionProblem(QUESTIONS / position / "support", ProblemCode.UNKNOWN_SUPPORT, message)


def _without_any(definition: Definition) -> Iterator[DefinitionProblem]:
    """Of each line that sections name, where settings have none at all, what to add."""
    naming: dict[str, list[str]] = {}
    for section in sections_of(definition):
        for name in section.support:
            naming.setdefault(name, []).append(f"“{section.id}”")
    for name, sections in naming.items():
        named = ", ".join(sections[:MOST_NAMED]) + (" and others" if len(sections) > MOST_NAMED else "")
        message = (
            f"Nobody to turn to is given here, and {named} {'name' if len(sections) > 1 else 'names'} “{name}”. Add"
            f' support: [{{id: {name}, label: {{en: "..."}}, telephone: "..."}}].'
        )
        yield DefinitionProblem(SUPPORT, ProblemCode.UNKNOWN_SUPPORT, message)


def sections_of(definition: Definition) -> list[Section]:
    """The sections of ``definition``, in their order."""
    return [question for question in definition.questionnaire.questions if isinstance(question, Section)]


def _unsupported(definition: Definition) -> Iterator[DefinitionProblem]:
    """Warnings of questions that may hurt: one where there is no line at all, else one for each section without."""
    hurting = [question.id for question in definition.questionnaire.questions if _may_hurt(question)]
    if not definition.settings.support and any(section.support for section in sections_of(definition)):
        return  # told as an error
    if hurting and not definition.settings.support:
        named = ", ".join(hurting[:MOST_NAMED]) + (" and others" if len(hurting) > MOST_NAMED else "")
        message = (
            f"Questions on violence, police, custody or suicide ({named}) may upset people. Name somebody to turn to"
            " under settings.support, and in their sections."
        )
        yield DefinitionProblem(SUPPORT, ProblemCode.SUPPORT_MISSING, message, Severity.WARNING)
        return
    for group in groups_of(definition.questionnaire):
        section = group.heading
        if isinstance(section, Section) and not section.support and {each.id for each in group.questions} & {*hurting}:
            message = "This section asks about violence, police, custody or suicide. Name a line in it (support: […])."
            place = QUESTIONS / definition.questionnaire.questions.index(section)
            yield DefinitionProblem(place, ProblemCode.SUPPORT_UNNAMED, message, Severity.WARNING)


def _may_hurt(question: Question) -> bool:
    """Whether ``question`` speaks of what may hurt, in what it asks or in an answer to it."""
    parts = (*options_of(question), *getattr(question, "rows", ()))
    texts = [question.label, question.hint or {}, *(part.label for part in parts)]
    return question.is_substantive and HURTING.is_asked_in(wording for text in texts for wording in text.values())


def changed_support(before: SurveySettings, after: SurveySettings) -> Iterator[DefinitionProblem]:
    """Warnings of what a respondent of an open survey is told from now on."""
    for place, was, becomes in ((SUPPORT, before.support, after.support), (CONTACT, before.contact, after.contact)):
        if not is_drawn_the_same(was, becomes):
            message = (
                "This is not as it was. Respondents see what stands here within a minute, whichever form they have."
            )
            yield DefinitionProblem(place, ProblemCode.CHANGED_SUPPORT, message, Severity.WARNING)
