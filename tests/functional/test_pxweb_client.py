"""A stock client of Statistics Sweden's and Norway's tables, against the server as ``make run`` serves it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.served import Site, served

# Of one process, which makes once what they all look at.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pxweb_client")]

RELEASE = "/api/surveys/member-challenges-2025/releases/latest"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served() as running:
        yield running


def test_pxwebpy_lists_the_tables_of_a_release_and_loads_one(site: Site) -> None:
    from pandas import DataFrame
    from pxweb import PxApi

    api = PxApi(f"{site.url}{RELEASE}/pxweb/v2")
    tables = [table["id"] for table in api.all_tables()]
    assert api.number_of_tables == len(tables)
    assert {"country", "harder", "harder-by-country"} <= set(tables)
    assert {table["id"] for table in api.tables_on_path("hardships")} >= {"harder", "main_challenges"}

    frame = DataFrame(api.get_table_data("harder", {"measure": ["count", "percent"]}, show="code"))
    loaded = {tuple(row[:-1]): row[-1] for row in frame.itertuples(index=False)}
    assert loaded == {
        (table["part"], cell["code"], "1", measure): cell[measure]
        for table in json.loads(site.get(RELEASE))["tables"]
        if table["question"] == "harder"
        for cell in table["cells"]
        for measure in ("count", "percent")
    }


def test_pxwebpy_splits_what_it_loads_and_says_what_a_problem_says(site: Site) -> None:
    from pxweb import PxApi
    from requests.exceptions import HTTPError

    api = PxApi(f"{site.url}{RELEASE}/pxweb/v2", language="sv")
    whole = api.get_table_data_all("main_challenges-by-country")
    api._client.configuration["maxDataCells"] = 100
    assert sorted(map(str, api.get_table_data_all("main_challenges-by-country"))) == sorted(map(str, whole))
    asked = json.loads(site.get(RELEASE))["tables"][0]["label"]["sv"]
    assert api.get_table_metadata("country")["label"] == asked
    with pytest.raises(HTTPError, match="its list of tables"):
        api.get_table_data("nothing")
