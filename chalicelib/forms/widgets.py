"""Which widget asks which kind of question: the name of a macro in ``templates/widgets.html``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Widget:
    """``macro`` draws the inputs. A ``grouped`` widget has several, so a fieldset and legend name them."""

    macro: str
    grouped: bool = True


#: Question kind to its widget; one entry for each of ``definition.KINDS``.
WIDGETS: Mapping[str, Widget] = {
    "single_choice": Widget("single_choice"),
    "multiple_choice": Widget("multiple_choice"),
    "scale": Widget("scale"),
    "matrix": Widget("matrix"),
    "ranking": Widget("ranking"),
    "number": Widget("number", grouped=False),
    "date": Widget("date"),
    "yes_no": Widget("yes_no"),
    "consent": Widget("consent"),
    "short_text": Widget("short_text", grouped=False),
    "long_text": Widget("long_text", grouped=False),
    "hidden": Widget("hidden"),
    "note": Widget("note", grouped=False),
    "section": Widget("note", grouped=False),
}
