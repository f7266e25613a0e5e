"""Writes a benchmark into MLflow: `python -m burnish.experiments.bench.recorder`; see `desk`.

One run for the benchmark, and under it one for each row; the loop's with its trace.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from burnish.experiments import desk, measures, spans
from burnish.experiments.bench import figures, registering
from burnish.experiments.bench.ledger import read, solution_file
from burnish.experiments.bench.row import LOOP, Header, Row
from burnish.experiments.bench.summary import Summary, summarise
from burnish.experiments.bench.wording import markdown
from burnish.experiments.store import Store, create
from burnish.records import Solution


@dataclass(frozen=True)
class Order:
    """What the recorder is told."""

    rows: str
    """The results file."""
    uri: str
    """Where to write."""
    database: str | None
    """Its sqlite file, if it is one."""
    experiment: str
    """MLflow experiment name; made if it is not there."""
    program: str
    """The program that was measured, as JSON."""
    finished: bool
    """Whether every task has its rows."""


def write(order: Order) -> dict[str, str]:
    """Record the benchmark; ids of what was made.

    Raises:
        Exception: whatever MLflow raises; runs that were begun are then marked FAILED.
    """
    import mlflow

    path = Path(order.rows)
    header, found, _ = read(path)
    if header is None:
        raise ValueError(f"{path} holds no benchmark")
    rows = list(found.values())
    solutions = {row.key: _solution(path, row) for row in rows}
    store = Store(order.uri, Path(order.database) if order.database else None)
    create(store)
    mlflow.set_tracking_uri(store.uri)
    client = mlflow.MlflowClient()
    experiment = desk.experiment(client, store, order.experiment)
    summary = summarise(header, rows)
    name = f"{header.tasks} {header.split} {header.lm}".replace("  ", " ")
    tags = desk.origin() | {
        "kind": "benchmark", "fingerprint": header.fingerprint,
        "mlflow.note.content": markdown(summary),
    }  # fmt: skip
    with desk.new_run(client, experiment, run_name=name, tags=tags) as run:
        _log_benchmark(client, run, header, summary)
        _log_dataset(client, run, header, rows)
        client.log_table(run, desk.storable(_table(rows)), "rows.json")
        client.log_dict(run, summary.model_dump(mode="json"), "summary.json")
        client.log_artifact(run, str(path))
        client.log_text(run, order.program, "program/program.json")
        scores = [_scores(s) for s in solutions.values() if s is not None]
        for name, figure in figures.figures(summary, rows, scores).items():
            client.log_figure(run, figure, f"figures/{name}")
        for row in rows:
            _log_row(client, experiment, run, row, solutions[row.key])
    warning = _register(client, run, order, summary)
    return {"run_id": run, "experiment_id": experiment, "warning": warning}


def _register(client: Any, run: str, order: Order, summary: Summary) -> str:
    """Enter the program in the registries; why that failed, "" if it did not."""
    try:
        program = json.loads(order.program)
        registering.register(client, run, program, summary, finished=order.finished)
    except Exception as error:  # noqa: BLE001 - a server may have none, and all else is recorded
        return f"{type(error).__name__}: {error}"
    return ""


def _solution(path: Path, row: Row) -> Solution | None:
    """The history that was kept of a row; None if there is none that can be read."""
    if row.contestant != LOOP:
        return None
    try:
        kept = json.loads(solution_file(path, row).read_text("utf-8"))
        return Solution.model_validate(desk.storable(kept))
    except (OSError, ValueError):
        return None


def _scores(solution: Solution) -> list[float]:
    best, found = 0.0, []
    for attempt in solution.history:
        best = max(best, attempt.quality.score)
        found.append(best)
    return found


def _log_benchmark(client: Any, run: str, header: Header, summary: Summary) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    given = header.model_dump(mode="json", exclude={"schema_version", "settings"})
    given |= header.settings
    params = [Param(name, str(value)[:6000]) for name, value in given.items() if value is not None]
    metrics = [Metric(name, value, now, 0) for name, value in _metrics(summary)]
    client.log_batch(run, metrics=metrics, params=params)


def _metrics(summary: Summary) -> Iterator[tuple[str, float]]:
    """Every figure by name, `NAME/CONTESTANT`; those that are not known are left out."""
    for each in summary.total:
        who = _named(each.contestant)
        for k, found in each.pass_at.items():
            yield f"pass_at_{k}/{who}", found.value
            yield f"pass_at_{k}_low/{who}", found.low
            yield f"pass_at_{k}_high/{who}", found.high
        yield f"hidden_tests/{who}", each.hidden.value
        for name in (
            "refined", "spoilt", "accepted", "accepted_solved", "score", "tokens",
            "tokens_per_solved", "cost_usd", "cost_per_solved_usd", "seconds", "crashed",
        ):  # fmt: skip
            if (value := getattr(each, name)) is not None:
                yield f"{name}/{who}", float(value)
        for name, value in each.dimensions.items():
            yield f"dimension/{name}/{who}", value
        for name, value in each.stages.items():
            yield f"seconds/{name.replace(' ', '_')}/{who}", value
    if summary.comparison is not None:
        yield "difference", summary.comparison.difference.value
        yield "difference_p", summary.comparison.p
    if summary.calibration is not None and summary.calibration.auroc is not None:
        yield "auroc", summary.calibration.auroc
        yield "calibration_error", summary.calibration.error or 0.0


def _named(contestant: str) -> str:
    """As part of a metric's name: what MLflow refuses is replaced, and a hash keeps two apart."""
    if re.fullmatch(r"\w[\w. -]{,99}", contestant):
        return contestant
    taken = re.sub(r"[^\w. -]", "_", contestant)[:100]
    digest = hashlib.sha256(contestant.encode("utf-8", "replace")).hexdigest()
    return f"{taken}-{digest[:6]}"


