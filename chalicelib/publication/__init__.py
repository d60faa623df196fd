"""Releases, and the pages and files that are made from them and from nothing else (P8)."""
