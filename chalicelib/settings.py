"""The environment, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What differs between deployments. No secret is among it: keys lie in the tables."""

    table_prefix: str = "paraply"
    region: str = "eu-north-1"
    endpoint: str | None = None
    #: http:// and the name of an onion service that leads here; empty where there is none.
    onion: str = ""
    #: Whether somebody's request waits for each call, and a function's time ends soon: elsewhere a command has patience
    #: with a slow line, and with a machine that is busy.
    is_on_lambda: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read ``PARAPLY_TABLE_PREFIX``, ``PARAPLY_ONION``, and what AWS's own tools and Lambda set."""
        source = os.environ if environment is None else environment
        return cls(
            table_prefix=source.get("PARAPLY_TABLE_PREFIX", cls.table_prefix),
            region=source.get("AWS_REGION") or source.get("AWS_DEFAULT_REGION") or cls.region,
            endpoint=source.get("AWS_ENDPOINT_URL_DYNAMODB") or None,
            onion=source.get("PARAPLY_ONION", cls.onion),
            is_on_lambda="AWS_LAMBDA_FUNCTION_NAME" in source,
        )
