"""From our typed tree of conditions to ``relevant``, as it is read back by operation.xlsform.relevant."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.questionnaire.conditions import (
    All,
    Answered,
    AnyOf,
    AtLeast,
    AtMost,
    ChosenAtLeast,
    ChosenAtMost,
    Comparison,
    Equals,
    Includes,
    Not,
    Tree,
)
from chalicelib.questionnaire.definition import Matrix, MultipleChoice, Question, Ranking

Questions = Mapping[str, Question]


def relevant(tree: Tree, questions: Questions) -> str:
    """The XPath of ``tree``; ``questions`` by id."""
    match tree:
        case All():
            return " and ".join(_part(part, questions) for part in tree.all)
        case AnyOf():
            return " or ".join(_part(part, questions) for part in tree.any)
        case Not():
            return f"not({relevant(tree.negated, questions)})"
    return _comparison(tree, questions)


def _part(tree: Tree, questions: Questions) -> str:
    written = relevant(tree, questions)
    return f"({written})" if isinstance(tree, All | AnyOf) else written


def _comparison(tree: Comparison, questions: Questions) -> str:
    name, _, part = tree.question.partition(".")
    question = questions[name]
    if isinstance(question, Ranking):
        return _ranked(tree, name, part, question)
    if isinstance(question, Matrix) and not part:
        rows = (f"${{{name}.{row.code}}} != ''" for row in question.rows)
        return f"({' or '.join(rows)})"
    answer = f"${{{tree.question}}}"
    match tree:
        case Equals():
            written = f"{answer} = {literal(tree.equals, question)}"
        case Includes():
            written = f"selected({answer}, '{tree.includes}')"
        case ChosenAtLeast():
            written = f"count-selected({answer}) >= {tree.chosen_at_least}"
        case ChosenAtMost():
            written = f"count-selected({answer}) <= {tree.chosen_at_most}"
        case AtLeast():
            written = f"{answer} >= {literal(tree.at_least, question)}"
        case AtMost():
            written = f"{answer} <= {literal(tree.at_most, question)}"
        case _:
            written = f"{answer} != ''"
    return written


def literal(value: int | str, question: Question) -> str:
    """A value as XPath writes it: numbers bare, days as dates, codes in quotes."""
    if isinstance(value, int):
        return str(value)
    return f"date('{value}')" if question.kind == "date" else f"'{value}'"


def _ranked(tree: Comparison, name: str, part: str, question: Ranking) -> str:
    """XForms holds a ranking as its codes in their order."""
    answer = f"${{{name}}}"
    if not part:
        return f"{answer} != ''"
    if isinstance(tree, Answered):
        return f"selected({answer}, '{part}')"
    ranks = [rank for rank in question.ranks if _stands_so(tree, rank)] or [question.ranks.stop]
    each = [f"selected-at({answer}, {rank - 1}) = '{part}'" for rank in ranks]
    return each[0] if len(each) == 1 else f"({' or '.join(each)})"


def _stands_so(tree: Comparison, rank: int) -> bool:
    match tree:
        case Equals():
            return rank == tree.equals
        case AtLeast():
            return isinstance(tree.at_least, int) and rank >= tree.at_least
        case AtMost():
            return isinstance(tree.at_most, int) and rank <= tree.at_most
    return False


def own_constraint(question: Question) -> str:
    """The constraint that says what ``question`` takes, "" where anything goes."""
    parts: list[str] = []
    least, most = getattr(question, "least", None), getattr(question, "most", None)
    if isinstance(question, MultipleChoice):
        parts += [f"count-selected(.) >= {least}"] if least else []
        parts += [f"count-selected(.) <= {most}"] if most else []
        alone = [option.code for option in question.options if option.exclusive]
        parts += [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in alone]
    elif question.kind in ("number", "date"):
        parts += [f". >= {literal(least or 0, question)}", f". <= {literal(most or 0, question)}"]
    elif question.kind in ("short_text", "long_text"):
        pattern: str | None = getattr(question, "pattern", None)
        parts += [f"string-length(.) <= {question.most_characters}"] if hasattr(question, "most_characters") else []
        parts += [f"regex(., {_quoted(f'^({pattern})$')})"] if pattern and not {"'", '"'} <= {*pattern} else []
    return " and ".join(parts)


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"
