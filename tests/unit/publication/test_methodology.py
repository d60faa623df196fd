"""The note on how a survey was made: AAPOR's eleven items always, CHERRIES' where they apply, in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.locale import INTERFACE_LANGUAGES, translator
from chalicelib.publication.about import HowMade, about_of
from chalicelib.publication.methodology import AAPOR, CHERRIES, SENTENCES, MethodItem, methodology
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.builders import METHOD, a_definition, a_question
from tests.contracts.test_catalogues import messages
from tests.unit.publication.a_release import SIXTY, a_release

EVERY = list(
    product(("exact", "protected"), ("open", "invitation"), ("at_close", "monthly", "quarterly"), ("sealed", "plain"))
)


def made(settings: Mapping[str, Any], invited: int = 0, pages: tuple[int, ...] = (1,)) -> HowMade:
    definition = a_definition(**settings)
    about = about_of("a-survey", definition.settings, definition.questionnaire, pages=pages, invited=invited)
    assert about.how_made
    return about.how_made


def a_note(release: Release, language: str = "en") -> dict[str, MethodItem]:
    return {item.id: item for item in methodology(WordedRelease.of(release, language, in_english))}


@pytest.mark.parametrize(("policy", "access", "releases", "text"), EVERY)
def test_every_release_has_all_items_and_none_is_empty_AAPOR_CHERRIES(
    policy: str, access: str, releases: str, text: str
) -> None:
    seen: set[object] = set()

    def remember(message: str, many: str | None = None, number: int = 1) -> str:
        seen.add((message, many) if many else message)
        return in_english(message, many, number)

    settings = {"policy": policy, "access": access, "releases": releases, "text": text, **METHOD}
    for told in (made(settings, 60), made(settings), None):
        release = a_release(policy=policy, access=access, how_made=told)
        note = methodology(WordedRelease.of(release, "en", remember))
        assert [item.id for item in note] == [*AAPOR, *(CHERRIES if told else ())]
        assert all(item.title and item.sentences and all(map(str.strip, item.sentences)) for item in note)
        assert not re.findall(r"%\(|%%|\bNone\b", "".join(item.text for item in note))
    assert seen <= messages()


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_note_is_made_in_every_language_of_the_interface(language: str) -> None:
    release = a_release(
        how_made=made({"access": "invitation", "opens_on": "2026-02-01", "closes_on": "2026-02-28"}, 60)
    )
    note = methodology(WordedRelease.of(release, language, translator(language)))
    assert [item.id for item in note] == [*AAPOR, *CHERRIES]


def test_what_the_author_states_is_told_and_what_not_is_said_to_be_missing_AAPOR() -> None:
    stated, unstated = (a_note(a_release(how_made=made(settings))) for settings in (METHOD, {}))
    for name, words in METHOD.items():
        assert words["en"] in stated[name].sentences
        assert re.search(r"[Nn]ot stated|state no", unstated[name].text)


@pytest.mark.parametrize(
    ("invited", "access", "told"),
    [
        (120, "invitation", "50 to 54% of the invitations were used to answer."),
        (61, "invitation", "98 to 100% of the invitations were used to answer."),
        (0, "invitation", "how many were invited was not noted"),
        (0, "open", "how many saw the link is not known"),
    ],
)
def test_response_rate_is_the_range_of_printed_answers_over_invitations_RR2_P7(
    invited: int, access: str, told: str
) -> None:
    release = a_release(policy="protected", how_made=made({"access": access}, invited))
    assert (release.responses, release.responses_at_most) == (60, 64)
    assert told in a_note(release)["precision"].text


def test_exact_numbers_have_one_response_rate() -> None:
    told = a_note(a_release(policy="exact", how_made=made({"access": "invitation"}, 120)))["precision"]
    assert "50% of the invitations were used to answer." in told.sentences


def test_months_days_pages_and_languages_are_told_in_words() -> None:
    note = a_note(a_release(how_made=made({"opens_on": "2026-02-03"}, pages=(0, 4, 3, 0))))
    assert note["dates"].sentences[:2] == ("February 2026.", "First day: 3 February 2026.")
    assert note["length"].sentences[:2] == ("The form had 4 pages.", "No page had more than 4 questions.")
    assert "last page" in note["review"].text
    assert "English" in note["mode"].text


def test_note_knows_random_orders_and_questions_for_some_only_CHERRIES() -> None:
    plain = a_note(a_release(how_made=made({})))
    questions = [
        a_question("yes_no"),
        a_question("single_choice", order="random", show_if={"question": "police_met", "equals": "yes"}),
    ]
    definition = a_definition(*questions)
    about = about_of("a-survey", definition.settings, definition.questionnaire)
    other = a_note(a_release(*questions, counts=SIXTY, how_made=about.how_made))
    for name in ("order", "routing"):
        assert plain[name].text != other[name].text


def test_note_is_made_from_the_release_alone_P8() -> None:
    release = a_release(how_made=made({"access": "invitation", **METHOD}, 60))
    again = Release.model_validate_json(release.model_dump_json())
    assert a_note(again) == a_note(release)
    assert release.published_on == date(2026, 3, 1)


def test_every_item_says_something() -> None:
    assert SENTENCES.keys() == {*AAPOR, *CHERRIES}
    assert len(AAPOR) == 11
