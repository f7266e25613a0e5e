"""One sandbox of each kind for the whole session; closed at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.sandbox import Sandbox
from burnish.sandbox.opening import open_sandbox
from burnish.testing import sandbox_limits
from tests.conftest import missing

KINDS = [pytest.param("docker", marks=pytest.mark.docker), "bubblewrap"]


@pytest.fixture(scope="session", params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A real sandbox under the conformance limits."""
    settings = sandbox_limits().model_copy(update={"kind": request.param})
    try:
        opened = open_sandbox(settings)
    except SandboxUnavailableError as error:
        missing(f"The {request.param} sandbox", str(error))
    yield opened
    opened.close()
