"""Who was asked a question, in words: its conditions, from the tree that form and server decide by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.publication.about import AskedQuestion
from chalicelib.publication.words import Phrasing, filled, joined
from chalicelib.questionnaire.codebook import NO, YES
from chalicelib.questionnaire.conditions import (
    All,
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
    value_of,
)


@dataclass(frozen=True)
class Universes:
    """Words for whom each of the ``questions``, by id, was asked of."""

    questions: Mapping[str, AskedQuestion]
    words: Phrasing

    def asked_of(self, question: AskedQuestion) -> str:
        """Whom ``question`` was asked of, to stand by itself, without a full stop."""
        if not question.asked_if:
            return self.words.translate("everybody")
        return self._all_of(question.asked_if)

    def _worded(self, tree: Tree) -> str:
        match tree:
            case All():
                return self._all_of(tree.all)
            case AnyOf():
                parts = self._listed(tree.any)
                return (
                    parts
                    if len(tree.any) == 1
                    else filled(self.words.translate("those in any of these groups: %(these)s"), these=parts)
                )
            case Not():
                return filled(self.words.translate("everybody but %(these)s"), these=self._nested(tree.negated))
            case _:
                return self._compared(tree)

    def _all_of(self, trees: tuple[Tree, ...]) -> str:
        parts = self._listed(trees)
        return (
            parts
            if len(trees) == 1
            else filled(self.words.translate("those in all of these groups: %(these)s"), these=parts)
        )

    def _listed(self, trees: tuple[Tree, ...]) -> str:
        return (
            self._worded(trees[0]) if len(trees) == 1 else joined(self.words.translate("; "), map(self._nested, trees))
        )

    def _nested(self, tree: Tree) -> str:
        """In brackets where it is a list of its own."""
        is_list = (isinstance(tree, All) and len(tree.all) > 1) or (isinstance(tree, AnyOf) and len(tree.any) > 1)
        return joined("", ["(", self._worded(tree), ")"]) if is_list else self._worded(tree)

    def _compared(self, found: Comparison) -> str:
        translate, number = self.words.translate, None
        match found:
            case Equals():
                text = translate("those who answered “%(answer)s” to “%(question)s”")
            case Includes():
                text = translate("those who chose “%(answer)s” at “%(question)s”")
            case ChosenAtLeast():
                text, number = translate("those who chose %(number)d or more at “%(question)s”"), found.chosen_at_least
            case ChosenAtMost(chosen_at_most=0):
                text = translate("those who chose nothing at “%(question)s”")
            case ChosenAtMost():
                text, number = translate("those who chose %(number)d or fewer at “%(question)s”"), found.chosen_at_most
            case AtLeast(at_least=str()):
                text = translate("those who answered %(answer)s or later to “%(question)s”")
            case AtLeast():
                text = translate("those who answered %(answer)s or more to “%(question)s”")
            case AtMost(at_most=str()):
                text = translate("those who answered %(answer)s or earlier to “%(question)s”")
            case AtMost():
                text = translate("those who answered %(answer)s or less to “%(question)s”")
            case _:
                text = translate("those who answered “%(question)s”")
        return filled(text, question=self._called(found.question), answer=self._answer(found), number=number or 0)

    def _called(self, reference: str) -> str:
        """A question by its short name, and the part that is meant."""
        name, _, part = reference.partition(".")
        asked = self.questions.get(name)
        if asked is None:
            return reference
        label = self.words.of(asked.called)
        return joined(": ", [label, self.words.of(asked.parts[part])]) if part in asked.parts else label

    def _answer(self, found: Comparison) -> str:
        value = str(value_of(found))
        asked = self.questions.get(found.question.partition(".")[0])
        label = asked.options.get(value) if asked else None
        return self.words.code(value, label) if label or value in (YES, NO) else value
