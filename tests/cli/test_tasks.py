"""`burnish tasks`: the shipped set as a person and as a program sees it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.testing import FakeSandbox
from tests.cli.conftest import Run
from tests.experiments.bench.rows import task


def test_list_counts_what_it_shows(run: Run) -> None:
    shown = run("tasks", "list", "--split", "dev")
    document = json.loads(run("tasks", "list", "--split", "dev", "--json").stdout)
    assert shown.exit_code == 0 and set(document["splits"]) == {"dev"}
    assert (
        len(document["tasks"]) == sum(document["languages"].values()) == document["splits"]["dev"]
    )
    assert f"{len(document['tasks'])} tasks, version {document['version']}" in shown.stdout
    assert all(each["id"] in shown.stdout for each in document["tasks"])


def test_a_task_is_shown_whole_and_an_unknown_one_is_named(run: Run, here: Path) -> None:
    (here / "mine.jsonl").write_text(task().model_dump_json() + "\n")
    shown = run("tasks", "show", "python/add", "--tasks", "mine.jsonl").stdout
    assert "assert add(1, 2) == 3" in shown and "return a + b" in shown
    unknown = run("tasks", "show", "python/nothing", "--tasks", "mine.jsonl")
    assert unknown.exit_code == 2 and "no task 'python/nothing'" in unknown.stderr


def test_every_shipped_task_is_valid_by_the_printed_schema(run: Run) -> None:
    schema = json.loads(run("tasks", "schema").stdout)
    assert schema == json.loads(run("tasks", "schema", "--json").stdout)
    listed = json.loads(run("tasks", "list", "--json").stdout)["tasks"]
    one = json.loads(run("tasks", "show", listed[0]["id"], "--json").stdout)
    jsonschema.validate(one, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**one, "split": "best"}, schema)


def test_a_reference_that_fails_and_tests_that_notice_nothing_are_told(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_SANDBOX__KIND", "bubblewrap")
    wrong = task("python/wrong", reference="def add(a, b):\n    return a - b\n")
    blind = task(
        "python/blind",
        tests="from solution import add\n\n\ndef test_add():\n    assert add(0, 0) in (0, 1, 2)\n",
    )
    right = task("python/right")
    lines = [each.model_dump_json() for each in (wrong, blind, right)]
    (here / "mine.jsonl").write_text("\n".join(lines) + "\n")
    done = run("tasks", "check", "mine.jsonl", "--mutants", 6)
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[:3])
    assert done.exit_code == 1 and "2 with a label that does not hold" in done.stdout
    assert told["python/wrong"].startswith("the reference fails: test_add")
    assert (
        "3 of 6 mutants noticed (50%)" in told["python/blind"] and "a - b" in told["python/blind"]
    )
    assert "5 of 6 mutants noticed (83%)" in told["python/right"]  # `def add(b, a)` is as good
    only = run("tasks", "check", "mine.jsonl", "--only", "python/right", "--json")
    assert only.exit_code == 0 and json.loads(only.stdout)["bad"] == 0


@pytest.fixture
def mine(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that calls the specification `question`, of a task with and one without a reference."""
    monkeypatch.setenv("BURNISH_SANDBOX__KIND", "bubblewrap")
    lines = []
    for each in (task("python/one"), task("python/bare", reference="")):
        row = each.model_dump(mode="json")
        lines.append(json.dumps({"question": row.pop("specification"), **row}))
    path = here / "mine.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_fields_of_other_names_are_taken_as_the_error_advises(run: Run, mine: Path) -> None:
    refused = run("tasks", "list", mine)
    assert refused.exit_code == 2 and "--field NAME=FILES_NAME" in refused.stderr
    named = ("--field", "specification=question")
    assert "2 tasks" in run("tasks", "list", mine, *named).stdout
    shown = run("tasks", "show", "python/one", "--tasks", mine, *named)
    assert "Write add(a, b) for python/one." in shown.stdout
    assert run("tasks", "check", mine, "--field", "question").exit_code == 2


def test_a_task_without_a_reference_is_no_bad_label(run: Run, mine: Path) -> None:
    named = ("--field", "specification=question")
    done = run("tasks", "check", mine, *named, "--mutants", 2, "--only", "python/bare",
               "--only", "python/bare")  # fmt: skip
    assert done.exit_code == 0 and "there is no reference to check" in done.stdout
    unknown = run("tasks", "check", mine, *named, "--only", "python/bare", "--only", "python/x")
    assert unknown.exit_code == 2 and "no task 'python/x'" in unknown.stderr


def test_a_language_that_cannot_be_run_leaves_no_sandbox_of_another_open(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = FakeSandbox([RuntimeError("runs nothing")])

    def opened(settings: Settings, language: str) -> FakeSandbox:
        if language == "go":
            raise SandboxUnavailableError("There is no image for go.")
        return box

    monkeypatch.setattr("burnish.sandbox.open_sandbox", opened)
    lines = [task(f"{name}/add", language=name).model_dump_json() for name in ("python", "go")]
    (here / "mine.jsonl").write_text("\n".join(lines) + "\n")
    done = run("tasks", "check", "mine.jsonl")
    assert done.exit_code == 3 and "no image for go" in done.stderr and box.closed


def test_labels_that_nothing_can_run_are_not_bad(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_SANDBOX__KIND", "none")
    done = run("tasks", "check", mine, "--field", "specification=question")
    assert done.exit_code == 3 and "Nothing was run" in done.stderr
