"""Names of columns as SPSS takes them (IBM SPSS Statistics, Command Syntax Reference, "Variable Names")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_LONGEST = 64
#: In capitals, as they may not be in small letters either.
_RESERVED = frozenset({"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"})


def spss_names(names: Iterable[str]) -> Mapping[str, str]:
    """By column, its name in SPSS: the same wherever that is allowed, else cut, and numbered where it is taken.

    ``names`` are of small letters, digits, dots and underscores, a letter first. No name ends with a dot, which ends a
    command, or with an underscore, which SPSS may have for names of its own.
    """
    wanted = list(names)
    taken = {name for name in wanted if _is_allowed(name)}
    return {name: name if _is_allowed(name) else _free(name, taken) for name in wanted}


def _is_allowed(name: str) -> bool:
    return len(name) <= _LONGEST and name.upper() not in _RESERVED and not name.endswith((".", "_"))


def _free(name: str, taken: set[str]) -> str:
    """A name for ``name`` that is not ``taken``, and is from now on."""
    number = 1
    while True:
        end = f"_{number}"
        found = name[: _LONGEST - len(end)].rstrip("._") + end
        if found not in taken:
            taken.add(found)
            return found
        number += 1
