"""Themes that people found in texts (rule 11): an attacker who knows that somebody has each that is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from chalicelib.disclosure.policy import INVITED, OPEN_LINK
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedTable
from chalicelib.disclosure.themes import without_small_themes
from chalicelib.questionnaire.codebook import ANSWERED, CHOSEN, NO_ANSWER, NOT_CHOSEN, Codebook, codebook_of
from chalicelib.questionnaire.themes import Theme, themes_id, themes_variable, with_themes
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of
from chalicelib.tabulation.universe import Universe
from tests.attacker.attack import RELEASES, WIDTH, Attack, is_possible
from tests.attacker.knowledge import Sight
from tests.attacker.surveys import ASurvey, Respondents, survey_of
from tests.builders import a_question, a_tally, options, text

IF_YES = {"show_if": {"question": "police_met", "equals": "yes"}}
IF_WROTE = {"show_if": {"question": "wish", "answered": True}}
CODES = [f"t{number}" for number in range(6)]
CODED = a_question("multiple_choice", id="wish_themes", options=options(*CODES), most=None, **IF_WROTE)
THEMES = [Theme(code=code, label=text(code)) for code in CODES]
NAMED = Sight(themes=frozenset({"wish_themes"}))
OF_THOSE_WHO_WROTE = {"wish_themes": Universe(TableId("wish"), ("answered",))}
OF_YES = {"wish": Universe(TableId("police_met"), ("yes",))}
KEY = b"k" * 32
#: A text that everybody is asked for, and one that some are.
WISH, MET = a_question("short_text", id="wish"), a_question("yes_no")
SURVEYS: dict[str, ASurvey] = {
    "everybody": survey_of([MET, WISH, CODED], OF_THOSE_WHO_WROTE),
    "some": survey_of([MET, WISH | IF_YES, CODED], {**OF_THOSE_WHO_WROTE, **OF_YES}),
}


def coded(random: Random, n: int, survey: ASurvey) -> Tally:
    """Of ``n`` people, of whom some write; a few themes are common, and most are rare."""
    is_conditional = survey is SURVEYS["some"]
    likely, wrote = random.uniform(0.6, 1), Counter[str]()
    chances = {code: random.uniform(0.5, 1) * 0.45**place for place, code in enumerate(CODES)}
    met = ["yes" if random.random() < 0.8 else "no" for _ in range(n)]
    asked = [each for each in met if each == "yes" or not is_conditional]
    texts = [[code for code in CODES if random.random() < chances[code]] for _ in asked if random.random() < likely]
    for themes in texts:
        wrote.update(themes)
    chosen = sum(map(bool, texts))
    pairs = {f"wish_themes.{code}": {CHOSEN: wrote[code], NOT_CHOSEN: len(texts) - wrote[code]} for code in CODES}
    return a_tally(
        n,
        {
            "police_met": {answer: met.count(answer) for answer in ("yes", "no")},
            "wish": {ANSWERED: len(texts), NO_ANSWER: len(asked) - len(texts)},
            "wish_themes": {CHOSEN: chosen, NO_ANSWER: len(texts) - chosen},
            **pairs,
        },
    )


def releases(survey: ASurvey) -> Iterator[tuple[Tally, ProtectedBatch]]:
    """As they would be if every theme were named."""
    for number in range(RELEASES):
        random = Random(number)  # noqa: S311
        tally = coded(random, random.choice([random.randint(20, 60), random.randint(40, 200)]), survey)
        batch = protect(tally, survey.specs, INVITED, number.to_bytes(32, "big"), 1)
        assert batch is not None
        yield tally, batch


def are_all_there(tally: Tally, batch: ProtectedBatch) -> bool:
    """Whether somebody has each theme that is named: coders make no others."""
    return all(tally.counts[table.spec.id][CHOSEN] for table in themes_in(batch))


def themes_in(batch: ProtectedBatch) -> list[ProtectedTable]:
    """The tables of themes that are named."""
    return [table for table in batch.tables if table.spec.id.question == "wish_themes" and table.spec.id.part]


@pytest.mark.slow
@pytest.mark.parametrize("which", SURVEYS)
def test_that_a_theme_is_named_tells_no_small_count_P7(which: str) -> None:
    survey, attack, blind = SURVEYS[which], Attack(NAMED), Attack()
    attacked = hidden = 0
    for number, (tally, every) in enumerate(releases(survey)):
        assert blind.on(every, tally, survey) == [], number
        (named,) = without_small_themes([every], {"wish_themes"})
        assert is_possible(named, survey), number
        if are_all_there(tally, named):
            assert attack.on(named, tally, survey) == [], number
            attacked += 1
        hidden += len(every.tables) > len(named.tables)
    assert attack.least_width >= WIDTH
    assert min(attacked, hidden) > RELEASES / 10


@pytest.mark.slow
@pytest.mark.parametrize("which", SURVEYS)
def test_that_another_edition_names_a_theme_tells_no_small_count_P7(which: str) -> None:
    """Of two editions: what either names has a table in both, where it may print as nobody."""
    survey, attacked, named_by_other, least = SURVEYS[which], 0, 0, float("inf")
    every = list(releases(survey))
    for first, second in zip(every[::2], every[1::2], strict=True):
        batches = without_small_themes([first[1], second[1]], {"wish_themes"})
        for tally, batch in zip((first[0], second[0]), batches, strict=True):
            assert is_possible(batch, survey)
            own = {table.spec.id for table in themes_in(batch) if table.counts[0] >= INVITED.themes_from}
            elsewhere = frozenset((each.spec.id, CHOSEN) for each in themes_in(batch) if each.spec.id not in own)
            attack = Attack(Sight(themes=frozenset({"wish_themes"}), elsewhere=elsewhere))
            if all(tally.counts[table][CHOSEN] for table in own):
                assert attack.on(batch, tally, survey) == []
                least, attacked = min(least, attack.least_width), attacked + 1
            named_by_other += len(elsewhere)
        printed = [{table.spec.id for table in themes_in(batch)} for batch in batches]
        suppressed = any(batch.suppressed for batch in batches)
        assert suppressed or printed[0] == printed[1]
    assert least >= WIDTH
    assert min(attacked, named_by_other) > RELEASES / 10


@pytest.mark.slow
@pytest.mark.parametrize("which", SURVEYS)
def test_were_themes_named_that_print_as_nobody_the_attacker_would_get_through_P7(which: str) -> None:
    survey, attack = SURVEYS[which], Attack(NAMED)
    found = [attack.on(every, tally, survey) for tally, every in releases(survey) if are_all_there(tally, every)]
    assert any(found)


@pytest.mark.parametrize("which", SURVEYS)
def test_what_is_attacked_is_what_is_published(which: str) -> None:
    """The tables of themes are those of a conditional multiple choice, after the text that they hang on."""
    survey = SURVEYS[which]
    asked = codebook_of(survey.questionnaire)
    before = Codebook(asked.languages, tuple(each for each in asked.variables if each.id != "wish_themes"))
    wish = next(each for each in before.variables if each.id == "wish")
    specs = tables_of(with_themes(before, [themes_variable(wish, THEMES)]))
    assert list(map(facts_of, specs)) == list(map(facts_of, survey.specs))


def facts_of(spec: TableSpec) -> tuple[object, ...]:
    """All of it that decides how it is drawn."""
    variable = spec.variable
    limits = variable.least, variable.most, variable.is_required, variable.exclusive
    return (spec.id, spec.codes, spec.universe, spec.group, spec.exclusions, variable.form, *limits)


@pytest.mark.parametrize("which", SURVEYS)
def test_themes_change_no_other_number_P7(which: str) -> None:
    survey = SURVEYS[which]
    without = [spec for spec in survey.specs if spec.id.question != "wish_themes"]
    for number in range(60):
        tally = Respondents(Random(number), survey).tally(20 + number)  # noqa: S311
        for policy in (INVITED, OPEN_LINK):
            key = number.to_bytes(32, "big")
            first, second = (protect(tally, specs, policy, key, 1) for specs in (without, survey.specs))
            assert (first is None) == (second is None)
            if first and second:
                again = tuple(table for table in second.tables if table.spec.id.question != "wish_themes")
                assert (second.total, again) == (first.total, first.tables)


def test_no_theme_of_a_suppressed_question_is_named_P7() -> None:
    survey = SURVEYS["everybody"]
    tally = Respondents(Random(1), survey).tally(200)  # noqa: S311
    few = a_tally(200, {**{str(name): dict(cells) for name, cells in tally.counts.items()}, "wish": {"answered": 9}})
    batch = protect(few, survey.specs, INVITED, b"k" * 32, 1)
    assert batch
    (named,) = without_small_themes([batch], {"wish_themes"})
    assert {str(each.spec.id) for each in named.suppressed} == {"wish_themes"}
    assert not [table for table in named.order if table.part]


@pytest.mark.slow
def test_on_an_open_link_a_theme_of_one_text_is_hardly_ever_named() -> None:
    survey, found = SURVEYS["everybody"], 0
    once = {f"{themes_id('wish')}.{code}": {CHOSEN: 1 if code == "t5" else 40} for code in CODES}
    counts = {"police_met": {"yes": 30, "no": 40}, "wish": {"answered": 60}, "wish_themes": {CHOSEN: 50}, **once}
    for number in range(4000):
        batch = protect(a_tally(80, counts), survey.specs, OPEN_LINK, number.to_bytes(32, "big"), 1)
        assert batch
        (named,) = without_small_themes([batch], {"wish_themes"})
        found += any(str(table.spec.id) == "wish_themes.t5" for table in named.tables)
    assert found == 0


def test_what_no_edition_prints_with_enough_texts_is_named_in_none_P7() -> None:
    specs = SURVEYS["everybody"].specs
    of_each = tally_with({"t0": 40}), tally_with({"t1": 2, "t0": 2, "t2": 40})
    editions = [protect(tally, specs, INVITED, KEY, number) for number, tally in enumerate(of_each, 1)]
    found = without_small_themes([each for each in editions if each], {"wish_themes"})
    printed = {table.spec.id for batch in editions if batch for table in themes_in(batch) if table.counts[0]}
    assert [{table.spec.id for table in themes_in(each)} for each in found] == [printed, printed]
    assert {"t0", "t2"} <= {table.part for table in printed} < {*CODES}


def tally_with(often: Mapping[str, int]) -> Tally:
    """Of 70 people, 60 of whom wrote something: how many of their texts have each theme."""
    themes = {f"wish_themes.{code}": {CHOSEN: often.get(code, 0)} for code in CODES}
    of_all = {
        "police_met": {"yes": 30, "no": 40},
        "wish": {"answered": 60},
        "wish_themes": {CHOSEN: max(often.values())},
    }
    return a_tally(70, {**of_all, **themes})


def test_an_edition_before_one_that_did_not_ask_names_nothing() -> None:
    """Its numbers are in no total: they began anew."""
    survey = SURVEYS["everybody"]
    without = [spec for spec in survey.specs if spec.id.question == "police_met"]
    first, last = tally_with({"t0": 40, "t1": 40}), tally_with({"t0": 45})
    editions = [
        protect(first, survey.specs, INVITED, KEY, 1),
        protect(first, without, INVITED, KEY, 2),
        protect(last, survey.specs, INVITED, KEY, 3),
    ]
    found = without_small_themes([each for each in editions if each], {"wish_themes"})
    assert [[table.spec.id.part for table in themes_in(each)] for each in found] == [["t0"], [], ["t0"]]
