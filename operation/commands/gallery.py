"""The gallery: questionnaires to begin with, told and drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from operation import gallery
from operation.console import WIDTH, counted, say
from operation.errors import OperatorError
from operation.form_picture import picture
from operation.gallery import Exhibit


@click.command(name="gallery")
@click.argument("name", required=False)
@click.option("--language", metavar="CODE", help="Of the picture; if left out, the first that it speaks.")
def show(name: str | None, language: str | None) -> None:
    """Tell what each questionnaire of the library is for and cannot tell; of one, NAME, draw the form too."""
    if name is None and language is not None:
        raise OperatorError(f"Name what is to be drawn in “{language}”: manage.py gallery NAME --language {language}")
    if name is None:
        for each in gallery.gallery():
            _say_all([*_told(each), ""])
        say("To see a form: manage.py gallery NAME. To begin with it: manage.py new our-survey --from NAME")
        return
    chosen = gallery.exhibit(name)
    spoken = gallery.language_of(chosen.questionnaire, language)
    _say_all([*_told(chosen), "", "-" * WIDTH, *picture(chosen.questionnaire, spoken, WIDTH), "-" * WIDTH])
    say(f"To begin with it: manage.py new our-survey --from {name}")


def _told(exhibit: Exhibit) -> Iterator[str]:
    questionnaire = exhibit.questionnaire
    length = f"{counted(exhibit.asked, 'question')}, {counted(questionnaire.minutes, 'minute')}"
    yield f"{exhibit.name}: {length}, in {', '.join(questionnaire.languages)}"
    yield from _wrapped(exhibit.told)
    for word, text in (("Purpose", exhibit.purpose), ("Method", exhibit.method), ("Limits", exhibit.limits)):
        if text:
            yield from _wrapped(f"{word}: {text}")
    yield from _wrapped(f"Needs: {_needs(exhibit)}.")


def _needs(exhibit: Exhibit) -> str:
    """What has to be there before it can open."""
    keys = "two keys, since people write in it" if exhibit.needs_keys else "no keys"
    return f"{'somebody to turn to, named in the file; ' * exhibit.awaits_support}{keys}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _say_all(lines: Iterator[str] | list[str]) -> None:
    for line in lines:
        click.echo(line)


COMMANDS = (show,)
