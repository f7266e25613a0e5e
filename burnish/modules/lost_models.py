"""What it comes to when a language model gives no answer."""

from __future__ import annotations

from typing import Any

from dspy.utils.exceptions import LMInvalidRequestError, LMUnsupportedModelError

from burnish.errors import ModelUnavailableError
from burnish.registries.address import without_password


def no_answer(lm: Any, error: Exception) -> ModelUnavailableError:
    """The error for people; an address that the provider quotes is in it without its password."""
    said = first_line(error, lm.kwargs.get("api_base"))
    return ModelUnavailableError(
        f"The model {lm.model} gave no answer: {said}.",
        remedy="Check the connection, the key and the name, or choose another with --lm.",
    )


def refused(error: BaseException) -> bool:
    """Whether a model that is there would not take the request, as one that is too long."""
    cause = error.__cause__ if isinstance(error, ModelUnavailableError) else error
    return isinstance(cause, LMInvalidRequestError) and not isinstance(
        cause, LMUnsupportedModelError
    )


def first_line(error: BaseException, *addresses: str | None) -> str:
    """At most 200 characters of what an error says; its kind if it says nothing.

    Args:
        addresses: As `without_password` takes them.
    """
    said = without_password(str(error), *addresses).strip().splitlines()
    return (said or [type(error).__name__])[0][:200].rstrip(".")
