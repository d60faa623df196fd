"""What of a definition does not fit its schema, worded for its author: where it stands, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.questionnaire.conditions import CONDITIONS
from chalicelib.questionnaire.definition import KINDS
from operation.authoring.places import QUESTIONS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode

#: What to do, by the code of what pydantic found, for some together with the key that it stands at.
ADVICE: Mapping[str, str] = {
    "missing": "This key is missing. Add it.",
    "extra_forbidden": "There is no such key here. Check how it is written, or remove it.",
    "extra_forbidden apart": "This stands with an option: {code: ..., label: {en: ...}, apart: true}.",
    "extra_forbidden order": "Only single_choice, multiple_choice and ranking have an order. Remove it.",
    "extra_forbidden random": "To mix the options write order: random, beside the kind.",
    "extra_forbidden opens_on": "This belongs under settings. Move it there.",
    "extra_forbidden closes_on": "This belongs under settings. Move it there.",
    "extra_forbidden contact": "This belongs under settings. Move it there.",
    "extra_forbidden support": "Lines of support belong under settings; a section names them by id. Move it there.",
    "extra_forbidden phone": "Call this key telephone.",
    "extra_forbidden url": "Call this key link.",
    "extra_forbidden email": "A line of support has a telephone or a link. Write one of these.",
    "string_type": "Write a text here, in quotes if it looks like a number.",
    "string_type equals": "Compare with a code, a whole number or a date. Of yes and no, write the word.",
    "string_type includes": "Compare with a code.",
    "string_type at_least": "Compare with a whole number or a date.",
    "string_type at_most": "Compare with a whole number or a date.",
    "int_type": "Write a whole number here.",
    "extra_forbidden [condition]": "A condition makes one comparison. Make a list of two, under all: or any:.",
    "bool_type": "Write true or false here.",
    "dict_type": "Write keys with their values here, as in {en: ...}.",
    "model_type": "Write keys with their values here.",
    "model_attributes_type": "Write a question here: keys with their values, as in {id: ..., kind: ...}.",
    "tuple_type": "Write a list here: in brackets, as in [a, b], or each on a line that begins with a dash.",
    "literal_error": "Write one of these: %(expected)s.",
    "literal_error answered": "Write true here. To ask who skipped the question, put the condition under not.",
    "union_tag_not_found questions": f"Say what kind of question this is (kind): one of {', '.join(KINDS)}.",
    "union_tag_invalid questions": f"There is no such kind of question. There are: {', '.join(KINDS)}.",
    "union_tag_not_found": f"This is no condition. It needs one of these keys: {', '.join(CONDITIONS)}.",
    "string_too_short": "There is nothing here. Write it, or remove the key.",
    "string_too_short survey": "Take 3 characters or more.",
    "string_too_long": "This has too many characters: %(max_length)d are the most. Shorten it.",
    "string_too_long opens_on": "Write a day of this century here, as 2027-03-31.",
    "string_too_long closes_on": "Write a day of this century here, as 2027-03-31.",
    "string_too_long least": "Write a day here, as 2026-03-31.",
    "string_too_long most": "Write a day here, as 2026-03-31.",
    "string_too_long before": "Write a day here, as 2026-03-31.",
    "string_unicode": "Half a character stands here (a surrogate). Write the text again.",
    "greater_than_equal": "Write %(ge)d or more.",
    "less_than_equal": "Write %(le)d or less.",
    "too_short": "There is too little here: %(min_length)d at least.",
    "too_long": "There is too much here: %(max_length)d at most.",
    "string_pattern_mismatch": "Take small letters, digits and _ here, a letter first.",
    "string_pattern_mismatch code": "Take small letters, digits and _ here.",
    "string_pattern_mismatch equals": "Take a code, a whole number or a date as 2026-03-31.",
    "string_pattern_mismatch includes": "Take the code of an option here.",
    "string_pattern_mismatch at_least": "Take a whole number, or a date as 2026-03-31.",
    "string_pattern_mismatch at_most": "Take a whole number, or a date as 2026-03-31.",
    "string_pattern_mismatch survey": "Take small letters, digits and hyphens here, a letter first.",
    "string_pattern_mismatch exit_link": "Write a link here that begins with https://.",
    "string_pattern_mismatch link": "Write a link here that begins with https://.",
    "string_pattern_mismatch telephone": "Write digits in groups here, with spaces between, as in +46 8 000 00 00.",
    "string_pattern_mismatch email": "Write an address here, as in office@example.org.",
    "string_pattern_mismatch opens_on": "Write a day of this century here, as 2027-03-31.",
    "string_pattern_mismatch closes_on": "Write a day of this century here, as 2027-03-31.",
    "string_pattern_mismatch question": "Name a question by its id, or a part of one as in harder.work.",
    "string_pattern_mismatch recipients": "This is no public key of age: age1 and 58 small letters and digits.",
    "string_pattern_mismatch [key]": "Name a language by its code, as in en or pt-BR.",
}


def schema_problems(error: ValidationError) -> list[DefinitionProblem]:
    """Everything that ``error`` tells, once each."""
    found = [_problem(detail) for detail in error.errors(include_url=False, include_input=False)]
    codes: dict[Place, set[ProblemCode]] = {}
    for problem in found:
        codes.setdefault(problem.place, set()).add(problem.code)
    holders = {holder for place in codes for holder in place.holders}
    return [problem for problem in found if not _is_told_better(problem, codes[problem.place], holders)]


def _is_told_better(problem: DefinitionProblem, codes: Collection[ProblemCode], holders: Collection[Place]) -> bool:
    if problem.code is ProblemCode.TOO_SHORT:
        # A list is called so where items of it have problems of their own.
        return problem.place in holders
    if problem.place.keys[-1] not in _VALUES:
        return False
    # A value that may be a number or a text is found wrong as both.
    return (problem.code is ProblemCode.INT_TYPE and len(codes) > 1) or (
        problem.code is ProblemCode.STRING_TYPE and any(not code.endswith("_type") for code in codes)
    )


def _problem(detail: ErrorDetails) -> DefinitionProblem:
    location, code = detail["loc"], detail["type"]
    keys = _keys_in(location)
    subject = "[key]" if "[key]" in location else next((key for key in reversed(keys) if isinstance(key, str)), "")
    if code == "extra_forbidden" and not _TREES.isdisjoint(keys[:-1]) and subject in ("question", *CONDITIONS):
        subject = "[condition]"
    advice = ADVICE.get(f"{code} {subject}") or ADVICE.get(code)
    message = advice % detail.get("ctx", {}) if advice else f"{detail['msg']}."
    return DefinitionProblem(Place(tuple(keys)), ProblemCode(code), message)


#: Keys whose value is a condition.
_TREES = frozenset({"show_if", "when", "then"})
#: Keys of a condition whose value may be of several types.
_VALUES = frozenset({"equals", "includes", "at_least", "at_most"})


def _keys_in(location: Sequence[int | str]) -> list[int | str]:
    """The keys of ``location`` that stand in the file: pydantic names the kinds and types that it chose as well."""
    keys: list[int | str] = []
    is_chosen = False
    for key in location:
        if is_chosen or key == "[key]":
            is_chosen = False
            continue
        keys.append(key)
        is_chosen = _has_choice(keys)
    return keys


def _has_choice(keys: Sequence[int | str]) -> bool:
    """Whether pydantic says next which kind of question, of condition or of value it took this for."""
    if tuple(keys[:2]) != QUESTIONS.keys or len(keys) < 3:
        return False
    is_member = isinstance(keys[-1], int) and keys[-2] in ("all", "any")
    return len(keys) == 3 or is_member or keys[-1] in ("not", *_TREES, *_VALUES)
