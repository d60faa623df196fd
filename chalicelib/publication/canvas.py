"""A drawing in SVG that needs nothing else: no script, style, font or file; mirrored where a language runs left."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from chalicelib.publication.text_width import width_of, wrapped

#: How wide a drawing is, and what stays empty at its sides, in its own units.
WIDTH, MARGIN = 800, 24
INNER = WIDTH - 2 * MARGIN
#: Of black on white, for text of the first and of the second rank, for what is certain and for what may be.
INK, MUTED, SOLID, PALE, LINE, PAPER = "#1b2326", "#4a5459", "#14566b", "#8dbfcb", "#8a9499", "#ffffff"
#: The same of what is no answer like the others.
SOLID_APART, PALE_APART = "#6f787c", "#c9cfd1"
#: How far apart lines are, in parts of the size of the letters.
LEADING = 1.35
#: What no XML may hold.
_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Lettering:
    """Letters of one kind."""

    size: float
    colour: str = INK
    is_bold: bool = False

    @property
    def height(self) -> float:
        """Of a line."""
        return self.size * LEADING

    def width(self, text: str) -> float:
        """Of ``text`` on one line, at most."""
        return width_of(text, self.size, self.is_bold)

    def lines(self, text: str, width: float) -> list[str]:
        """``text`` on lines of at most ``width``."""
        return wrapped(text, width, self.size, self.is_bold)


@dataclass(frozen=True)
class Box:
    """A place and its extent; ``x`` from the side that the language begins at, ``y`` from the top."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Canvas:
    """What is drawn so far. Places are reckoned from the side that the language begins at, and from the top.

    ``height``: how far down something may be drawn next.
    """

    language: str
    is_mirrored: bool
    height: float = MARGIN
    _shapes: list[Element] = field(default_factory=list)

    def rectangle(self, box: Box, fill: str, stroke: str = "") -> None:
        """One that is filled, and outlined by ``stroke`` if it is given."""
        left = WIDTH - box.x - box.width if self.is_mirrored else box.x
        places = {"x": left, "y": box.y, "width": box.width, "height": box.height}
        shape = {name: _written(place) for name, place in places.items()}
        outline = {"stroke": stroke, "stroke-width": "1"} if stroke else {}
        self._shapes.append(Element("rect", {**shape, "fill": fill, **outline}))

    def rule(self, y: float) -> None:
        """A line over the whole width."""
        self.rectangle(Box(MARGIN, y, INNER, 1), LINE)

    def line(self, x: float, y: float, lettering: Lettering, text: str, anchor: str = "start") -> None:
        """One line of text on the baseline ``y``; ``anchor``: start, middle or end of it is at ``x``."""
        runs_left = _runs_left(text, self.is_mirrored)
        turned = {"start": "end", "end": "start"}.get(anchor, anchor)
        shape = {
            "x": _written(WIDTH - x if self.is_mirrored else x),
            "y": _written(y),
            "font-size": _written(lettering.size),
            "fill": lettering.colour,
            "text-anchor": anchor if runs_left == self.is_mirrored else turned,
            "direction": "rtl" if runs_left else "ltr",
            **({"font-weight": "700"} if lettering.is_bold else {}),
        }
        made = Element("text", shape)
        made.text = _FORBIDDEN.sub("", text)
        self._shapes.append(made)

    def lines(self, x: float, y: float, lettering: Lettering, lines: list[str], anchor: str = "start") -> float:
        """Lines under each other, the first just below ``y``; returns where they end."""
        for place, text in enumerate(lines):
            self.line(x, y + place * lettering.height + lettering.size, lettering, text, anchor)
        return y + len(lines) * lettering.height

    def paragraph(self, lettering: Lettering, text: str, before: float = 0) -> None:
        """``text`` over the whole width, so far ``before`` below what is drawn; nothing where it is empty."""
        if text:
            lines = lettering.lines(text, INNER)
            self.height = self.lines(MARGIN, self.height + before, lettering, lines)

    def svg(self, title: str, described: str) -> str:
        """The whole as a file; ``title`` and ``described`` say the same to who cannot see it."""
        height = _written(self.height + MARGIN)
        root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {WIDTH} {height}",
                "width": str(WIDTH),
                "height": height,
                "role": "img",
                "aria-labelledby": "title described",
                "lang": self.language,
                _XML_LANGUAGE: self.language,
                "direction": "rtl" if self.is_mirrored else "ltr",
                "font-family": "Helvetica, Arial, sans-serif",
            },
        )
        SubElement(root, "title", {"id": "title"}).text = _FORBIDDEN.sub("", title)
        SubElement(root, "desc", {"id": "described"}).text = _FORBIDDEN.sub("", described)
        root.append(_hatching())
        SubElement(root, "rect", {"width": str(WIDTH), "height": height, "fill": PAPER})
        root.extend(self._shapes)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


#: What is hatched, so that it is like no shade.
HATCHED = "url(#hatched)"


def _hatching() -> Element:
    definitions = Element("defs")
    pattern = SubElement(
        definitions,
        "pattern",
        {"id": "hatched", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"},
    )
    SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": PAPER})
    SubElement(pattern, "path", {"d": "M-1 1l2 -2M0 6l6 -6M5 7l2 -2", "stroke": PALE_APART, "stroke-width": "1.5"})
    return definitions


def _runs_left(text: str, otherwise: bool) -> bool:
    """As the first letter of ``text`` runs (Unicode Standard Annex 9, P2): an author's may be in another script."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return otherwise


def _written(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
