"""The package as Lambda starts it: by its own runtime client, on what its runtime brings, ready before it is asked."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app import app
from chalicelib.services import Services, utc_now
from chalicelib.storage.database import Database
from chalicelib.storage.tables import SURVEYS
from operation.deployment.package import build
from operation.deployment.target import Target
from operation.deployment.template import LOGGING_OF_REQUESTS
from operation.local.gateway import event_of
from operation.local.moto_engine import served_on
from tests.builders import FIELDS, FORM_TYPE, Browser, an_open_survey, stored_items
from tests.lambda_process import BARE_PYTHON, provided, running, variables_of

# Of one process, which makes once what they all look at.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cold_start")]

#: Tells how a page was answered, which modules were there before and came for it, and which files were read in all.
FIRST = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import json, app
ready = set(sys.modules)
reply = app.app(json.loads(sys.stdin.read()), None)
print(json.dumps([reply["statusCode"], sorted(ready), sorted(set(sys.modules) - ready), opened]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package for this machine, unpacked."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(build(folder / "built", Target.here()).path) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return provided(tmp_path_factory.mktemp("runtime"))


@pytest.fixture
def deployed(database: Database) -> Iterator[tuple[dict[str, str], str]]:
    """What tells a process of Lambda's where an open survey is, and a form's token of it."""
    services = Services.on(database, utc_now)
    an_open_survey(services)
    token = Browser(None, services).token()  # type: ignore[arg-type]  # only its tokens are used
    with served_on(0) as port:
        prefix = database.name(SURVEYS).removesuffix(f"-{SURVEYS.name}")
        yield {"AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}", "PARAPLY_TABLE_PREFIX": prefix}, token


def page_event() -> dict[str, Any]:
    return event_of(app.routes, "GET", "/s/a-survey", {})


def answer_event(token: str) -> dict[str, Any]:
    body = urlencode({"_token": [token], **FIELDS}, doseq=True)
    return event_of(app.routes, "POST", "/s/a-survey", {"Content-Type": FORM_TYPE}, body=body)


def test_a_page_and_a_submission_are_answered_under_lambda_s_own_runtime_client(
    site: Path, runtime: Path, deployed: tuple[dict[str, str], str], database: Database
) -> None:
    environment, token = deployed
    with running(site, runtime, environment) as process:
        _, page = process.invoke(page_event())
        _, thanks = process.invoke(answer_event(token))
    assert page["statusCode"] == 203
    assert 'name="_token"' in page["body"]
    assert thanks["statusCode"] == 200
    assert len(stored_items(Services.on(database, utc_now))) == 1


@pytest.mark.parametrize("level", [LOGGING_OF_REQUESTS["ApplicationLogLevel"], "INFO"])
def test_nothing_is_written_from_the_start_of_a_process_to_a_stored_answer_P1(
    site: Path, runtime: Path, deployed: tuple[dict[str, str], str], tmp_path: Path, level: str
) -> None:
    """At INFO, which Lambda takes for JSON unless another is said, the vendor's client tells when somebody came."""
    environment, token = deployed
    logging = {"AWS_LAMBDA_LOG_FORMAT": LOGGING_OF_REQUESTS["LogFormat"], "AWS_LAMBDA_LOG_LEVEL": level}
    with running(site, runtime, environment | logging, log=tmp_path / "log") as process:
        replies = [process.invoke(event)[1] for event in (page_event(), answer_event(token))]
    assert [reply["statusCode"] for reply in replies] == [203, 200]
    written = (tmp_path / "log").read_text("utf-8")
    assert ("Found credentials" in written, bool(written)) == ((True, True) if level == "INFO" else (False, False))


def test_the_first_request_finds_everything_ready_and_nothing_is_compiled_for_it(
    site: Path, runtime: Path, deployed: tuple[dict[str, str], str]
) -> None:
    variables = variables_of(site, runtime) | deployed[0]
    run = subprocess.run(
        [BARE_PYTHON, "-c", FIRST],
        cwd=site,
        env=variables,
        input=json.dumps(page_event()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    status, ready, later, opened = json.loads(run.stdout)
    assert status == 203
    assert {"botocore.session", "jinja2", "chalicelib.forms.page"} <= set(ready)
    assert "boto3" not in ready
    assert [name for name in later if name.startswith(("chalicelib.", "botocore", "jinja2", "pydantic"))] == []
    # A module that is compiled is read as source, and so is a template.
    assert [name for name in opened if name.startswith(str(site)) and name.endswith((".py", ".html"))] == []
    # Of what botocore knows of AWS, only what the package has.
    assert [name for name in opened if name.startswith(str(runtime)) and ".json" in name] == []
