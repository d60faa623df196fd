"""What an operator looks over before opening: where respondents may go from the pages, and what is not plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.support import Reachable
from operation.authoring.markdown import blocks_of, formatted_texts, links_of
from operation.authoring.place_names import named
from operation.authoring.places import SETTINGS

_LISTS = {"bullets": "a list", "numbers": "a numbered list"}


@dataclass(frozen=True)
class Told:
    """One thing about the text that stands ``where``, in each of ``languages``; of what has none, there are none."""

    where: str
    what: str
    languages: tuple[str, ...] = ()

    def __str__(self) -> str:
        languages = f" ({', '.join(self.languages)})" if self.languages else ""
        return f"{self.where}{languages}: {self.what}"


def taps_of(definition: Definition) -> list[Told]:
    """Every address and number that respondents can tap."""
    settings = definition.settings
    found = [Told(named(SETTINGS / "exit_link"), settings.exit_link)]
    found += [
        Told(named(SETTINGS / "support" / line.id), target) for line in settings.support for target in _ways(line)
    ]
    if settings.contact:
        mailbox = [f"mailto:{settings.contact.email}"] if settings.contact.email else []
        found += [Told(named(SETTINGS / "contact"), target) for target in (*mailbox, *_ways(settings.contact))]
    return [*found, *_of_texts(definition, lambda wording: [link.target for link in links_of(wording)])]


def _ways(line: Reachable) -> list[str]:
    return [way for way in (line.dialled, line.link) if way]


def formats_of(definition: Definition) -> list[Told]:
    """Every text that is shown otherwise than it is written, links apart."""
    return list(_of_texts(definition, _formats))


def _of_texts(definition: Definition, found_in: Callable[[str], Iterable[str]]) -> Iterator[Told]:
    for place, text in formatted_texts(definition.questionnaire):
        languages: dict[str, list[str]] = {}
        for language, wording in text.items():
            for what in dict.fromkeys(found_in(wording)):
                languages.setdefault(what, []).append(language)
        yield from (Told(named(place, definition), what, tuple(spoken)) for what, spoken in languages.items())


def _formats(wording: str) -> Iterator[str]:
    blocks = blocks_of(wording)
    yield from (_LISTS[block.shape] for block in blocks if block.shape in _LISTS)
    runs = [run for block in blocks for item in block.items for run in item]
    if any(run.strong for run in runs):
        yield "bold words"
    if any(run.emphasis for run in runs):
        yield "emphasis"
