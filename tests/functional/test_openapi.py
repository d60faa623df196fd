"""What the API says of itself is whole, valid, and true of what it answers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from app import app
from chalicelib import errors
from chalicelib.errors import ParaplyError, Refusal, in_english
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.worded import WordedRelease
from chalicelib.services import Services
from tests.builders import Browser, a_question, an_open_survey
from tests.functional.test_bad_input import PROBLEMS
from tests.unit.publication.a_release import a_release

Json = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Json:
    from chalicelib.web.api import _openapi

    found: Json = json.loads(_openapi())
    return found


def fits(body: Any, schema: Json, description: Json) -> list[str]:
    """What is wrong with ``body`` by a ``schema`` of the description."""
    whole = schema | {"components": description["components"]}
    return [error.message for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)]


def operations(description: Json) -> Iterator[Json]:
    for path in description["paths"].values():
        yield from path.values()


def contents(description: Json) -> Iterator[Json]:
    """Every body that is described, of requests and replies."""
    for operation in operations(description):
        for body in (operation.get("requestBody", {}), *operation["responses"].values()):
            yield from body.get("content", {}).values()


def test_description_is_valid_openapi(description: Json) -> None:
    validate(description)
    assert description["openapi"] == "3.1.0"


def test_description_has_every_route_of_the_api_with_its_methods_and_no_other(description: Json) -> None:
    told = {path: {method.upper() for method in methods} for path, methods in description["paths"].items()}
    api = {path: {*methods} for path, methods in app.routes.items() if path.startswith(("/api/", "/openapi"))}
    assert told == api
    assert len(api) > 4


def test_every_operation_says_what_it_does_and_each_parameter_of_its_path(description: Json) -> None:
    names = [operation["operationId"] for operation in operations(description)]
    assert len({*names}) == len(names)
    for path, methods in description["paths"].items():
        for operation in methods.values():
            in_path = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert operation["summary"].endswith(".")


def test_every_problem_type_is_described_with_its_status(description: Json) -> None:
    told = description["components"]["schemas"]["ProblemDocument"]["oneOf"]
    statuses = {each["properties"]["code"]["const"]: each["properties"]["status"]["const"] for each in told}
    classes = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, ParaplyError)]
    assert statuses == {refusal.name.lower(): refusal.value[0] for refusal in Refusal} | {
        each.code: each.status for each in classes
    }
    assert all(each["properties"]["type"]["const"].endswith(f":{each['title']}") for each in told)


def test_every_problem_that_bad_input_meets_is_described_where_it_can_be_met(description: Json) -> None:
    told = {
        (int(status), code)
        for operation in operations(description)
        for status, reply in operation["responses"].items()
        for code in reply.get("content", {}).get("application/problem+json", {}).get("examples", {})
    }
    # No route takes these.
    elsewhere = {(404, "not_found"), (405, "method_not_allowed")}
    assert {(status, code) for _, status, code in PROBLEMS.values()} - told == elsewhere
    assert {(500, "internal"), (503, "store_unavailable")} <= told


def test_every_example_is_valid(description: Json) -> None:
    tried = 0
    for body in contents(description):
        shown = (
            [body["example"]] if "example" in body else [each["value"] for each in body.get("examples", {}).values()]
        )
        for example in shown:
            assert fits(example, body["schema"], description) == []
            tried += 1
    for operation in operations(description):
        for parameter in operation["parameters"]:
            assert fits(parameter["example"], parameter["schema"], description) == []
    assert tried > 40


def test_a_release_is_described_in_each_of_its_formats(description: Json) -> None:
    release = description["paths"]["/api/surveys/{survey}/releases/{release}"]["get"]
    assert release["responses"]["200"]["content"].keys() == {
        each.media_type.partition(";")[0] for each in FORMATS.values()
    }
    name = next(each["schema"] for each in release["parameters"] if each["name"] == "release")
    for suffix in FORMATS:
        assert fits(f"12{suffix}", name, description) == fits(f"latest{suffix}", name, description) == []
    for unknown in ("0", "01", "-1", "1-3", "1.pdf", "1.", "x", "1000000"):
        assert fits(unknown, name, description), unknown


def test_questionnaire_of_every_kind_is_as_it_is_described(
    browser: Browser, services: Services, description: Json
) -> None:
    support = [{"id": "line", "label": {"en": "A line"}, "telephone": "+46 8 123 456"}]
    an_open_survey(services, closes_on="2026-12-31", support=support, contact={"label": {"en": "The network"}})
    body = browser.get("/api/surveys/a-survey").json_body
    assert fits(body, {"$ref": "#/components/schemas/ShownSurvey"}, description) == []
    del body["questionnaire"]["questions"][0]["label"]
    assert fits(body, {"$ref": "#/components/schemas/ShownSurvey"}, description)


def test_what_is_kept_from_respondents_is_not_described_either(description: Json) -> None:
    told = json.dumps(description)
    assert "reviewed_by" not in told
    assert '"formatted"' not in told


@pytest.mark.parametrize("access", ["invitation", "open"])
@pytest.mark.parametrize("policy", ["exact", "protected"])
def test_release_is_as_it_is_described(description: Json, policy: str, access: str) -> None:
    questions = a_question("single_choice"), a_question("matrix"), a_question("yes_no"), a_question("long_text")
    release = a_release(*questions, policy=policy, access=access)
    body = json.loads(release_json(WordedRelease.of(release, "en", in_english)))
    assert fits(body, {"$ref": "#/components/schemas/PublicRelease"}, description) == []
    assert body["tables"][0]["cells"][0].keys() >= {"percent", "percent_at_least", "percent_at_most"}
    del body["tables"][0]["cells"][0]["percent"]
    assert fits(body, {"$ref": "#/components/schemas/PublicRelease"}, description)
