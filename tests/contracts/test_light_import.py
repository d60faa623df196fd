"""A cold start is short: what a request may never need is not imported with the app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = {"boto3", "botocore", "moto", "jinja2", "yaml", "click", "rich", "pyrage", "segno", "markdown_it", "xlsxwriter"}


def test_importing_the_app_leaves_out_what_a_request_may_never_need() -> None:
    command = [sys.executable, "-c", "import app, sys; print(*{name.partition('.')[0] for name in sys.modules})"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    assert imported >= {"app", "chalicelib", "chalice", "pydantic"}
    assert imported & HEAVY == set()
