"""Contrast of the colours that are meant to stand on each other, in both schemes (WCAG 2.2, 1.4.3 and 1.4.11).

By the numbers, since axe passes over labels that a box lies over.
"""

from __future__ import annotations

import re

import pytest

from chalicelib.web.assets import source_of

#: Text and what it stands on.
TEXTS = [
    *((name, ground) for name in ("ink", "muted", "accent", "wrong") for ground in ("paper", "tint")),
    *((name, "soft") for name in ("ink", "muted")),
    ("on-accent", "accent"),
    ("on-wrong", "wrong"),
]
#: What shows where a control is, or in what state, and what is beside it.
EDGES = [
    ("line", "paper"),
    ("line", "tint"),
    ("accent", "paper"),
    ("accent", "tint"),
    ("accent", "soft"),
    ("wrong", "paper"),
]
LEAST_OF_TEXT, LEAST_OF_EDGES = 4.5, 3.0


def schemes() -> dict[str, dict[str, str]]:
    """The colours by name, six hexadecimal digits each, in each scheme."""
    light, dark = (
        dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", rules))
        for rules in re.findall(r":root \{(.*?)\}", source_of("common.css"), re.DOTALL)
    )
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """How light ``colour`` is, from 0 to 1, as WCAG reckons."""
    digits = "".join(2 * digit for digit in colour) if len(colour) == 3 else colour
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_it_stands_on(scheme: str) -> None:
    colours = schemes()[scheme]
    found = {(text, ground): contrast(colours[text], colours[ground]) for text, ground in TEXTS}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < LEAST_OF_TEXT} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_edge_of_a_control_stands_out_from_what_is_beside_it(scheme: str) -> None:
    colours = schemes()[scheme]
    found = {(edge, ground): contrast(colours[edge], colours[ground]) for edge, ground in EDGES}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < LEAST_OF_EDGES} == {}
