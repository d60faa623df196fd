"""Records that were exported: read back, tabulated and coded on the operator's own computer."""
