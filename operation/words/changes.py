"""What of a file's words a workbook changes, where both may have changed since the workbook was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter, ValidationError

from chalicelib.questionnaire.base import Wording
from chalicelib.questionnaire.definition import Definition
from operation.authoring.markdown import formatted_texts, links_of
from operation.authoring.places import Place
from operation.words.columns import name_of
from operation.words.filled_in import Filled, reviewers_of
from operation.words.texts import PlacedText, as_stored, hash_of, placed_texts
from operation.words.workbook import REVIEWED, Language, Mark
from operation.workbooks import Problems, listed, place_of

_WORDING: TypeAdapter[str] = TypeAdapter(Wording)
#: What is wrong with a wording, by pydantic's type of it, with its characters; of others pydantic tells our own words.
_WRONG = {
    "string_too_long": "too long: {:,} characters. Shorten it",
    "string_unicode": "half of a character that was cut in two. Write it again",
}


@dataclass
class Changes:
    """New wordings by place and language, new languages, and reviewers by language (None: nobody any more).

    ``unfinished``: by language, how many texts have no words; ``unread``: languages with changes whose reviewer was
    named before them; ``left``: how many texts of the file the workbook does not have; ``gone``: how many of the
    workbook's the file has no more, where nothing was written; ``comments``: the cells that have one.
    """

    texts: dict[Place, dict[str, str]] = field(default_factory=dict)
    languages: dict[str, Language] = field(default_factory=dict)
    reviewers: dict[str, str | None] = field(default_factory=dict)
    unfinished: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    left: int = 0
    gone: int = 0
    comments: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.languages or self.reviewers)

    @property
    def counts(self) -> dict[str, int]:
        """By language, how many wordings change."""
        codes = [code for wordings in self.texts.values() for code in wordings]
        return {code: codes.count(code) for code in dict.fromkeys(codes)}


@dataclass(frozen=True)
class _Comparison:
    definition: Definition
    filled: Filled
    problems: Problems
    takes_unfinished: bool

    @property
    def first(self) -> str:
        return self.definition.questionnaire.first_language

    def changes(self) -> Changes:
        changes = Changes(comments=self.filled.sheet.comments)
        texts = {text.key: text for text in placed_texts(self.definition)}
        self._compare_columns(changes)
        gone = [key for key in self.filled.texts if key not in texts]
        for key in filter(self.filled.has_new_words, gone):
            self._tell(
                f"row {self.filled.rows[key]}",
                "new words, of a text that is not in the file. Move them, or delete the row.",
            )
        changes.gone = len(gone)
        formatted = {place for place, _ in formatted_texts(self.definition.questionnaire)}
        for text in (text for key, text in texts.items() if key in self.filled.rows):
            if found := dict(self._changed(text)):
                changes.texts[text.place] = found
            self._compare_links(text, found, text.place in formatted)
        changes.left = len(texts.keys() - self.filled.rows.keys())
        self._count_unfinished(list(texts.values()), changes)
        self._compare_reviewers(changes)
        return changes

    def _compare_columns(self, changes: Changes) -> None:
        known = self.definition.questionnaire.languages
        for code in [code for code in known if code not in self.filled.columns.words]:
            self._tell("", f"the column of {code} is gone. Give it its header back.")
        for code, language in self.filled.columns.languages.items():
            place = place_of(self.filled.columns.header, self.filled.columns.words[code])
            if code not in known and self._is_begun(code):
                changes.languages[code] = replace(language, name=language.name or name_of(code))
                self._require_wording(changes.languages[code].name, place)
            elif code in known and not _is_called(language.name, known[code].name):
                way = "Write that here, or change it in the file."
                self._tell(place, f"the file calls {code} “{known[code].name}”. {way}")

    def _changed(self, text: PlacedText) -> Iterator[tuple[str, str]]:
        """By language, the new wordings of a text."""
        for code in self.filled.columns.words:
            cell, said = self.filled.cell(text.key, code), self.filled.wording(text.key, code)
            before, then = text.wordings.get(code, ""), self.filled.hashes[text.key].get(code)
            if not cell.is_of_words or hash_of(said) == hash_of(before):
                continue
            if hash_of(said) == then or (not said and then is None):
                continue  # the file alone has changed
            if before and hash_of(before) != then:
                self._tell(cell.place, "the file's words have changed too. Write into both what is to stand here.")
            elif not said:
                self._tell(cell.place, "empty, and the file has words here. Put them back.")
            elif self._require_wording(said, cell.place):
                yield code, said

    def _require_wording(self, said: str, place: str) -> bool:
        """Whether a text may stand in a file; else it is a problem."""
        try:
            _WORDING.validate_python(said, strict=True)
        except ValidationError as error:
            [found, *_] = error.errors(include_input=False, include_url=False)
            what = _WRONG[found["type"]].format(len(said)) if found["type"] in _WRONG else found["msg"]
            self._tell(place, f"{what}.")
            return False
        return True

    def _compare_links(self, text: PlacedText, found: Mapping[str, str], is_formatted: bool) -> None:
        """A wording that changed has as many links as the first language's: translated, they may lead elsewhere."""
        source = found.get(self.first) or text.wordings.get(self.first, "")
        wanted = len(links_of(source)) if is_formatted else 0
        for code, said in found.items():
            if code != self.first and (has := len(links_of(said)) if wanted else 0) < wanted:
                links = "1 link" if wanted == 1 else f"{wanted} links"
                message = f"{links} in “{self.first}”, and {has or 'none'} here. Write [words](https://…) as there."
                self._tell(self.filled.cell(text.key, code).place, message)

    def _count_unfinished(self, texts: Sequence[PlacedText], changes: Changes) -> None:
        for code in [code for code in self.filled.columns.words if self._is_begun(code)]:
            worded = {place for place, wordings in changes.texts.items() if code in wordings}
            lacking = [text for text in texts if code not in text.wordings and text.place not in worded]
            # What is no text, or too long, was told already.
            empty = [
                text for text in lacking if text.key not in self.filled.rows or self.filled.is_empty(text.key, code)
            ]
            if empty and not self.takes_unfinished:
                cells = [self.filled.cell(text.key, code).place for text in empty if text.key in self.filled.rows]
                message = f"empty, where “{self.first}” has words. Write them, or take it as it is: --unfinished."
                have = "1 text has no row" if len(empty) == 1 else f"{len(empty)} texts have no row"
                gone = f"{have}, and so no words in {code}. Take it as it is: --unfinished."
                self._tell(listed(cells), message if cells else gone)
            elif empty:
                changes.unfinished[code] = len(empty)

    def _is_begun(self, code: str) -> bool:
        """Whether it is a language of the file, or has words in the workbook."""
        is_known = code in self.definition.questionnaire.languages
        return is_known or any(not self.filled.is_empty(key, code) for key in self.filled.texts)

    def _compare_reviewers(self, changes: Changes) -> None:
        known, then = self.definition.questionnaire.languages, self.filled.hashes.get(REVIEWED, {})
        for code, said in reviewers_of(self.filled).items():
            place, before = (
                self.filled.cell(REVIEWED, code).place,
                (known[code].reviewed_by or "" if code in known else ""),
            )
            is_same = said == before or hash_of(said) == then.get(code) or (not said and code not in then)
            if is_same and before and code in changes.counts:
                changes.unread.append(code)
            if is_same:
                continue
            if not self._is_begun(code):
                self._tell(place, f"a reader is named, and no text has words in {code}. Empty the cell.")
                continue
            if said and self._require_wording(said, place):
                self._require_all_read(code, place)
            changes.reviewers[code] = said or None

    def _tell(self, place: str, what: str) -> None:
        self.problems.add(self.filled.sheet.name, place, what)

    def _require_all_read(self, code: str, place: str) -> None:
        """Nobody has read a language through of which a text is marked to be looked at again."""
        keys = [key for key in self.filled.rows if self.filled.mark(key, code) is Mark.LOOK_AGAIN]
        if keys:
            marked = listed([self.filled.cell(key, code).place for key in keys])
            message = f"a reader is named, and beside {marked} stands “{Mark.LOOK_AGAIN}”. Mark what was read."
            self._tell(place, message)


def _is_called(said: str, name: str) -> bool:
    """Whether a header says what a language is called, or says no name."""
    return not said or said.casefold() == " ".join(as_stored(name).split()).casefold()


def changes_of(filled: Filled, problems: Problems, definition: Definition, takes_unfinished: bool) -> Changes:
    """What the workbook changes of the file. Raises :class:`WorkbookProblems` with every problem.

    ``takes_unfinished``: a text may lack words in a language other than the first.
    """
    changes = _Comparison(definition, filled, problems, takes_unfinished).changes()
    problems.raise_any()
    return changes
