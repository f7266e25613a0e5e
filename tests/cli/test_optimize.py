"""`burnish optimize`: refusals before anything is paid, what is written, and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from burnish.errors import OutputFolderError
from burnish.experiments import output
from burnish.experiments.bench import contestants
from burnish.experiments.desk import Recording
from burnish.experiments.optimize import optimize as whole
from burnish.experiments.optimize import recording
from burnish.experiments.optimize.plan import Outcome, Plan
from burnish.testing import ScriptedLM, Step, transport_error
from tests.cli.conftest import Run
from tests.experiments.optimize.test_optimize import SECRET, Model, sets


@pytest.fixture
def model(here: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that needs help, a sandbox that needs no Engine, and two sets of tasks."""
    found = Model()
    monkeypatch.setenv("BURNISH_DATA_DIR", str(here / "data"))
    monkeypatch.setenv("BURNISH_SANDBOX__KIND", "bubblewrap")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("BURNISH_LIMITS__MAX_ITERATIONS", "0")
    monkeypatch.setattr(contestants, "model", lambda *_: ScriptedLM(found))
    monkeypatch.setattr(whole, "resolve", lambda *_: ScriptedLM(found))
    for name, tasks in zip(("train", "dev"), sets(), strict=True):
        lines = [task.model_dump_json() + "\n" for task in tasks.tasks]
        (here / f"{name}.jsonl").write_text("".join(lines))
    return found


OWN = ("--train", "train.jsonl", "--dev", "dev.jsonl", "--lm", "openai/scripted")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--optimizer", "copro"], 2, "no optimizer 'copro'"),
        (["--predictors", "write_poems"], 2, "no predictor write_poems"),
        (["--predictors", ""], 2, "no predictor"),
        (["--train", "gone.jsonl"], 2, "no set of tasks 'gone.jsonl'"),
        (["--train", "burnish:best"], 2, "no split 'best'"),
        (["--dev", "burnish:test"], 2, "of the test split"),
        (["--dev", "train.jsonl"], 2, "in both sets"),
        (["--language", "go"], 2, "train.jsonl has no task in go"),
        (["--language", "cobol"], 2, "cobol"),
        (["--budget-tokens", "0"], 2, "budget.tokens"),
        (["--out", "train.jsonl"], 2, "train.jsonl is there already"),
        (["--out", "train.jsonl/program.json"], 2, "cannot be written: Not a directory"),
        (["--export-sft", "train.jsonl"], 2, "train.jsonl is there already"),
        (["--train", "burnish:test", "--export-sft", "c.jsonl"], 2, "of the test split"),
        (["--export-sft", "c.jsonl", "--budget-calls", "9"], 2, "takes no budget"),
        (["--export-sft", "c.jsonl", "--optimizer", "copro"], 2, "no optimizer 'copro'"),
        (["--export-sft", "train.jsonl/c.jsonl"], 2, "cannot be written: Not a directory"),
    ],
)
def test_bad_input_is_refused_before_a_model_is_asked(
    run: Run, model: Model, arguments: list[str], code: int, said: str
) -> None:
    done = run("optimize", *OWN, *arguments, "--no-track")
    assert done.exit_code == code and said in done.stderr and not model.prompts
    assert "Traceback" not in done.stderr


def test_what_is_better_is_written_shown_and_used(run: Run, model: Model, here: Path) -> None:
    done = run("optimize", *OWN, "--runs", "6", "--out", "better.json", "--no-track")
    assert done.exit_code == 0, done.stderr
    assert "Better: better.json is the program. It may be luck: p = 1.00." in done.stdout
    assert "compiled less shipped: +100.0 points" in done.stdout
    assert "measuring the shipped program 1/1" in done.stderr and "searching" in done.stderr
    program = json.loads((here / "better.json").read_text())
    assert program["metadata"]["origin"]["spent"]["calls"] > 0
    used = run("bench", "dev.jsonl", "--lm", "openai/scripted", "--program", "better.json",
               "--baseline", "shipped", "--no-track")  # fmt: skip
    assert "burnish less shipped: +100.0 points" in used.stdout, used.stderr


