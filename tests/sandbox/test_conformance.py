"""Docker and bubblewrap keep every promise of the conformance suite."""

from __future__ import annotations

import pytest

from burnish.sandbox import Sandbox
from burnish.testing import SANDBOX_CASES


@pytest.mark.parametrize("case", SANDBOX_CASES)
def test_sandbox_keeps_its_promise(sandbox: Sandbox, case: str) -> None:
    SANDBOX_CASES[case](sandbox)
