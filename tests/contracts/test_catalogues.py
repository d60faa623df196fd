"""Every word of the interface exists in every language of the interface, and no catalogue keeps more than that.

The messages are collected from the code itself, so that a new one fails here until it is translated.
"""

from __future__ import annotations

import ast
import gettext
import importlib
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

import chalicelib
from chalicelib import errors
from chalicelib.disclosure.policy import policy_of
from chalicelib.forms import mistakes
from chalicelib.forms.promises import limits, promises, short_promises
from chalicelib.locale import INTERFACE_LANGUAGES, SOURCE
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.survey import SurveySettings
from tests.builders import a_definition

CODE = Path(chalicelib.__file__).parent
#: Posters and invitations speak to respondents too.
OPERATION = CODE.parent / "operation"
LANGUAGES = [language for language in INTERFACE_LANGUAGES if language != SOURCE]
#: A placeholder, or a per cent sign that formatting would stumble over.
PLACEHOLDER = re.compile(r"%(?:\(\w+\)[a-z])?")
#: What a phone of 390 px has room for on two lines of a list, in letters.
MOST_OF_TWO_LINES = 75
#: A message, or its wordings for one and for many.
Message = str | tuple[str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


# --- collecting -----------------------------------------------------------------------------------------------------


@cache
def messages() -> frozenset[Message]:
    """Every message of the code that a reader of a page may see."""
    return frozenset(itertools.chain(in_templates(), in_modules(), in_promises(), in_errors(), in_mistakes()))


def in_templates() -> Iterator[Message]:
    for path in itertools.chain(CODE.glob("*/templates/*"), OPERATION.glob("templates/*")):
        tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
        for line, _, message in extract_from_ast(tree, ["_"]):
            one, many = message[:2] if isinstance(message, tuple) else (message, None)
            assert isinstance(one, str), f"{path}:{line}: _() takes literals"
            yield (one, many) if many else one


def in_modules() -> Iterator[Message]:
    for path in itertools.chain(CODE.rglob("*.py"), OPERATION.rglob("*.py")):
        for call, names in calls(ast.parse(path.read_text("utf-8"))):
            texts: list[ast.expr] = []
            if (called(call.func) == "Counted" or is_translated(call.func)) and len(call.args) == 3:
                yield from counted(call)
            elif is_translated(call.func):
                texts = call.args[:1]
            elif path.parent.name == "web" and called(call.func) in {"message", "message_of_survey"}:
                texts = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "text")]
            else:
                continue
            for text in texts:
                yield from literals(text, names, path)


def counted(call: ast.Call) -> Iterator[Message]:
    """``translate("One …", "%(n)d …", n)``, and what waits to be translated so."""
    one, many = call.args[:2]
    if isinstance(one, ast.Constant) and isinstance(many, ast.Constant):
        yield str(one.value), str(many.value)


def calls(node: ast.AST, names: Mapping[str, ast.expr] | None = None) -> Iterator[tuple[ast.Call, dict[str, ast.expr]]]:
    """Every call, with what the names of the function around it were set to."""
    known = dict(names or {})
    if isinstance(node, Function):
        for statement in ast.walk(node):
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                known[statement.targets[0].id] = statement.value
    if isinstance(node, ast.Call):
        yield node, known
    for child in ast.iter_child_nodes(node):
        yield from calls(child, known)


def is_translated(function: ast.expr) -> bool:
    """``translate(…)``, ``state.translate(…)``, ``translator(language)(…)`` or ``page_translator(language)(…)``."""
    made = called(function.func) if isinstance(function, ast.Call) else None
    return called(function) in {"translate", "_translate"} or made in {"translator", "page_translator"}


def called(function: ast.expr) -> str | None:
    return getattr(function, "id", None) or getattr(function, "attr", None)


def literals(text: ast.expr, names: Mapping[str, ast.expr], path: Path) -> Iterator[str]:
    """The strings that ``text`` may be: written there, in a name of the function, or in a table of the module."""
    match text:
        case ast.Constant(value=str(message)):
            yield message
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body, names, path)
            yield from literals(orelse, names, path)
        case ast.Name(id=name) if name in names:
            yield from literals(names[name], {}, path)
        case ast.Subscript(value=ast.Name(id=name)):
            table = getattr(importlib.import_module(module_name(path)), name, {})
            yield from (message for message in table.values() if isinstance(message, str))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(CODE.parent).with_suffix("").parts)


def in_promises() -> set[Message]:
    """What a survey's page promises, under each policy, way of keeping text and access."""
    seen: set[Message] = set()

    def remember(message: str, many: str | None = None, number: int = 1) -> str:
        seen.add((message, many) if many else message)
        return message

    settings = ("policy", "text", "access", "releases", "results", "coding")
    for values in itertools.product(*map(choices, settings)):
        definition: Definition = a_definition(**dict(zip(settings, values, strict=True)))
        policy = policy_of(definition.settings.policy, definition.settings.access)
        promises(definition.settings, definition.questionnaire, remember, SOURCE, policy=policy)
        short_promises(definition.settings, remember)
        limits(definition.settings, definition.questionnaire, remember)
    return seen


