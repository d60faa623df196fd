"""The style of one form: what shows when, as rules that CSS decides by, beside the style that all pages share."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.forms.mistakes import missing_rules, mistake_rules
from chalicelib.forms.steps import has_steps
from chalicelib.forms.visibility import FALLBACK, visibility_rules
from chalicelib.forms.widgets import control_of
from chalicelib.questionnaire.definition import Date, Question, Questionnaire, Ranking, options_of

#: The last step is open: what was chosen in a list stands there in words.
_READING = ".steps:has(#_check:target)"


def stylesheet(questionnaire: Questionnaire) -> str:
    """The rules of a form; empty where none is needed. On paper everything shows."""
    in_steps = has_steps(questionnaire)
    rules = visibility_rules(questionnaire, in_steps)
    if rules:
        rules.insert(0, f".{FALLBACK} {{ display: none }}")
    rules += mistake_rules(questionnaire)
    if in_steps:
        rules += [*missing_rules(questionnaire), *_words_of_lists(questionnaire)]
    if not rules:
        return ""
    return "\n".join(["@media screen { @supports selector(:has(*)) {", *rules, "} }", ""])


def _words_of_lists(questionnaire: Questionnaire) -> Iterator[str]:
    """A list that shows is open to the keyboard, so for reading it is hidden, and words stand for its options."""
    longest = max(map(_length, questionnaire.questions))
    # The first option is the empty one, which has no words.
    pairs = [
        f".list:has(option:nth-child({place + 1}):checked) > b:nth-of-type({place})" for place in range(1, longest + 1)
    ]
    if pairs:
        yield f"{_READING} :is({', '.join(pairs)}) {{ display: inline }}"


def _length(question: Question) -> int:
    """How many choices the longest list of ``question`` has."""
    if isinstance(question, Date):
        return max(31, len(question.years))
    if control_of(question) != "list":
        return 0
    return len(question.ranks) if isinstance(question, Ranking) else len(options_of(question))
