"""Sorts what people wrote into themes, on the operator's own computer: a workbook out, marks back, agreement told."""
