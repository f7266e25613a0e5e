"""A template that is too large for a request lies in S3 while CloudFormation reads it."""

from __future__ import annotations

import hashlib
from typing import Any

from burnish.agents.deployment.account import OWN_TAG, Account, code_of
from burnish.agents.deployment.template import INLINE_BYTES, Template
from burnish.agents.deployment.undo import Progress, Undo


def bucket_of(account: Account) -> str:
    """The bucket in which all projects' templates are put for a moment."""
    return f"burnish-agents-{account.id}-{account.region}"


def body(
    account: Account, name: str, template: Template, undo: Undo, progress: Progress
) -> dict[str, str]:
    """The argument of a change set that holds the template, or its address in S3.

    The object is remembered in `undo` and shall be removed once the change set is made; the bucket
    stays after a success.
    """
    if template.size_bytes <= INLINE_BYTES:
        return {"TemplateBody": template.text}
    s3, bucket = account.client("s3"), bucket_of(account)
    if not exists(s3, account):
        progress(f"creating the bucket {bucket}")
        where = {} if account.region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": account.region}
        }  # fmt: skip
        s3.create_bucket(Bucket=bucket, **where)
        undo.made(f"the bucket {bucket}", lambda: s3.delete_bucket(Bucket=bucket))
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True, "IgnorePublicAcls": True,
                "BlockPublicPolicy": True, "RestrictPublicBuckets": True,
            },
        )  # fmt: skip
        s3.put_bucket_tagging(
            Bucket=bucket, Tagging={"TagSet": [{"Key": OWN_TAG, "Value": "templates"}]}
        )
    key = f"{name}/{hashlib.sha256(template.text.encode()).hexdigest()[:16]}.template"
    progress(f"uploading the template, {template.size_bytes:,} bytes")
    undo.made(object_of(bucket, key), lambda: _forget(s3, account, key))
    s3.put_object(
        Bucket=bucket, Key=key, Body=template.text.encode(), ExpectedBucketOwner=account.id
    )
    return {"TemplateURL": s3.meta.endpoint_url.replace("://", f"://{bucket}.") + f"/{key}"}


def object_of(bucket: str, key: str) -> str:
    """How `undo` names an object."""
    return f"the object s3://{bucket}/{key}"


def done(account: Account, where: dict[str, str], undo: Undo) -> None:
    """The template was read: its object goes, the bucket stays."""
    if "TemplateURL" not in where:
        return
    bucket, key = bucket_of(account), where["TemplateURL"].split("/", 3)[3]
    _forget(account.client("s3"), account, key)
    undo.settle(object_of(bucket, key))


def cleared(account: Account, name: str) -> bool:
    """Remove what lies there of a project; returns whether the bucket was empty and is gone too."""
    from botocore.exceptions import ClientError

    s3, bucket = account.client("s3"), bucket_of(account)
    if not exists(s3, account):
        return False
    owner = {"Bucket": bucket, "ExpectedBucketOwner": account.id}
    for entry in s3.list_objects_v2(**owner, Prefix=f"{name}/").get("Contents", []):
        s3.delete_object(**owner, Key=entry["Key"])
    try:
        s3.delete_bucket(**owner)
    except ClientError as error:
        if code_of(error) != "BucketNotEmpty":
            raise
        return False
    return True


def exists(s3: Any, account: Account) -> bool:
    """Whether this account has the bucket; one of somebody else's is refused by AWS."""
    from botocore.exceptions import ClientError

    try:
        s3.head_bucket(Bucket=bucket_of(account), ExpectedBucketOwner=account.id)
    except ClientError as error:
        if code_of(error) in ("404", "NoSuchBucket"):
            return False
        raise
    return True


def _forget(s3: Any, account: Account, key: str) -> None:
    s3.delete_object(Bucket=bucket_of(account), Key=key, ExpectedBucketOwner=account.id)
