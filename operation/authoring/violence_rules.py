"""Whether questions that may hurt are asked as safely as a form can ask them; whom to turn to: :mod:`.support_rules`.

Source: WHO, "Putting women first: ethical and safety recommendations for research on domestic violence against women"
(2001). Of its principles a file shows these: whoever is asked can refuse each answer, no answer tells who did it, what
others can see does not tell the subject, and support follows. A way out stands on every page (``exit_link``), which no
definition can do without.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.questionnaire.definition import Definition, Question, Section, is_required, options_of, specify_options
from chalicelib.questionnaire.routing import groups_of
from operation.authoring.places import FILE, QUESTIONNAIRE, Place, questions_of
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.sensitive import HURTING, PERPETRATOR


def violence_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """A warning for each question that may hurt and is not asked as WHO recommends, and for what tells the subject."""
    yield from _telling_subject(definition)
    marked = _in_marked_sections(definition)
    for place, question in questions_of(definition):
        if question.is_substantive and (question.id in marked or _asks_of_hurting(question)):
            yield from _asked_unsafely(place, question)


def _telling_subject(definition: Definition) -> Iterator[DefinitionProblem]:
    title = QUESTIONNAIRE / "title", definition.questionnaire.title.values()
    for place, wordings in ((FILE / "survey", [definition.survey.replace("-", " ")]), title):
        if HURTING.is_asked_in(wordings):
            message = (
                "This stands in the browser's history, where whoever hurts somebody may read it (WHO 2001). Take words"
                " that do not tell what is asked."
            )
            yield _warning(place, ProblemCode.TELLS_SUBJECT, message)


def _in_marked_sections(definition: Definition) -> set[str]:
    """The ids of questions in sections that name lines of support: what their author expects to hurt."""
    groups = groups_of(definition.questionnaire)
    marked = (group for group in groups if isinstance(group.heading, Section) and group.heading.support)
    return {question.id for group in marked for question in group.questions}


def _asks_of_hurting(question: Question) -> bool:
    """Whether ``question`` itself speaks of what may hurt, or a row of it does; an option alone does not ask."""
    texts = [question.label, *(row.label for row in getattr(question, "rows", ()))]
    return HURTING.is_asked_in(wording for text in texts for wording in text.values())


def _asked_unsafely(place: Place, question: Question) -> Iterator[DefinitionProblem]:
    if is_required(question):
        message = "This may hurt, and nobody has to answer what hurts (WHO 2001). Leave out required_because."
        yield _warning(place / "required_because", ProblemCode.HURTING_REQUIRED, message)
    is_listed = "apart" in question.marks
    if is_listed and not any(option.stands_apart for option in options_of(question)):
        message = (
            "This may hurt. Offer an answer for who would rather not say (WHO 2001), set off by `apart`, or by"
            " `exclusive` where several can be chosen."
        )
        yield _warning(place / "options", ProblemCode.HURTING_WITHOUT_REFUSAL, message)
    if PERPETRATOR.is_asked_in(question.label.values()) and (question.asks == "text" or specify_options(question)):
        message = (
            "What is written here may tell who did it, and that can bring danger (WHO 2001). Offer kinds of people to"
            " choose from, and no line to write on."
        )
        yield _warning(place, ProblemCode.TELLS_PERPETRATOR, message)


def _warning(place: Place, code: ProblemCode, message: str) -> DefinitionProblem:
    return DefinitionProblem(place, code, message, Severity.WARNING)
