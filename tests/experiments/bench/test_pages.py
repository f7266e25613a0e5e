"""What a person sees of a benchmark in MLflow's UI, in a real browser.

BURNISH_SCREENSHOTS=docs/img keeps the pictures.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking
from burnish.experiments import ui
from burnish.experiments.runs import Runs
from burnish.experiments.store import locate
from tests.experiments.bench.test_recorder import ROWS, recorded

pytestmark = pytest.mark.browser
TIMEOUT_MS = 60_000
NO_ASSISTANT = """localStorage.setItem("mlflow.assistant.fab.autoOpenedOnFirstLoad_v1", "true");
localStorage.setItem("mlflow.assistant.panelOpen_v1", "false");"""
Shown = tuple[str, str, str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def shown(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Address of the UI; experiment and run of a benchmark in it, and the run of a row."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(template, folder / "mlflow.db")
    settings = Tracking(uri=f"sqlite:///{folder / 'mlflow.db'}")
    run = recorded(settings, folder, ROWS)
    runs = Runs(settings)
    row = next(each.id for each in runs.newest("row") if each.name == "python/a burnish")
    with ui.running(locate(settings), port=free_port()) as (url, _):
        yield url, runs.get(run).experiment, run, row


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Any]:
    """A tab of a headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1600, "height": 1000})
        tab.set_default_timeout(TIMEOUT_MS)
        tab.add_init_script(NO_ASSISTANT)
        yield tab
        browser.close()


def visit(page: Any, address: str) -> None:
    """Open an address anew: only its part behind the # differs from the last one's."""
    page.goto("about:blank")
    page.goto(address)


def keep(page: Any, name: str) -> None:
    """A picture for the documentation, if somebody wants it."""
    if folder := os.environ.get("BURNISH_SCREENSHOTS"):
        page.wait_for_timeout(1500)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_the_experiment_lists_the_benchmark_above_its_rows(page: Any, shown: Shown) -> None:
    url, experiment, *_ = shown
    visit(page, f"{url}/#/experiments/{experiment}/runs")
    page.get_by_text("made local").first.wait_for()
    keep(page, "mlflow-experiment")


def test_the_run_shows_its_figures_and_parameters(page: Any, shown: Shown) -> None:
    url, experiment, run, _ = shown
    visit(page, f"{url}/#/experiments/{experiment}/runs/{run}")
    page.get_by_text("pass_at_1/burnish", exact=True).first.wait_for()
    page.get_by_text("max_iterations", exact=True).first.wait_for()
    page.get_by_text("made (abc)").first.wait_for()
    keep(page, "mlflow-run")


def test_the_rows_are_a_table(page: Any, shown: Shown) -> None:
    url, experiment, run, _ = shown
    visit(page, f"{url}/#/experiments/{experiment}/runs/{run}/artifacts/rows.json")
    page.get_by_text("hidden_tests").first.wait_for()
    page.get_by_text("zero-shot").first.wait_for()
    keep(page, "mlflow-rows")


def test_a_figure_is_shown(page: Any, shown: Shown) -> None:
    url, experiment, run, _ = shown
    visit(page, f"{url}/#/experiments/{experiment}/runs/{run}/artifacts/figures/reliability.png")
    picture = page.get_by_alt_text("figures/reliability.png")
    picture.wait_for()
    assert picture.evaluate("each => each.naturalWidth") > 300
    keep(page, "mlflow-figure")


def test_the_trace_of_a_row_shows_what_the_model_was_asked(page: Any, shown: Shown) -> None:
    url, experiment, _, row = shown
    visit(page, f"{url}/#/experiments/{experiment}/runs/{row}/traces")
    page.get_by_text("Write double(n)").first.click()
    page.get_by_text("write_code").first.wait_for()
    keep(page, "mlflow-trace")
