"""What all formats of a release have in common."""

from __future__ import annotations

import sys
from typing import get_type_hints

import pytest

from chalicelib.publication.formats import FORMATS, Format
from chalicelib.publication.worded import WordedRelease


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_file_is_made_from_a_release_in_words_alone_P8(form: Format) -> None:
    takes = get_type_hints(form.write)
    del takes["return"]
    assert list(takes.values()) == [WordedRelease]
    assert not any(name.startswith(("Tally", "Answers")) for name in vars(sys.modules[form.write.__module__]))
