"""The bodies of the scheduled functions."""

from chalicelib.jobs.audit import audit_ledger
from chalicelib.jobs.publish import publish_releases
from chalicelib.jobs.purge import purge_expired

__all__ = ["audit_ledger", "publish_releases", "purge_expired"]
