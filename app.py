"""Paraply: routes accept submissions, pydantic validates, DynamoDB stores, scheduled functions aggregate."""

import gc
import os
import sys

from chalice.app import Chalice, CloudWatchEvent, Rate

from chalicelib import jobs, services
from chalicelib.jobs import time_left
from chalicelib.web import (
    api,
    codebook,
    figures,
    form,
    http,
    public,
    pxweb,
    results,
    sign_in,
    tables,
    withdrawal,
)

if "AWS_CHALICE_CLI_MODE" in os.environ and {"deploy", "delete"} & set(sys.argv):
    # It makes no tables, alarms or limits, and keeps its own account of what is there.
    sys.exit("Paraply is deployed by `make deploy STAGE=prod`, and taken down by `make destroy STAGE=prod`.")

app = Chalice(app_name="paraply")
app.register_middleware(http.finish, "http")
for views in (form, withdrawal, api, tables, figures, pxweb, sign_in, results, codebook, public):
    app.register_blueprint(views.blueprint)


@app.schedule(Rate(jobs.PUBLISHING_MINUTES, unit=Rate.MINUTES))
def publish_releases(event: CloudWatchEvent) -> None:
    """Count what is due and publish it."""
    jobs.publish_releases(services.current(), time_left(event))


@app.schedule(Rate(1, unit=Rate.DAYS))
def purge_expired(event: CloudWatchEvent) -> None:
    """Delete records whose retention has ended."""
    jobs.purge_expired(services.current(), time_left(event))


@app.schedule(Rate(1, unit=Rate.DAYS))
def audit_ledger(event: CloudWatchEvent) -> None:
    """Recount, and raise an alarm where the ledger does not add up."""
    jobs.audit_ledger(services.current(), time_left(event))


if services.ON_LAMBDA:
    services.prepare()
    form.prepare()
    gc.freeze()
    gc.enable()
