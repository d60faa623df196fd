"""Reads the lines of an outline: its title and introduction, its sections, its questions with their options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from operation.authoring.wording_rules import LONG_TITLE, quoted
from operation.outlines.lines import Line, LineKind, lines_of
from operation.outlines.marks import Marks, marked

#: Before the first question, or anywhere: what is said about the survey as a whole, or about the question above.
_FIELD = re.compile(r"(title|introduction|intro|asked by|thanks|hint|help|required)\s?[:：]\s?(.+)", re.IGNORECASE)
_NAMES = {"intro": "introduction", "help": "hint"}
#: How the last words begin, in the six languages.
_THANKS = ("thank", "tack", "takk", "kiitos", "kiitämme", "شكر")
#: Options on one line: "Woman / Man / Other", or a box before each.
_BETWEEN, _BEFORE_EACH = re.compile(r"\s*[/|]\s*"), re.compile(r"\s*[☐□]\s*")
_LONGEST_LISTED = 40
#: Options behind a question on its own line: "Did you go? Yes / No". "Why and/or how" between other words is none.
_ON_ITS_LINE = re.compile(r"(.+[?？؟](?: ?\([^()]*\))*) (?!\()(.+)")
_APART = re.compile(r" [/|] |[☐□]|^\w+(?:[/|]\w+)+$")
_ASKS = ("?", "？", "؟")
_STOPS = (".", "!", "?")
_ENDS = (".", "!", ":", "…", "。", "?", "？", "؟", ")")


@dataclass(frozen=True)
class Guess:
    """What was taken for what, on which line (from 1)."""

    line: int
    said: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.said}"


@dataclass
class Choice:
    """An option as it is written, how far in it stands, and what before it: a box, or a number of some style."""

    line: int
    text: str
    is_boxed: bool = False
    style: str = ""
    counted: int | None = None
    indent: int = 0


@dataclass
class Asked:
    """A question with all that stands under it."""

    line: int
    text: str
    hints: list[str] = field(default_factory=list)
    options: list[Choice] = field(default_factory=list)
    required: str | None = None

    @property
    def marks(self) -> Marks:
        """What its brackets say."""
        return marked(self.text)[1]


@dataclass
class Heading:
    """A section."""

    line: int
    text: str


@dataclass
class Note:
    """Words between questions."""

    line: int
    text: str


Item = Asked | Heading | Note


@dataclass
class Outline:
    """A whole outline, in its order, and what was guessed in reading it. ``said``: title and others, by name."""

    said: dict[str, str] = field(default_factory=dict)
    introduction: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)


def outline_of(text: str) -> Outline:
    """Whatever ``text`` is, an outline; one that has no questions may have no items at all."""
    lines = list(lines_of(text))
    return _Reader(lines).read()


class _Reader:
    """Goes over the lines once; ``_current`` is the question that options and hints belong to."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._outline = Outline()
        self._current: Asked | None = None
        self._indent, self._counted = 0, 0
        self._is_after_blank = True
        first = next((line for line in lines if line.looks is LineKind.NUMBERED), None)
        self._style = first.style if first else None

    def read(self) -> Outline:
        for line, following in zip(self._lines, self._followers(), strict=True):
            match line.looks:
                case LineKind.BLANK | LineKind.RULE:
                    self._is_after_blank = True
                    continue
                case LineKind.HEADING:
                    self._heading(line)
                case LineKind.NUMBERED:
                    self._numbered(line)
                case LineKind.BULLET | LineKind.LETTERED:
                    self._option(line)
                case LineKind.PLAIN:
                    self._plain(line, following)
            self._is_after_blank = False
        return self._outline

    def _followers(self) -> Iterator[LineKind]:
        """By line, the kind of the next that says anything."""
        kinds, following = [], LineKind.BLANK
        for line in reversed(self._lines):
            kinds.append(following)
            following = following if line.looks is LineKind.BLANK else line.looks
        return reversed(kinds)

    def _heading(self, line: Line) -> None:
        if not self._outline.items and "title" not in self._outline.said and not self._outline.introduction:
            self._outline.said["title"] = line.text
            return
        self._outline.items.append(Heading(line.number, line.text))
        self._current = None

    def _numbered(self, line: Line) -> None:
        if self._current and self._is_numbered_option(line, self._current):
            self._option(line)
        else:
            self._ask(line)

    def _is_numbered_option(self, line: Line, question: Asked) -> bool:
        """Whether it stands farther in than the question, goes on with its options, or begins to count anew."""
        last = question.options[-1] if question.options else None
        is_farther_in = line.indent > self._indent + 1
        # It is called a question, or stands farther out than the options that it would go on with.
        if line.style[:1].isalpha() or (last and not is_farther_in and last.indent > line.indent + 1):
            return False
        if is_farther_in:
            return True
        if line.counted is None:
            return line.style != self._style
        if last and last.counted is not None and (last.style, last.counted + 1) == (line.style, line.counted):
            return True
        if line.counted == self._counted + 1:
            return False
        marks = marked(line.text)[1]
        return line.style != self._style or (line.counted == 1 and not _asks(line.text) and not marks.kind)

    def _ask(self, line: Line) -> None:
        text, listed = _parted(line.text)
        options = [Choice(line.number, each, "☐" in line.text or "□" in line.text) for each in listed]
        if listed:
            self._guess(line, f"{quoted(line.text.removeprefix(text).strip())} was taken for {len(listed)} options.")
        self._current, self._indent = Asked(line.number, text, options=options), line.indent
        self._counted = line.counted if line.counted is not None else self._counted
        self._outline.items.append(self._current)

    def _option(self, line: Line) -> None:
        listed = _listed(f"☐ {line.text}") if line.is_boxed else []
        if not line.text:
            self._guess(line, "Nothing stands behind this mark, so it was left out.")
        elif self._current and len(listed) > 1 and "☐" in line.text:
            self._current.options += [Choice(line.number, each, line.is_boxed) for each in listed]
        elif self._current:
            choice = Choice(line.number, line.text, line.is_boxed, line.style, line.counted, line.indent)
            self._current.options.append(choice)
        elif not self._outline.items:
            self._introduce(f"- {line.text}", is_item=True)
        else:
            self._note(line, f"- {line.text}")

    def _plain(self, line: Line, following: LineKind) -> None:
        if found := _FIELD.fullmatch(line.text):
            name = found.group(1).lower()
            if self._field(line, _NAMES.get(name, name), found.group(2)):
                return
        if self._looks_asked(line, following):
            self._guess(line, f"{quoted(line.text)} was taken for a question, though it has no number.")
            self._ask(line)
        elif self._current:
            self._under_question(line, self._current)
        elif self._outline.items:
            self._note(line, line.text)
        elif "title" not in self._outline.said and not self._outline.introduction and len(line.text) <= LONG_TITLE:
            self._guess(line, f"{quoted(line.text)} was taken for the title.")
            self._outline.said["title"] = line.text
        else:
            self._introduce(line.text)

    def _field(self, line: Line, name: str, words: str) -> bool:
        """Take ``words`` for what they say to be, where that can stand here."""
        if name in ("hint", "required"):
            if not self._current:
                return False
            if name == "hint":
                self._current.hints.append(words)
            else:
                self._current.required = words
        elif name == "introduction":
            self._introduce(words)
        elif name in self._outline.said:
            self._guess(line, f"There is a second {name} here. The first one was replaced by it.")
            self._outline.said[name] = words
        else:
            self._outline.said[name] = words
        return True

    def _looks_asked(self, line: Line, following: LineKind) -> bool:
        """Whether an unnumbered line asks something: by its end, its brackets, or the options under it."""
        is_free = self._is_after_blank or not self._outline.items or not self._current
        has_options = following in (LineKind.BULLET, LineKind.LETTERED)
        marks = marked(line.text)[1]
        asks = _asks(line.text) or marks.kind is not None or marks.required is not None
        if self._style is None:
            return is_free and (asks or (has_options and bool(self._outline.items)))
        return is_free and bool(self._outline.items) and asks

    def _under_question(self, line: Line, question: Asked) -> None:
        is_bare = not (self._is_after_blank or question.options or question.hints)
        if is_bare and not question.text.endswith(_ENDS):
            self._guess(line, "This was taken for more of the question above it.")
            question.text = f"{question.text} {line.text}"
        elif line.text.lower().startswith(_THANKS):
            self._thank(line)
        elif question.options and not self._is_after_blank and line.indent > self._indent:
            option = question.options[-1]
            self._guess(line, f"This was taken for more of the option {quoted(option.text)}.")
            option.text = f"{option.text} {line.text}"
        elif question.options or (self._is_after_blank and question.hints):
            self._guess(line, f"{quoted(line.text)} was taken for a note between questions.")
            self._note(line, line.text)
        elif not question.hints and not question.marks.kind and (listed := _listed(line.text)):
            self._guess(line, f"{quoted(line.text)} was taken for {len(listed)} options.")
            question.options += [Choice(line.number, each) for each in listed]
        else:
            self._guess(line, f"{quoted(line.text)} was taken for a hint to the question above it.")
            question.hints.append(line.text)

    def _thank(self, line: Line) -> None:
        self._guess(line, f"{quoted(line.text)} was taken for the thanks on the last page.")
        said = self._outline.said
        said["thanks"] = f"{said['thanks']} {line.text}" if "thanks" in said else line.text
        self._current = None

    def _note(self, line: Line, words: str) -> None:
        """A note, or more of the one before it."""
        last = self._outline.items[-1]
        if isinstance(last, Note) and not self._current:
            apart = "\n\n" if self._is_after_blank else "\n"
            last.text = f"{last.text}{apart}{words}"
        else:
            self._outline.items.append(Note(line.number, words))
        self._current = None

    def _introduce(self, words: str, is_item: bool = False) -> None:
        """Paragraphs of the introduction are apart by a blank line, items of a list are not."""
        said = self._outline.introduction
        if said and is_item and said[-1].startswith("- "):
            said[-1] += f"\n{words}"
        else:
            said.append(words)

    def _guess(self, line: Line, said: str) -> None:
        self._outline.guesses.append(Guess(line.number, said))


def _listed(text: str) -> list[str]:
    """The options that ``text`` names on one line; none if it names none."""
    for parts in (_BETWEEN.split(text), _BEFORE_EACH.split(text)):
        named = [part for part in parts if part]
        if len(named) > 1 and all(len(part) <= _LONGEST_LISTED and not part.endswith(_STOPS) for part in named):
            return named
    return []


def _parted(text: str) -> tuple[str, list[str]]:
    """A question, and the options that stand behind it on its line, if any."""
    found = _ON_ITS_LINE.fullmatch(text)
    listed = _listed(found.group(2)) if found and _APART.search(found.group(2)) else []
    return (found.group(1), listed) if found and listed else (text, [])


def _asks(text: str) -> bool:
    return marked(_parted(text)[0])[0].endswith(_ASKS)
