"""How a place of a definition is told: by the ids and codes that its author knows, never by what counts from 0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.questionnaire.base import CODE, Frozen
from operation.authoring.places import Place

#: By the key of a list, what one of its members is called.
_MEMBERS: Mapping[int | str, str] = {
    "questions": "question",
    "options": "option",
    "rows": "row",
    "bands": "band",
    "support": "line",
    "implies": "implication",
    "all": "condition",
    "any": "condition",
    "by": "question",
    "recipients": "key",
}
#: Lists that go without saying where a member of theirs is told: no one else has such members.
_UNSAID = frozenset({"questions", "options", "rows", "bands", "implies"})
#: More members than any list may have, and more characters than any name: what does not fit is told by number.
_MOST, _LONGEST = 250, 40
#: What stands above all questions.
_ABOVE = "questionnaire"


def named(place: Place, within: Any = None) -> str:
    """``place`` in words, as in "question “country”, option “se”, label".

    ``within``: the definition, or the data of its file, that it is a place of. A member of a list that has no sound id
    or code of its own is told by its number, from 1.
    """
    return ", ".join(_parts(place.keys, within)) or "file"


def _parts(keys: Sequence[int | str], within: Any) -> Iterator[str]:
    plain: list[str] = []
    holder: int | str = ""
    for key in keys:
        if holder in _MEMBERS and (isinstance(key, int) or not isinstance(within, dict | Frozen)):
            if holder in _UNSAID:
                plain.pop()
            if plain and plain != [_ABOVE]:
                yield ".".join(plain)
            plain = []
            yield f"{_MEMBERS[holder]} {_name(key, within)}"
            holder = ""
        else:
            plain.append(str(key))
            holder = key
        within = _below(within, key)
    if plain:
        yield ".".join(plain)


def _name(key: int | str, members: Any) -> str:
    """The name of a member, or its number where it has none that is its own."""
    if isinstance(key, str):
        return f"“{key}”"
    name = _own_name(members[key]) if isinstance(members, list | tuple) and key < len(members) <= _MOST else None
    return f"“{name}”" if name and sum(name in _called(member) for member in members) == 1 else f"{key + 1}"


def _own_name(member: Any) -> str | None:
    """What ``member`` calls itself, if it may be called so."""
    name = next(filter(None, _called(member)), None)
    return name if isinstance(name, str) and len(name) <= _LONGEST and re.fullmatch(CODE, name) else None


def _called(member: Any) -> tuple[Any, ...]:
    return (_below(member, "id"), _below(member, "code")) if isinstance(member, dict | Frozen) else (member,)


def _below(within: Any, key: int | str) -> Any:
    """What stands under ``key``; None where nothing does."""
    if isinstance(within, Frozen):
        return getattr(within, str(key), None)
    if isinstance(within, dict):
        return within.get(key)
    if not isinstance(within, list | tuple):
        return None
    if isinstance(key, str):
        return next((member for member in within if key in _called(member)), None)
    return within[key] if key < len(within) else None
