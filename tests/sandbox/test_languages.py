"""Ten pairs of language and sandbox: each keeps every promise, and no forgery passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.sandbox import Sandbox
from burnish.sandbox.language_conformance import CASES, check_forgery, forgeries, limits, samples
from burnish.sandbox.opening import open_sandbox
from tests.conftest import missing
from tests.sandbox.conftest import KINDS

LANGUAGES = ["javascript", "go", "rust", "java"]
FORGERIES = [(language, name) for language in LANGUAGES for name in forgeries(language)]


@pytest.fixture(scope="session")
def opened() -> Iterator[dict[tuple[str, str], Sandbox]]:
    """Sandboxes by kind and language, opened when first asked for."""
    boxes: dict[tuple[str, str], Sandbox] = {}
    yield boxes
    for box in boxes.values():
        box.close()


def box_of(opened: dict[tuple[str, str], Sandbox], kind: str, language: str) -> Sandbox:
    if (kind, language) not in opened:
        settings = limits(language).model_copy(update={"kind": kind})
        try:
            opened[kind, language] = open_sandbox(settings, language)
        except SandboxUnavailableError as error:
            missing(f"{language} in the {kind} sandbox", str(error))
    return opened[kind, language]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_language_keeps_its_promise(
    opened: dict[tuple[str, str], Sandbox], kind: str, language: str, case: str
) -> None:
    CASES[case](box_of(opened, kind, language), language, samples(language))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "name"), FORGERIES)
def test_forgery_passes_nothing(
    opened: dict[tuple[str, str], Sandbox], kind: str, language: str, name: str
) -> None:
    check_forgery(box_of(opened, kind, language), language, name)
