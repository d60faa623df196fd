"""What each key of a definition means, and what becomes of it once a survey is open: the words of the reference.

They stand here rather than in the models, which Lambda imports. A test holds them to the models: every key has a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.questionnaire.survey import MENDABLE

STANDS, ADDED, CHANGES = "stands", "next edition", "may change"
MENDED = "mended"
#: What the last column of the tables says.
LEGEND: Mapping[str, str] = {
    STANDS: "the same from opening on: respondents rely on it, or answers could not be counted together",
    ADDED: "changes with the next edition (`releases: monthly` or `quarterly`); under `policy: exact` more may be added"
    " at once; with `at_close` it stands",
    MENDED: "its words may be corrected; what may mean something else needs your word (`publish --same-meaning`)",
    CHANGES: "takes effect as soon as it is published",
}


class Line(NamedTuple):
    """What a key means; what becomes of it once the survey is open."""

    means: str
    once_open: str = STANDS


_SETTINGS: Mapping[str, str] = {
    "policy": "`protected`: counts are rounded or noisy, and small ones are left out. `exact`: every number as it is.",
    "text": "`sealed`: what people write is encrypted to your keys before it is stored. `plain`: stored as written.",
    "access": "`open`: whoever has the link. `invitation`: each response needs a code, used once.",
    "releases": "When results come: once, an hour after closing, or by the calendar month or quarter (UTC) too.",
    "results": "`held`: only who has a token of yours sees a release until you announce it.",
    "crosstabs": "Which questions are told by group; by invitation or under `exact` only.",
    "coding": "You may sort what people write into themes and, once it has closed, publish how many wrote of each.",
    "opens_on": "The first day that takes answers (UTC). Without it: from `open` on.",
    "closes_on": "The last day that takes answers (UTC). Without it: until you close it; till then answers are kept.",
    "retention_days": "Days from closing until records and the survey's keys are deleted. Releases stay.",
    "exit_link": "Where “Leave this page now” leads: a page that anybody may look at.",
    "synthetic": "Invented persons: page and files say so.",
    "support": "Where somebody listens; shown after the sections that name a line, on the last page and once closed.",
    "contact": "Who answers questions about the survey, and about one's rights over the data.",
    "population": "For the readers of results: who was to answer.",
    "recruitment": "For the readers of results: how people were found and asked.",
    "sponsor": "For the readers of results: who pays for it.",
    "limits": "For the readers of results: what the numbers cannot tell.",
    "recipients": "Public keys of age that text is sealed to, two at least. Or `publish --recipient`, each time.",
}
_ONCE_OPEN: Mapping[str, str] = {"closes_on": "to a later day", "results": "from held to public"}

#: By the name of a model, a line for each of its keys. Of what all kinds of questions share, it stands with Question.
LINES: Mapping[str, Mapping[str, Line]] = {
    "Definition": {
        "survey": Line("Its id, which stands in its link."),
        "settings": Line("What respondents rely on: below."),
        "questionnaire": Line("What is asked, and in which words: below.", ADDED),
    },
    "SurveySettings": {
        name: Line(means, CHANGES if name in MENDABLE else _ONCE_OPEN.get(name, STANDS))
        for name, means in _SETTINGS.items()
    },
    "Crosstabs": {
        "group": Line("The question whose answers are the groups: one answer each, asked of everybody."),
        "by": Line("The questions that are told by group."),
    },
    "SupportLine": {
        "id": Line("By which sections name it.", CHANGES),
        "label": Line("Who it is.", CHANGES),
        "telephone": Line("To be tapped. Each line has this, or a link, or both.", CHANGES),
        "link": Line("A page of theirs.", CHANGES),
        "note": Line("When it is open, in which languages, whether one can stay unknown.", CHANGES),
    },
    "Contact": {
        "label": Line("Who it is.", CHANGES),
        "telephone": Line("To be tapped.", CHANGES),
        "link": Line("A page of yours.", CHANGES),
        "email": Line("An address that somebody reads. One of the three is needed.", CHANGES),
    },
    "Questionnaire": {
        "languages": Line("By code; the first is what others fall back to.", "may be added"),
        "title": Line("What the survey is called.", CHANGES),
        "asked_by": Line("Who asks.", CHANGES),
        "introduction": Line("Stands before the questions; its first paragraph is always open.", CHANGES),
        "thanks": Line("Stands on the last page.", CHANGES),
        "minutes": Line("How long it takes, as respondents are told.", CHANGES),
        "questions": Line("Questions, sections and notes, in order.", ADDED),
    },
    "Translation": {
        "name": Line("The language in its own words.", CHANGES),
        "reviewed_by": Line("Who reviewed it; for operators only. Without it the language is a draft.", CHANGES),
    },
    "Question": {
        "kind": Line("What kind it is: below."),
        "id": Line("Its name in conditions, files and columns."),
        "label": Line("What is asked.", MENDED),
        "short": Line("Its name in headings and columns of results.", CHANGES),
        "hint": Line("Tells how to answer.", MENDED),
        "required_because": Line("Why it cannot be skipped; without it, it can.", "its words, not whether it is there"),
        "show_if": Line("Of whom it is asked; others' answers to it are dropped."),
        "implies": Line("What its answers say of those to earlier questions; results obey it.", ADDED),
    },
    "Kinds": {
        "options": Line("What can be chosen.", ADDED),
        "rows": Line("What the options are asked of.", ADDED),
        "bands": Line("What its numbers or days are counted in; needed under `protected`."),
        "order": Line("`random`: another order on each form; what has `specify` or is set apart stays last.", CHANGES),
        "least": Line("The least that can be answered, or chosen."),
        "most": Line("The most that can be answered, chosen or ranked."),
        "least_label": Line("What the lowest step means.", MENDED),
        "most_label": Line("What the highest step means.", MENDED),
        "most_characters": Line("How long a text may be.", ADDED),
        "pattern": Line("A regular expression that the whole line has to fit; without look-around."),
        "pattern_says": Line("What the pattern wants, in words: “Enter …”. Needed with a pattern.", MENDED),
        "support": Line("Lines of `settings.support` that are shown after it.", CHANGES),
    },
    "Option": {
        "code": Line("Its name in conditions and files."),
        "label": Line("What people read.", MENDED),
        "exclusive": Line("Cannot be combined with others."),
        "specify": Line("Offers a line to say which.", "may be added"),
        "apart": Line("Set off from the others, last.", CHANGES),
    },
    "Row": {"code": Line("Its name: `question.row`."), "label": Line("What people read.", MENDED)},
    "NumberBand": {
        "code": Line("Its name in files."),
        "label": Line("What readers of results see.", MENDED),
        "below": Line("Where the next band begins; the last has none."),
    },
    "DateBand": {
        "code": Line("Its name in files."),
        "label": Line("What readers of results see.", MENDED),
        "before": Line("The day that the next band begins on; the last has none."),
    },
    "Implication": {
        "when": Line("A condition on the answer to this question."),
        "then": Line("A condition that then holds for the answer to one earlier question."),
    },
    "Conditions": {
        "all": Line("Each of these holds."),
        "any": Line("One of these holds."),
        "not": Line("This does not hold; so also where nothing was answered."),
        "question": Line("What is compared: a question, or a part of one as in `harder.work`."),
        "equals": Line("The one answer is this."),
        "includes": Line("Among the options chosen is this one."),
        "chosen_at_least": Line("So many options were chosen, or more."),
        "chosen_at_most": Line("So many options were chosen, or fewer; none counts as well."),
        "at_least": Line("The step, number or day is this or later."),
        "at_most": Line("The step, number or day is this or earlier."),
        "answered": Line("The question was not skipped."),
    },
}
