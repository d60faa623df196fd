"""What answers are chosen from: options, the rows of a matrix, the bands that numbers and days are published in."""

from typing import Annotated

from pydantic import Field

from chalicelib.questionnaire.base import Code, Day, Frozen, Text
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER


class Option(Frozen):
    """One choice. ``exclusive``: cannot be combined. ``specify``: offers a line to say which.

    ``apart``: stands apart from the others and last, as "I would rather not say" does; what is exclusive always does.
    """

    code: Code
    label: Text
    exclusive: bool = False
    specify: bool = False
    apart: bool = False

    @property
    def stands_apart(self) -> bool:
        """Whether it is no answer like the others: set apart, and behind them."""
        return self.apart or self.exclusive

    @property
    def keeps_its_place(self) -> bool:
        """Whether no random order moves it: "Something else", with a line to write on, or what stands apart."""
        return self.specify or self.stands_apart


class Row(Frozen):
    """One line of a matrix."""

    code: Code
    label: Text


class NumberBand(Frozen):
    """The numbers below ``below`` that no band before it has; the last band has no end."""

    code: Code
    label: Text
    below: Annotated[int, Field(ge=1, le=MAXIMUM_NUMBER)] | None = None


class DateBand(Frozen):
    """The days before ``before`` that no band before it has; the last band has no end."""

    code: Code
    label: Text
    before: Day | None = None
