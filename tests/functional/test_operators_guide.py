"""docs/operators.md from its first command to its last, as it stands there, typed on a terminal, the waits included."""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.terminals import Answer, typed
from tests.functional.test_documents import blocks
from tests.served import ROOT, Site, served

pytestmark = pytest.mark.slow

PASSPHRASE = "seven words that nobody else would choose"
#: What is typed at which question.
ANSWERS = {"passphrase|Repeat": Answer(PASSPHRASE, hidden=True), r"\[y/N\]": Answer("y")}
#: What one more answer to the starter is, and what its writer writes.
WISH = "Somebody to call at night."
PEOPLE = 22
#: What a block shows; as many passphrases are typed as it is told.
Run = Callable[..., str]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Run:
    """Runs a block of the page in the folder of somebody who follows it."""
    environment = {**os.environ, "PORT": str(site.port), "COLUMNS": "200", "TERM": "dumb"}
    # Of the tests alone: it names data to work on.
    del environment["PARAPLY_TABLE_PREFIX"]

    def run(block: str, passphrases: int = 0) -> str:
        script = block.replace(".venv/bin/python manage.py", f"{sys.executable} {ROOT}/manage.py")
        done = typed(script, ANSWERS, tmp_path, environment)
        assert done.code == 0, f"{script}\n{done.shown}"
        assert done.answers.count(PASSPHRASE) == passphrases, done.shown
        assert PASSPHRASE not in done.shown
        return done.shown

    return run


def answer(site: Site, codes: list[str]) -> None:
    """Answer through the API, an invitation each; the first writes something too."""
    for number, code in enumerate(codes):
        answers = {"needs": ["advice"], **({"anything_else": WISH} if number == 0 else {})}
        request = urllib.request.Request(  # noqa: S310  # the url is http:
            f"{site.url}/api/surveys/our-survey/responses",
            json.dumps({"answers": answers, "invitation": code}).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)},
        )
        with urllib.request.urlopen(request, timeout=600) as reply:  # noqa: S310
            assert reply.status == 201


def test_guide_goes_from_a_definition_to_a_proof_of_deletion(run: Run, site: Site, tmp_path: Path) -> None:
    assert shutil.which("age"), "install age (apt-get install age)"
    write, keys, prove, elsewhere, try_out, invite, live, close, records, coding, end = blocks("docs/operators.md")
    run(write)
    assert (tmp_path / "codebook.csv").exists()
    definition = tmp_path / "our-survey.yaml"
    by_invitation = definition.read_text("utf-8").replace("  text: sealed", "  text: sealed\n  access: invitation")
    definition.write_text(by_invitation, "utf-8")
    assert "version 1 is stored, sealed to 2 keys" in run(keys, passphrases=4)
    assert "1 key still to be proven. Next: " in run(prove, passphrases=1)
    assert "All keys work" in run(elsewhere, passphrases=1)
    assert "?token=" in run(try_out)
    run(invite)
    assert "The ledger adds up" in run(live)
    answer(site, (tmp_path / "codes.txt").read_text("utf-8").splitlines()[:PEOPLE])
    closed = run(close)
    assert f"{PEOPLE} answers" in closed
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "advice" in site.get("/api/surveys/our-survey/releases/latest.csv")
    assert "INTERNAL" in run(records, passphrases=1)
    with (tmp_path / "words" / "texts.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [WISH]
    run(coding, passphrases=1)
    assert "our-survey is purged" in run(end)


def test_guide_sets_every_variable_that_it_uses() -> None:
    page = "\n".join(blocks("docs/operators.md"))
    assert set(re.findall(r"\$\{?(\w+)", page)) <= set(re.findall(r"^(\w+)=", page, re.MULTILINE))
