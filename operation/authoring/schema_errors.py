"""What of a definition does not fit its schema, worded for its author: where it stands, and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.questionnaire.conditions import CONDITIONS
from chalicelib.questionnaire.definition import KINDS, Question
from operation.authoring.known_keys import TEXTS, key_meant, keys_beside, section_of
from operation.authoring.link_advice import link_advice, mail_advice
from operation.authoring.made_names import as_code, as_id, as_survey
from operation.authoring.places import LISTS, QUESTIONS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.suggestions import asked, did_you_mean

#: What to do, by the code of what pydantic found, for some together with the key that it stands at.
ADVICE: Mapping[str, str] = {
    "missing": "This key is missing. Add it.",
    "extra_forbidden": "There is no such key here. Check how it is written, or remove it.",
    "extra_forbidden apart": "This stands with an option: {code: ..., label: {en: ...}, apart: true}.",
    "extra_forbidden order": "Only single_choice, multiple_choice and ranking have an order. Remove it.",
    "extra_forbidden random": "To mix the options write order: random, beside the kind.",
    "extra_forbidden support": "Lines of support belong under settings; a section names them by id. Move it there.",
    "extra_forbidden kind": "Only a question has a kind. Move this question to the left, below the others.",
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
    "model_type contact": 'Write keys with their values here, as in {label: {en: ...}, email: "office@example.org"}.',
    "model_attributes_type": "Write a question here: keys with their values, as in {id: ..., kind: ...}.",
    "tuple_type": "Write a list here: in brackets, as in [a, b], or each on a line that begins with a dash.",
    "literal_error": "Write one of these: %(expected)s.",
    "literal_error answered": "Write true here. To ask who skipped the question, put the condition under not.",
    "union_tag_not_found questions": f"Say what kind of question this is (kind): one of {', '.join(KINDS)}.",
    "union_tag_invalid questions": f"There is no such kind of question. There are: {', '.join(KINDS)}.",
    "union_tag_not_found": f"This is no condition. Write it as in {{question: country, equals: se}}, with one of"
    f" these keys: {', '.join(CONDITIONS)}.",
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
    "string_pattern_mismatch": "Take small letters from a to z, digits and _ here, a letter first.",
    "string_pattern_mismatch code": "Take small letters from a to z, digits and _ here.",
    "string_pattern_mismatch equals": "Take a code, a whole number or a date as 2026-03-31.",
    "string_pattern_mismatch includes": "Take the code of an option here.",
    "string_pattern_mismatch at_least": "Take a whole number, or a date as 2026-03-31.",
    "string_pattern_mismatch at_most": "Take a whole number, or a date as 2026-03-31.",
    "string_pattern_mismatch survey": "Take small letters from a to z, digits and hyphens here, a letter first.",
    "string_pattern_mismatch telephone": "Write digits in groups here, with spaces between, as in +46 8 000 00 00.",
    "string_pattern_mismatch opens_on": "Write a day of this century here, as 2027-03-31.",
    "string_pattern_mismatch closes_on": "Write a day of this century here, as 2027-03-31.",
    "string_pattern_mismatch question": "Name a question by its id, or a part of one as in harder.work.",
    "string_pattern_mismatch recipients": "This is no public key of age: age1 and 58 small letters and digits.",
    "string_pattern_mismatch [key]": "Name a language by its code, as in en or pt-BR.",
}


def schema_problems(error: ValidationError) -> list[DefinitionProblem]:
    """Everything that ``error`` tells, once each."""
    details = error.errors(include_url=False)
    found = [_problem(detail) for detail in details]
    meant = {place for detail in details if (place := _place_meant(detail))}
    whole = dict(told for detail in details if (told := _told_as_a_whole(detail)))
    codes: dict[Place, set[ProblemCode]] = {}
    for problem in found:
        codes.setdefault(problem.place, set()).add(problem.code)
    holders = {holder for place in codes for holder in place.holders}
    return [
        problem
        for problem in found
        if not _is_told_better(problem, codes[problem.place], holders)
        and not (problem.code is ProblemCode.MISSING and problem.place in meant)
        and problem.place == whole.get(Place(problem.place.keys[:-1]), problem.place)
    ]


def _place_meant(detail: ErrorDetails) -> Place | None:
    """Where a key belongs that was mistyped: there it is not missing."""
    *holder, key = _keys_in(detail["loc"])
    found = key_meant(str(key), keys_beside(detail["loc"])) if detail["type"] == "extra_forbidden" else None
    return Place(tuple(holder)) / found if found else None


def _told_as_a_whole(detail: ErrorDetails) -> tuple[Place, Place] | None:
    """Something that is quite another thing than what belongs there, and where that is told, once."""
    *holder, key = _keys_in(detail["loc"])
    is_pair = detail["type"] == "missing" and key == "code" and _of_pair(detail["input"]) is not None
    is_question = detail["type"] == "extra_forbidden" and key == "kind"
    return (Place(tuple(holder)), Place((*holder, key))) if is_pair or is_question else None


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
    advice = ADVICE.get(f"{code} {subject}") or _advice_on_input(detail, str(subject)) or ADVICE.get(code)
    message = advice % detail.get("ctx", {}) if advice else f"{detail['msg']}."
    if code == "union_tag_invalid" and subject == "questions":
        keys.append("kind")
    return DefinitionProblem(Place(tuple(keys)), ProblemCode(code), f"{message}{_meant(detail, str(subject))}")


def _advice_on_input(detail: ErrorDetails, subject: str) -> str | None:
    """What to do, where that depends on what was written, or on where else it belongs."""
    if detail["type"] == "extra_forbidden":
        if section := section_of(subject, detail["loc"]):
            return f"This belongs under {section}. Move it there."
        return "There is no such key here." if key_meant(subject, keys_beside(detail["loc"])) else None
    if detail["type"] == "missing":
        return _of_pair(detail["input"]) if subject == "code" else None
    if detail["type"] == "model_type" and detail["loc"][:-1] == ("questionnaire", "languages"):
        return 'Write its name as in {name: "English"}.'
    if detail["type"] == "string_pattern_mismatch":
        worded = _WORDED_BY_INPUT.get(subject)
        return _unformatted(worded(detail["input"])) if worded else None
    return _advice_on_type(detail["type"], detail["input"], subject) if detail["type"].endswith("_type") else None


def _advice_on_type(code: str, given: Any, subject: str) -> str | None:
    """What to do about a value of a type that cannot stand at ``subject``, where it tells what was meant."""
    if given is None:
        return ADVICE["string_too_short"]
    if code == "string_type" and isinstance(given, bool | int):
        return f'Write a text here, in quotes: "{str(given)[:_MOST_SHOWN].lower()}".'
    if not isinstance(given, str) or len(given) > _MOST_SHOWN:
        return None
    if code == "dict_type" and subject in TEXTS:
        return _unformatted(f"Say which language this is in, as in {{en: {json.dumps(given, ensure_ascii=False)}}}.")
    if code == "model_type" and subject in LISTS:
        return _as_option(given, given)
    return None


def _of_pair(given: Any) -> str | None:
    """What to do about an option that is a code with its label and no more; None if it is something else."""
    pairs = [*given.items()] if isinstance(given, dict) and len(given) == 1 else []
    return next((_as_option(str(code), label) for code, label in pairs if isinstance(label, str)), None)


def _as_option(words: str, label: str) -> str:
    shown = json.dumps(label[:_MOST_SHOWN], ensure_ascii=False)
    code = as_code(words, 1, ())
    return _unformatted(f"Give it a code and a label, as in {{code: {code}, label: {{en: {shown}}}}}.")


def _unformatted(advice: str) -> str:
    """``advice`` as what :func:`_problem` puts limits into."""
    return advice.replace("%", "%%")


def _meant(detail: ErrorDetails, subject: str) -> str:
    """A question whether something else was meant, where a name is like one that fits; else nothing."""
    match detail["type"]:
        case "extra_forbidden":
            known = () if section_of(subject, detail["loc"]) else keys_beside(detail["loc"])
            return asked(key_meant(subject, known))
        case "literal_error":
            return _of_text(detail["input"], re.findall("'([^']+)'", detail["ctx"]["expected"]))
        case "union_tag_invalid":
            return _of_text(detail["input"]["kind"], KINDS)
        case "union_tag_not_found":
            is_question = subject == "questions"
            wanted, beside = (("kind",), Question.model_fields) if is_question else (CONDITIONS, ("question",))
            return _slip(detail["input"], wanted, beside)
    return asked(_value_meant(detail["type"], detail["input"], subject) if isinstance(detail["input"], str) else None)


def _value_meant(code: str, given: str, subject: str) -> str | None:
    """What can stand at ``subject`` and is near what was ``given``; None if it tells nothing."""
    if code == "string_pattern_mismatch":
        return _MADE[subject](given) if subject in _MADE else None
    if code == "bool_type":
        return _BOOLEANS.get(given.lower())
    number = _LEADING_NUMBER.fullmatch(given) if code == "int_type" else None
    return number.group(1) if number else None


def _of_text(value: Any, known: Iterable[str]) -> str:
    return did_you_mean(value, known) if isinstance(value, str) else ""


def _slip(given: Any, wanted: Collection[str], beside: Collection[str]) -> str:
    """Which key of ``given`` may be a ``wanted`` one, mistyped; those ``beside`` are none."""
    keys = [key for key in given if key not in beside] if isinstance(given, dict) else []
    slips = ((key, found) for key in keys if (found := key_meant(key, wanted)))
    return next((f" Did you mean “{found}” by “{key}”?" for key, found in slips), "")


#: By the key, what makes a name that fits of one that does not.
_MADE: Mapping[str, Callable[[str], str | None]] = {
    "code": lambda given: as_code(given, 1, ()) if re.search("[A-Za-z0-9]", given) else None,
    "id": lambda given: (as_id if " " in given else as_code)(given, 1, ()) if re.search("[A-Za-z0-9]", given) else None,
    "survey": as_survey,
}
#: What people write for them. YAML's own habit of reading these so is switched off: "no" is Norway.
_BOOLEANS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
_LEADING_NUMBER = re.compile("([1-9][0-9]{0,8})(?: .{0,20})?")
#: Of what was written, the longest that advice repeats.
_MOST_SHOWN = 60
#: By the key, what is told of a text there that does not fit.
_WORDED_BY_INPUT: Mapping[str, Callable[[str], str]] = {
    "exit_link": link_advice,
    "link": link_advice,
    "email": mail_advice,
}
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
