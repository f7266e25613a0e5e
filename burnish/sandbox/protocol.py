"""The seam between the loop and whatever runs untrusted code."""

from __future__ import annotations

from typing import Protocol

from burnish.records import Candidate, Example, ExecutionReport


class Sandbox(Protocol):
    """Runs one candidate in isolation and reports what happened.

    Every run gets a fresh sandbox that no earlier run has touched, limits from
    `config.Sandbox`, no network, an unprivileged user, a read-only root, a tmpfs work folder of
    `work_bytes`, and nothing of the host's environment or files. Safe to call from several
    threads at once. `burnish.testing.check_sandbox` is the conformance suite.
    """

    name: str
    """"docker", "bubblewrap" or "none"; goes into `ExecutionReport.sandbox`."""

    def run(
        self, candidate: Candidate, *, checks: str = "", examples: tuple[Example, ...] = ()
    ) -> ExecutionReport:
        """Run the caller's checks, the stated examples, the generated tests and the usage example.

        Every test that the sources promise appears in the report: what never reported is
        "missing", and missing is not passed. Example values are compared outside the sandbox.

        Raises:
            SandboxUnavailableError: the host failed (Engine gone, image missing, disk full).
                Never raised for anything that the candidate did: that is `status`.
        """
        ...

    def close(self) -> None:
        """End what was started ahead of need. Idempotent; also called on interpreter exit."""
        ...
