"""The operator's export of records; never reachable from ``app.py``."""
