"""Exact counts of responses; pure."""
