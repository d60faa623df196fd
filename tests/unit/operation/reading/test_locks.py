"""A lock of a key file is age's own, takes the same work on every machine, and shows every change (P3)."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import given
from hypothesis import strategies as st

from operation.errors import OperatorError
from operation.reading import locks
from operation.reading.locks import locked, unlocked
from tests.age import Lock, bytes_of, opened, text_of

FILE = Path("a.key")
DAMAGED = "a.key is no private key, or is damaged. Give the file that `manage.py key new` wrote, or its copy."
#: What the program age 1.1.1 wrote: `age -p -a`.
OF_AGE = b"""-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBiZXlCWHVmNytEY3BKY3U3
VzhVWUhRIDE4Cmw4akVQSnJlL3I5NVNSTmJZWCtiSHhremxLZnJjZk9pTHJPSWhZ
ZU8rdFkKLS0tIGNVcXNCRXRSSUd4ejVScWllcisvMnJ1SkhwYVR0aWhodDhnM2kw
dnl3ek0KJo4F2sGnPNPQyg+48/b34rbptNMU6HcCleRJntivH1ENUzPOxZJeHpPb
UvTdRORyq303qcPuh3KnKZPLsTRLhMEY4LfF3xWPOC/IkpCma1a6k99bVDQS
-----END AGE ENCRYPTED FILE-----
"""
IN_IT = b"# made by age 1.1.1 for a test; this key opens nothing\n"
PASSPHRASE = "seven words"
#: In the order of what they say.
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#: Work that takes no time.
LITTLE = 1


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WORK", LITTLE)


def refusal(content: bytes, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(OperatorError) as refused:
        unlocked(FILE, content, passphrase)
    return str(refused.value)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_what_age_has_locked_is_opened_armoured_or_not(ends: bytes) -> None:
    assert unlocked(FILE, OF_AGE.replace(b"\n", ends), "four words of it") == IN_IT
    assert unlocked(FILE, base64.b64decode(b"".join(OF_AGE.split(b"\n")[1:-2])), "four words of it") == IN_IT


def test_lock_takes_the_work_that_age_takes_whatever_the_processor_seems_to_do_P3() -> None:
    """Of the work, age's own default; pyrage would time the processor."""
    content = locked(b"a key", PASSPHRASE)
    assert content.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert re.findall(rb"^-> scrypt \S{22} (\d+)$", content, re.MULTILINE) == [b"18"]
    assert b"a key" not in content
    assert unlocked(FILE, content, PASSPHRASE) == b"a key"


@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_content_and_passphrase_of_any_kind_come_back(content: bytes, passphrase: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locks, "WORK", LITTLE)
        assert unlocked(FILE, locked(content, passphrase), passphrase) == content


@pytest.mark.usefixtures("little_work")
def test_lock_is_by_the_letter_of_the_specification_and_nothing_of_it_comes_twice_P3() -> None:
    found = [opened(locked(b"a key", "sju ord på å"), "sju ord på å".encode()) for _ in range(10)]
    assert {lock.content for lock in found} == {b"a key"}
    assert len({part for lock in found for part in (lock.salt, lock.nonce, lock.file_key)}) == 30


#: Of work that takes no time; what forgeries are made of.
FORGED = Lock(PASSPHRASE.encode(), b"a key")


def test_what_the_specification_makes_is_opened() -> None:
    assert unlocked(FILE, bytes(FORGED), PASSPHRASE) == b"a key"


@pytest.mark.parametrize(
    "forged",
    {
        "the code of another header": replace(FORGED, mac=bytes(32)),
        "a code of which one byte is right": replace(FORGED, mac=FORGED.right_mac[:1] + bytes(31)),
        "a short salt": replace(FORGED, salt=b"s" * 15),
        "a long salt": replace(FORGED, salt=b"s" * 17),
        "work with a zero before it": replace(FORGED, work=b"01"),
        "work with a sign": replace(FORGED, work=b"+1"),
        "a key of a file that is long": replace(FORGED, file_key=b"k" * 17),
        "a second recipient": replace(FORGED, more=b"-> X25519 abc\n\n"),
        "a chunk that is not the last": replace(FORGED, counter=bytes(12)),
        "a chunk that is not the first": replace(FORGED, counter=bytes(10) + b"\x01\x01"),
    }.items(),
    ids=lambda case: case[0],
)
def test_file_that_the_specification_refuses_opens_nothing_with_the_right_passphrase(forged: tuple[str, Lock]) -> None:
    assert refusal(bytes(forged[1])) == DAMAGED


