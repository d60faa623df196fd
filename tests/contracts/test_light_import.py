"""A cold start is short: what a request may never need is not imported with the app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("boto3", "botocore", "moto", "jinja2", "yaml", "click", "rich", "pyrage", "segno")


@pytest.fixture(scope="module")
def imported() -> frozenset[str]:
    """The top-level modules of a fresh process that has imported the app and nothing else."""
    command = [sys.executable, "-c", "import app, sys; print(*{name.partition('.')[0] for name in sys.modules})"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(run.stdout.split())


@pytest.mark.parametrize("library", HEAVY)
def test_importing_the_app_leaves_out(imported: frozenset[str], library: str) -> None:
    assert library not in imported


def test_the_process_did_import_the_app(imported: frozenset[str]) -> None:
    assert imported >= {"app", "chalicelib", "chalice", "pydantic"}
