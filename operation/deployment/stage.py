"""A stage: one deployment of several that may live in one account, and what everything of it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from operation.deployment.clients import Cloud
from operation.errors import OperatorError

#: As the parameter of the template has it.
_NAME = re.compile(r"[a-z][a-z0-9]{0,15}")


@dataclass(frozen=True)
class Stage:
    """One deployment: its name, its region, and the number of the account that it is in."""

    name: str
    region: str
    account: str

    @property
    def stack(self) -> str:
        """Its CloudFormation stack."""
        return stack_name(self.name)

    @property
    def bucket(self) -> str:
        """Where its packages lie. Buckets of all accounts share their names."""
        return f"paraply-{self.name}-{self.account}-{self.region}"

    @property
    def table_prefix(self) -> str:
        """What the names of its tables begin with."""
        return f"paraply-{self.name}"

    @property
    def budget(self) -> str:
        """The budget that warns of costs."""
        return f"paraply-{self.name}-{self.region}"

    @property
    def log_groups(self) -> str:
        """What the names of its log groups begin with."""
        return f"/aws/lambda/paraply-{self.name}-"


def stack_name(stage: str) -> str:
    """The CloudFormation stack of the stage of that name."""
    return f"paraply-{stage}"


def deploy_command(stage: str, region: str, mail: str = "") -> str:
    """What to type to deploy the stage of that name, there and nowhere else."""
    return f"make deploy STAGE={stage} REGION={region}" + (f" MAIL={mail}" if mail else "")


def require_name(name: str) -> None:
    """Raise :class:`OperatorError` unless a stage can be called ``name``."""
    if not _NAME.fullmatch(name):
        raise OperatorError(
            "A stage's name has up to 16 small letters and digits, a letter first. Give one: STAGE=prod to"
            " make, or --stage prod."
        )


def stage_of(cloud: Cloud, name: str) -> Stage:
    """The stage called ``name`` in the account of the credentials. Raises :class:`OperatorError` without any."""
    require_name(name)
    return Stage(name, cloud.region, cloud.account())
