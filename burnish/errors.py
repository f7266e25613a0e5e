"""The error tree. Every message names the value, what would be accepted, and the fix.

BurnishError
├── InputError               what the caller passed in; exit code 2
│   └── OutputFolderError    the folder cannot be written, or holds the user's files
└── EnvironmentMissingError  something of this machine is missing; exit code 3
    ├── ModelUnavailableError    no language model can be reached
    └── SandboxUnavailableError  no sandbox can run here

A failing candidate is never an error: syntax errors, failing tests, timeouts and memory
limits are values of `ExecutionReport.status`.
"""

from __future__ import annotations


class BurnishError(Exception):
    """Root of every error that burnish raises on purpose.

    `remedy` is the command or change that mends it; it is part of `str(error)`.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class InputError(BurnishError):
    """The caller's input cannot be used: empty, too large, unreadable, unknown name."""

    exit_code = 2


class OutputFolderError(InputError):
    """The output folder cannot be written, or writing would replace the user's files."""


class EnvironmentMissingError(BurnishError):
    """Something this machine lacks; `burnish doctor` lists it with the mend."""

    exit_code = 3


class ModelUnavailableError(EnvironmentMissingError):
    """No language model: no key, no weights, nothing listening, or it kept failing."""


class SandboxUnavailableError(EnvironmentMissingError):
    """The sandbox asked for cannot run on this host (no Engine, no image, no namespaces)."""
