"""A real sandbox for the loop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.config import Sandbox as Settings
from burnish.sandbox import Sandbox, open_sandbox


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Runs Python in bubblewrap."""
    sandbox = open_sandbox(Settings(kind="bubblewrap"))
    yield sandbox
    sandbox.close()
