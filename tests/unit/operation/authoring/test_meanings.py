"""Whether a new wording still means what the old one did (P13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from operation.authoring.comparability import incomparable
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.documents import Document, changed, read, reasons

#: By language, a question and its reverse.
REVERSED = {
    "en": ("Have you been refused a home?", "Have you not been refused a home?"),
    "en-GB": ("Were you refused a home?", "Weren’t you refused a home?"),
    "sv": ("Har du nekats en bostad det senaste året?", "Har du inte nekats en bostad det senaste året?"),
    "nb": ("Har du fått hjelp det siste året?", "Har du ikke fått hjelp det siste året?"),
    "fi": ("Oletko saanut apua viimeisen vuoden aikana?", "Etkö ole saanut apua viimeisen vuoden aikana?"),
    "is": ("Hefur þú fengið aðstoð síðasta árið?", "Hefur þú ekki fengið aðstoð síðasta árið?"),
    "ar": ("هل حصلت على مساعدة في السنة الأخيرة؟", "ألم تحصل على مساعدة في السنة الأخيرة؟"),
}


@pytest.mark.parametrize("language", REVERSED)
@pytest.mark.parametrize("step", [1, -1])
def test_a_question_that_is_turned_around_takes_the_operator_s_word_P13(language: str, step: int) -> None:
    old, new = (read(_in_one_language(language, wording)) for wording in REVERSED[language][::step])
    assert [problem.code for problem in incomparable([old], new)] == ["changed_meaning"]
    assert incomparable([old], new, ["met"]) == []


def _in_one_language(language: str, wording: str) -> Document:
    document = a_document(a_question("yes_no", id="met", label={language: wording}))
    document["questionnaire"]["languages"] = {language: {"name": "Own"}}
    for name in ("title", "asked_by", "introduction", "thanks"):
        document["questionnaire"][name] = {language: "x"}
    return document


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("Don't you get help?", "Do you not get help?"), ("En person som hjälper", "En person som hjälpte")],
)
def test_a_question_that_says_no_as_often_is_not_turned_around(was: str, becomes: str) -> None:
    assert reasons(changed("yes_no", label=text(was)), changed("yes_no", label=text(becomes))) == []


#: A hundred letters, and others.
LETTERS, OTHERS = (tuple(chr(start + place) for place in range(100)) for start in (0x4E00, 0x5E00))


@pytest.mark.parametrize("spell", ["".join, lambda letters: " ".join(letter * 3 for letter in letters)])
@pytest.mark.parametrize(("kept", "refused"), [(70, False), (69, True)])
def test_a_wording_means_the_same_while_seven_tenths_of_it_stand(
    spell: Callable[[Sequence[str]], str], kept: int, refused: bool
) -> None:
    was, becomes = spell(LETTERS), spell(LETTERS[:kept] + OTHERS[kept:])
    old, new = (changed("yes_no", label=text(wording)) for wording in (was, becomes))
    assert reasons(old, new) == ([("police_met", "changed_meaning")] if refused else [])
