"""What an operator looks over before opening: where respondents may go from the pages, and what is not plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.support import Reachable
from operation.authoring.markdown import blocks_of, formatted_texts, links_of
from operation.authoring.places import SETTINGS, Place

_LISTS = {"bullets": "a list", "numbers": "a numbered list"}


@dataclass(frozen=True)
class Told:
    """One thing about the text at ``place``, in each of ``languages``; of what has none, there are none."""

    place: Place
    what: str
    languages: tuple[str, ...] = ()

    def __str__(self) -> str:
        languages = f" ({', '.join(self.languages)})" if self.languages else ""
        return f"{self.place}{languages}: {self.what}"


def taps_of(definition: Definition) -> list[Told]:
    """Every address and number that respondents can tap."""
    settings = definition.settings
    reachable = [(SETTINGS / "support" / line.id, line) for line in settings.support]
    found = [Told(SETTINGS / "exit_link", settings.exit_link)]
    found += [Told(place, target) for place, line in reachable for target in _ways(line)]
    if settings.contact:
        mailbox = [f"mailto:{settings.contact.email}"] if settings.contact.email else []
        found += [Told(SETTINGS / "contact", target) for target in (*mailbox, *_ways(settings.contact))]
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
        yield from (Told(_named(place, definition), what, tuple(spoken)) for what, spoken in languages.items())


def _named(place: Place, definition: Definition) -> Place:
    """``place`` by the id of its question, as operators know it."""
    position = place.question
    if not isinstance(position, int):
        return place
    return Place((*place.keys[:2], definition.questionnaire.questions[position].id, *place.keys[3:]))


def _formats(wording: str) -> Iterator[str]:
    blocks = blocks_of(wording)
    yield from (_LISTS[block.shape] for block in blocks if block.shape in _LISTS)
    runs = [run for block in blocks for item in block.items for run in item]
    if any(run.strong for run in runs):
        yield "bold words"
    if any(run.emphasis for run in runs):
        yield "emphasis"
