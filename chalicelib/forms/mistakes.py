"""Mistakes that CSS alone can tell where they are made: too many chosen, what stands alone and does not, a rank twice.

The server decides by its own rules (:mod:`chalicelib.responses.mistakes`); these lines spare people a page of errors.
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
    """A line that one question shows when something is chosen in it.

    ``name``: after the question's id and a dot, the line's id; ``within``: what has to be in the question, of which one
    is enough; ``before``: the same for what has to stand before the line, where ``within`` would nest ``:has()``.
    """

    name: str
    message: str | Counted
    values: Mapping[str, int | Mapping[str, str]] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

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
            return (Mistake("twice", TWICE, before=_twice(question)),)
        case _:
            return ()


def _combined(question: MultipleChoice) -> Iterator[Mistake]:
    if question.most and question.most < len(question.options):
        more = " ~ ".join(["input:checked"] * (question.most + 1))
        yield Mistake("too_many", TOO_MANY, {"most": question.most}, within=(more,))
    for option in question.options:
        if option.exclusive:
            alone = f'input[value="{option.code}"]:checked'
            beside = f"{alone} ~ input:checked", f"input:checked ~ {alone}"
            yield Mistake(f"alone_{option.code}", NOT_ALONE, {"option": option.label}, within=beside)


def _twice(question: Ranking) -> tuple[str, ...]:
    """Two rows with the same rank, chosen on a button or in a list."""
    picked = [f'.rank:has([value="{rank}"]:checked)' for rank in question.ranks]
    return tuple(f"{each} ~ {each}" for each in picked)


def mistake_rules(questionnaire: Questionnaire) -> list[str]:
    """The rules that show the lines."""
    return [_shows(question, mistake) for question in questionnaire.questions for mistake in mistakes_of(question)]


def _shows(question: Question, mistake: Mistake) -> str:
    whole, line = f'[id="{question.id}"]', f'[id="{question.id}.{mistake.name}"]'
    ways = [f"{whole} {each} ~ {line}" for each in mistake.before]
    ways += [f"{whole}:has({', '.join(mistake.within)}) {line}"] if mistake.within else []
    return f"{', '.join(ways)} {{ display: block }}"


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