def _log_dataset(client: Any, run: str, header: Header, rows: list[Row]) -> None:
    """The set of tasks as an MLflow dataset: same labels, same digest."""
    import mlflow.data
    import pandas
    from mlflow.entities import DatasetInput, InputTag

    tasks = {row.task: row for row in rows}
    frame = pandas.DataFrame(
        [
            {"task": row.task, "language": row.language, "split": row.split,
             "difficulty": row.difficulty, "kind": row.kind}
            for row in tasks.values()
        ]
    )  # fmt: skip
    name = f"{header.tasks}-{header.split}" if header.split else header.tasks
    data = mlflow.data.from_pandas(frame, name=name, digest=header.version)  # type: ignore[attr-defined]
    tag = InputTag("mlflow.data.context", header.split or "evaluation")
    client.log_inputs(run, [DatasetInput(data._to_mlflow_entity(), [tag])])


def _table(rows: list[Row]) -> dict[str, list[Any]]:
    """The rows by column, for MLflow's filters."""
    shown = [
        {
            "task": row.task,
            "contestant": row.contestant,
            "solved": row.solved,
            "hidden_tests": f"{row.tests_passed}/{row.tests_total}",
            "failed": ", ".join(row.failed),
            "sample": row.sample,
            "language": row.language,
            "difficulty": row.difficulty,
            "kind": row.kind,
            "traits": ", ".join(row.traits),
            "status": row.status,
            "accepted": "" if row.accepted is None else str(row.accepted).lower(),
            "score": row.score,
            "attempts": row.rounds,
            "tokens": row.usage.all_tokens,
            "seconds": row.seconds,
            "error": row.error,
            "code": row.code,
        }
        for row in rows
    ]
    return {name: [each[name] for each in shown] for name in shown[0]} if shown else {"task": []}


def _log_row(
    client: Any, experiment: str, parent: str, row: Row, solution: Solution | None
) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    steps = [] if solution is None else [
        (step, measures.of_attempt(a)) for step, a in enumerate(solution.history)
    ]  # fmt: skip
    figures_of_row = {
        "solved": float(row.solved), "hidden_tests_passed": row.tests_passed,
        "tokens": row.usage.all_tokens, "seconds": row.seconds,
    }  # fmt: skip
    steps.append((0, figures_of_row))
    given = {"task": row.task, "contestant": row.contestant, "sample": row.sample,
             "language": row.language, "difficulty": row.difficulty, "kind": row.kind}  # fmt: skip
    metrics = [Metric(n, float(v), now, step) for step, each in steps for n, v in each.items()]
    params = [Param(name, str(value)) for name, value in given.items()]
    tags = {"mlflow.parentRunId": parent, "kind": "row", "solved": str(row.solved).lower(),
            "status": row.status}  # fmt: skip
    name, ends = f"{row.task} {row.contestant}", "FAILED" if row.error else "FINISHED"
    with desk.new_run(client, experiment, ends, run_name=name, tags=tags) as run:
        client.log_batch(run, metrics=metrics, params=params)
        if row.code:
            client.log_text(run, desk.storable(row.code), "solution.txt")
        if solution is not None:
            stages = measures.stages_of(solution.calls)
            spans.record(solution, stages, experiment=experiment, run=run)


def main(text: str) -> dict[str, str]:
    """Record what an order as JSON says."""
    return write(Order(**json.loads(text)))


def dump(order: Order) -> str:
    """An order as `main` takes it."""
    return json.dumps(asdict(order))


if __name__ == "__main__":
    desk.serve(main)