def test_a_program_that_cannot_be_written_where_it_was_asked_for_is_kept_and_recorded(
    run: Run, model: Model, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = list[str]()

    def resolve(*_: object) -> ScriptedLM:
        (here / "better.json").write_text("somebody's")  # meanwhile
        return ScriptedLM(model)

    def record(plan: Plan, outcome: Outcome) -> Recording:
        recorded.append(outcome.program)
        return Recording()

    monkeypatch.setattr(whole, "resolve", resolve)
    monkeypatch.setattr(recording, "record", record)
    done = run("optimize", *OWN, "--runs", "6", "--out", "better.json", "--json")
    assert done.exit_code == 0 and (here / "better.json").read_text() == "somebody's"
    kept = json.loads(done.stdout)["program"]
    assert f"better.json is there already. The program was written to {kept} instead" in done.stderr
    assert [Path(kept).read_text()] == recorded


def test_a_program_that_can_be_written_nowhere_is_still_recorded(
    run: Run, model: Model, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path, *_: object) -> None:
        raise OutputFolderError(f"{file} cannot be written: No space left on device.")

    def no_draft(*_: object) -> None:
        raise OSError("No space left on device")

    def optimized(plan: Plan, *_: object) -> Outcome:
        found = optimize(plan)
        monkeypatch.setattr(output, "write", full)
        monkeypatch.setattr(output, "draft", no_draft)
        return found

    def record(plan: Plan, outcome: Outcome) -> Recording:
        recorded.append(outcome.program)
        return Recording()

    optimize, recorded = whole.optimize, list[str]()
    monkeypatch.setattr(whole, "optimize", optimized)
    monkeypatch.setattr(recording, "record", record)
    done = run("optimize", *OWN, "--runs", "6", "--out", "better.json")
    assert done.exit_code == 2 and "No space left" in done.stderr and "--out" in done.stderr
    assert len(recorded) == 1


def test_what_is_no_better_is_not_written(run: Run, model: Model, here: Path) -> None:
    done = run("optimize", *OWN, "--dev", "train.jsonl:dev", "--no-track", "--json")
    assert done.exit_code == 2
    one = (here / "dev.jsonl").read_text().replace("dev0 asks", "easy asks").splitlines()[0]
    (here / "dev.jsonl").write_text(one + "\n")
    done = run("optimize", *OWN, "--runs", "6", "--no-track", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["better"] is False and "Not better than the shipped program" in told["verdict"]
    assert told["program"] is None and not (here / "program.json").exists()


def test_accepted_trajectories_become_chats(run: Run, model: Model, here: Path) -> None:
    done = run("optimize", *OWN, "--export-sft", "chats.jsonl", "--no-track", "--json")
    assert done.exit_code == 0, done.stderr
    chats = [
        json.loads(line)["messages"] for line in (here / "chats.jsonl").read_text().splitlines()
    ]
    assert chats and f"{len(chats)} chats" in done.stderr
    assert json.loads(done.stdout) == {"chats": len(chats), "file": "chats.jsonl", "problems": []}
    assert all(chat[-1]["role"] == "assistant" and chat[-1]["content"] for chat in chats)
    text = json.dumps(chats)
    assert "as easy asks" in text and "as hard1 asks" not in text and SECRET not in text


def test_trajectories_that_the_environment_cost_are_said(
    run: Run, model: Model, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(asked: str) -> Step:
        return transport_error("the line is dead") if "hard1" in asked else model(asked)

    monkeypatch.setattr(contestants, "model", lambda *_: ScriptedLM(lost))
    done = run("optimize", *OWN, "--export-sft", "chats.jsonl", "--no-track", "--json")
    (problem,) = json.loads(done.stdout)["problems"]
    assert done.exit_code == 3 and "the line is dead" in problem
    assert "1 could not be done" in done.stderr and "with another file" in done.stderr
    assert (here / "chats.jsonl").is_file()
    monkeypatch.setattr(contestants, "model", lambda *_: ScriptedLM(model))
    assert run("optimize", *OWN, "--export-sft", "again.jsonl", "--no-track").exit_code == 0


def test_a_trajectory_whose_history_is_gone_is_left_out_and_named(
    run: Run, model: Model, here: Path
) -> None:
    assert run("optimize", *OWN, "--export-sft", "chats.jsonl", "--no-track").exit_code == 0
    for file in (here / "data").rglob("*.solutions/*.json"):
        file.unlink()
    done = run("optimize", *OWN, "--export-sft", "again.jsonl", "--no-track", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["chats"] == 0
    assert "python/easy is left out: its history cannot be read" in done.stderr
