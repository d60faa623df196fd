"""Written answers are sealed to every key, and their length says little."""

from __future__ import annotations

import json

import pytest

from chalicelib.errors import StoreMisconfigured
from chalicelib.responses.sealing import SIZES, seal, seal_message, texts_as_json
from tests.builders import identities, unseal

RECIPIENTS = [public for public, _ in identities()]
SECRET = "She said: “år 2019”.\nساعدوني 😀"


def padded_size(characters: int, letter: str = "x") -> int:
    """How many bytes are sealed of a text of ``characters``."""
    return len(unseal(seal({"wish": letter * characters}, RECIPIENTS)).encode())


def payload_of(sealed: bytes) -> bytes:
    """All of an age file but its header, whose length the library varies at random ("grease")."""
    return sealed.partition(b"\n--- ")[2]


@pytest.mark.parametrize("recipient", RECIPIENTS, ids=["first", "second"])
def test_each_key_opens_the_text_P3(recipient: str) -> None:
    texts = {"wish": SECRET, "country.other.text": "Føroyar"}
    opened = unseal(seal(texts, RECIPIENTS), recipient)
    assert json.loads(opened) == texts
    assert list(json.loads(opened)) == ["wish", "country.other.text"]


def test_nobody_else_opens_it_P3() -> None:
    import pyrage

    stranger = pyrage.x25519.Identity.generate()
    sealed = seal({"wish": SECRET}, RECIPIENTS)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [stranger])
    assert b"2019" not in sealed
    assert b"wish" not in sealed


def test_same_text_is_sealed_differently_each_time_P3() -> None:
    assert seal({"wish": SECRET}, RECIPIENTS) != seal({"wish": SECRET}, RECIPIENTS)


def test_short_texts_have_one_length() -> None:
    wishes = ("a", "x" * 350, "å😀" * 40, '"\n' * 90)
    assert len({len(payload_of(seal({"wish": wish}, RECIPIENTS))) for wish in wishes}) == 1


@pytest.mark.parametrize(
    ("characters", "size"), [(1, 400), (388, 400), (389, 1024), (4000, 4096), (4100, 16384), (20_000, 65536)]
)
def test_text_is_padded_to_the_next_size(characters: int, size: int) -> None:
    assert size in SIZES
    assert padded_size(characters) == size


def test_longest_texts_fit_the_sizes_and_what_is_longer_is_sealed_all_the_same() -> None:
    assert padded_size(10_000, "😀") == SIZES[-1]
    assert padded_size(100_000) == 2 * SIZES[-1]


@pytest.mark.parametrize(
    "recipient",
    ["", "age1nonsense", RECIPIENTS[0][:-1], RECIPIENTS[0].replace("age", "agf")],
    ids=["none", "nonsense", "cut short", "of another kind"],
)
def test_bad_key_stops_everything_even_beside_good_ones(recipient: str) -> None:
    with pytest.raises(StoreMisconfigured) as refusal:
        seal({"wish": SECRET}, [*RECIPIENTS, recipient])
    assert SECRET not in repr(refusal.value)
    with pytest.raises(StoreMisconfigured):
        seal_message("code", recipient)


def test_private_key_is_not_taken_for_a_public_one() -> None:
    with pytest.raises(StoreMisconfigured) as refusal:
        seal({"wish": SECRET}, [identities()[0][1]])
    assert identities()[0][1] not in f"{refusal.value!r} {refusal.value.__cause__!r}"


def test_message_is_for_one_key() -> None:
    import pyrage

    sealed = seal_message("code 1\nline", RECIPIENTS[1])
    assert unseal(sealed, RECIPIENTS[1]) == "code 1\nline"
    with pytest.raises(pyrage.DecryptError):
        unseal(sealed, RECIPIENTS[0])


def test_plain_texts_are_json_that_anybody_can_read() -> None:
    assert texts_as_json({"wish": "å\n"}) == '{"wish": "å\\n"}'
