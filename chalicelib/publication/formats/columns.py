"""The columns of the CSV: what each holds, for the file itself and for what describes it to programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Holds = Literal["text", "number", "numbers", "date"]

#: Between numbers of editions. A spreadsheet takes "99 100" for 99100, and "99+100" for nothing but text.
TOGETHER = "+"


@dataclass(frozen=True)
class Column:
    """A column. ``says``: what it holds, in English; ``is_always_told``: no row leaves it empty."""

    name: str
    holds: Holds
    says: str
    is_always_told: bool = False


#: In the order of the file: what a reader looks for first, then what programs join by, then what all rows share.
#: All numbers are whole: a decimal point is a day to a Norwegian spreadsheet (8.3 is 8 March), thousands to a Danish.
COLUMNS: tuple[Column, ...] = (
    Column(
        "question_short", "text", "What the question is called; the whole wording where it has no short name.", True
    ),
    Column("part", "text", "The row of a matrix, or the option of a ranking or a multiple choice."),
    Column("grouped_by", "text", "In crosstabs: the question that the groups are answers to."),
    Column("group_text", "text", "In crosstabs: the group, or all that were added together."),
    Column("label", "text", "The answer."),
    Column("count", "number", "How many gave it, in all releases that print the table."),
    Column(
        "percent", "number", "Their share of those asked, rounded half up. Empty of too few, or where it is a range."
    ),
    Column(
        "percent_at_least",
        "number",
        "What the share is at least in truth, rounded down; with noise, what about nine in ten are.",
    ),
    Column(
        "percent_at_most",
        "number",
        "What the share is at most in truth, rounded up; with noise, what about nine in ten are.",
    ),
    Column("at_least", "number", "What the count is at least in truth. Empty where chance knows no limit."),
    Column("at_most", "number", "What the count is at most in truth. Empty where chance knows no limit."),
    Column(
        "edition_count", "number", "How many gave it in this release alone. Empty where it does not print the table."
    ),
    Column("asked", "number", "How many were asked: what the counts of a table, or of a group in it, sum to."),
    Column("base", "number", "How many answered in those releases, with who was not asked."),
    Column("base_at_least", "number", "What the base is at least in truth."),
    Column("base_at_most", "number", "What the base is at most in truth."),
    Column("not_printed", "text", "Why this release does not print the table or crosstab: a code."),
    Column("kind", "text", "The kind of question."),
    Column("question_text", "text", "The question as it was asked.", True),
    Column("question", "text", "The id of the table.", True),
    Column("group", "text", "In crosstabs: the question grouped by and the codes of the group, as country=no+fi."),
    Column("code", "text", "The code of the answer."),
    Column("editions", "numbers", "Numbers of the releases that the counts are of, the last 60 of them."),
    Column("method", "text", "What was done to every number: exact, rounded, or noise.", True),
    Column("synthetic", "text", "yes where the answers are invented, else no.", True),
    Column("survey", "text", "The id of the survey.", True),
    Column("release", "number", "The number of the release.", True),
    Column("published_on", "date", "The day of the release.", True),
)
