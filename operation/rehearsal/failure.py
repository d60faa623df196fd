"""What a rehearsal fails with."""

from __future__ import annotations

from operation.errors import RehearsalFailed


def require(holds: bool, told: str) -> None:
    """Raise :class:`RehearsalFailed`, which says what was ``told``, unless this ``holds``."""
    if not holds:
        raise RehearsalFailed(told)
