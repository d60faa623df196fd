"""Every command in the README and in docs runs, in order, as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import ROOT, Site, served

pytestmark = pytest.mark.slow

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served() as site:
        yield site


def blocks(document: str) -> list[str]:
    return BLOCK.findall((ROOT / document).read_text("utf-8"))


def run(script: str, site: Site, folder: Path, **variables: str) -> str:
    """Run a block against ``site`` in a folder where what it names stands."""
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{site.port}").replace(
        "python manage.py", f"python {ROOT}/manage.py"
    )
    for interpreter in (".venv/bin/python ", "python "):
        script = re.sub(rf"^{re.escape(interpreter)}", f"{sys.executable} ", script, flags=re.MULTILINE)
    environment = {
        **os.environ,
        "PORT": str(site.port),
        "COLUMNS": "200",
        **variables,
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_every_make_target_that_a_document_names_exists() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {
        target for path in documents for target in re.findall(r"\bmake ([a-z][a-z-]+)\b`", path.read_text("utf-8"))
    }
    assert named >= {"run", "check"}
    for target in named:
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


def test_readme_goes_from_curl_to_receipt_to_csv(site: Site, tmp_path: Path) -> None:
    make_run, make_test, by_form, by_api, wait, operator = blocks("README.md")
    assert (make_run, make_test) == ("make run\n", "make test\n")
    assert 'class="receipt"' in run(by_form, site, tmp_path)
    assert json.loads(run(by_api, site, tmp_path))["status"] == "stored"
    assert run(wait, site, tmp_path).startswith("question_short,part,grouped_by,group_text,label,count,")
    shown = run(operator, site, tmp_path)
    assert "2 records" in shown
    assert (tmp_path / "records" / "codes.csv").exists()


def test_stock_age_opens_what_the_demo_stored_P3(site: Site, tmp_path: Path) -> None:
    site.manage("export", "member-challenges-2025", "--to", str(tmp_path / "records"))
    first = sorted((tmp_path / "records" / "text").glob("*.age"))[0]
    for key in ("working.key", "recovery.key"):
        done = subprocess.run(
            ["age", "--decrypt", "-i", str(site.keys / key), str(first)], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith('{"')
