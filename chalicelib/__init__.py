"""Paraply: definition, form, submission, store, tally, disclosure control, release, export.

Each folder is one stage that data passes, in that order; a contract test holds the table of who may import whom.
"""
