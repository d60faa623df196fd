"""Mistakes that CSS alone can tell where they are made: too many chosen, what stands alone and does not, a rank twice.

The server decides by its own rules (:mod:`chalicelib.responses.parsing`); these lines spare people a page of errors.
Each stands in the page, out of sight, until a rule shows it. Where ``:has()`` is missing they stay so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib.errors import Counted, Translate
from chalicelib.forms.visibility import Visibility, answered
from chalicelib.questionnaire.definition import (
    Consent,
    Matrix,
    MultipleChoice,
    Question,
    Questionnaire,
    Ranking,
    is_required,
)

TOO_MANY = Counted("You have chosen more than one.", "You have chosen more than %(most)d.", "most")
NOT_ALONE = "“%(option)s” cannot be combined with the others."
TWICE = "The same number is given to two of them."


@dataclass(frozen=True)
class Mistake:
    """A line that one question shows when a selector of its own, inside the question, matches.

    ``name``: after the question's id and a dot, the line's id; ``when``: what has to be in the question.
    """

    name: str
    when: str
    message: str | Counted
    values: Mapping[str, int | Mapping[str, str]] = field(default_factory=dict)

    def worded(self, translate: Translate) -> str:
        """The message, its values still to be filled in."""
        if isinstance(self.message, Counted):
            return translate(self.message.one, self.message.many, self.values[self.message.by])
        return translate(self.message)


def mistakes_of(question: Question) -> tuple[Mistake, ...]:
    """The mistakes that CSS can tell of ``question``."""
    match question:
        case MultipleChoice():
            return tuple(_combined(question))
        case Ranking():
            return (Mistake("twice", _twice(question), TWICE),)
        case _:
            return ()


def _combined(question: MultipleChoice) -> Iterator[Mistake]:
    if question.most and question.most < len(question.options):
        more = " ~ ".join(["input:checked"] * (question.most + 1))
        yield Mistake("too_many", more, TOO_MANY, {"most": question.most})
    for option in question.options:
        if option.exclusive:
            alone = f'input[value="{option.code}"]:checked'
            when = f"{alone} ~ input:checked, input:checked ~ {alone}"
            yield Mistake(f"alone_{option.code}", when, NOT_ALONE, {"option": option.label})


def _twice(question: Ranking) -> str:
    """Two rows with the same rank, chosen on a button or in a list."""
    picked = [f'.rank:has([value="{rank}"]:checked)' for rank in question.ranks]
    return ", ".join(f"{each} ~ {each}" for each in picked)


def mistake_rules(questionnaire: Questionnaire) -> list[str]:
    """The rules that show the lines. A rank that is given twice is found by what follows it: ``:has()`` nests not."""
    return [_shows(question, mistake) for question in questionnaire.questions for mistake in mistakes_of(question)]


def _shows(question: Question, mistake: Mistake) -> str:
    line = f'[id="{question.id}.{mistake.name}"]'
    if ".rank" in mistake.when:
        pairs = (f'[id="{question.id}"] {each} ~ {line}' for each in mistake.when.split(", "))
        return f"{', '.join(pairs)} {{ display: block }}"
    return f'[id="{question.id}"]:has({mistake.when}) {line} {{ display: block }}'


def missing_rules(questionnaire: Questionnaire) -> list[str]:
    """The rules that show, beside Send, which questions still need an answer."""
    visibility = Visibility(questionnaire)
    return [
        f"form{visibility.of(question.id)}:not({''.join(_whole(question))}) .missing-{question.id} {{ display: block }}"
        for question in needed(questionnaire)
    ]


def needed(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The questions that have to be answered, where they apply."""
    return tuple(question for question in questionnaire.questions if is_required(question))


def is_agreement(question: Question) -> bool:
    """Whether what is needed is a box to tick at the start."""
    return isinstance(question, Consent)


def _whole(question: Question) -> list[str]:
    """What the form matches once ``question`` is answered: of a matrix, each row."""
    parts = [f"{question.id}.{row.code}" for row in question.rows] if isinstance(question, Matrix) else [question.id]
    return [answered(question, part) for part in parts]
