"""The operator's command line: every command in its order, and what it says when it is not in order."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import services as services_module
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.tables import RESPONSES
from chalicelib.web.http import NOT_KEPT
from tests.builders import (
    Browser,
    FakeClock,
    a_document,
    a_question,
    an_open_survey,
    close_and_wait,
    identities,
    stored_items,
    unseal,
)
from tests.functional.commands import RECIPIENTS, Operate, a_file, done, next_step, refused
from tests.functional.shapes import assert_page
from tests.unit.jobs.collecting import COUNTRY, answer

KEYS = [public for public, _ in identities()]


def test_bare_it_says_how_to_begin(operate: Operate) -> None:
    assert done(operate()) == "No surveys yet. Start with: manage.py new our-survey\n"


def test_bare_it_says_where_each_survey_stands_and_what_comes_next(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    for survey in ("b-survey", "c-survey", "d-survey"):
        an_open_survey(services, a_question("scale"), survey=survey)
    done(operate("close", "c-survey", "--confirm", "c-survey"))
    close_and_wait(services, clock, "d-survey")
    done(operate("publish", a_file()))
    done(operate("release"))
    clock.advance(days=90)
    words = " ".join(done(operate()).split())
    make = (
        "make two keys, `manage.py key new working.key` and `manage.py key new recovery.key`; then `manage.py publish"
    )
    assert f"a-survey: draft, protected, 0 releases next: {make} a-survey.yaml --recipient working.pub" in words
    assert (
        "b-survey: open, protected, 0 releases answers: fewer than half of what a release takes (about 50)"
        " form: /s/b-survey results: /s/b-survey/results "
        "next: collecting; no closes_on is set: it stays open"
    ) in words
    too_few = "finished: too few answers for a release (it takes about 50); `manage.py export"
    assert f"c-survey: closed, protected, 0 releases next: {too_few} c-survey --to c-survey-records" in words
    assert f"d-survey: closed, protected, 0 releases next: {too_few} d-survey --to d-survey-records" in words


def test_survey_with_editions_says_when_the_next_release_is_due(operate: Operate, services: Services) -> None:
    an_open_survey(services, a_question("scale"), releases="monthly")
    due = "by the first run after 2026-04-01 00:00 UTC"
    words = " ".join(done(operate()).split())
    assert f"collecting; the next release is due {due}; no closes_on is set: it stays open" in words
    assert f"a-survey: nothing due; it is counted {due}" in done(operate("release"))


def test_release_that_does_not_come_is_told_as_overdue_after_two_runs(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"), releases="monthly")
    clock.now = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    assert next_step(operate).startswith("collecting; the next release is due by the first run after 2026-04-01 00:00")
    clock.advance(minutes=1)
    assert next_step(operate) == (
        "overdue since 2026-04-01 00:00 UTC: `manage.py release` tries again, and names what stops it"
    )
    done(operate("release"))
    assert next_step(operate).startswith("collecting; the next release is due by the first run after 2026-05-01")


def test_last_release_that_does_not_come_is_told_as_overdue_until_it_comes(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"))
    close_and_wait(services, clock)
    assert next_step(operate).startswith("wait: it is counted by the first run after")
    clock.advance(minutes=31)
    assert next_step(operate).startswith(f"overdue since {clock.now - timedelta(minutes=31):%Y-%m-%d %H:%M} UTC")
    done(operate("release"))
    assert next_step(operate).startswith("finished: too few answers for a release (it takes about 50)")
    clock.advance(days=10)
    assert next_step(operate).startswith("finished: too few")


def test_last_edition_of_too_few_is_told_to_the_operator(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation", releases="monthly")
    answer(browser, 20)
    clock.advance(days=32)
    assert "a-survey: release 1" in done(operate("release"))
    answer(browser, 7)
    close_and_wait(services, clock)
    done(operate("release"))
    too_few = "finished: too few answers for another release (7, it takes 20)"
    assert (
        next_step(operate)
        == f"{too_few}; `manage.py export a-survey --to a-survey-records`; the server deletes its records on 2026-07-01"
    )


def test_survey_of_which_all_is_published_says_nothing_of_too_few(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    answer(browser, 20)
    close_and_wait(services, clock)
    assert "a-survey: release 1" in done(operate("release"))
    assert (
        next_step(operate)
        == "`manage.py export a-survey --to a-survey-records`; the server deletes its records on 2026-05-30"
    )


def test_whole_way_of_a_survey_each_step_says_the_next(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    assert "manage.py check our-needs.yaml" in done(operate("new", "our-needs"))
    checked = done(operate("check", "our-needs.yaml"))
    make = "Next: make two keys, `manage.py key new working.key` and"
    assert f"no errors. Publishing would say: version 1 is stored. {make}" in checked
    assert "No surveys yet" in done(operate())
    assert f"version 1 is stored. {make}" in done(operate("publish", "our-needs.yaml"))
    assert "--accept-draft en" in refused(operate("open", "our-needs"))
    insist = ("open", "our-needs", "--accept-draft", "en")
    assert "two keys at least" in refused(operate(*insist))
    assert "two keys at least" in refused(operate("test", "our-needs"))
    done(operate("publish", "our-needs.yaml", "--recipient", KEYS[0]))
    assert "two keys at least" in refused(operate(*insist))
    done(operate("publish", "our-needs.yaml", *RECIPIENTS))
    link = re.search(r"Test it at (\S+)", done(operate("test", "our-needs")))
    assert link
    assert "This is a test" in assert_page(browser.get(link.group(1)), NOT_KEPT).html
    assert "manage.py key test our-needs --to our-needs-key-test" in refused(operate(*insist))
    assert "test-2.age" in done(operate("key", "test", "our-needs", "--to", "messages"))
    codes = [unseal(Path(f"messages/test-{n}.age").read_bytes(), KEYS[n - 1]).split()[0] for n in (1, 2)]
    assert "not the code" in refused(operate("key", "confirm", "our-needs", "0123456789"))
    assert "1 key still" in done(operate("key", "confirm", "our-needs", codes[0]))
    assert "key confirm, with our-needs and the code" in refused(operate(*insist))
    assert "Next: manage.py open our-needs" in done(operate("key", "confirm", "our-needs", codes[1]))
    assert done(operate(*insist)).startswith("our-needs is open at /s/our-needs\n")
    assert_page(browser.get("/s/our-needs"), NOT_KEPT)
    assert "version 1 stays: nothing changed. Next: collecting" in done(operate("publish", "our-needs.yaml"))
    assert "Only a draft can be put under test" in refused(operate("test", "our-needs"))
    assert "opened once" in refused(operate(*insist))
    assert done(operate("release")) == "our-needs: nothing due\n"
    assert "has an hour to send it" in done(operate("close", "our-needs", "--confirm", "our-needs"))
    assert "Only an open survey can be closed" in refused(operate("close", "our-needs"))
    assert "Publish it under another id" in refused(operate("publish", "our-needs.yaml"))
    assert "nothing due; it is counted by the first run after" in done(operate("release"))
    clock.advance(minutes=65)
    assert done(operate("release")) == "our-needs: nothing due\n"
    assert "finished: too few answers for a release (it takes about 50)" in done(operate("status", "our-needs"))


@pytest.mark.parametrize(
    "command", ["test", "open", "close", "reopen", "delete", "purge", "status", "key test", "key confirm", "export"]
)
def test_command_on_a_survey_that_is_not_there_says_how_to_come_by_one(operate: Operate, command: str) -> None:
    given = {"key test": ["--to", "x"], "export": ["--to", "x"], "key confirm": ["0"], "purge": ["--now"]}
    more = given.get(command, [])
    words = refused(operate(*command.split(), "no-survey", *more))
    assert words == "There is no survey “no-survey”. Publish it first; `manage.py` lists what there is."


def test_the_guide_for_authors_names_each_command_from_file_to_publishing_in_order(operate: Operate) -> None:
    start = (Path(__file__).parents[2] / "docs" / "authors.md").read_text("utf-8").partition("\n\nEvery question")[0]
    named = re.findall(r"manage\.py (?:--local )?(\w+) (?:our-survey|FILE)", start)
    assert named == ["new", "check", "preview", "publish"]
    for command in named:
        more = RECIPIENTS if command == "publish" else ()
        done(operate(command, "our-survey" if command == "new" else "our-survey.yaml", *more))


def test_only_languages_that_were_named_are_opened_unreviewed(operate: Operate, services: Services) -> None:
    document = a_document(a_question("scale"))
    document["questionnaire"]["languages"] = {"en": {"name": "English"}, "sv": {"name": "Svenska"}}
    Path("draft.yaml").write_text(json.dumps(document))
    done(operate("publish", "draft.yaml"))
    assert "in en, sv." in refused(operate("open", "a-survey"))
    assert "in sv." in refused(operate("open", "a-survey", "--accept-draft", "en"))
    done(operate("open", "a-survey", "--accept-draft", "en", "--accept-draft", "sv"))


def test_survey_without_text_or_with_plain_text_opens_without_keys(operate: Operate) -> None:
    done(operate("publish", a_file(text="plain")))
    assert "no public keys" in refused(operate("key", "test", "a-survey", "--to", "messages"))
    done(operate("open", "a-survey"))


def test_exchanged_key_has_to_be_proven_anew(operate: Operate, services: Services) -> None:
    from operation.keys import new_identity

    file = a_file()
    done(operate("publish", file, *RECIPIENTS))
    done(operate("key", "test", "a-survey", "--to", "messages"))
    for number in (1, 2):
        code = unseal(Path(f"messages/test-{number}.age").read_bytes(), KEYS[number - 1]).split()[0]
        done(operate("key", "confirm", "a-survey", code))
    done(operate("publish", file, "--recipient", KEYS[0], "--recipient", new_identity()[0]))
    assert "key test" in refused(operate("open", "a-survey"))
    done(operate("publish", file, *RECIPIENTS))
    assert "key test" in refused(operate("open", "a-survey"))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("age1short", "“age1short” is not an age public key (age1…). `manage.py key new working.key` makes one."),
        ("age1" + "q" * 58, "is not an age public key (age1…). `manage.py key new working.key` makes one."),
        ("ssh-ed25519 AAAA", "ssh-ed25519 AAAA is no public key (age1…), and no file that can be read."),
        ("", " is no public key (age1…), and no file that can be read."),
    ],
)
def test_what_is_no_public_key_is_refused_before_it_is_stored(operate: Operate, key: str, told: str) -> None:
    assert refused(operate("publish", a_file(), "--recipient", key)).endswith(told)
    assert "No surveys yet" in done(operate())


def test_more_than_ten_keys_are_refused_before_they_are_stored(operate: Operate) -> None:
    from operation.keys import new_identity

    keys = [part for _ in range(11) for part in ("--recipient", new_identity()[0])]
    assert refused(operate("publish", a_file(), *keys)) == "11 keys are too many. Ten are the most."
    assert "No surveys yet" in done(operate())


def numbers(words: str) -> list[str]:
    """The last row of the table in ``words``."""
    row = [line for line in words.splitlines() if line.startswith("│")][-1]
    return [cell.strip() for cell in row.strip("│").split("│")]


def test_status_has_the_exact_numbers(operate: Operate, browser: Browser, services: Services, clock: FakeClock) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    assert numbers(done(operate("status", "a-survey"))) == ["0", "0", "0", "0", "adds up"]
    receipts = [browser.send_json({"mood": 3}).json_body["receipt"] for _ in range(7)]
    browser.post("/s/a-survey/withdraw", f"receipt={receipts[0]}")
    assert numbers(done(operate("status", "a-survey"))) == ["6", "0", "1", "0", "adds up"]
    assert done(operate("release")) == "a-survey: release 1\n"
    browser.send_json({"mood": 3})
    browser.post("/s/a-survey/withdraw", f"receipt={receipts[1]}")
    assert numbers(done(operate("status", "a-survey"))) == ["1", "5", "2", "1", "adds up"]
    close_and_wait(services, clock)
    assert done(operate("release")) == "a-survey: release 2\n"
    words = done(operate("status", "a-survey"))
    assert numbers(words) == ["0", "6", "2", "2", "adds up"]
    assert "Next: `manage.py export a-survey --to a-survey-records`; the server deletes" in words


def test_status_names_what_does_not_add_up(operate: Operate, browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    for _ in range(3):
        browser.send_json({"mood": 3})
    done(operate("release"))
    first, second, _ = stored_items(services)
    call = services.responses._database.call
    call("delete_item", RESPONSES, Key={"part": first["part"], "rid": first["rid"]})
    assert numbers(done(operate("status", "a-survey")))[-1] == "batch 1 does not add up"
    call("put_item", RESPONSES, Item=second | {"pending": second["part"]})
    assert numbers(done(operate("status", "a-survey")))[-1] == "batch 1 does not add up, 1 responses are outside it"


def test_status_of_a_purged_survey_does_not_cry_wolf(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    from chalicelib.jobs import purge_expired

    an_open_survey(services, a_question("scale"), policy="exact")
    browser.send_json({"mood": 3})
    close_and_wait(services, clock)
    done(operate("release"))
    clock.advance(days=90)
    purge_expired(services)
    words = done(operate("status", "a-survey"))
    assert numbers(words) == ["0", "0", "0", "1", "adds up"]
    assert words.endswith("Next: nothing: its records are deleted\n")


def test_release_names_the_failure_of_a_survey(operate: Operate, browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    browser.send_json({"mood": 3})
    services.tallies.delete_ledger("a-survey")
    reply = operate("release")
    assert (reply.exit_code, reply.stdout) == (1, "a-survey: store_unavailable\n")
    assert "The next run goes on" in reply.stderr


@pytest.mark.slow  # `make run` makes the same demo in the fast tests
def test_demo_is_made_once_and_its_numbers_add_up(operate: Operate, services: Services) -> None:
    assert "sealed to the keys in keys" in done(operate("demo", "--keys", "keys"))
    assert numbers(done(operate("status", "member-challenges-2025"))) == ["0", "240", "0", "1", "adds up"]
    release = services.surveys.release("member-challenges-2025", 1)
    assert release
    assert release.omitted == (), "by the key of every demo the lot leaves nothing out"
    before = Path("keys/working.key").read_bytes()
    again = operate("demo", "--keys", "keys")
    assert (again.exit_code, Path("keys/working.key").read_bytes()) == (1, before)
    assert "A key file is never overwritten" in again.stderr
    assert "Publish it under another id" in operate("demo", "--keys", "other-keys").stderr


def test_command_without_a_database_says_how_to_name_one(operate: Operate, clock: FakeClock) -> None:
    from botocore.exceptions import NoCredentialsError

    def no_client() -> Any:
        raise NoCredentialsError

    services_module.use(Services.on(Database(no_client, "none"), clock))
    said = refused(operate())
    assert "--local" in said
    assert "--stage" in said
    assert "NoCredentialsError" not in said
