"""The operator's export of records: two CSV files, streamed, and sealed text as age files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.questionnaire.codebook import Codebook, Variable
from chalicelib.responses.answers import StoredRecord
from chalicelib.services import Version
from chalicelib.spreadsheet import harmless
from chalicelib.storage.reading import reading_answers

SEPARATOR = ";"


@dataclass(frozen=True)
class Exported:
    """How many records and sealed texts an export wrote."""

    records: int
    sealed_texts: int


def export_records(
    survey: str, records: Iterable[StoredRecord], versions: Mapping[int, Version], folder: Path
) -> Exported:
    """Write ``codes.csv``, ``labels.csv``, ``codebook.csv`` and ``text/*.age`` (or ``text/*.json``) into ``folder``.

    Withdrawn responses are left out. Records are numbered in the order of their random ids, which says nothing of
    when they came. ``versions``: those that respondents met, by number; columns are what any of them has.
    Raises :class:`UnreadableRecord` for answers that none of them could have.
    """
    codebooks = {number: versions[number].codebook for number in sorted(versions)}
    codebook = _merged(list(codebooks.values()))
    folder.mkdir(parents=True, exist_ok=True)
    # Records of persons: nobody else on this computer may look inside.
    folder.chmod(0o700)
    (folder / "text").mkdir(exist_ok=True)
    _write_codebook(codebook, codebooks, folder / "codebook.csv")
    written = sealed = 0
    with (
        (folder / "codes.csv").open("w", encoding="utf-8", newline="") as codes_file,
        (folder / "labels.csv").open("w", encoding="utf-8-sig", newline="") as labels_file,
    ):
        codes_writer, labels_writer = csv.writer(codes_file), csv.writer(labels_file)
        start, first = ["record", "batch", "version"], codebook.languages[0]
        codes_writer.writerow(start + [variable.id for variable in codebook.variables])
        labels_writer.writerow(start + [_variable_label(variable, first) for variable in codebook.variables])
        for record in records:
            if record.answers is None or record.version is None:
                continue
            written += 1
            with reading_answers(survey):
                answers = versions[record.version].layout.unpack(record.answers)
            start = [f"{written:06}", str(record.batch or ""), str(record.version)]
            codes_writer.writerow(start + [SEPARATOR.join(answers.get(v.id, ())) for v in codebook.variables])
            labels_writer.writerow(start + [_labels(v, answers.get(v.id, ()), first) for v in codebook.variables])
            sealed += _write_text(record, folder / "text" / f"{written:06}")
    return Exported(written, sealed)


def _merged(codebooks: Sequence[Codebook]) -> Codebook:
    """That of the latest version, then what only earlier ones had."""
    latest = codebooks[-1]
    variables: dict[str, Variable] = {}
    for variable in (variable for codebook in reversed(codebooks) for variable in codebook.variables):
        later = variables.setdefault(variable.id, variable)
        codes = tuple(dict.fromkeys((*later.codes, *variable.codes)))
        variables[variable.id] = replace(later, codes=codes, labels={**variable.labels, **later.labels})
    return replace(latest, variables=tuple(variables.values()))


def _write_codebook(codebook: Codebook, versions: Mapping[int, Codebook], path: Path) -> None:
    """One row a variable and one for each of its codes; ``since_version`` where the first version had it not.

    ``order`` is "random" where the options stood otherwise on each form, with the versions where only some had it so.
    """
    found = {
        number: {(variable.id, code) for variable in each.variables for code in ("", *variable.codes)}
        for number, each in versions.items()
    }
    first, latest = min(versions), max(versions)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["variable", "kind", "code", "since_version", "until_version", "order", *codebook.languages])
        for variable in codebook.variables:
            order = _order(variable, versions)
            for code, words in _described(variable, codebook.languages):
                having = [number for number, names in found.items() if (variable.id, code) in names]
                since, until = min(having), max(having)
                limits = ("" if since == first else since, "" if until == latest else until)
                writer.writerow([variable.id, variable.kind, code, *limits, "" if code else order, *words])


def _order(variable: Variable, versions: Mapping[int, Codebook]) -> str:
    """How the options stood on the forms of the ``versions`` that had ``variable``."""
    is_random = {
        number: each.has_random_order
        for number, codebook in versions.items()
        for each in codebook.variables
        if each.id == variable.id
    }
    if all(is_random.values()):
        return "random"
    some = [str(number) for number, random in is_random.items() if random]
    return f"random in {', '.join(some)}" if some else ""


def _described(variable: Variable, languages: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The wordings of a variable, as code "", and of each of its codes."""
    yield "", [_variable_label(variable, language) for language in languages]
    for code in variable.codes:
        label = variable.labels.get(code, {})
        yield code, [harmless(label.get(language, "")) for language in languages]


def _variable_label(variable: Variable, language: str) -> str:
    """The wording of the question and its part; empty in a language that lacks one of them."""
    labels = [variable.label, variable.part_label] if variable.part_label else [variable.label]
    words = [label.get(language, "") for label in labels]
    return harmless(": ".join(words)) if all(words) else ""


def _labels(variable: Variable, codes: Sequence[str], language: str) -> str:
    # A number is written as it is: its codes are bands, which records are finer than.
    words = {} if variable.form == "number" else variable.labels
    return harmless(f"{SEPARATOR} ".join(words.get(code, {}).get(language, code) for code in codes))


def _write_text(record: StoredRecord, path: Path) -> bool:
    if record.sealed is not None:
        path.with_suffix(".age").write_bytes(record.sealed)
    elif record.text is not None:
        path.with_suffix(".json").write_text(record.text, "utf-8")
    return record.sealed is not None
