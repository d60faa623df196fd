"""Blueprints: decode, call, encode. With ``app.py`` the only place for Chalice."""
