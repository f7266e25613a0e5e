"""The AWS account that a project is deployed to, and what its refusals mean."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from burnish.errors import BurnishError, CredentialsError, DeploymentError, EnvironmentMissingError

OWN_TAG = "burnish:agent"
"""Tag of everything that is deployed; its value is the project's name."""
WAYS_IN = (
    "Run `aws configure sso` and `aws sso login`, or `aws configure`.",
    "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    "Use `burnish agent deploy DIR --dry-run`, which needs no credentials.",
)
_REFUSED = {
    "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
    "InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "AuthFailure",
}  # fmt: skip
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


@dataclass(frozen=True)
class Account:
    """Who asks, and where."""

    session: Any
    """Of boto3."""
    id: str
    """Twelve digits."""
    region: str
    """Of the project."""

    def client(self, service: str) -> Any:
        """A client of one service in that region."""
        from botocore.config import Config

        settings = Config(
            connect_timeout=10,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 5},
        )
        return self.session.client(service, region_name=self.region, config=settings)


def identified(region: str) -> Account:
    """The account of this shell's credentials, which AWS has accepted.

    Raises:
        CredentialsError: there are none, or AWS does not accept them.
        EnvironmentMissingError: boto3 is not installed.
    """
    try:
        import boto3
    except ImportError:
        raise EnvironmentMissingError(
            "deploying needs boto3, which is not installed.",
            remedy="pip install 'burnish[aws]'",
        ) from None
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        session = boto3.Session(region_name=region)
        if session.get_credentials() is None:
            raise CredentialsError(
                "this shell has no AWS credentials.", remedy=WAYS_IN[0], recovery_actions=WAYS_IN
            )
        account = Account(session, "", region)
        found = account.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise CredentialsError(
            f"AWS does not accept this shell's credentials: {_why(error)}.",
            remedy=WAYS_IN[0],
            details=_details(error),
            recovery_actions=WAYS_IN,
        ) from None
    return Account(session, str(found["Account"]), region)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """AWS's refusals as errors of ours.

    Raises:
        CredentialsError: the credentials ran out meanwhile.
        DeploymentError: anything else that AWS refused, or it could not be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise told(error) from None


def told(error: Any) -> BurnishError:
    """The refusal as an error of ours."""
    details = _details(error)
    if details["code"] in _REFUSED:
        return CredentialsError(
            f"AWS no longer accepts the credentials: {_why(error)}.",
            remedy=WAYS_IN[0],
            details=details,
            recovery_actions=WAYS_IN,
        )
    remedy = "Try again; what was finished is not done twice."
    if details["code"] in _DENIED:
        remedy = f"Allow this user {details['operation']}, or use another profile."
    return DeploymentError(
        f"AWS refused {details['operation']}: {_why(error)}.", remedy=remedy, details=details
    )


def code_of(error: Any) -> str:
    """AWS's short name of a refusal."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def _why(error: Any) -> str:
    said = getattr(error, "response", {}).get("Error", {}).get("Message") or str(error)
    return " ".join(str(said).split())[:400].rstrip(".")


def _details(error: Any) -> dict[str, Any]:
    response = getattr(error, "response", {})
    return {
        "operation": getattr(error, "operation_name", "a request"),
        "code": code_of(error) or type(error).__name__,
        "request_id": response.get("ResponseMetadata", {}).get("RequestId", ""),
    }
