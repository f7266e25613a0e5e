"""`burnish generate`: from arguments to a package, a verdict and an exit code."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import burnish.api
from burnish.cli import summary
from burnish.cli.place import MAX_SLUG_CHARS, slug
from burnish.config import Config
from burnish.templates.package import Report
from tests.cli import program
from tests.cli.conftest import Run
from tests.modules.test_program import saved

CHECKS = "from solution import double\n\n\ndef test_two():\n    assert double(2) == 4\n"
FILES = {"solution.py", "test_solution.py", "README.md", "report.json", "report.html"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_accepted_code_is_written_and_ends_with_0(run: Run, here: Path) -> None:
    done = run("generate", "Write double(n).", "--out", "out")
    assert done.exit_code == 0, done.stderr
    assert names(here / "out") == FILES
    assert "Accepted" in done.stdout and "out/report.html" in done.stdout


def test_code_that_is_not_accepted_is_written_too_and_ends_with_1(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCEPTED", "0")
    done = run("generate", "Write double(n).", "--out", "out")
    assert done.exit_code == 1
    assert names(here / "out") == FILES
    assert "Not accepted" in done.stdout and "test_bad_0" in done.stdout


def test_the_result_names_dimensions_weights_gates_and_what_changed(run: Run) -> None:
    out = run("generate", "Write double(n).").stdout
    for words in ("syntactic correctness", "0.25", "generated tests", "0 write", "1 repair code"):
        assert words in out
    assert "test_bad_0: assert 3 == 4" in out


def test_progress_goes_to_stderr_line_by_line_where_it_is_no_terminal(run: Run) -> None:
    done = run("generate", "Write double(n).")
    assert "iteration 1: running in the sandbox" in done.stderr
    assert "3 of 4 tests passed, score 0.50" in done.stderr
    assert "running in the sandbox" not in done.stdout


def test_json_is_the_report_and_where_it_lies(run: Run, here: Path) -> None:
    done = run("generate", "Write double(n).", "--json", "--out", "out")
    document = json.loads(done.stdout)
    assert document.pop("folder") == str(here / "out")
    assert document.pop("tracking") is None
    assert document == json.loads((here / "out" / "report.json").read_text())
    assert Report.model_validate(document).accepted


def test_without_out_each_run_gets_a_folder_of_its_own(run: Run, here: Path) -> None:
    for _ in range(3):
        assert run("generate", "Write double(n), quickly!").exit_code == 0
    assert names(here / "burnish-out") == {
        "write-double-n-quickly", "write-double-n-quickly-2", "write-double-n-quickly-3",
    }  # fmt: skip


def test_a_specification_without_latin_letters_gets_a_folder_too(run: Run, here: Path) -> None:
    assert run("generate", "数を二倍にする。").exit_code == 0
    assert names(here / "burnish-out") == {"solution"}


@pytest.mark.parametrize("text", ["写" * 100, "Напиши " * 30])
def test_a_specification_may_have_more_bytes_than_a_file_name(run: Run, text: str) -> None:
    assert run("generate", text).exit_code == 0


@pytest.mark.parametrize("source", ["file", "stdin", "file with BOM"])
def test_a_specification_is_read_from_a_file_or_standard_input(
    run: Run, here: Path, source: str
) -> None:
    text = "Write double(n).\r\nGröße zählt.\n"
    bom = "\ufeff" if "BOM" in source else ""
    Path("spec.md").write_bytes((bom + text).encode())
    if source == "stdin":
        done = run("generate", "-", "--out", "out", stdin=text.encode())
    else:
        done = run("generate", "--file", "spec.md", "--out", "out")
    assert done.exit_code == 0, done.stderr
    report = json.loads((here / "out" / "report.json").read_text("utf-8"))
    assert report["spec"]["text"] == text.replace("\r\n", "\n")


def test_every_option_reaches_the_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def generate(specification: str, **options: Any) -> Any:
        seen.update(options, specification=specification)
        return program.generate(specification, **options)

    monkeypatch.setattr(burnish.api, "generate", generate)
    Path("checks.py").write_text(CHECKS.replace("solution", "doubling"))
    Path("terse.json").write_text(saved("python"))
    done = run(
        "generate", "Write double(n).", "--checks", "checks.py", "--lm", "openai/x",
        "--program", "terse.json",
        "--api-base", "http://localhost:1", "--sandbox", "bubblewrap", "--max-iterations", 1,
        "--threshold", 0.5, "--strategy", "test-first", "--language", "py",
        "--constraints", "no imports", "--test-requirements", "zero", "--out", "out",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    config = seen.pop("config")
    assert isinstance(config, Config)
    assert config.model.api_base == "http://localhost:1"
    assert (config.limits.max_iterations, config.metric.threshold) == (1, 0.5)
    assert seen.pop("observers")
    assert seen == {
        "specification": "Write double(n).", "language": "python", "constraints": "no imports",
        "test_requirements": "zero", "sandbox": "bubblewrap", "lm": "openai/x",
        "strategy": "test-first", "checks": Path("checks.py").read_text(), "module": "doubling",
        "program": saved("python"),
    }  # fmt: skip
    assert (Path("out") / "doubling.py").is_file() and (Path("out") / "test_checks.py").is_file()


def test_force_replaces_our_files_and_keeps_others(run: Run, here: Path) -> None:
    (here / "out").mkdir()
    (here / "out" / "mine.txt").write_text("mine")
    assert run("generate", "Write double(n).", "--out", "out").exit_code == 2
    assert run("generate", "Write double(n).", "--out", "out", "--force").exit_code == 0
    assert names(here / "out") == FILES | {"mine.txt"}


def test_work_is_not_lost_when_its_folder_is_taken_meanwhile(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def generate(specification: str, **options: Any) -> Any:
        (here / "out").mkdir()
        (here / "out" / "mine.txt").write_text("mine")
        return program.generate(specification, **options)

    monkeypatch.setattr(burnish.api, "generate", generate)
    done = run("generate", "Write double(n).", "--out", "out", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["folder"] == str(here / "out-2")
    assert "written to" in done.stderr
    assert names(here / "out") == {"mine.txt"}


def test_work_is_not_lost_when_no_longer_name_is_free_beside_its_folder(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = here / ("x" * 255)

    def generate(specification: str, **options: Any) -> Any:
        longest.write_text("mine")
        return program.generate(specification, **options)

    monkeypatch.setattr(burnish.api, "generate", generate)
    done = run("generate", "Write double(n).", "--out", longest, "--json")
    folder = Path(json.loads(done.stdout)["folder"])
    assert done.exit_code == 0 and names(folder) == FILES
    shutil.rmtree(folder)


def test_what_libraries_print_and_log_stays_out_of_the_json(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOISE", "1")
    done = run("generate", "Write double(n).", "--json")
    assert json.loads(done.stdout)["accepted"] is True
    assert "chatters" in done.stderr


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=80))
def test_whatever_the_text_stdout_is_one_document(run: Run, text: str) -> None:
    done = run("generate", text, "--json", stdin="")
    document = json.loads(done.stdout)
    assert done.exit_code in (0, 2)
    assert ("error_type" in document) == (done.exit_code == 2)


@given(st.text())
def test_a_folder_name_is_short_and_safe(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(text))
    assert len(slug(text)) <= MAX_SLUG_CHARS


def test_an_interruption_after_writing_says_where_the_package_is(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def show(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(summary, "show", show)
    done = run("generate", "Write double(n).", "--out", "out")
    assert done.exit_code == 130
    assert f"Interrupted; the package is in {here / 'out'}." in " ".join(done.stderr.split())
    assert names(here / "out") == FILES
