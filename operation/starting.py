"""What a new definition begins with: a questionnaire of the library, to the word, under a name of its own."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from operation.fewer_languages import in_languages
from operation.files import new_file
from operation.gallery import STARTER, exhibit, file_of, language_of
from operation.lifecycle import require_name

_SURVEY = re.compile(r"^survey: .*$", re.MULTILINE)


@dataclass(frozen=True)
class Begun:
    """A definition file that was written. ``reviewed`` and ``drafts``: its languages, by whether a reader is named.

    ``awaits_support``: `check` refuses it until it names somebody to turn to.
    """

    path: Path
    reviewed: tuple[str, ...]
    drafts: tuple[str, ...]
    awaits_support: bool


def begin(name: str, source: str = STARTER, languages: Collection[str] = ()) -> Begun:
    """Write NAME.yaml here, with the questions, words and comments of the library's ``source``.

    Its words are in these ``languages`` alone, or in all of them if none is named. Raises :class:`OperatorError` where
    there is such a file, no survey can be called that, or the library has no such questionnaire or no such language.
    """
    require_name(name)
    found = exhibit(source)
    path = Path(f"{name}.yaml")
    spoken = found.questionnaire.languages
    kept = [code for code in spoken if code in {language_of(found.questionnaire, each) for each in languages or spoken}]
    text = _SURVEY.sub(f"survey: {name}", file_of(source).read_text("utf-8"), count=1)
    if len(kept) < len(spoken):
        text = in_languages(text, kept, spoken)
    with new_file(path, "Choose another name.") as stream:
        stream.write(text.encode("utf-8"))
    drafts = tuple(code for code in kept if code in found.questionnaire.drafts)
    return Begun(path, tuple(code for code in kept if code not in drafts), drafts, found.awaits_support)
