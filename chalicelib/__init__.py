"""Paraply: definition, form, submission, store, tally, disclosure control, release, export.

Each folder is one stage that data passes, in that order; a contract test holds the table of who may import whom.
"""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # What is made while modules are imported stays: to look through it for garbage, again and again, takes a tenth of
    # a cold start. app.py ends it.
    gc.disable()
