"""What every test may lean on: the real parts of this machine, or a clear reason without them.

With CI=true a missing part fails the test, and so does every other skip: nothing that did not
run may look like something that passed.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import Sandbox, open_sandbox

# A suite started in the background inherits an ignored SIGINT, and so would every program whose
# Ctrl-C is tested here.
signal.signal(signal.SIGINT, signal.default_int_handler)

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def missing(part: str, remedy: str) -> NoReturn:
    """Skip with the reason and the mend; in CI fail instead."""
    reason = f"{part} is not here. {remedy}"
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be: {report.longreprtext}"
    return report


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own tracking store or settings."""
    monkeypatch.setenv("BURNISH_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    for name in ("BURNISH_LM", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """A Docker Engine that answers."""
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=60)
        try:
            client.ping()
        finally:
            client.close()
    except DockerException:
        missing("A Docker Engine", "Install docker.io and start dockerd.")


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The embedded model's verified weights, or the file that BURNISH_MODEL_PATH names."""
    from burnish.registries.weights import find

    path = find()
    if path is None:
        missing("The embedded model", "Run `burnish lm pull`.")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that can run headless."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    missing("Chromium", "Install Debian's chromium.")


@pytest.fixture(scope="module", params=LANGUAGES.names())
def spoken(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    """A language, and a bubblewrap sandbox that runs it."""
    try:
        box = open_sandbox(Settings(kind="bubblewrap", pool_size=0), request.param)
    except SandboxUnavailableError as error:
        missing(f"{request.param} in bubblewrap", str(error))
    yield request.param, box
    box.close()
