"""AWS as boto3's clients show it, scripted: for states of an account that nothing on this machine has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from operation.deployment.clients import Cloud
from operation.deployment.stage import Stage

STAGE = Stage("prod", "eu-north-1", "123456789012")
#: A reply, an error, or what makes one of the call's parameters.
Reply = Mapping[str, Any] | Exception | Callable[..., Mapping[str, Any]]


def refusal(code: str, message: str = "") -> ClientError:
    """An error that AWS replies with."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "AnyOperation")


class FakeAws:
    """Answers each call ("s3:head_bucket") as scripted, and notes it; any other fails the test."""

    def __init__(self, **services: Mapping[str, Reply]) -> None:
        self.replies = {f"{name}:{call}": reply for name, calls in services.items() for call, reply in calls.items()}
        self.calls: list[str] = []
        self.cloud = Cloud(STAGE.region, lambda service, region: _Client(partial(self._answer, service)))

    def _answer(self, service: str, operation: str, **parameters: Any) -> Mapping[str, Any]:
        call = f"{service}:{operation}"
        assert call in self.replies, call
        self.calls.append(call)
        reply = self.replies[call]
        if isinstance(reply, Exception):
            raise reply
        return reply(**parameters) if callable(reply) else reply

    @property
    def changed(self) -> list[str]:
        """The calls that changed something."""
        looks = ("describe", "get", "head", "list")
        return [call for call in self.calls if not call.partition(":")[2].startswith(looks)]


class _Client:
    def __init__(self, answer: Callable[..., Mapping[str, Any]]) -> None:
        self._answer = answer

    def __getattr__(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        return partial(self._answer, operation)


def stacks(status: str, outputs: Mapping[str, str] | None = None, parameters: Mapping[str, str] | None = None) -> Any:
    """A reply to ``describe_stacks``."""
    address = "https://a1.execute-api.eu-north-1.amazonaws.com/api/"
    whole = {"Address": address, "GatewayAddress": address, "TablePrefix": "paraply-prod", "DataFormat": "1"}
    found = {
        "StackId": "arn:stack",
        "StackStatus": status,
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in (outputs or whole).items()],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
    }
    return {"Stacks": [found]}


NO_STACK = refusal("ValidationError", "Stack with id paraply-prod does not exist")
NO_TABLE = refusal("ResourceNotFoundException")
