"""docs/reviews.md answers every check of checkov that fails, and no other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.deployed import expanded, template
from tests.served import ROOT

pytestmark = pytest.mark.slow
#: By ``make aws``.
CHECKOV = ROOT / ".venv" / "checkov" / "bin" / "checkov"
_ROW = re.compile(r"^\| (CKV\w+) \| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
#: Checkov asks a package index whether there is a newer one; it is to call nobody.
OFFLINE = {**os.environ, "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"}


def failed(folder: Path, **templates: dict[str, Any]) -> dict[str, Counter[str]]:
    """How many resources fail each check, by the name of the template."""
    for name, source in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(source), "utf-8")
    files = [part for name in templates for part in ("--file", str(folder / f"{name}.json"))]
    options = [
        "--framework",
        "cloudformation",
        "--output",
        "json",
        "--quiet",
        "--compact",
        "--skip-download",
        "--soft-fail",
    ]
    done = subprocess.run([CHECKOV, *files, *options], env=OFFLINE, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    found: dict[str, Counter[str]] = {name: Counter() for name in templates}
    for each in report["results"]["failed_checks"]:
        found[Path(each["file_path"]).stem][each["check_id"]] += 1
    return found


def test_every_check_that_fails_is_answered_and_no_other(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "reviews.md").read_text("utf-8")
    answered = {row[1]: int(row[2]) for row in _ROW.finditer(text)}
    assert len(answered) == text.count("\n| CKV"), "a row that is not understood"
    found = failed(tmp_path, written=template(), expanded=expanded(template()))
    assert found == {"written": answered, "expanded": answered}
