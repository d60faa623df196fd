"""A regular expression that tells numbers from smaller ones, so that an input without script can compare."""

from __future__ import annotations

#: Each zero that a number may be written with, the other digits after it; responses.text names the scripts.
_ZEROS = "0\u0660\u06f0\u0966\u09e6\u1040\uff10"
#: Spaces, and the invisible marks that right-to-left keyboards leave around numbers.
_GAP = r"[\s\u200e\u200f\u061c]*"


def number_pattern(limit: int, or_more: bool) -> str:
    """A pattern that whole numbers fit which are ``limit``, ``or_more``; leading zeros and spaces allowed.

    For the attribute ``pattern`` of an input (ECMAScript), and for :mod:`re`.
    """
    digits = [int(digit) for digit in str(max(limit, 0))]
    same = _sequence([_digit(digit, digit) for digit in digits])
    if not or_more:
        return _anchored([same])
    if limit <= 0:
        return _anchored([f"(?:{_digit(0, 9)}{_GAP})+"])
    return _anchored([_longer(len(digits)), *_larger(digits), same])


def _anchored(ways: list[str]) -> str:
    return f"{_GAP}(?:{_digit(0, 0)}{_GAP})*(?:{'|'.join(ways)})"


def _longer(length: int) -> str:
    """Numbers of more digits than ``length``."""
    return f"{_sequence([_digit(1, 9)])}(?:{_digit(0, 9)}{_GAP}){{{length},}}"


def _larger(digits: list[int]) -> list[str]:
    """Numbers of as many digits that are larger: equal up to some digit, larger there, anything after."""
    return [
        _sequence(
            [_digit(digit, digit) for digit in digits[:place]]
            + [_digit(digits[place] + 1, 9)]
            + [_digit(0, 9)] * (len(digits) - place - 1)
        )
        for place in range(len(digits))
        if digits[place] < 9
    ]


def _sequence(digits: list[str]) -> str:
    return "".join(f"{digit}{_GAP}" for digit in digits)


def _digit(first: int, last: int) -> str:
    """A digit from ``first`` to ``last``, as any keyboard writes it."""
    return f"[{''.join(f'{chr(ord(zero) + first)}-{chr(ord(zero) + last)}' for zero in _ZEROS)}]"
