"""What commands that are told call their files, so that they can be pasted: names that are free, keys that are here."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from chalicelib.questionnaire.survey import Survey
from operation.records.contents import CONTENTS

#: As the guide calls them.
KEY_FILES = ("working.key", "recovery.key")
_PUBLIC_KEY = re.compile(r"\bage1[a-z0-9]{58}\b")
#: Bytes: what is longer is no public key, whatever it is called.
_LONGEST = 1000


def records_of(survey: str) -> str:
    """A folder for a survey's records that is not there yet."""
    return _free(f"{survey}-records")


def exported(survey: str) -> str | None:
    """The folder here that has a survey's records under the name they are given; None where none has."""
    folder = Path(f"{survey}-records")
    return str(folder) if (folder / CONTENTS).is_file() else None


def codes_of(survey: str) -> str:
    """A file for a survey's invitation codes that is not there yet."""
    return _free(f"{survey}-codes", ".txt")


def posters_of(survey: str) -> str:
    """A folder for a survey's posters that is not there yet."""
    return _free(f"{survey}-posters")


def slips_of(codes: Path) -> str:
    """A file for the slips of ``codes``, beside them, that is not there yet; as a shell takes it."""
    return shlex.quote(_free(str(codes.with_name(f"{codes.stem}-slips")), ".html"))


def texts_of(records: Path) -> str:
    """A folder for what people wrote in ``records``, beside them, that is not there yet; as a shell takes it."""
    return shlex.quote(_free(str(records.with_name(f"{records.name}-texts"))))


def coding_of(question: str) -> str:
    """A workbook to sort what people wrote to ``question`` into themes that is not there yet."""
    return _free(f"{question}-coding", ".xlsx")


def second_coding_of(workbook: Path) -> str:
    """Another for a second coder, beside the first, that is not there yet; as a shell takes it."""
    return shlex.quote(_free(str(workbook.with_name(f"{workbook.stem}-second")), workbook.suffix))


def working_key(recipients: Sequence[str]) -> str:
    """The key file here that one of ``recipients`` is of, the guide's first; as a shell takes it."""
    files = {key: name for name, key in _keys_here().items() if Path(name).is_file()}
    found = [files[each] for each in recipients if each in files]
    return shlex.quote(found[0] if found and KEY_FILES[0] not in found else KEY_FILES[0])


def key_test_of(survey: str) -> str:
    """A folder for the test messages of a survey's keys that is not there yet."""
    return _free(f"{survey}-key-test")


def key_file(recipient: str) -> str:
    """The file of the key that ``recipient`` is of, as a shell takes it; the one of the guide if it is not here."""
    found = [name for name, key in _keys_here().items() if key == recipient]
    return shlex.quote(found[0] if found else KEY_FILES[0])


def key_files(recipients: Sequence[str]) -> list[str]:
    """The files of the keys that ``recipients`` are of, as a shell takes them; none where one is not here."""
    files = {key: name for name, key in _keys_here().items() if Path(name).is_file()}
    return [shlex.quote(files[each]) for each in recipients] if files.keys() >= {*recipients} else []


def publishing(survey: str, file: Path | None = None) -> str | None:
    """The command that publishes ``file`` again, or the one called as its survey; None where neither is here."""
    found = file or Path(f"{survey}.yaml")
    return f"manage.py publish {shlex.quote(str(found))}" if found.exists() else None


def giving_keys(publish: str | None) -> str:
    """How a survey is given the keys that text is sealed to, with the command ``publish`` where that is known."""
    here = _public_files()
    made = [] if here else [name for name in KEY_FILES if not os.path.lexists(name)]
    if not here and len(made) < len(KEY_FILES):
        return f"{_making(made)}publish its file again, with --recipient and the public key for each of two keys"
    given = " ".join(f"--recipient {shlex.quote(name)}" for name in here or map(_beside, KEY_FILES))
    if publish is None:
        return f"{_making(made)}publish its file again, with {given}"
    return f"{_making(made)}`{publish} {given}`" if made else f"{publish} {given}"


def giving_second_key(publish: str) -> str:
    """The same where the file, or the survey, has one key already."""
    name = _free(KEY_FILES[1])
    return f"make a second key, `manage.py key new {name}`; then `{publish} --recipient {_beside(name)}`"


def proving_keys(survey: Survey) -> str:
    """How it is proven that each key opens what is sealed to it: by what its holder reads, which nobody else knows."""
    opened = [proof.recipient for proof in survey.key_proofs if proof.opened]
    if here := key_files([key for key in survey.settings.recipients if key not in opened]):
        return f"manage.py key prove {survey.id} {' '.join(f'--key {file}' for file in here)}"
    again = f"manage.py key test {survey.id} --to {key_test_of(survey.id)}"
    if all(proof.opened for proof in survey.key_proofs):
        return again
    return f"key confirm, with {survey.id} and the code in each test message; for new messages, `{again}`"


def _making(names: Sequence[str]) -> str:
    if not names:
        return ""
    commands = " and ".join(f"`manage.py key new {name}`" for name in names)
    return f"make {'two keys' if len(names) == len(KEY_FILES) else 'another key'}, {commands}; then "


def _public_files() -> tuple[str, ...]:
    """The .pub files of a working and a recovery key in this folder; none where that is unclear.

    They are those that are called as in the guide, or the only two: whatever else lies here may be anybody's.
    """
    keys = _keys_here()
    named = [file for file in KEY_FILES if file in keys]
    found = named if len(named) == len(KEY_FILES) else list(keys)
    is_clear = len(found) == len({keys[file] for file in found}) == len(KEY_FILES)
    return tuple(map(_beside, found)) if is_clear else ()


def _beside(key_file: str) -> str:
    return str(Path(key_file).with_suffix(".pub"))


def _keys_here() -> dict[str, str]:
    """The public keys of the .pub files in this folder, by the names of the key files that they stand beside."""
    found = {path.with_suffix(".key").name: _public_key(path) for path in sorted(Path().glob("*.pub"))}
    return {name: key for name, key in found.items() if key}


def _public_key(path: Path) -> str | None:
    try:
        text = path.read_text("utf-8") if path.is_file() and path.stat().st_size <= _LONGEST else ""
    except (OSError, UnicodeDecodeError):
        return None
    found = _PUBLIC_KEY.search(text)
    return found.group() if found else None


def _free(name: str, suffix: str = "") -> str:
    names = (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}" for number in count(1))
    return next(each for each in names if not os.path.lexists(each))
