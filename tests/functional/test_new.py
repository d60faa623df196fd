"""`manage.py new`: a definition to begin with, out of the library, to the word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from operation import gallery
from operation.authoring.loader import load_definition
from tests.functional.commands import Operate, done, refused, run
from tests.library import usable


@pytest.mark.parametrize("name", gallery.library())
def test_copy_differs_by_the_survey_alone_and_passes_check_once_there_is_support(operate: Operate, name: str) -> None:
    done(operate("new", "our-survey", "--from", name))
    original = (gallery.LIBRARY / f"{name}.yaml").read_text("utf-8").splitlines()
    copy = Path("our-survey.yaml").read_text("utf-8").splitlines()
    changed = [(mine, theirs) for mine, theirs in zip(copy, original, strict=True) if mine != theirs]
    assert [mine for mine, _ in changed] == ["survey: our-survey"]
    Path("our-survey.yaml").write_text(usable(name), "utf-8")
    assert "no errors" in done(operate("check", "our-survey.yaml"))


@pytest.mark.parametrize(("wanted", "meant"), [("Our Survey", "our-survey"), ("möte_27", "mote-27"), ("a b", "a-b")])
def test_name_that_cannot_stand_in_a_link_brings_one_that_can(operate: Operate, wanted: str, meant: str) -> None:
    assert refused(operate("new", wanted)).endswith(f"a letter first. Did you mean “{meant}”?")
    assert refused(operate("new", "調査")).endswith("a letter first.")


def test_new_is_the_starter_and_says_what_to_do_next(operate: Operate) -> None:
    assert (
        done(operate("new", "our-survey")) == "Wrote our-survey.yaml. Edit it, then: manage.py check our-survey.yaml\n"
    )
    assert load_definition(Path("our-survey.yaml")).definition.questionnaire.title == {"en": "A few questions"}


def test_copy_says_in_which_languages_nobody_has_reviewed_it(operate: Operate) -> None:
    said = done(operate("new", "our-survey", "--from", "member-challenges"))
    assert "Drafts in en, sv, nb, fi, is, ar, until the file names who has read them through" in said


def test_review_of_the_library_stands_since_no_word_is_changed(
    operate: Operate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    text = (gallery.LIBRARY / "starter.yaml").read_text("utf-8")
    reviewed = re.sub(r'en: \{name: "English"\}', 'en: {name: "English", reviewed_by: "A."}\n    sv: {name: "S"}', text)
    (library / "ours.yaml").write_text(reviewed, "utf-8")
    monkeypatch.setattr(gallery, "LIBRARY", library)
    said = done(operate("new", "our-survey", "--from", "ours"))
    assert "Reviewed in en, which stands as long as you change no word of it" in said
    assert "Drafts in sv," in said
    languages = yaml.safe_load(Path("our-survey.yaml").read_text("utf-8"))["questionnaire"]["languages"]
    assert languages["en"]["reviewed_by"] == "A."


@pytest.mark.parametrize("name", [each.name for each in gallery.gallery()])
def test_a_copy_in_some_languages_is_the_same_without_the_words_in_others(operate: Operate, name: str) -> None:
    done(operate("new", "in-all", "--from", name))
    said = done(operate("new", "in-two", "--from", name, "--language", "ar", "--language", "sv"))
    assert "Drafts in sv, ar, until" in said
    whole, fewer = (Path(f"{each}.yaml").read_text("utf-8") for each in ("in-all", "in-two"))
    left = _without(yaml.safe_load(whole), {"en", "nb", "fi", "is"})
    assert yaml.safe_load(fewer) == left | {"survey": "in-two"}
    assert [line for line in fewer.splitlines() if line.lstrip().startswith("#")] == [
        line for line in whole.splitlines() if line.lstrip().startswith("#")
    ]
    assert "_language" not in operate("check", "in-two.yaml").stderr


def _without(value: Any, languages: set[str]) -> Any:
    """``value`` without what stands under ``languages`` where others stand too: the code of an option is no key."""
    if isinstance(value, dict):
        return {key: _without(each, languages) for key, each in value.items() if key not in languages}
    return [_without(each, languages) for each in value] if isinstance(value, list) else value


def test_a_language_that_the_library_lacks_is_told(operate: Operate) -> None:
    said = refused(operate("new", "our-survey", "--from", "event-feedback", "--language", "da"))
    assert said == "This questionnaire has no words in “da”. Its languages are en, sv, nb, fi, is, ar."
    assert not Path("our-survey.yaml").exists()


def test_help_lists_the_library_with_a_line_each() -> None:
    said = " ".join(run("new", "--help").stdout.split())
    for name, purpose in gallery.library().items():
        assert f"{name} {purpose}" in said


def test_questionnaire_that_the_library_lacks_is_told_with_what_it_has(operate: Operate) -> None:
    result = operate("new", "our-survey", "--from", "member-chalenges")
    first, *others = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (1, "")
    assert first == "The gallery has no “member-chalenges”. Did you mean “member-challenges”? It has:"
    assert [line.split()[0] for line in others] == list(gallery.library())
    assert not Path("our-survey.yaml").exists()
    assert "Did you mean" not in operate("new", "our-survey", "--from", "../library/starter").stderr


@pytest.mark.parametrize("is_link", [False, True])
def test_new_overwrites_nothing_and_follows_no_link(operate: Operate, is_link: bool) -> None:
    path = Path("our-survey.yaml")
    if is_link:
        path.symlink_to("elsewhere.yaml")
    else:
        path.write_text("mine", "utf-8")
    assert refused(operate("new", "our-survey")) == "our-survey.yaml exists. Choose another name."
    assert not Path("elsewhere.yaml").exists()
    assert is_link or path.read_text("utf-8") == "mine"


def test_definition_is_no_secret(operate: Operate) -> None:
    done(operate("new", "our-survey"))
    Path("other").touch()
    assert Path("our-survey.yaml").stat().st_mode == Path("other").stat().st_mode
