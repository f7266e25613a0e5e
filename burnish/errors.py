"""The error tree. Every message names the value, what would be accepted, and the fix.

BurnishError
├── InputError               what the caller passed in; exit code 2
│   └── OutputFolderError    the folder cannot be written, or holds the user's files
├── AgentError               an agent project does not build, start or answer; exit code 1
├── DeploymentError          AWS refused, or a stack failed; exit code 1
└── EnvironmentMissingError  something of this machine is missing; exit code 3
    ├── ModelUnavailableError    no language model can be reached
    ├── SandboxUnavailableError  no sandbox can run here
    └── CredentialsError         AWS does not know who asks

A failing candidate is never an error: syntax errors, failing tests, timeouts and memory
limits are values of `ExecutionReport.status`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class BurnishError(Exception):
    """Root of every error that burnish raises on purpose.

    `remedy` is the command or change that mends it; it is part of `str(error)`. `details` is what
    a program may want to know beyond the message: values that JSON can hold. `recovery_actions`
    are all the ways out, where there are more than the remedy; it leads them.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        details: Mapping[str, Any] | None = None,
        recovery_actions: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy
        self.details = dict(details or {})
        rest = [action for action in recovery_actions if action != remedy]
        self.recovery_actions = [remedy, *rest] if remedy else rest

    def report(self) -> dict[str, Any]:
        """The error for a program; what `--json` prints."""
        return report(type(self).__name__, self.message, self.details, self.recovery_actions)


class InputError(BurnishError):
    """The caller's input cannot be used: empty, too large, unreadable, unknown name."""

    exit_code = 2


class OutputFolderError(InputError):
    """The output folder cannot be written, or writing would replace the user's files."""


class AgentError(BurnishError):
    """An agent project is at fault: its image is not built, or its container ends or is silent."""


class DeploymentError(BurnishError):
    """AWS refused a step or a stack failed; `details` say what was removed and what is left."""


class EnvironmentMissingError(BurnishError):
    """Something this machine lacks; `burnish doctor` lists it with the mend."""

    exit_code = 3


class ModelUnavailableError(EnvironmentMissingError):
    """No language model: no key, no weights, nothing listening, or it kept failing."""


class SandboxUnavailableError(EnvironmentMissingError):
    """The sandbox asked for cannot run on this host (no Engine, no image, no namespaces)."""


class CredentialsError(EnvironmentMissingError):
    """AWS cannot be asked: no credentials, or none that it accepts."""


@contextmanager
def reading(path: Path, what: str) -> Iterator[None]:
    """Tells what keeps a file that a person named from being read as UTF-8 text.

    Args:
        what: What the file is, e.g. "context".

    Raises:
        InputError: it is a folder, is not there, may not be read, or is not UTF-8.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder.", remedy=f"Name the {what} file in it.")
        yield
    except FileNotFoundError:
        raise InputError(f"there is no file {path}.", remedy="Check the path.") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start + 1}).", remedy="Save it as UTF-8."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{path} cannot be read: {reason}.", remedy="Check the path and its permissions."
        ) from None


def report(
    error_type: str, message: str, details: Mapping[str, Any], actions: Sequence[str]
) -> dict[str, Any]:
    """The one form in which errors reach programs."""
    return {
        "error_type": error_type,
        "message": sentence(message),
        "details": dict(details),
        "recovery_actions": list(actions),
    }


def sentence(message: str) -> str:
    """The message with a capital, and a full stop unless more lines follow it."""
    first = message.split(" ", 1)[0]
    # a word becomes a sentence's first; the name of a file or an option stays as it is
    made = message[:1].upper() + message[1:] if first.isalpha() else message
    return made if not made or made[-1] in ".!?:" or "\n" in made else f"{made}."
