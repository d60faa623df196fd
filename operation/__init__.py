"""What ``manage.py`` does for operators and developers. Never deployed, never reachable from ``app.py``."""
