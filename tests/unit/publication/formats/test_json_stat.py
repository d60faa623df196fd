"""JSON-stat is valid, and has each number of the cubes, or by its status why there is none."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from jsonstat_validator import validate_jsonstat

from chalicelib.publication.formats.cube import Missing
from chalicelib.publication.formats.cubes import cubes_of, outlines_of
from chalicelib.publication.formats.json_stat import cube_json_stat, release_json_stat
from tests.unit.publication.random_releases import random_releases


@pytest.mark.parametrize("number", range(6))
def test_collection_and_every_dataset_in_it_are_clean_to_the_validator(number: int) -> None:
    for worded in random_releases(number):
        collection = json.loads(release_json_stat(worded))
        assert validate_jsonstat(collection)
        assert all(validate_jsonstat(dataset) for dataset in collection["link"]["item"])
        cubes = cubes_of(worded)
        assert collection["link"]["item"] == [json.loads(cube_json_stat(cube, worded)) for cube in cubes]
        assert [len(dataset["value"]) for dataset in collection["link"]["item"]] == [len(cube.values) for cube in cubes]


def test_null_has_a_status_and_a_number_has_none() -> None:
    for worded in chain.from_iterable(map(random_releases, range(6))):
        for cube in cubes_of(worded):
            dataset = json.loads(cube_json_stat(cube, worded))
            values = [dataset["status"].get(str(place), value) for place, value in enumerate(dataset["value"])]
            assert values == list(cube.values)
            assert {dataset["value"][int(place)] for place in dataset["status"]} <= {None}
            assert set(dataset["status"].values()) <= dataset["extension"]["status"]["label"].keys() == set(Missing)


def test_dataset_says_what_was_done_to_its_numbers() -> None:
    worded = next(random_releases(1))
    dataset = json.loads(cube_json_stat(cubes_of(worded)[0], worded))
    assert dataset["extension"]["method"] == "rounded"
    assert dataset["extension"]["rounding_base"] == 5
    assert dataset["note"][0].startswith("Every number is rounded to a multiple of 5")
    assert dataset["role"] == {"time": ["edition"], "metric": ["measure"]}
    assert dataset["dimension"]["measure"]["category"]["unit"]["percent"] == {"base": "%", "decimals": 0}


def test_metadata_have_no_number() -> None:
    worded = next(random_releases(1))
    found = json.loads(cube_json_stat(outlines_of(worded)[0], worded))
    assert validate_jsonstat(found)
    assert found["value"] == []
    assert found["status"] == {}
