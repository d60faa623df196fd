"""A survey is as large as can be stored, released and counted, or it is refused before anybody answers it."""

from __future__ import annotations

import json
import random
import re
import string
import zlib
from typing import Any

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.publication.cells import KEPT_EDITIONS, SIDE_BY_SIDE, kept_editions
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.storage.surveys import MAXIMUM_BODY, packed
from chalicelib.storage.tables import SURVEYS
from chalicelib.tabulation.tally import Tally, tables_of
from operation.capacity import SENT_NUMBER, STORED_NUMBER
from operation.errors import OperatorError
from operation.lifecycle import open_survey, publish_definition
from tests.builders import Browser, a_definition, a_question, an_open_survey, text
from tests.unit.publication.a_release import a_release

LETTERS = string.ascii_letters + string.digits


def a_large_definition(questions: int, options: int, letters: int) -> Definition:
    """So many questions with so many options each, whose labels are random: they do not compress well."""
    draw = random.Random(7)  # noqa: S311  # no secret

    def wording() -> dict[str, str]:
        return text("".join(draw.choices(LETTERS, k=letters)))

    def choices() -> list[dict[str, Any]]:
        return [{"code": f"c{number}", "label": wording()} for number in range(options)]

    asked = (a_question("single_choice", id=f"q{number}", options=choices()) for number in range(questions))
    return a_definition(*asked, policy="exact")


def refused_size(services: Services, definition: Definition) -> int:
    """How large the survey is said to be that is refused."""
    with pytest.raises(OperatorError) as refusal:
        publish_definition(services, definition, [])
    assert "390,000 are the most. Ask less, offer fewer options, or split it." in str(refusal.value)
    assert services.surveys.get(definition.survey) is None
    assert services.surveys.ids() == []
    found = re.search(r"it takes ([0-9,]+) bytes", str(refusal.value))
    assert found
    return int(found.group(1).replace(",", ""))


def count_irregularly(services: Services, definition: Definition, batch: int) -> None:
    """Count as many answers, as unevenly, as a million people would give."""
    draw = random.Random(batch + 100).randrange  # noqa: S311  # no secret
    specs = tables_of(codebook_of(definition.questionnaire))
    counts = {spec.id: {code: draw(10**6) // len(spec.codes) for code in spec.codes} for spec in specs}
    for spec in specs:
        counts[spec.id][spec.codes[-1]] += 10**6 - sum(counts[spec.id].values())
    part = services.tallies.part(definition.survey, batch, 0)
    assert services.tallies.count(part, Tally(10**6, counts), [])


def released(services: Services, definition: Definition) -> list[int]:
    """Release the survey twice; how large each of its releases is stored."""
    for batch in (1, 2):
        count_irregularly(services, definition, batch)
        assert [(each.released, each.failed) for each in publish_releases(services)] == [(batch, None)]
    return [len(body) for name, body in bodies(services).items() if name.startswith("RELEASE#")]


def kept_numbers(definition: Definition) -> int:
    cells = sum(len(spec.codes) for spec in tables_of(codebook_of(definition.questionnaire)))
    return len(SIDE_BY_SIDE) * cells * kept_editions(cells)


def test_numbers_of_editions_take_no_more_room_than_is_left_for_them() -> None:
    """A million answers in each of sixty editions."""
    draw = random.Random(3)  # noqa: S311  # no secret
    release = a_release(*(a_question("single_choice", id=f"q{number}") for number in range(80)))
    numbers = [draw.randrange(10**6) for _ in range(80 * 4 * KEPT_EDITIONS)]
    plain, side_by_side = (release.model_dump_json(), json.dumps(numbers, separators=(",", ":")))
    assert len(packed(plain + side_by_side)) - len(packed(plain)) <= STORED_NUMBER * len(numbers)
    assert len(side_by_side) <= SENT_NUMBER * len(numbers) + 2


def bodies(services: Services) -> dict[str, bytes]:
    """The bodies of a survey's documents as they are stored."""
    items = services.surveys._database.pages(
        "query",
        SURVEYS,
        KeyConditionExpression="survey = :survey",
        ExpressionAttributeValues={":survey": {"S": "a-survey"}},
    )
    return {item["item"]["S"]: item["body"]["B"] for item in items if "B" in item["body"]}


@pytest.mark.slow
@pytest.mark.parametrize(("questions", "options", "letters"), [(10, 25, 2400), (40, 80, 140)])
def test_survey_just_below_the_limit_is_published_and_released_and_one_above_is_refused(
    services: Services, questions: int, options: int, letters: int
) -> None:
    too_large = a_large_definition(questions, options, letters)
    excess = refused_size(services, too_large) - MAXIMUM_BODY
    assert 0 < excess < MAXIMUM_BODY / 2
    fewer = -(-excess * 4 // 3 // (questions * options)) + 1
    definition = a_large_definition(questions, options, letters - fewer)
    publish_definition(services, definition, [])
    open_survey(services, definition.survey)
    sizes = released(services, definition)
    assert MAXIMUM_BODY * 0.9 < max(sizes) + kept_numbers(definition) * STORED_NUMBER <= MAXIMUM_BODY
    latest = services.surveys.latest_release(definition.survey)
    assert latest is not None
    assert (latest.number, len(latest.tables)) == (2, questions)


@pytest.mark.slow
def test_survey_is_refused_whose_wording_can_be_stored_but_not_the_numbers_of_all_its_cells(services: Services) -> None:
    definition = a_large_definition(100, 250, 12)
    assert len(packed(definition.questionnaire.model_dump_json())) < MAXIMUM_BODY * 0.8
    assert refused_size(services, definition) > MAXIMUM_BODY


@pytest.mark.slow
def test_survey_that_has_too_many_cells_to_be_counted_is_refused(services: Services) -> None:
    draw = random.Random(1)  # noqa: S311  # no secret
    codes = ["".join(draw.choices(string.ascii_lowercase, k=40)) for _ in range(250)]
    same = [{"code": code, "label": text("Same")} for code in codes]
    questions = (a_question("single_choice", id=f"q{number}", options=same) for number in range(60))
    assert refused_size(services, a_definition(*questions)) > 60 * 250 * 40


def test_documents_are_stored_compressed(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    browser.send_json({"mood": 3})
    publish_releases(services)
    stored = bodies(services)
    assert stored.keys() == {"QUESTIONNAIRE#0001", "RELEASE#000001"}
    release, questionnaire = services.surveys.release("a-survey", 1), services.surveys.questionnaire("a-survey", 1)
    assert release is not None
    assert questionnaire is not None
    assert zlib.decompress(stored["RELEASE#000001"]).decode() == release.model_dump_json()
    assert zlib.decompress(stored["QUESTIONNAIRE#0001"]).decode() == questionnaire.model_dump_json(exclude_none=True)
    assert all(len(body) * 1.5 < len(zlib.decompress(body)) for body in stored.values())


def test_survey_that_is_small_when_stored_but_large_when_sent_is_refused(services: Services) -> None:
    rows = [{"code": f"row{number}", "label": text("word " * 700)} for number in range(30)]
    questions = [a_question("matrix", id=f"q{number}", rows=rows) for number in range(25)]
    with pytest.raises(OperatorError, match="sent it takes"):
        publish_definition(services, a_definition(*questions), [])