def choices(setting: str) -> tuple[Any, ...]:
    annotation = SurveySettings.model_fields[setting].annotation
    return (False, True) if annotation is bool else get_args(annotation)


def in_errors() -> set[Message]:
    """The titles that an error page prints, and what is told of answers that cannot be taken."""
    classes = (error for error in vars(errors).values() if isinstance(error, type))
    titles = {error.title for error in classes if issubclass(error, errors.ParaplyError)}
    problems = itertools.chain(errors.PROBLEM_MESSAGES.values(), errors.FOUND_MESSAGES.values())
    told = {(each.one, each.many) if isinstance(each, errors.Counted) else each for each in problems}
    return titles | told | {errors.Refused(refusal).title for refusal in errors.Refusal}


def in_mistakes() -> set[Message]:
    """What a form tells where a mistake is made."""
    return {message for name, message in vars(mistakes).items() if name.isupper() and isinstance(message, str)}


# --- the catalogues -------------------------------------------------------------------------------------------------


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    path = OPERATION / "locale" / f"{request.param}.po"
    with path.open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def translations(catalogue: Catalog) -> dict[Message, tuple[str, ...]]:
    """What the catalogue translates, every plural form of it; a fuzzy entry is a guess, and gettext leaves it out."""
    return {
        message_of(entry): forms
        for entry in catalogue
        if entry.id and not entry.fuzzy and all(forms := forms_of(entry.string or ""))
    }


def message_of(entry: Entry) -> Message:
    if isinstance(entry.id, str):
        return entry.id
    one, many = entry.id
    return one, many


def forms_of(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def test_every_message_is_collected_from_each_place_that_has_some() -> None:
    assert messages() >= {
        "Send",  # a template
        "Error",  # translator(language)("…")
        "Withdraw my answers",  # translate("…")
        "There is nothing here",  # page_translator(language)("…")
        "All answers to this survey are deleted, so there is nothing left to withdraw. Published results stay.",
        "Choose one of the options listed.",  # errors.PROBLEM_MESSAGES
        ("Choose at least one.", "Choose at least %(least)d."),  # errors.Counted
        ("You chose one.", "You chose %(chosen)d."),  # errors.FOUND_MESSAGES
        "The same number is given to two of them.",  # forms.mistakes
        "Nobody can be picked out of the numbers.",  # forms.promises.short_promises
        "Not chosen",  # publication.wording
        "If very few people answer, nothing is published at all.",  # forms.promises
        (
            "All answers are deleted from our server one day after the survey closes.",
            "All answers are deleted from our server %(days)d days after the survey closes.",
        ),
        errors.SurveyNotOpen.title,
    }


def test_every_message_is_translated(catalogue: Catalog) -> None:
    missing = messages() - translations(catalogue).keys()
    assert not missing, "\n".join(sorted(map(str, missing)))


def test_catalogue_has_no_message_that_the_code_has_not(catalogue: Catalog) -> None:
    entries = {entry.id for entry in catalogue if entry.id} | catalogue.obsolete.keys()
    obsolete = entries - messages()
    assert not obsolete, "\n".join(sorted(map(str, obsolete)))


def test_every_plural_form_of_the_language_is_there(catalogue: Catalog) -> None:
    forms = {len(translation) for message, translation in translations(catalogue).items() if isinstance(message, tuple)}
    assert forms == {catalogue.num_plurals}


def test_translation_has_the_placeholders_of_its_message(catalogue: Catalog) -> None:
    """The forms for one, two and none may leave the number out."""
    for message, forms in translations(catalogue).items():
        wanted = placeholders(message if isinstance(message, str) else message[1])
        assert placeholders(forms[-1]) == wanted, message
        assert all(set(placeholders(form)) <= set(wanted) for form in forms), message


def test_each_short_promise_takes_two_lines_of_a_phone_at_most(catalogue: Catalog) -> None:
    """They stand open on the first page, and the way on below them has to come in sight."""
    words = translations(catalogue)
    for begins, goes_on in short_promises(a_definition(policy="protected").settings, lambda message: words[message][0]):
        assert len(f"{begins} {goes_on}") <= MOST_OF_TWO_LINES, begins


def test_catalogue_compiles_to_what_gettext_reads(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    reader = gettext.GNUTranslations(compiled)
    for message, forms in translations(catalogue).items():
        if isinstance(message, str):
            assert (reader.gettext(message),) == forms
        else:
            assert {reader.ngettext(*message, number) for number in range(200)} == set(forms)