@pytest.mark.parametrize("part", ["salt", "key", "code"])
def test_each_part_of_a_header_is_written_in_one_way_alone(part: str) -> None:
    """Its last letter has bits that stand for nothing."""
    content = bytes(FORGED)
    salt, key, code = (
        found.span() for found in re.finditer(rb"(?<=scrypt )\S{22}|(?<=\n)\S{43}(?=\n)|(?<=--- )\S{43}", content)
    )
    start, end = {"salt": salt, "key": key, "code": code}[part]
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = content[: end - 1] + letters[letters.index(content[end - 1]) + 1 :][:1] + content[end:]
    assert bytes_of(content[start:end]) == bytes_of(other[start:end])
    assert text_of(bytes_of(other[start:end])) != other[start:end]
    assert refusal(other) == DAMAGED


@pytest.mark.usefixtures("little_work")
@pytest.mark.parametrize("other", ["sju ord p\u00e4", "sju ord p", "Sju ord p\u00e5", "sju ord p\u00e5 "])
def test_passphrase_is_every_letter_of_it(other: str) -> None:
    assert refusal(locked(b"a key", "sju ord p\u00e5"), other) == "This is not the passphrase of a.key. Try again."


@pytest.mark.usefixtures("little_work")
def test_another_passphrase_opens_nothing_and_is_not_told() -> None:
    said = refusal(locked(b"a key", PASSPHRASE), "other words")
    assert said == "This is not the passphrase of a.key. Try again."


@pytest.mark.usefixtures("little_work")
def test_every_changed_byte_and_every_cut_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    # A changed digit may ask for much work, which is not what is tried here.
    monkeypatch.setattr(locks, "MOST_WORK", LITTLE)
    content = locked(b"# public key: age1x\nAGE-SECRET-KEY-1X\n", PASSPHRASE)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        assert refusal(bytes(changed)).startswith((DAMAGED, "This is not the passphrase", "a.key asks for more work"))
        assert refusal(content[:place]) == DAMAGED
    assert refusal(content + b"x") == DAMAGED


@pytest.mark.usefixtures("little_work")
def test_code_that_says_the_same_in_other_letters_is_noticed() -> None:
    """The last of its characters has two bits that say nothing, and are zero in what age takes."""
    content = locked(b"a key", PASSPHRASE)
    end = content.index(b"\n", content.index(b"\n--- ") + 1) - 1
    assert refusal(content[:end] + LETTERS[LETTERS.index(content[end]) + 1 :][:1] + content[end + 1 :]) == DAMAGED


@pytest.mark.usefixtures("little_work")
def test_armour_that_is_cut_or_holds_something_else_is_named() -> None:
    assert refusal(OF_AGE[:-40]) == DAMAGED
    assert refusal(OF_AGE.replace(b"YWdl", b"YWd")) == DAMAGED
    assert refusal(OF_AGE.replace(b"YWdl", b"YWdm")) == DAMAGED
    assert refusal(OF_AGE.replace(b"YWdl", b"YWdl=")) == DAMAGED


@pytest.mark.parametrize("work", [0, 23, 99])
def test_file_that_asks_for_more_work_than_age_does_is_refused_at_once(work: int) -> None:
    content = base64.b64decode(b"".join(OF_AGE.split(b"\n")[1:-2])).replace(b" 18\n", b" %d\n" % work)
    assert refusal(content) == (
        "a.key asks for more work than a lock needs. Give the file that age or `key new` wrote." if work else DAMAGED
    )


@pytest.mark.parametrize(("work", "memory"), [(18, 256), (22, 4096)])
def test_computer_with_too_little_memory_for_what_age_opens_is_told_how_much_it_takes(
    monkeypatch: pytest.MonkeyPatch, work: int, memory: int
) -> None:
    def full(self: Scrypt, key_material: bytes) -> bytes:
        raise MemoryError

    monkeypatch.setattr(locks, "Scrypt", lambda **_: type("Full", (), {"derive": full})())
    told = f"A key's lock takes {memory} MiB of memory. Close other programs."
    content = bytes(FORGED).replace(b" 1\n", b" %d\n" % work)
    assert refusal(content) == told
    monkeypatch.setattr(locks, "WORK", work)
    with pytest.raises(OperatorError, match=re.escape(told)):
        locked(b"a key", PASSPHRASE)


@pytest.mark.usefixtures("little_work")
def test_more_than_a_key_file_is_not_locked() -> None:
    assert len(unlocked(FILE, locked(bytes(64 * 1024), PASSPHRASE), PASSPHRASE)) == 64 * 1024
    with pytest.raises(ValueError, match="no longer than one chunk"):
        locked(bytes(64 * 1024 + 1), PASSPHRASE)
