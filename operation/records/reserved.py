"""Names that exported records and what is made of them have for their own columns."""

from __future__ import annotations

#: Of a question called so, the files' column gets an underscore (:func:`operation.records.columns.column_names`).
RESERVED = frozenset({"record", "batch", "version", "weight", "theme", "text"})
