"""Ten pairs of language and sandbox: each keeps every promise of the conformance suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import Sandbox
from burnish.sandbox.opening import open_sandbox
from burnish.testing import sandbox_cases, sandbox_limits
from tests.conftest import missing
from tests.sandbox.conftest import KINDS

PROMISES = [(language, name) for language in LANGUAGES.names() for name in sandbox_cases(language)]


@pytest.fixture(scope="session")
def opened() -> Iterator[dict[tuple[str, str], Sandbox]]:
    """Sandboxes by kind and language, opened when first asked for."""
    boxes: dict[tuple[str, str], Sandbox] = {}
    yield boxes
    for box in boxes.values():
        box.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "name"), PROMISES)
def test_sandbox_keeps_its_promise(
    opened: dict[tuple[str, str], Sandbox], kind: str, language: str, name: str
) -> None:
    if (kind, language) not in opened:
        settings = sandbox_limits(language).model_copy(update={"kind": kind})
        try:
            opened[kind, language] = open_sandbox(settings, language)
        except SandboxUnavailableError as error:
            missing(f"{language} in the {kind} sandbox", str(error))
    sandbox_cases(language)[name](opened[kind, language])
