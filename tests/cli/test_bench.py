"""`burnish bench`: bad input before anything is paid, tables, JSON, and how it ends."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from burnish.cli import bench_view
from burnish.config import Config, load
from burnish.errors import OutputFolderError
from burnish.experiments.bench import contestants, ledger, running
from burnish.experiments.bench.bench import Plan
from burnish.experiments.bench.summary import summarise
from burnish.experiments.bench.work import Done, Setting, Unit, do
from burnish.testing import ScriptedLM, transport_error
from tests.cli.conftest import Run
from tests.experiments.bench.rows import ADD, header, row, task, tasks
from tests.experiments.bench.test_bench import scripted
from tests.modules.scripts import fenced


@pytest.fixture
def mine(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two tasks in a file, and a sandbox that needs no Engine."""
    monkeypatch.setenv("BURNISH_SANDBOX__KIND", "bubblewrap")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    path = here / "mine.jsonl"
    found = [task("python/one"), task("python/two", difficulty="hard")]
    path.write_text("".join(each.model_dump_json() + "\n" for each in found))
    return path


@pytest.fixture
def lm(monkeypatch: pytest.MonkeyPatch) -> ScriptedLM:
    """A model whose plain answer is right and whose code in the loop doubles instead."""
    found = scripted(zero=fenced(ADD))
    monkeypatch.setattr(contestants, "model", lambda config, seed, sample: found)
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.jsonl"], "no set of tasks 'nothing.jsonl'"),
        (["mine.jsonl", "--split", "best"], "no split 'best'"),
        (["mine.jsonl", "--baseline", "gpt"], "baseline"),
        (["mine.jsonl", "--field", "a"], "no pair"),
        (["mine.jsonl", "--program", "mine.jsonl"], "no saved program"),
        (["mine.jsonl", "--baseline", "gone.json"], "no file gone.json"),
        (["mine.jsonl", "--executor", "ray"], "executor"),
        (["mine.jsonl", "--executor", "dask"], "needs a scheduler"),
        (
            ["mine.jsonl", "--executor", "dask", "--scheduler", "tcp://x:1", "--workers", "4"],
            "--workers is of the local executor",
        ),
        (["mine.jsonl", "--scheduler", "tcp://x:1"], "--scheduler needs the dask executor"),
        (["burnish", "--field", "specification=question"], "calls its fields as we do"),
        (["mine.jsonl", "--lm", "gpt"], "gpt"),
        (["mine.jsonl", "--resume"], "no results of this benchmark"),
        (
            ["mine.jsonl", "--resume", "--rows", "typo.jsonl"],
            "There is no typo.jsonl to go on with",
        ),
        (["mine.jsonl", "--rows", "."], "Is a directory.\nMend that, or name another file"),
        (["mine.jsonl", "--rows", "mine.jsonl"], "mine.jsonl is not the results of a benchmark"),
        (["mine.jsonl", "--samples", "0"], "--samples"),
        (["mine.jsonl", "--budget-tokens", "0"], "budget.tokens"),
    ],
)
def test_bad_input_is_refused_before_a_model_is_asked(
    run: Run, mine: Path, lm: ScriptedLM, arguments: list[str], said: str
) -> None:
    given = arguments if "--lm" in arguments else [*arguments, "--lm", "openai/scripted"]
    done = run("bench", *given, "--no-track")
    assert done.exit_code == 2 and said in done.stderr and lm.prompts == []
    assert "Traceback" not in done.stderr


def test_tables_say_who_solved_what_and_rows_are_kept(run: Run, mine: Path, lm: ScriptedLM) -> None:
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--rows", "rows.jsonl")
    assert done.exit_code == 0, done.stderr
    assert "zero-shot" in done.stdout and "100%" in done.stdout
    assert "burnish less zero-shot: -100.0 points" in done.stdout
    assert "hard" in done.stdout and "rows.jsonl" in done.stderr
    assert "4/4  " in done.stderr
    again = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--rows", "rows.jsonl")
    assert again.exit_code == 2 and "--resume" in again.stderr


def test_a_program_whose_file_looks_like_markup_is_shown_as_it_is_called() -> None:
    console = Console(file=StringIO(), width=150, force_terminal=True, color_system=None)
    name = "prog[v2]"
    plan = Plan(tasks(1), load(lm="openai/scripted"), baseline=name)
    found = [row("python/t0"), row("python/t0", name)]
    with bench_view.watching(console, plan) as watch:
        watch(Done(Unit(plan.tasks.tasks[0], name, 0), found[1]), 1, 2)
    bench_view.show(summarise(header(contestants=("burnish", name)), found), console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert any("solved: burnish 0/0, prog[v2] 0/1" in line for line in lines)
    assert any(line.split()[:2] == ["prog[v2]", "1"] for line in lines)


@pytest.mark.parametrize(("options", "cached"), [([], False), (["--cache"], True)])
def test_the_models_cache_answers_only_if_that_is_asked_for(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], cached: bool
) -> None:
    seen: list[bool] = []

    def model(config: Config, seed: int | None, sample: int) -> ScriptedLM:
        seen.append(config.model.cache)
        return scripted(zero=fenced(ADD))

    monkeypatch.setattr(contestants, "model", model)
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--limit", "1", *options)
    assert done.exit_code == 0 and set(seen) == {cached}


