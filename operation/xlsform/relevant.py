"""From ``relevant`` to the typed tree of conditions (chalicelib.questionnaire.conditions)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, floor
from operator import ge, gt, le, lt

from chalicelib.questionnaire.base import is_date
from operation.xlsform import xpath
from operation.xlsform.told import CannotSay, Json

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
#: Kinds with one answer that is a code.
_ONE_CODE = ("single_choice", "dropdown", "yes_no", "matrix", "hidden")
_IN_ORDER = ("scale", "number", "date")
#: What an acknowledged row holds in XForms.
_ACKNOWLEDGED = "OK"


@dataclass(frozen=True)
class Target:
    """What a name of the workbook stands for: ``reference`` is a question or the row of a matrix.

    ``codes``: by the names of the workbook's choices, those of ours.
    """

    reference: str
    kind: str
    codes: Mapping[str, str] = field(default_factory=dict)


Targets = Mapping[str, Target]


def condition(text: str, targets: Targets) -> Json:
    """The tree of ``text``; raises :class:`CannotSay` with what is beyond it."""
    try:
        return _tree(xpath.read(text), targets)
    except CannotSay as error:
        raise CannotSay(f"relevant: {error}") from error


def _tree(found: xpath.Expression, targets: Targets) -> Json:
    match found:
        case xpath.Joined():
            key = "all" if found.word == "and" else "any"
            return {key: [_tree(part, targets) for part in found.parts]}
        case xpath.Call("not", (inner,)):
            return {"not": _tree(inner, targets)}
        case xpath.Call("selected", (xpath.Reference(name), xpath.Literal(value))):
            return _selected(_target(name, targets), value)
        case xpath.Compared():
            return _compared(found, targets)
        case xpath.Call(name):
            raise CannotSay(f"the function {name}() is not understood here.")
    raise CannotSay("a condition compares an answer with a value.")


def _target(name: str, targets: Targets) -> Target:
    if name == ".":
        raise CannotSay("“.” stands in constraints only.")
    if name not in targets:
        raise CannotSay(f"it speaks of “{name[:40]}”, which is no question above that was taken.")
    return targets[name]


def _selected(target: Target, value: str) -> Json:
    if target.kind == "ranking":
        return {"question": f"{target.reference}.{_code(target, value)}", "answered": True}
    key = "includes" if target.kind == "multiple_choice" else "equals"
    return {"question": target.reference, key: _code(target, value)}


def _code(target: Target, value: str) -> str:
    if value not in target.codes:
        raise CannotSay(f"“{value[:40]}” is none of the choices of {target.reference}.")
    return target.codes[value]


def _compared(found: xpath.Compared, targets: Targets) -> Json:
    left, right, sign = found.left, found.right, found.sign
    if isinstance(left, xpath.Literal):
        left, right, sign = right, left, _MIRRORED[sign]
    match left, right:
        case xpath.Call("count-selected", (xpath.Reference(name),)), xpath.Literal(value, True):
            return _chosen(_target(name, targets), sign, value)
        case xpath.Call("string-length", (xpath.Reference(name),)), xpath.Literal("0", True):
            answered = {"question": _target(name, targets).reference, "answered": True}
            return _either(sign, answered, {">": False, "!=": False, "=": True})
        case xpath.Call("selected-at", (xpath.Reference(name), xpath.Literal(place, True))), xpath.Literal(value):
            target = _target(name, targets)
            if target.kind != "ranking" or not place.isdigit():
                raise CannotSay("selected-at() is understood of rankings only.")
            ranked = {"question": f"{target.reference}.{_code(target, value)}", "equals": int(place) + 1}
            return _either(sign, ranked, {"=": False, "!=": True})
        case xpath.Reference(name), xpath.Literal("", False):
            answered = {"question": _target(name, targets).reference, "answered": True}
            return _either(sign, answered, {"!=": False, "=": True})
        case xpath.Reference(name), _:
            return _with_value(_target(name, targets), sign, _value(right))
    raise CannotSay("a condition compares an answer with a value, not with another answer or a calculation.")


def _value(found: xpath.Expression) -> str:
    match found:
        case xpath.Literal(value):
            return value
        case xpath.Call("date", (xpath.Literal(value),)):
            return value
        case xpath.Call(name):
            raise CannotSay(f"the function {name}() is not understood here.")
    raise CannotSay("a condition compares an answer with a value, not with another answer.")


def _either(sign: str, tree: Json, is_negated: Mapping[str, bool]) -> Json:
    if sign not in is_negated:
        raise CannotSay(f"“{sign}” cannot stand here.")
    return {"not": tree} if is_negated[sign] else tree


def _chosen(target: Target, sign: str, value: str) -> Json:
    if target.kind != "multiple_choice":
        raise CannotSay("count-selected() is understood of select_multiple only.")
    least, most = bounds(sign, value)
    parts: list[Json] = []
    if least:
        parts.append({"question": target.reference, "chosen_at_least": least})
    if most is not None:
        parts.append({"question": target.reference, "chosen_at_most": most})
    if not parts:
        raise CannotSay("this always holds.")
    return parts[0] if len(parts) == 1 else {"all": parts}


def bounds(sign: str, value: str) -> tuple[int | None, int | None]:
    """The least and the most whole number that stand so to ``value``."""
    number = float(value)
    if not abs(number) < 1e9:
        raise CannotSay("this number is too large.")
    match sign:
        case ">=":
            return ceil(number), None
        case ">":
            return floor(number) + 1, None
        case "<=":
            return None, floor(number)
        case "<":
            return None, ceil(number) - 1
        case "=" if number.is_integer():
            return int(number), int(number)
    raise CannotSay(f"“{sign}” cannot stand here.")


def day_bounds(sign: str, value: str) -> tuple[str | None, str | None]:
    """The first and the last day that stand so to ``value``."""
    if not is_date(value):
        raise CannotSay("a day is written as date('2026-03-31').")
    day = date.fromisoformat(value)
    if not date.min < day < date.max:
        raise CannotSay("this day is too far off.")
    match sign:
        case ">=":
            return value, None
        case ">":
            return (day + timedelta(days=1)).isoformat(), None
        case "<=":
            return None, value
        case "<":
            return None, (day - timedelta(days=1)).isoformat()
        case "=":
            return value, value
    raise CannotSay(f"“{sign}” cannot stand here.")


def _with_value(target: Target, sign: str, value: str) -> Json:
    if target.kind in _IN_ORDER:
        return _in_order(target, sign, value)
    if target.kind == "consent" and value == _ACKNOWLEDGED:
        return _either(sign, {"question": target.reference, "answered": True}, {"=": False, "!=": True})
    if target.kind in _ONE_CODE and sign in _COMPARED and _is_number(value):
        return _numbered(target, sign, float(value))
    if target.kind in _ONE_CODE:
        equal = {"question": target.reference, "equals": _code(target, value)}
        return _either(sign, equal, {"=": False, "!=": True})
    if target.kind == "multiple_choice":
        # XForms joins what was chosen by spaces: alone it is equal.
        chosen = {"question": target.reference, "includes": _code(target, value)}
        alone = {"all": [chosen, {"question": target.reference, "chosen_at_most": 1}]}
        return _either(sign, alone, {"=": False, "!=": True})
    raise CannotSay("what was written cannot be compared, only whether anything was (${name} != '').")


def _numbered(target: Target, sign: str, value: float) -> Json:
    """Names of choices that are numbers, compared as such."""
    codes = [code for name, code in target.codes.items() if _is_number(name) and _COMPARED[sign](float(name), value)]
    if not codes:
        raise CannotSay(f"no choice of {target.reference} is “{sign}” that number.")
    equal: list[Json] = [{"question": target.reference, "equals": code} for code in codes]
    return equal[0] if len(equal) == 1 else {"any": equal}


def _in_order(target: Target, sign: str, value: str) -> Json:
    if target.kind != "date" and not _is_number(value):
        raise CannotSay(f"{target.reference} is compared with a number.")
    if sign == "!=":
        return {"not": _in_order(target, "=", value)}
    least, most = day_bounds(sign, value) if target.kind == "date" else bounds(sign, value)
    limit = least if least is not None else most
    if isinstance(limit, int) and limit < 0:
        raise CannotSay("there are no numbers below zero here.")
    if least == most:
        return {"question": target.reference, "equals": least}
    if least is not None:
        return {"question": target.reference, "at_least": least}
    return {"question": target.reference, "at_most": most}


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value.isascii() and not value.lower().strip("+-").startswith(("n", "i"))
