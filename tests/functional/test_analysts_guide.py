"""The lines of docs/analysts.md that load a release, run as they stand there by the programs they are for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import app
from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from operation.local.server import app_served
from tests.builders import Browser, a_question, an_open_survey

pytestmark = pytest.mark.slow

GUIDE = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text("utf-8")
#: By the language of a block: the program that runs what stands in it.
PROGRAMS = {"python": [sys.executable, "-c"], "r": ["Rscript", "--vanilla", "-e"]}
#: What programs take for a value that is missing, or cut in two, or read in another alphabet.
LABELS = {"none": "None", "na": "NA", "comma": "Both, and more", "north": "Norrköping €"}


@pytest.mark.parametrize("language", PROGRAMS)
def test_three_lines_load_a_table_as_it_was_published(
    browser: Browser, services: Services, language: str, tmp_path: Path
) -> None:
    program, *arguments = PROGRAMS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    options = [{"code": code, "label": {"en": label}} for code, label in LABELS.items()]
    moved = a_question("single_choice", id="moved", options=options)
    an_open_survey(services, moved, a_question("yes_no"), survey="housing", policy="exact")
    for count, code in enumerate(LABELS, 1):
        for _ in range(count):
            assert browser.send_json({"moved": code, "police_met": True}, survey="housing").status_code == 201
    publish_releases(services)
    lines = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert [sum(map(bool, block.splitlines())) for block in lines] == [3]
    with app_served(app) as port:
        script = lines[0].replace("https://example.org", f"http://127.0.0.1:{port}")
        command, spoken = [program, *arguments, script], {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, cwd=tmp_path, env=spoken, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    shown = [re.split(r"\s{1,}(?=\d+$|count$)", line.strip()) for line in done.stdout.splitlines()]
    assert shown == [
        ["label", "count"],
        *([label, str(count)] for count, label in enumerate(LABELS.values(), 1)),
        ["No answer", "0"],
    ]
