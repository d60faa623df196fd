"""A new version after several: it is compared with every one that respondents may have met (P13)."""

from __future__ import annotations

from operation.authoring.comparability import incomparable
from tests.builders import text
from tests.unit.operation.authoring.documents import (
    Document,
    changed,
    question,
    read,
    reviewed,
    reworded,
    two_languages,
)


def _labelled(*labels: str) -> list[Document]:
    """Versions in which one option is called so and then so."""
    return [reworded("single_choice", "options", 0, label) for label in labels]


def over(*documents: Document, same_meaning: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Why the last of ``documents`` is refused after all others."""
    *published, new = map(read, documents)
    return [(str(problem.place), problem.code) for problem in incomparable(published, new, same_meaning)]


def test_slips_do_not_add_up_to_another_meaning_P13() -> None:
    drift = _labelled("Never", "Neven", "Seven")
    assert over(*drift[:2]) == over(*drift[1:]) == []
    assert over(*drift) == [("country.se", "changed_meaning")]
    assert over(*drift, same_meaning=("country.se",)) == []


def test_the_operator_s_word_holds_for_good() -> None:
    labelled = _labelled("Sweden", "The kingdom in the east", "The kingdom in the east")
    assert over(*labelled) == []
    assert over(*labelled, labelled[0]) == [], "a version may take back what the one before changed"


def test_a_wording_of_any_earlier_version_is_not_another_option_s() -> None:
    first, second, third = _labelled("Sweden", "Kingdom of Sweden", "Kingdom of Sweden")
    question(third, "single_choice")["options"][1]["label"]["en"] = "Sweden"
    names = ("country.se", "country.no")
    assert over(first, second, third, same_meaning=names) == [("country.no", "changed_meaning")]


def test_a_hint_that_goes_does_not_come_back_as_another() -> None:
    gone, other = changed("long_text", hint=None), changed("long_text", hint=text("Tell us where you live."))
    assert over(two_languages(), gone) == []
    assert over(gone, other) == []
    assert over(two_languages(), gone, other) == [("wish.hint", "changed_meaning")]


def test_a_language_that_was_reviewed_stands_though_it_is_called_a_draft_again_P13() -> None:
    draft = reworded("single_choice", "options", 0, "Något helt annat", "sv")
    assert over(reviewed(two_languages()), draft) == [("country.se", "changed_meaning")]
    assert over(reviewed(two_languages()), two_languages(), draft) == [("country.se", "changed_meaning")]


def test_every_language_that_was_reviewed_is_held_as_the_first_is_P13() -> None:
    old, new = reviewed(two_languages()), reviewed(two_languages())
    first, second = question(new, "multiple_choice")["options"][:2]
    first["label"]["sv"], second["label"]["sv"] = second["label"]["sv"], first["label"]["sv"]
    assert over(old, new, same_meaning=("challenges.law", "challenges.stigma")) == [
        ("challenges.law", "changed_meaning"),
        ("challenges.stigma", "changed_meaning"),
    ]
