"""XLSForm, which Kobo and ODK read: workbooks become definitions, and definitions workbooks (docs/authors.md)."""
