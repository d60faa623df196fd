"""The command that opens what people wrote, without the server and with one passphrase."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.progress import track

from operation.commands.named_records import RECORDS, records_meant
from operation.commands.passphrases import passphrase_file, passphrase_from
from operation.console import console, counted, say
from operation.errors import OperatorError
from operation.files import private_files, private_folder, require_new
from operation.reading.private_keys import PrivateKeys, read_private_keys
from operation.reading.tables import CSV, XLSX, by_record, shuffled, written
from operation.reading.texts import Fault, Opened, Text, files_with_text, is_sealed, opened
from operation.records.folder import RecordFolder
from operation.workbooks import listed

_REFUSAL = "What people wrote is never mixed with what was there: name a new folder."


@click.command()
@RECORDS
@click.option("--key", "key", type=click.Path(path_type=Path), help="The file of a private key; once for all texts.")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--with-records", is_flag=True, help="Beside each text the number of its record: what one person wrote.")
@click.option("--skip", is_flag=True, help="Leave out files that do not open.")
@passphrase_file
def read(
    records: Path, folder: Path, *, key: Path | None, with_records: bool, skip: bool, passphrase_file: Path | None
) -> None:
    """Open what people wrote in RECORDS, the folder that `export` made or the survey, into one CSV and one XLSX.

    By question, in no order and cut from the records, so that nobody sees what one person wrote. Works without the
    server; the texts are nowhere in clear but in the new folder, which only you can open.
    """
    require_new(folder, _REFUSAL)
    exported = records_meant(records)
    texts = written_in(exported, key, passphrase_file, skip=skip)
    made = written((by_record if with_records else shuffled)(texts, exported.codebook))
    with private_folder(folder, _REFUSAL) as place:
        private_files(place, made.files)
    say(f"{counted(len(texts), 'text')} in {folder / CSV} and {XLSX}, {_order(with_records)}")
    if made.cut:
        say(f"{counted(made.cut, 'text')} too long for a cell of the XLSX: the CSV has all of it.")
    if made.left_out:
        say(f"{counted(made.left_out, 'text')} left out of the XLSX, which has no more rows: the CSV has all of them.")
    say("Whoever opens this folder reads what people wrote. Delete it when you are done.")


def _order(with_records: bool) -> str:
    return "by record: what one person wrote stands together." if with_records else "in no order, without the records."


def written_in(records: RecordFolder, key: Path | None, passphrase_file: Path | None, *, skip: bool) -> list[Text]:
    """All texts of ``records``. Raises :class:`OperatorError` where a file does not open, unless it may be left out."""
    files = files_with_text(records)
    keys = _keys_for(key, passphrase_file) if any(map(is_sealed, files)) else None
    found = list(track(opened(records, files, keys), "Opening", total=len(files), console=console))
    _require_opened(records, found, keys, skip=skip)
    return [text for each in found for text in each.texts]


def _keys_for(key: Path | None, passphrase_file: Path | None) -> PrivateKeys:
    if key is None:
        raise OperatorError("What people wrote is sealed. Name the key that opens it: --key working.key")
    return read_private_keys(key, lambda: passphrase_from(passphrase_file, f"The passphrase of {key}"))


def _require_opened(exported: RecordFolder, found: Sequence[Opened], keys: PrivateKeys | None, *, skip: bool) -> None:
    """Name the files that did not open, by what is wrong; raise :class:`OperatorError` unless they are left out."""
    faulty, of = [each for each in found if each.fault], counted(len(found), "file")
    if not faulty:
        return
    if keys and all(each.fault is Fault.OTHER_KEY for each in found):
        raise OperatorError(f"{keys.file} opens none of {of}: they are sealed to other keys. Nothing was written.")
    for fault in Fault:
        if paths := [each.path for each in faulty if each.fault is fault]:
            names = [path.relative_to(exported.path).as_posix() for path in sorted(paths)]
            say(f"{listed(names)}: {fault.value}.", error=True)
    if len(faulty) == len(found) or not skip:
        advice = " --skip leaves them out." if len(faulty) < len(found) else ""
        raise OperatorError(f"{len(faulty)} of {of} did not open. Nothing was written.{advice}")
    say(f"{len(faulty)} of {of} left out.", error=True)


COMMANDS = (read,)
