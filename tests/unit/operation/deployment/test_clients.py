"""Each error of the vendor's is one line that says what to do; none is shown as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from botocore import exceptions as vendor

from operation.deployment import bucket
from operation.deployment.clients import Cloud, region_named
from operation.deployment.stage import Stage, require_name
from operation.errors import CallForbidden, CallRefused, OperatorError
from tests.fake_aws import STAGE, FakeAws, refusal
from tests.served import ROOT

TOLD: dict[str, list[Exception]] = {
    "aws configure": [
        vendor.NoCredentialsError(),
        vendor.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        vendor.ProfileNotFound(profile="other"),
        refusal("InvalidClientTokenId"),
        refusal("UnrecognizedClientException"),
        vendor.UnknownServiceError(service_name="x", known_service_names="y"),
    ],
    "Sign in again": [
        refusal("ExpiredToken"),
        refusal("ExpiredTokenException"),
        vendor.UnauthorizedSSOTokenError(),
        vendor.TokenRetrievalError(provider="sso", error_msg=""),
    ],
    "--region": [
        vendor.EndpointConnectionError(endpoint_url="https://sts.nowhere-1.amazonaws.com"),
        vendor.ConnectTimeoutError(endpoint_url="https://sts.eu-north-1.amazonaws.com"),
        vendor.InvalidRegionError(region_name="no region"),
        refusal("OptInRequired"),
    ],
    "docs/policies/deployer.json": [refusal("AccessDenied"), refusal("AccessDeniedException"), refusal("403")],
}


@pytest.mark.parametrize(("words", "error"), [(words, error) for words, errors in TOLD.items() for error in errors])
def test_each_error_of_an_account_says_what_to_do(words: str, error: Exception) -> None:
    aws = FakeAws(sts={"get_caller_identity": error})
    with pytest.raises(OperatorError) as told:
        aws.cloud.account()
    assert words in str(told.value)
    assert "\n" not in str(told.value)
    assert type(error).__name__ not in str(told.value) or "aws configure list" in str(told.value)
    assert told.value.__cause__ is error


def test_what_is_forbidden_is_named_with_the_policy_that_allows_it() -> None:
    aws = FakeAws(sts={"get_caller_identity": refusal("AccessDenied")})
    with pytest.raises(CallForbidden, match="sts:GetCallerIdentity"):
        aws.cloud.account()
    for person in ("deployer", "operator"):
        assert (ROOT / "docs" / "policies" / f"{person}.json").exists()


def test_a_fault_of_ours_is_not_taken_for_one_of_the_account() -> None:
    aws = FakeAws(sts={"get_caller_identity": KeyError("Account")})
    with pytest.raises(KeyError):
        aws.cloud.account()


def test_every_page_of_a_list_is_read() -> None:
    def page(**parameters: str) -> dict[str, object]:
        assert parameters.keys() <= {"Bucket", "ContinuationToken"}
        is_second = parameters.get("ContinuationToken") == "more"
        return {"Contents": [3]} if is_second else {"Contents": [1, 2], "NextContinuationToken": "more"}

    aws = FakeAws(s3={"list_objects_v2": page})
    found = aws.cloud.pages("s3", "list_objects_v2", "Contents", "ContinuationToken", Bucket="b")
    assert list(found) == [1, 2, 3]


def test_the_region_is_that_of_the_command_then_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(OperatorError, match="--region"):
        region_named(None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert region_named(None) == "eu-west-1"
    # What CloudShell sets.
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert (region_named(None), region_named("eu-north-1")) == ("eu-central-1", "eu-north-1")


def test_the_region_of_a_profile_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text("[default]\nregion = eu-west-3\n", "utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert region_named(None) == "eu-west-3"
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(OperatorError, match="aws configure"):
        region_named(None)


@pytest.mark.parametrize("name", ["", "Prod", "1prod", "prod-2", "a" * 17, "prod\n", "été", "../prod"])
def test_what_is_no_name_of_a_stage_is_refused(name: str) -> None:
    with pytest.raises(OperatorError, match="STAGE=prod"):
        require_name(name)


def test_names_of_two_stages_never_meet() -> None:
    one, other = Stage("prod", "eu-north-1", "1" * 12), Stage("prod2", "eu-north-1", "1" * 12)
    for name in ("stack", "bucket", "table_prefix", "budget"):
        assert getattr(one, name) != getattr(other, name)
    assert not other.log_groups.startswith(one.log_groups)
    # S3 allows no more (63), Lambda neither (64).
    longest = Stage("a" * 16, "ap-southeast-7", "1" * 12)
    assert len(longest.bucket) <= 63


@pytest.mark.parametrize(
    "head", [refusal("403", "Forbidden"), refusal("AccessDenied")], ids=["of another account", "closed"]
)
def test_a_bucket_of_somebody_else_s_is_told_in_a_line(head: Exception) -> None:
    aws = FakeAws(s3={"head_bucket": head})
    with pytest.raises(OperatorError, match=r"somebody else's.*another name"):
        bucket.exists(aws.cloud, STAGE)


def test_every_call_to_the_bucket_names_its_owner() -> None:
    def owned(**parameters: str) -> dict[str, object]:
        assert parameters["ExpectedBucketOwner"] == STAGE.account
        return {}

    names = ("head_bucket", "list_objects_v2", "delete_objects", "delete_bucket")
    aws = FakeAws(s3=dict.fromkeys(names, owned))
    assert bucket.exists(aws.cloud, STAGE)
    bucket.delete(aws.cloud, STAGE)
    assert aws.changed == ["s3:delete_bucket"]


def test_a_client_is_made_once() -> None:
    made: list[str] = []

    class Client:
        def get_caller_identity(self) -> dict[str, str]:
            return {"Account": "1"}

    def make(service: str, region: str) -> Client:
        made.append(f"{service} {region}")
        return Client()

    cloud = Cloud("eu-north-1", make)
    assert (cloud.account(), cloud.account(), made) == ("1", "1", ["sts eu-north-1"])


def test_a_call_that_is_refused_tells_why() -> None:
    aws = FakeAws(sts={"get_caller_identity": refusal("Throttling", "Rate exceeded")})
    with pytest.raises(CallRefused, match="Throttling: Rate exceeded") as told:
        aws.cloud.account()
    assert told.value.reason == "Throttling"
