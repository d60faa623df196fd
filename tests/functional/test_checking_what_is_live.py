"""`check` with a place says what `publish` would say there, and stores nothing; without one it asks for no data."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from chalicelib.errors import Conflict
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.tables import TABLES
from operation.dry_run import met_questions, rehearse_publishing
from operation.ending import close_survey
from tests.builders import FakeClock, a_definition, a_document, a_question, an_open_survey, identities, options, text
from tests.functional.commands import RECIPIENTS, Operate, done

Document = dict[str, Any]

SUPPORT = [{"id": "helpline", "label": text("A helpline"), "telephone": "112"}]
MET = "Have you been stopped by the police?"
QUESTIONS = [a_question("yes_no", label=text(MET)), a_question("single_choice", options=options("se", "no"))]
DAYS = {"closes_on": "2026-12-31"}


def a_version(change: Callable[[Document], Any] = lambda document: None, **settings: Any) -> str:
    """A file with the first version, changed."""
    document = a_document(*copy.deepcopy(QUESTIONS), **settings)
    change(document)
    Path("a-survey.json").write_text(json.dumps(document), "utf-8")
    return "a-survey.json"


def in_question(index: int, **changes: Any) -> Callable[[Document], Any]:
    return lambda document: document["questionnaire"]["questions"][index].update(changes)


def asking_more(document: Document) -> None:
    document["questionnaire"]["questions"].append(a_question("scale"))


def in_swedish(document: Document) -> None:
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}


def unchanged(document: Document) -> None:
    """Leave the first version as it is."""


#: What is done to an open survey's file, under which settings it was opened and which the file has beside.
CHANGES: dict[str, tuple[Callable[[Document], Any], dict[str, Any], dict[str, Any]]] = {
    "nothing": (unchanged, {}, {}),
    "a slip": (in_question(0, label=text("Have you been stoped by the police?")), {}, {}),
    "a hint": (in_question(0, hint=text("As you remember it.")), {}, {}),
    "another meaning": (in_question(0, label=text("What is your favourite colour?")), {}, {}),
    "another kind": (in_question(1, kind="dropdown"), {}, {}),
    "a question": (asking_more, {}, {}),
    "a question at once": (asking_more, {"policy": "exact"}, {}),
    "a question for the next edition": (asking_more, {"releases": "monthly"}, {}),
    "a language that nobody reviewed": (in_swedish, {}, {}),
    "a number to call": (unchanged, {}, {"support": SUPPORT}),
    "a later day": (unchanged, DAYS, {"closes_on": "2027-01-31"}),
    "an earlier day": (unchanged, DAYS, {"closes_on": "2026-11-30"}),
    "another policy": (unchanged, {}, {"policy": "exact"}),
    "a day that is over": (unchanged, {}, {"closes_on": "2020-01-01"}),
}


def stored(database: Database) -> list[Any]:
    return [list(database.pages("scan", table, ConsistentRead=True)) for table in TABLES]


#: How it begins to say what `publish` would.
DRY = "Publishing would say:"


def told_by(result: Result) -> tuple[int, list[str], str]:
    """Exit code, problems, and what becomes of the file, up to what comes next."""
    said = re.search(r"^a-survey: (?:.*would say: )?(.*?Next: )", result.stdout, re.MULTILINE)
    return result.exit_code, result.stderr.splitlines(), said.group(1) if said else ""


@pytest.mark.parametrize("change", CHANGES)
def test_check_says_of_an_open_surveys_file_what_publish_then_says_and_stores_nothing(
    operate: Operate, services: Services, database: Database, change: str
) -> None:
    make, opened_with, written = CHANGES[change]
    an_open_survey(services, *copy.deepcopy(QUESTIONS), **opened_with)
    file = a_version(make, **{**opened_with, **written})
    before = stored(database)
    checked = operate("check", file)
    assert stored(database) == before
    published = operate("publish", file)
    assert told_by(checked) == told_by(published)
    assert (published.exit_code == 0) == ("Next: " in checked.stdout)


def test_check_says_that_a_closed_survey_takes_no_version(
    operate: Operate, services: Services, database: Database
) -> None:
    an_open_survey(services, *copy.deepcopy(QUESTIONS))
    close_survey(services, "a-survey")
    file = a_version(asking_more)
    before = stored(database)
    checked = operate("check", file)
    assert "“a-survey” is closed: nobody answers it any more." in checked.stderr
    assert told_by(checked) == told_by(operate("publish", file))
    assert stored(database) == before


def test_what_a_check_leaves_in_memory_is_no_version(operate: Operate, services: Services) -> None:
    an_open_survey(services, *copy.deepcopy(QUESTIONS))
    done(operate("check", a_version(in_question(0, hint=text("As you remember it.")))))
    assert services.surveys.questionnaire("a-survey", 2) is None
    assert [number for _, number in services._versions] == [1]
    done(operate("publish", a_version(in_question(0, hint=text("Another.")))))
    assert services.version("a-survey", 2).questionnaire.questions[0].hint == text("Another.")


def test_a_version_that_was_stored_and_never_met_has_its_number_in_the_check_too(services: Services) -> None:
    an_open_survey(services, *copy.deepcopy(QUESTIONS))
    left = a_definition(*copy.deepcopy(QUESTIONS), a_question("scale")).questionnaire
    services.surveys.add_questionnaire("a-survey", 2, left)
    new = a_definition(
        a_question("yes_no", label=text(MET), hint=text("As you remember it.")), copy.deepcopy(QUESTIONS[1])
    )
    assert "version 3 is stored" in rehearse_publishing(services, new).told
    with pytest.raises(Conflict):
        services.surveys.add_questionnaire("a-survey", 2, new.questionnaire)


# --- what comes next -------------------------------------------------------------------------------------------------


def next_of(said: str) -> str:
    return said.splitlines()[-1].partition("Next: ")[2]


def test_next_after_a_check_is_to_publish_the_file_as_the_shell_takes_its_name(operate: Operate) -> None:
    document = a_document(*copy.deepcopy(QUESTIONS))
    Path("our survey's.json").write_text(json.dumps(document), "utf-8")
    said = next_of(done(operate("check", "our survey's.json")))
    assert said == """manage.py publish 'our survey'"'"'s.json'"""


@pytest.mark.parametrize("keys", [0, 1, 2])
def test_keys_come_first_where_text_is_sealed_and_none_where_the_file_names_them(operate: Operate, keys: int) -> None:
    named = [public for public, _ in identities()][:keys]
    document = a_document(a_question("short_text"), recipients=named)
    Path("a.json").write_text(json.dumps(document), "utf-8")
    said = next_of(done(operate("check", "a.json")))
    assert said.startswith(
        (
            "make two keys, `manage.py key new working.key` and `manage.py key new recovery.key`; then `",
            "make a second key, `manage.py key new recovery.key`; then `",
            "manage.py publish a.json",
        )[keys]
    )
    assert ("--recipient" in said) == (keys < 2)
    plain = a_document(a_question("short_text"), text="plain")
    Path("a.json").write_text(json.dumps(plain), "utf-8")
    assert next_of(done(operate("check", "a.json"))) == "manage.py publish a.json"


def test_keys_that_the_survey_has_already_are_not_asked_for_again(operate: Operate) -> None:
    Path("a.json").write_text(json.dumps(a_document(a_question("short_text"))), "utf-8")
    done(operate("publish", "a.json", *RECIPIENTS))
    changed = a_document(a_question("short_text", hint=text("Name nobody.")))
    Path("a.json").write_text(json.dumps(changed), "utf-8")
    said = done(operate("check", "a.json"))
    assert f"{DRY} version 2 is stored, sealed to 2 keys. Next: manage.py publish a.json" in said


def test_next_of_a_file_in_which_nothing_is_new_is_what_the_survey_waits_for(
    operate: Operate, services: Services
) -> None:
    an_open_survey(services, *copy.deepcopy(QUESTIONS))
    said = done(operate("check", a_version()))
    assert f"{DRY} version 1 stays: nothing changed. Next: collecting; no closes_on is set" in said


def test_without_a_place_nothing_is_asked_of_any_and_next_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operate: Operate
) -> None:
    monkeypatch.delenv("PARAPLY_TABLE_PREFIX")
    said = done(operate("check", a_version()))
    assert said.endswith("no errors. On this machine, next: manage.py --local publish a-survey.json\n")


def test_check_of_live_data_needs_a_true_clock_as_publish_does(
    operate: Operate, services: Services, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.surveys, "server_time", lambda: clock.now)
    # Standing, since both tell it to the second.
    monkeypatch.setattr("chalicelib.services.utc_now", FakeClock(clock.now + timedelta(hours=1)))
    file = a_version()
    assert "This computer's clock says" in operate("check", file).stderr
    assert told_by(operate("check", file)) == told_by(operate("publish", file))


# --- ids that records have a column for ------------------------------------------------------------------------------


def test_an_id_of_the_records_is_refused_until_people_have_answered_under_it(
    operate: Operate, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.json").write_text(json.dumps(a_document(a_question("yes_no", id="theme"))), "utf-8")
    for command in ("check", "publish"):
        assert "question “theme”, id: Records have a column “theme” of their own." in operate(command, "a.json").stderr
    an_open_survey(services, a_question("yes_no", id="theme"))
    assert met_questions(services, "a-survey") == {"theme"}
    for command in ("check", "publish"):
        result = operate(command, "a.json")
        assert "the export names its column theme_. [taken_id]" in result.stderr
        assert "version 1 stays" in done(result)
    monkeypatch.delenv("PARAPLY_TABLE_PREFIX")
    assert operate("check", "a.json").exit_code == 1


def test_nobody_has_met_the_questions_of_a_draft(operate: Operate, services: Services) -> None:
    done(operate("publish", a_version()))
    assert met_questions(services, "a-survey") == ()
    assert met_questions(services, "another") == ()
