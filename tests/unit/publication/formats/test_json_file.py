"""The JSON: worded in every language, of those asked, and one model that programs may rely on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.errors import in_english
from chalicelib.publication.formats.json_file import PublicRelease, release_json
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question, text
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, a_crossed_release
from tests.unit.publication.a_release import a_release
from tests.unit.publication.random_releases import random_releases

POLICE_MET = a_question("yes_no", short=text("Police", sv="Polis"))
WISH = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})


def written(release: Release) -> Any:
    return json.loads(release_json(WordedRelease.of(release, "en", in_english)))


def labels(document: Any) -> list[dict[str, str] | None]:
    """Of every answer and every group, wherever it stands."""
    rows = [row for crosstab in document["crosstabs"] for row in crosstab["rows"]]
    cells = [cell for part in (*document["tables"], *rows) for cell in part["cells"]]
    return [*(cell["label"] for cell in cells), *(label for row in rows for label in row["labels"])]


def test_every_answer_and_group_is_worded_in_every_language_of_the_release() -> None:
    release = a_crossed_release({**CHALLENGES, "police_met": POLICE})
    interface = [label for label in labels(written(release)) if label and set(label) == {"en", "sv"}]
    assert all(labels(written(release)))
    assert {"en": "No answer", "sv": "Inget svar"} in interface
    assert {"en": "Yes", "sv": "Ja"} in interface
    assert {"en": "Chosen", "sv": "Valt"} in interface


def test_language_that_the_interface_has_no_words_in_has_the_english_ones() -> None:
    release = a_release(POLICE_MET, languages=("en", "se"))
    assert written(release)["tables"][0]["cells"][0]["label"] == {"en": "Yes", "se": "Yes"}


def test_no_answer_does_not_count_who_was_not_asked() -> None:
    counts = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 25, "no_answer": 35}}
    release = a_release(POLICE_MET, WISH, policy="protected", counts=counts)
    wish = written(release)["tables"][1]
    assert [(cell["code"], cell["count"]) for cell in wish["cells"]] == [("answered", 25), ("no_answer", 15)]
    assert wish["asked"]["count"] == 40 == sum(cell["count"] for cell in wish["cells"])
    assert (wish["base"], wish["conditional"]) == (60, True)
    assert "label" not in wish["asked"]


def test_trend_of_those_asked_who_gave_no_answer_can_be_worked_out_of_the_others() -> None:
    counts = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 25, "no_answer": 35}}
    first = a_release(POLICE_MET, WISH, policy="protected", counts=counts)
    wish = written(a_release(POLICE_MET, WISH, policy="protected", counts=counts, previous=first))["tables"][1]
    answered, no_answer = wish["cells"]
    assert no_answer["by_edition"] == []
    left = [asked - some for asked, some in zip(wish["asked"]["by_edition"], answered["by_edition"], strict=True)]
    assert (left, no_answer["count"]) == ([15, 15], 30)


def test_groups_that_were_added_together_are_pooled() -> None:
    rows = written(a_crossed_release({"police_met": POLICE}))["crosstabs"][0]["rows"]
    assert [(row["codes"], row["pooled"]) for row in rows] == [
        (["se"], False),
        (["no"], False),
        (["other", "no_answer"], True),
    ]


def test_sections_tell_every_question_its_kind_and_its_short_name() -> None:
    (section,) = written(a_release(POLICE_MET))["sections"]
    (asked,) = section["questions"]
    assert (asked["id"], asked["kind"], asked["short"]) == ("police_met", "yes_no", {"en": "Police", "sv": "Polis"})


@pytest.mark.parametrize("survey", range(3))
def test_it_is_one_model_and_fits_its_schema(survey: int) -> None:
    """So that the API's description of it can be made from the model."""
    *_, last = random_releases(survey)
    document = release_json(last)
    read = PublicRelease.model_validate_json(document)
    assert read.model_dump_json() == document
    schema = PublicRelease.model_json_schema(mode="serialization")
    assert Draft202012Validator(schema).is_valid(json.loads(document))
    told = {name: set(schema["$defs"][name]["properties"]) for name in ("PublicCell", "PublicRow", "PublicAsked")}
    assert {"label", "count", "percent", "percent_at_least", "percent_at_most"} <= told["PublicCell"]
    assert "pooled" in told["PublicRow"]
    assert "label" not in told["PublicAsked"]
