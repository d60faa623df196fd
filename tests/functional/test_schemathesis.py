"""Schemathesis sends what the published description allows, and what it does not, to the running server.

Any reply of 5xx, or of a status, type, body, header or method that is not in the description, fails: so does what is
taken against the schema, or refused in spite of it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.jobs import publish_releases
from chalicelib.publication.formats import FORMATS, TABLE_FORMATS
from chalicelib.services import Services
from operation.ending import close_survey
from operation.local.server import app_served
from tests.builders import Browser, a_bilingual_survey, a_question, an_open_survey, stored_items

pytestmark = pytest.mark.slow

#: Requests at least, in all. For 5,000: PARAPLY_REQUESTS=5000 pytest tests/functional/test_schemathesis.py
REQUESTS = int(os.environ.get("PARAPLY_REQUESTS", "300"))
#: At least as many requests does each example that is asked for make, over all operations; besides these, a thousand
#: try out each limit of the schema.
REQUESTS_AN_EXAMPLE = 40
#: Of a variable of a table, whichever it is.
EVERY_CODE = {"type": "array", "items": {"enum": ["*"]}, "minItems": 1}
SURVEYS = ["a-survey", "b-survey", "c-survey", "d-survey"]
#: Keys that cannot be guessed, which no schema can say: of others most are refused, and little would be stored.
STRONG_KEY = {"type": "string", "pattern": "^0f1e2d3c4b5a69788796a5b4c3d2e1f0[g-z]{0,160}$"}


@pytest.fixture
def description(browser: Browser, services: Services) -> dict[str, Any]:
    """The published description, of four surveys: open, of every kind of question, by invitation, closed."""
    a_bilingual_survey(services, a_question("yes_no"), a_question("scale"), policy="exact")
    an_open_survey(services, policy="exact", survey="b-survey")
    an_open_survey(services, a_question("yes_no"), access="invitation", survey="c-survey")
    an_open_survey(services, a_question("yes_no"), policy="exact", survey="d-survey")
    for survey, answers in (("a-survey", {"police_met": True}), ("b-survey", None), ("a-survey", {"mood": 4})):
        assert browser.send_json(answers, survey=survey).status_code == 201
        publish_releases(services)
    close_survey(services, "d-survey")
    found: dict[str, Any] = browser.get("/openapi.json").json_body
    return found


def narrowed(description: dict[str, Any], answers_schema: dict[str, Any]) -> dict[str, Any]:
    """``description`` of the surveys that there are, and of submissions to the first: else all would be 404."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            pinned = names(path, SURVEYS[:1] if method == "post" else SURVEYS)
            for parameter in operation["parameters"] if method != "options" else ():
                if parameter["name"] in pinned:
                    parameter["schema"] = {"enum": pinned[parameter["name"]]}
                    parameter["example"] = pinned[parameter["name"]][0]
                if parameter["name"] == "Idempotency-Key":
                    parameter |= {"schema": STRONG_KEY, "example": STRONG_KEY["pattern"][1:33]}
    sent = description["components"]["schemas"]["SentAnswers"]["properties"]
    sent |= {"answers": answers_schema, "version": {"enum": [1]}}
    chosen = description["components"]["schemas"]["SelectedVariable"]["properties"]
    chosen |= {"variableCode": {"enum": ["answer", "edition", "measure"]}, "valueCodes": EVERY_CODE}
    submission = description["paths"]["/api/surveys/{survey}/responses"]["post"]["requestBody"]
    submission["content"]["application/json"]["example"] = {"answers": {"police_met": True}}
    return description


def names(path: str, surveys: list[str]) -> dict[str, list[str]]:
    """What there is of each parameter of ``path``."""
    suffixes = FORMATS if path.endswith("{release}") else [""]
    tables = [f"police_met{suffix}" for suffix in TABLE_FORMATS] if path.endswith("/tables/{table}") else []
    return {
        "survey": surveys,
        "release": [f"{name}{suffix}" for name in ("1", "latest") for suffix in suffixes],
        "table": tables if "pxweb" not in path else ["police_met"],
        "question": ["police_met.svg", "mood.svg"],
    }


def test_replies_are_as_the_api_is_described_P12(browser: Browser, description: dict[str, Any], tmp_path: Path) -> None:
    answers_schema = browser.get("/api/surveys/a-survey").json_body["answers_schema"]
    (tmp_path / "openapi.json").write_text(json.dumps(narrowed(description, answers_schema)))
    with app_served(app) as port:
        command = [f"{Path(sys.executable).parent}/schemathesis", "run", "openapi.json"]
        command += ["--url", f"http://127.0.0.1:{port}"]
        # No links from reply to request: they would lead submissions to surveys whose answers are others.
        command += ["--phases", "examples,coverage,fuzzing", "--checks", "all", "--generation-deterministic"]
        command += [
            "--max-examples",
            str(max(2, REQUESTS // REQUESTS_AN_EXAMPLE)),
            *("--warnings", "off", "--no-color"),
            # How fast this machine is just now is no matter of the API's.
            *("--suppress-health-check", "all", "--request-timeout", "600"),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sent = re.search(r"(\d+) generated", done.stdout)
    assert sent, done.stdout
    assert int(sent.group(1)) >= REQUESTS
    assert len(stored_items(browser.services)) > 2, "submissions were taken, besides those of the fixture"