def test_solutions_are_exported_for_other_tools(run: Run, mine: Path, lm: ScriptedLM) -> None:
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--export", "samples")
    assert done.exit_code == 0
    lines = Path("samples/zero-shot.jsonl").read_text().splitlines()
    assert [json.loads(line)["task_id"] for line in lines] == ["python/one", "python/two"]
    assert ADD.strip() in json.loads(lines[0])["solution"]
    assert Path("samples/burnish.jsonl").is_file()
    asked = len(lm.prompts)
    again = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--export", "samples")
    assert again.exit_code == 2 and "is there already" in again.stderr
    assert len(lm.prompts) == asked
    file = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--export", mine)
    assert file.exit_code == 2 and "cannot be written" in file.stderr


def test_what_was_measured_is_shown_though_it_cannot_be_exported(
    run: Run, mine: Path, lm: ScriptedLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputFolderError("The disk is full.")

    monkeypatch.setattr(ledger, "export", full)
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--export", "samples")
    assert done.exit_code == 2 and "The disk is full." in done.stderr
    assert "burnish less zero-shot: -100.0 points" in done.stdout
    done = run(
        "bench", mine, "--lm", "openai/scripted", "--export", "samples", "--no-track", "--json"
    )
    assert done.exit_code == 2
    assert json.loads(done.stdout)["message"] == "The disk is full."  # one document is the answer


def test_references_are_run_once_and_not_before_what_is_cheap(
    run: Run, mine: Path, lm: ScriptedLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("bench", mine, "--lm", "openai/scripted", "--no-track", "--rows", "rows.jsonl")
    assert run(*arguments).exit_code == 0

    def never(*_: object) -> None:
        raise AssertionError("references are run again")

    monkeypatch.setattr("burnish.experiments.bench.bench.require_references", never)
    refused = run(*arguments)
    assert refused.exit_code == 2 and "--resume" in refused.stderr
    assert run(*arguments, "--resume").exit_code == 0


def test_a_file_that_is_called_like_a_shipped_set_has_its_references_run(
    run: Run, here: Path, mine: Path, lm: ScriptedLM
) -> None:
    wrong = task("python/wrong", reference=ADD.replace("+", "-"))
    (here / "humaneval.jsonl").write_text(wrong.model_dump_json() + "\n")
    done = run("bench", "humaneval.jsonl", "--lm", "openai/scripted", "--no-track")
    assert done.exit_code == 2 and "fails its own tests" in done.stderr


def test_without_a_sandbox_it_ends_as_an_environment_does(
    run: Run, mine: Path, lm: ScriptedLM
) -> None:
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--sandbox", "none")
    assert done.exit_code == 3 and "Nothing was run" in done.stderr and lm.prompts == []


def test_a_set_whose_reference_fails_is_refused(run: Run, mine: Path, lm: ScriptedLM) -> None:
    wrong = task("python/wrong", reference=ADD.replace("+", "-"))
    mine.write_text(mine.read_text() + wrong.model_dump_json() + "\n")
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track")
    assert done.exit_code == 2 and lm.prompts == []
    assert "The reference of python/wrong fails its own tests: test_add." in done.stderr
    again = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--resume")
    assert again.exit_code == 2 and "no results of this benchmark" in again.stderr


def test_a_tracking_server_that_is_away_costs_a_warning(
    run: Run, mine: Path, lm: ScriptedLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_TRACKING__ENABLED", "true")
    monkeypatch.setenv("BURNISH_TRACKING__URI", "http://127.0.0.1:9")
    done = run("bench", mine, "--lm", "openai/scripted", "--rows", "rows.jsonl")
    assert done.exit_code == 0 and "100%" in done.stdout
    assert "is not recorded in MLflow" in done.stderr and Path("rows.jsonl").is_file()


def test_json_holds_the_whole_summary(run: Run, mine: Path, lm: ScriptedLM) -> None:
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", "--json")
    document = json.loads(done.stdout)
    assert [each["contestant"] for each in document["total"]] == ["burnish", "zero-shot"]
    assert document["total"][1]["pass_at"]["1"]["value"] == 1.0
    assert Path(document["rows"]).is_file() and document["run"] == ""
    assert document["problems"] == []


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_what_could_not_be_done_is_told_with_the_reason(
    run: Run, mine: Path, lm: ScriptedLM, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    def lossy(setting: Setting, unit: Unit) -> Done:
        lost = unit.task.id == "python/two" and unit.contestant == "burnish"
        return Done(unit, None, problem="no answer: 503") if lost else do(setting, unit)

    monkeypatch.setattr(running, "do", lossy)
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track", *options)
    assert done.exit_code == 3
    assert "1 could not be done (no answer: 503); the same command with --resume" in done.stderr
    if options:
        assert json.loads(done.stdout)["problems"] == ["no answer: 503"]


def test_a_model_that_is_lost_ends_it_with_what_to_do(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ScriptedLM(lambda prompt: transport_error())
    monkeypatch.setattr(contestants, "model", lambda config, seed, sample: lost)
    done = run("bench", mine, "--lm", "openai/scripted", "--no-track")
    assert done.exit_code == 3 and "--resume" in done.stderr
