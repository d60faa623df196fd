"""`preview --serve`: the real form of a file, as it stands whenever somebody looks; nothing that is sent is kept."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib import services as services_module
from chalicelib.locale import INTERFACE_LANGUAGES, page_translator
from chalicelib.responses.receipt import issue_token
from chalicelib.services import utc_now
from operation.errors import DefinitionError
from operation.lifecycle import require_survey
from operation.preview_server import BANNER, previewed_on
from tests.builders import FIELDS, FORM_TYPE, a_document, a_question, text
from tests.functional.commands import Operate, refused
from tests.rebinding import ELSEWHERE
from tests.served import ROOT, free_port

ASKED = ("Any invitation code is taken, such as ", "Respondents can open the form from 2099-01-01 on.")


@dataclass(frozen=True)
class Reply:
    """What a browser would show, and where."""

    status: int
    address: str
    body: str
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Previewed:
    """A definition file that is previewed; ``address`` ends in a slash."""

    path: Path
    address: str

    def get(self, path: str = "", **headers: str) -> Reply:
        return self._asked(urllib.request.Request(self.address + path, headers=headers))  # noqa: S310  # loopback

    def send(self, fields: Mapping[str, list[str]] | None = None, survey: str = "a-survey", **own: str) -> Reply:
        """Press Send on a form that was loaded a minute ago."""
        filled = {"_token": own.get("_token") or self.token(survey), **own, **(FIELDS if fields is None else fields)}
        body = urlencode(filled, doseq=True).encode()
        return self._asked(
            urllib.request.Request(f"{self.address}s/{survey}", body, {"Content-Type": FORM_TYPE})  # noqa: S310
        )

    def token(self, survey: str) -> str:
        self.get()
        services = services_module.current()
        record = require_survey(services, survey)
        return issue_token(services.receipt_key(record), survey, utc_now() - timedelta(minutes=1))

    def write(self, *questions: dict[str, Any], **settings: Any) -> None:
        self.path.write_text(json.dumps(a_document(*questions, **settings), indent=1), "utf-8")

    def _asked(self, request: urllib.request.Request) -> Reply:
        try:
            reply = urllib.request.urlopen(request, timeout=600)  # noqa: S310
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            return Reply(reply.status, reply.url, reply.read().decode("utf-8"), reply.headers)


@contextmanager
def previewing(path: Path, *questions: dict[str, Any], **settings: Any) -> Iterator[Previewed]:
    Previewed(path, "").write(*questions, **settings)
    with previewed_on(path, 0) as address:
        yield Previewed(path, address)


@pytest.fixture
def previewed(tmp_path: Path) -> Iterator[Previewed]:
    """Every kind of question, with sealed text that nobody has keys to."""
    with previewing(tmp_path / "a-survey.yaml") as found:
        yield found


def test_form_of_the_file_is_shown_and_says_that_nothing_is_stored(previewed: Previewed) -> None:
    shown = previewed.get()
    assert (shown.status, shown.address) == (203, f"{previewed.address}s/a-survey")
    assert "About single_choice?" in shown.body
    assert f"<strong>{BANNER}</strong>" in shown.body


@pytest.mark.parametrize(
    "path", ["s/a-survey", "s/a-survey/withdraw", "s/a-survey/results", "s/a-survey/no", "s/other"]
)
def test_every_page_says_that_nothing_is_stored(previewed: Previewed, path: str) -> None:
    assert previewed.get(path).body.count(BANNER) == 1


def test_what_is_sent_is_checked_and_not_kept(previewed: Previewed) -> None:
    sent = previewed.send()
    assert sent.status == 200
    assert "Nothing was stored: this is a preview" in sent.body
    assert "Good of you." in sent.body
    assert "<h1>Your answers are stored</h1>" not in sent.body
    assert previewed.send().body.count("You sent this form before") == 0


def test_mistakes_come_back_as_in_the_real_form(previewed: Previewed) -> None:
    sent = previewed.send({**FIELDS, "clients": ["4000"], "agreed": []})
    assert sent.status == 422
    assert BANNER in sent.body
    assert 'value="4000"' in sent.body
    assert "Otherwise nothing can be sent." in sent.body


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_last_page_never_says_that_answers_are_stored_in_any_language(tmp_path: Path, language: str) -> None:
    document = a_document(a_question("yes_no"))
    document["questionnaire"]["languages"][language] = {"name": language}
    path = tmp_path / "a-survey.yaml"
    path.write_text(json.dumps(document), "utf-8")
    with previewed_on(path, 0) as address:
        sent = Previewed(path, address).send({"police_met": ["no"]}, _language=language)
    assert f'<html lang="{language}"' in sent.body
    assert "Nothing was stored: this is a preview" in sent.body
    assert f"<h1>{page_translator(language)('Your answers are stored')}" not in sent.body


def test_other_words_are_shown_by_the_next_look(previewed: Previewed) -> None:
    assert "About yes_no?" in previewed.get().body
    previewed.write(a_question("yes_no", label=text("In other words?")), survey="b-survey")
    shown = previewed.get("s/a-survey")
    assert shown.address.endswith("/s/b-survey")
    assert "In other words?" in shown.body


def test_form_that_was_loaded_before_the_file_changed_can_be_sent(previewed: Previewed) -> None:
    previewed.write(a_question("yes_no"), a_question("scale"))
    old = re.search(r'name="_version" value="(\d+)"', previewed.get().body)
    assert old
    previewed.write(a_question("yes_no"))
    sent = previewed.send({"police_met": ["no"], "mood": ["4"]}, _version=old.group(1))
    assert "Nothing was stored: this is a preview" in sent.body


def test_mistake_in_the_file_is_a_page_with_its_line_until_it_is_mended(previewed: Previewed) -> None:
    whole = previewed.path.read_text("utf-8")
    previewed.path.write_text(whole.replace('"kind": "scale"', '"kind": "<scal>"'), "utf-8")
    line = whole[: whole.index('"kind": "scale"')].count("\n") + 1
    for reply in (previewed.get("s/a-survey"), previewed.send(_token="x")):
        assert reply.status == 422
        assert f"<strong>Line {line}</strong>" in reply.body
        assert "There is no such kind of question." in reply.body
        assert BANNER in reply.body
        assert "style-src 'self' 'sha256-" in reply.headers["Content-Security-Policy"]
    previewed.path.write_text(whole, "utf-8")
    assert "About scale?" in previewed.get("s/a-survey").body


def test_file_that_is_gone_for_a_while_is_told_on_the_page(previewed: Previewed) -> None:
    content = previewed.path.read_bytes()
    previewed.path.unlink()
    assert "cannot be read" in previewed.get().body
    previewed.path.write_bytes(content)
    assert "About scale?" in previewed.get().body


def test_survey_whose_last_day_is_over_is_told_as_check_does(tmp_path: Path) -> None:
    with previewing(tmp_path / "a-survey.yaml", closes_on="2020-01-01") as previewed:
        assert "This day is over" in previewed.get().body


def test_any_invitation_code_is_taken_and_a_form_that_opens_later_is_shown(tmp_path: Path) -> None:
    settings = {"access": "invitation", "opens_on": "2099-01-01"}
    with previewing(tmp_path / "a-survey.yaml", a_question("yes_no"), **settings) as previewed:
        shown = previewed.get()
        assert all(words in shown.body for words in ASKED)
        assert 'name="_invitation"' in shown.body
        told = re.search(r"such as ([0-9A-Z ]{19})\.", shown.body)
        assert told
        for code in (told.group(1), "0123 4567 89AB CDEF"):
            sent = previewed.send({"police_met": ["no"]}, _invitation=code)
            assert "Nothing was stored: this is a preview" in sent.body
        assert previewed.send({"police_met": ["no"]}).status == 422


def test_answers_can_be_withdrawn_on_the_page_for_that(previewed: Previewed) -> None:
    body = urlencode({"receipt": "0123 4567 89AB CDEF"}).encode()
    request = urllib.request.Request(f"{previewed.address}s/a-survey/withdraw", body, {"Content-Type": FORM_TYPE})  # noqa: S310
    assert BANNER in previewed._asked(request).body


@pytest.mark.parametrize("host", ELSEWHERE, ids=str)
def test_page_of_elsewhere_that_leads_its_name_here_is_refused(previewed: Previewed, host: str) -> None:
    assert previewed.get(Host=host).status == 403


def test_other_site_cannot_send(previewed: Previewed) -> None:
    body = urlencode({"police_met": "no"}).encode()
    headers = {"Content-Type": FORM_TYPE, "Sec-Fetch-Site": "cross-site"}
    assert previewed._asked(urllib.request.Request(f"{previewed.address}s/a-survey", body, headers)).status == 403  # noqa: S310


def test_head_has_no_body_and_a_script_is_served_as_ever(previewed: Previewed) -> None:
    request = urllib.request.Request(f"{previewed.address}s/a-survey", method="HEAD")  # noqa: S310
    assert previewed._asked(request).body == ""
    script = re.search(r'src="\.\./(static/leave\.[0-9a-f]+\.js)"', previewed.get().body)
    assert script
    assert "Preview" not in previewed.get(script.group(1)).body


def test_file_that_cannot_be_read_and_port_that_is_taken_are_one_line(operate: Operate, previewed: Previewed) -> None:
    assert "nothing.yaml cannot be read" in refused(operate("preview", "nothing.yaml", "--serve", "--port", "0"))
    port = previewed.address.rstrip("/").rpartition(":")[2]
    said = refused(operate("preview", str(previewed.path), "--serve", "--port", port))
    assert said == f"Port {port} is in use. Take another: --port {int(port) + 1}"


@pytest.mark.slow
def test_command_prints_the_link_and_ends_on_an_interrupt_with_one_line(tmp_path: Path) -> None:
    path, port = tmp_path / "a-survey.yaml", free_port()
    Previewed(path, "").write()
    command = [sys.executable, str(ROOT / "manage.py"), "preview", str(path), "--serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"The form of {path}: http://127.0.0.1:{port}/\n"
        assert "Ctrl-C" in process.stdout.readline()
        assert BANNER in Previewed(path, f"http://127.0.0.1:{port}/").get().body
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "The preview has ended. Nothing was stored.\n"
        assert process.wait(timeout=600) == 0


@pytest.mark.slow
def test_preview_needs_no_more_than_operators_have_installed(tmp_path: Path) -> None:
    """moto is for developers."""
    path = tmp_path / "a-survey.yaml"
    Previewed(path, "").write()
    code = (
        "import sys; sys.modules |= dict.fromkeys(['moto', 'pytest', 'boto3_stubs'])\n"
        "from pathlib import Path\nfrom urllib.request import urlopen\n"
        "from operation.preview_server import previewed_on\n"
        f"with previewed_on(Path({str(path)!r}), 0) as address: print(urlopen(address).status)\n"
        "print('boto3' in sys.modules, 'botocore' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["203", "False", "False"]


def test_definition_that_cannot_be_read_raises_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError), previewed_on(tmp_path / "nothing.yaml", 0):
        pass
