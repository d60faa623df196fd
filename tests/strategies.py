"""Hypothesis strategies that several stages share: random questionnaires, and random answers to them."""

from __future__ import annotations

from hypothesis import strategies as st

from chalicelib.questionnaire.definition import MultipleChoice, Questionnaire, SingleChoice
from chalicelib.responses.answers import Answers
from tests.builders import a_definition, a_question, options

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)
KEYS = st.binary(min_size=32, max_size=32)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Single and multiple choices of 2 to 20 options, some of them exclusive, and a text."""
    questions = [a_question("short_text", id="word")]
    for number in range(draw(st.integers(1, 4))):
        codes = [f"o{index}" for index in range(draw(st.integers(2, 20)))]
        kind = draw(st.sampled_from(["single_choice", "multiple_choice"]))
        alone = codes[: draw(st.integers(0, 2))] if kind == "multiple_choice" else []
        questions.append(
            {"kind": kind, "id": f"q{number}", "label": {"en": "Q"}, "options": options(*codes, exclusive=alone)}
        )
    return a_definition(*questions).questionnaire


def answers_to(questionnaire: Questionnaire) -> st.SearchStrategy[Answers]:
    """Valid answers, any of them skipped."""
    choices = {question.id: _chosen(question) for question in questionnaire.questions if question.asks == "codes"}
    texts = st.sampled_from([{}, {"word": "rest"}])
    return st.builds(
        lambda codes, texts: Answers({name: chosen for name, chosen in codes.items() if chosen}, texts),
        st.fixed_dictionaries(choices),
        texts,
    )


def _chosen(question: object) -> st.SearchStrategy[tuple[str, ...]]:
    assert isinstance(question, SingleChoice | MultipleChoice)
    one = st.sampled_from([(), *((option.code,) for option in question.options)])
    if isinstance(question, SingleChoice):
        return one
    together = [option.code for option in question.options if not option.exclusive]
    return (
        one | st.sets(st.sampled_from(together)).map(lambda some: tuple(code for code in together if code in some))
        if together
        else one
    )
