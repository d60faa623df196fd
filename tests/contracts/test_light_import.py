"""A cold start is short: what a request may never need is not imported with the app, nor made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"boto3", "botocore", "moto", "jinja2", "yaml", "click", "rich", "pyrage", "segno", "markdown_it", "xlsxwriter"}
#: Of ours, what neither a form nor an answer needs.
LATER = ("jobs.publish", "jobs.purge", "jobs.audit", "disclosure", "tabulation", "publication.release", "web.openapi")


def _told(code: str) -> list[str]:
    """What ``code`` prints, word by word, in a Python that has just started."""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_importing_the_app_leaves_out_what_a_request_may_never_need() -> None:
    imported = {name.partition(".")[0] for name in _told("import app, sys; print(*sys.modules)")}
    assert imported >= {"app", "chalicelib", "chalice", "pydantic"}
    assert imported & HEAVY == set()


@pytest.mark.parametrize("ready", ["import app", "import app; app.form.prepare()"])
def test_neither_the_app_nor_its_first_page_imports_what_other_requests_need(ready: str) -> None:
    imported = {name.removeprefix("chalicelib.") for name in _told(f"{ready}; import sys; print(*sys.modules)")}
    late = "disclosure.policy"  # the numbers of its rules, which a form's promises tell
    found = {name for name in imported if name.startswith(LATER) and name not in ("disclosure", late)}
    assert "web.form" in imported
    assert found == set()


def test_no_model_is_built_before_it_is_needed() -> None:
    code = (
        "import app, pydantic, sys; "
        "models = [pydantic.BaseModel]; "
        "[models.extend(model.__subclasses__()) for model in models]; "
        "print(*(model.__name__ for model in models if model.__pydantic_complete__))"
    )
    assert _told(code) == []
