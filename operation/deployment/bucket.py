"""Where a stage's packages and templates lie: a bucket that is ours, closed to everybody else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from operation.deployment.clients import Cloud
from operation.deployment.package import Package
from operation.deployment.stage import Stage
from operation.errors import CallForbidden, CallRefused, OperatorError

_MISSING = {"404", "NoSuchBucket", "NotFound"}
_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
_ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


@dataclass(frozen=True)
class Stored:
    """Where a package and its template were put. Each is called by what it holds, so that earlier ones stay."""

    code_key: str
    template_url: str


def store(cloud: Cloud, stage: Stage, package: Package, template: dict[str, Any]) -> Stored:
    """Put package and template into the stage's bucket, which is made if it is missing.

    Packages are kept until the stage is destroyed: CloudFormation takes an update back by the package before it, and a
    thousand cost some ten cents a month.
    """
    _ensure(cloud, stage)
    code_key = _put(cloud, stage, "packages", ".zip", package.path.read_bytes())
    template_key = _put(cloud, stage, "templates", ".json", json.dumps(template).encode())
    suffix = "amazonaws.com.cn" if stage.region.startswith("cn-") else "amazonaws.com"
    return Stored(code_key, f"https://s3.{stage.region}.{suffix}/{stage.bucket}/{template_key}")


def exists(cloud: Cloud, stage: Stage) -> bool:
    """Whether the stage has its bucket. Raises :class:`OperatorError` where another account has one of that name."""
    try:
        _call(cloud, stage, "head_bucket")
    except CallForbidden as error:
        raise OperatorError(
            f"The bucket {stage.bucket} is somebody else's, or closed to you. Choose another name for the stage."
        ) from error
    except CallRefused as error:
        if error.reason in _MISSING:
            return False
        raise
    return True


def delete(cloud: Cloud, stage: Stage) -> None:
    """Delete the bucket and all that lies in it."""
    keys = [
        {"Key": each["Key"]}
        for each in cloud.pages(
            "s3",
            "list_objects_v2",
            "Contents",
            "ContinuationToken",
            Bucket=stage.bucket,
            ExpectedBucketOwner=stage.account,
        )
    ]
    # As many as one call takes.
    for start in range(0, len(keys), 1_000):
        _call(cloud, stage, "delete_objects", Delete={"Objects": keys[start : start + 1_000], "Quiet": True})
    _call(cloud, stage, "delete_bucket")


def _ensure(cloud: Cloud, stage: Stage) -> None:
    if not exists(cloud, stage):
        _make(cloud, stage)
    # Each time: what an attempt did that was cut short, or a hand since then, is put right.
    _call(cloud, stage, "put_public_access_block", PublicAccessBlockConfiguration=_BLOCKED)
    _call(cloud, stage, "put_bucket_encryption", ServerSideEncryptionConfiguration=_ENCRYPTED)


def _make(cloud: Cloud, stage: Stage) -> None:
    # S3's first region is the one that may not be named.
    more: dict[str, Any] = {}
    if stage.region != "us-east-1":
        more = {"CreateBucketConfiguration": {"LocationConstraint": stage.region}}
    try:
        cloud.call("s3", "create_bucket", Bucket=stage.bucket, **more)
    except CallRefused as error:
        if error.reason == "BucketAlreadyExists":
            raise OperatorError(
                f"The bucket {stage.bucket} is somebody else's. Choose another name for the stage."
            ) from error
        raise


def _put(cloud: Cloud, stage: Stage, folder: str, ending: str, content: bytes) -> str:
    key = f"{folder}/{hashlib.sha256(content).hexdigest()}{ending}"
    _call(cloud, stage, "put_object", Key=key, Body=content)
    return key


def _call(cloud: Cloud, stage: Stage, operation: str, **parameters: Any) -> dict[str, Any]:
    # S3 refuses where the bucket is another account's.
    return cloud.call("s3", operation, Bucket=stage.bucket, ExpectedBucketOwner=stage.account, **parameters)
