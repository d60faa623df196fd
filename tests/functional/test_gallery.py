"""`manage.py gallery`: questionnaires to begin with, told, drawn, and usable in every language as they are."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.questionnaire.definition import has_random_order, is_required
from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from operation.authoring.loader import definition_of
from operation.authoring.minutes_rules import estimate
from operation.authoring.sensitive import HURTING
from operation.console import WIDTH
from operation.gallery import Exhibit, exhibit, gallery
from operation.lifecycle import open_survey, publish_definition
from operation.preview import SIZES, preview
from tests.builders import Browser, identities, prove_keys
from tests.functional.commands import Operate, done, refused
from tests.functional.shapes import Page, assert_page
from tests.library import LANGUAGES, usable, with_support, written
from tests.served import served

ALL = [each.name for each in gallery()]
#: What somebody who never saw it can type, from the gallery to an open survey.
MOST_COMMANDS = 6
VIOLENCE = "safety-and-violence"
#: The shortest, and the one that a network has to add something to. Nothing is written in them: they need no keys.
STARTED_WITH = ("event-feedback", VIOLENCE)


@pytest.fixture(params=ALL)
def shown(request: pytest.FixtureRequest) -> Exhibit:
    return exhibit(str(request.param))


def test_the_gallery_has_what_networks_ask_most() -> None:
    assert ALL == [
        "access-to-health",
        "event-feedback",
        "member-census",
        "member-challenges",
        "organisation-profile",
        VIOLENCE,
    ]


def test_each_tells_its_purpose_its_source_of_method_and_its_limits(shown: Exhibit) -> None:
    assert all((shown.told, shown.purpose, shown.method, shown.limits))


def test_each_speaks_every_language_of_the_interface_and_every_one_is_a_draft(shown: Exhibit) -> None:
    assert tuple(shown.questionnaire.languages) == LANGUAGES == shown.questionnaire.drafts
    assert set(LANGUAGES) == INTERFACE_LANGUAGES.keys()


def test_each_is_short_and_says_how_long_it_takes(shown: Exhibit) -> None:
    assert shown.questionnaire.minutes <= (2 if shown.name == "event-feedback" else 8)
    assert round(estimate(shown.questionnaire, "en")) - shown.questionnaire.minutes <= 1


def test_nothing_has_to_be_answered_but_whether_one_agrees(shown: Exhibit) -> None:
    required = [question.kind for question in shown.questionnaire.questions if is_required(question)]
    assert required in ([], ["consent"])


def test_every_choice_can_be_refused_but_how_an_event_was(shown: Exhibit) -> None:
    lists = [each for each in shown.questionnaire.questions if "apart" in each.marks and each.id != "parts"]
    codes = {each.id: {option.code for option in getattr(each, "options", ())} for each in lists}
    assert [name for name, found in codes.items() if "rather_not_say" not in found] == []


def test_no_wish_stands_first_for_everybody(shown: Exhibit) -> None:
    ranked = [each for each in shown.questionnaire.questions if each.kind == "ranking"]
    assert all(has_random_order(each) for each in ranked)


def test_of_every_question_numbers_can_be_published(shown: Exhibit) -> None:
    definition = definition_of(Path("x.yaml"), usable(shown.name).encode()).definition
    assert preview(definition, SIZES[:1]).never == ()


@pytest.mark.slow  # six questionnaires, each opened
def test_each_is_shown_in_every_language_with_all_its_words(
    shown: Exhibit, services: Services, browser: Browser
) -> None:
    definition = definition_of(Path("x.yaml"), usable(shown.name).encode()).definition
    publish_definition(services, definition, [public for public, _ in identities()])
    if shown.needs_keys:
        prove_keys(services, definition.survey)
    open_survey(services, definition.survey, shown.questionnaire.drafts)
    for language in LANGUAGES:
        page = assert_page(browser.get(f"/s/{definition.survey}?lang={language}"), NOT_KEPT, language)
        said = _words_of(page)
        labels = {each.id: " ".join(each.label[language].split()) for each in definition.questionnaire.questions}
        assert [name for name, label in labels.items() if label not in said] == []


def _words_of(page: Page) -> str:
    return " ".join(" ".join(part for parts in page.texts.values() for part in parts).split())


def test_list_tells_of_each_how_long_it_is_and_where_its_method_is_from(operate: Operate) -> None:
    said = done(operate("gallery"))
    assert max(map(len, said.splitlines()[:-1])) <= WIDTH
    for each in gallery():
        assert f"{each.name}: {each.asked} questions, {each.questionnaire.minutes} minutes" in said
        folded = " ".join(said.split())
        assert all(f"{word}: {told}" in folded for word, told in (("Method", each.method), ("Limits", each.limits)))


def test_one_is_drawn_in_the_language_that_is_wanted(operate: Operate) -> None:
    assert "2. What did you take home with you? Choose all that fit." in done(operate("gallery", "event-feedback"))
    said = done(operate("gallery", "event-feedback", "--language", "sv"))
    assert "2. Vad tog du med dig hem? Välj allt som stämmer.\n   [ ] Något nytt" in said
    assert said.endswith("manage.py new our-survey --from event-feedback\n")


def test_what_is_not_there_is_told_in_a_line(operate: Operate) -> None:
    assert refused(operate("gallery", "event-feedback", "--language", "da")) == (
        "This questionnaire has no words in “da”. Its languages are en, sv, nb, fi, is, ar."
    )
    assert refused(operate("gallery", "event-feedback", "--language", "SV")).endswith(" Did you mean “sv”?")
    assert "gallery NAME --language sv" in refused(operate("gallery", "--language", "sv"))
    result = operate("gallery", "event-feedbak")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("The gallery has no “event-feedbak”. Did you mean “event-feedback”? It has:\n")


# --- violence: WHO's principles -------------------------------------------------------------------------------------


def test_a_copy_on_violence_is_refused_until_it_names_somebody_to_turn_to(operate: Operate) -> None:
    said = done(operate("new", "our-survey", "--from", VIOLENCE))
    assert "Name somebody to turn to under settings.support, and edit the rest, then: " in said
    for command in ("check", "publish", "preview"):
        result = operate(command, "our-survey.yaml")
        assert result.exit_code == 1
        assert result.stderr.count("settings.support") == 1
        assert "Nobody to turn to is given here, and “happened_to_you”, “afterwards”, “safer” name" in result.stderr
    Path("our-survey.yaml").write_text(with_support(Path("our-survey.yaml").read_text("utf-8")), "utf-8")
    assert operate("check", "our-survey.yaml").stderr == ""


def test_every_part_on_violence_ends_with_somebody_to_turn_to() -> None:
    content = usable(VIOLENCE).replace("      support: [helpline]\n", "").encode()
    codes = [warning.code for warning in definition_of(Path("x.yaml"), content).warnings]
    assert codes == ["support_unnamed"] * written(VIOLENCE).count("      support: [helpline]\n")


def test_nothing_is_written_on_violence_that_could_tell_who_did_it() -> None:
    questionnaire = exhibit(VIOLENCE).questionnaire
    assert not questionnaire.has_text
    assert any(HURTING.is_asked_in(question.label.values()) for question in questionnaire.questions)


# --- from the gallery to an open survey -----------------------------------------------------------------------------


@pytest.mark.slow
def test_from_the_gallery_to_an_open_survey_it_takes_six_commands_at_most(
    tmp_path: Path,
) -> None:
    drafts = [part for language in LANGUAGES for part in ("--accept-draft", language)]
    with served() as site:
        for name in STARTED_WITH:
            survey, file = f"our-{name}", tmp_path / f"our-{name}.yaml"
            commands = (
                ("gallery", name),
                ("new", survey, "--from", name),
                ("check", file.name),
                ("publish", file.name),
                ("open", survey, *drafts),
            )
            assert len(commands) <= MOST_COMMANDS
            since = time.monotonic()
            for command in commands:
                if command[0] == "check" and exhibit(name).awaits_support:
                    file.write_text(with_support(file.read_text("utf-8")), "utf-8")
                site.manage(*command, cwd=tmp_path)
            print(f"{name}: {len(commands)} commands, {time.monotonic() - since:.1f} s")
            assert exhibit(name).questionnaire.title["fi"] in site.get(f"/s/{survey}?lang=fi")
