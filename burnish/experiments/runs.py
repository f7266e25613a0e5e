"""Recorded runs, read back from MLflow: listed, looked up, laid side by side."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from burnish.config import Tracking
from burnish.errors import EnvironmentMissingError, InputError
from burnish.experiments.bench.row import mostly
from burnish.experiments.store import Store, locate
from burnish.registries.address import without_password

BENCHMARK, ROW, WORK = "benchmark", "row", "generate"
OPTIMISATION, TRIAL = "optimisation", "trial"
KINDS = (WORK, BENCHMARK, ROW, OPTIMISATION, TRIAL)
PARTS = (ROW, TRIAL)
_log = logging.getLogger("burnish.tracking")


@dataclass(frozen=True)
class Run:
    """One run as it was recorded."""

    id: str
    name: str
    kind: str
    """One of `KINDS`: a row is part of a benchmark, a trial of an optimisation."""
    experiment: str
    """Id of its experiment."""
    started: datetime
    status: str
    """FINISHED, FAILED, RUNNING."""
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def headline(self) -> tuple[str, float] | None:
        """The figure that one looks at first, and its name; None if it has none."""
        for name in ("pass_at_1/burnish", "solved", "final_score"):
            if name in self.metrics:
                return name, self.metrics[name]
        return None


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side."""

    first: Run
    second: Run
    params: dict[str, tuple[str, str]]
    """Those that differ; "" where one has none."""
    metrics: dict[str, tuple[float | None, float | None]]
    """All of either."""
    gained: tuple[str, ...] = ()
    """Of two benchmarks: tasks that only the second solved, "TASK (CONTESTANT)"; see `mostly`."""
    lost: tuple[str, ...] = ()
    """Tasks that only the first solved."""


class Runs:
    """The runs of one store; MLflow's globals stay untouched."""

    def __init__(self, settings: Tracking) -> None:
        """Open the store.

        Raises:
            InputError: it is a file that is not there.
            EnvironmentMissingError: it cannot be asked.
        """
        self.store = locate(settings)
        self._client = _client(self.store)

    def newest(self, kind: str = "", limit: int = 20) -> list[Run]:
        """The newest first; parts of another run are left out unless they are asked for.

        Raises:
            EnvironmentMissingError: the store does not answer.
        """
        whole = " and ".join(f"tags.kind != '{part}'" for part in PARTS)
        return self._search(f"tags.kind = '{kind}'" if kind else whole, limit)

    def get(self, id: str) -> Run:
        """The run with that id, or the one whose id begins so.

        Raises:
            InputError: there is none, or several.
            EnvironmentMissingError: the store does not answer.
        """
        whole = id.isascii() and id.isalnum()  # else it would be part of the filter
        fitting = self._search(f"attributes.run_id LIKE '{id}%'", 2) if whole else []
        if len(fitting) != 1:
            found = "several runs begin" if fitting else "there is no run"
            raise InputError(
                f"{found} with {id!r} in {self.store.shown}.", remedy="See `burnish runs list`."
            )
        return fitting[0]

    def compare(self, first: str, second: str) -> Comparison:
        """Two runs side by side; of benchmarks, task by task too.

        Raises:
            InputError: as `get`.
        """
        a, b = self.get(first), self.get(second)
        solved = [self._solved(run) for run in (a, b)]
        both = solved[0].keys() & solved[1].keys()
        names = sorted({*a.params, *b.params})
        return Comparison(
            first=a,
            second=b,
            params={
                name: (a.params.get(name, ""), b.params.get(name, ""))
                for name in names
                if a.params.get(name) != b.params.get(name)
            },
            metrics={
                name: (a.metrics.get(name), b.metrics.get(name))
                for name in sorted({*a.metrics, *b.metrics})
            },
            gained=tuple(sorted(t for t in both if solved[1][t] and not solved[0][t])),
            lost=tuple(sorted(t for t in both if solved[0][t] and not solved[1][t])),
        )

    def _search(self, where: str, most: int) -> list[Run]:
        with _asking(self.store):
            found = self._client.search_runs(
                self._experiments(), where, max_results=most,
                order_by=["attributes.start_time DESC"],
            )  # fmt: skip
        return [_run(each) for each in found]

    def _experiments(self) -> list[str]:
        """Ids of all there are; the store tells a thousand at a time."""
        page = self._client.search_experiments()
        found = [each.experiment_id for each in page]
        while page.token:
            page = self._client.search_experiments(page_token=page.token)
            found += [each.experiment_id for each in page]
        return found

    def _solved(self, run: Run) -> dict[str, bool]:
        if run.kind != BENCHMARK:
            return {}
        from mlflow.exceptions import MlflowException

        try:
            with tempfile.TemporaryDirectory(prefix="burnish-") as folder:
                file = self._client.download_artifacts(run.id, "rows.json", folder)
                table = json.loads(Path(file).read_text("utf-8"))
        except (MlflowException, OSError, ValueError):
            _log.warning("The rows of run %s cannot be read: no task is compared.", run.id[:8])
            return {}
        found: dict[str, list[bool]] = defaultdict(list)
        for cells in table["data"]:
            row = dict(zip(table["columns"], cells, strict=True))
            found[f"{row['task']} ({row['contestant']})"].append(bool(row["solved"]))
        return {name: mostly(solved) for name, solved in found.items()}


def _client(store: Store) -> Any:
    import warnings

    if store.database is not None and not store.database.exists():
        raise InputError(
            f"There are no runs: {store.database} does not exist.",
            remedy="`burnish generate` and `burnish bench` record their runs there.",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what mlflow warns of while imported is not ours
        from mlflow import MlflowClient

        with _asking(store):
            return MlflowClient(store.uri)


@contextmanager
def _asking(store: Store) -> Iterator[None]:
    """Says in a sentence why a store cannot be asked.

    Raises:
        EnvironmentMissingError: nobody answers there, it is damaged, no driver for it is here, or
            it is of another version of MLflow.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, ImportError, OSError, ValueError) as error:
        # of an error of the database its own words; around them SQLAlchemy puts its query
        words = without_password(str(getattr(error, "orig", None) or error), store.uri)
        said = " ".join(words.split())
        if "database schema" in said:
            raise EnvironmentMissingError(
                f"The store {store.shown} was made by another version of MLflow.",
                remedy=f"Take a backup, then run `mlflow db upgrade {store.shown}`; if it is newer "
                "than the MLflow here, upgrade that instead.",
            ) from None
        raise EnvironmentMissingError(
            f"The store {store.shown} does not answer: {_reason(said)[:200].rstrip('.')}.",
            remedy="Check BURNISH_TRACKING__URI or MLFLOW_TRACKING_URI.",
        ) from None


def _reason(said: str) -> str:
    """Of an error that wraps others, as a refused connection is told, the innermost words."""
    inner = re.search(r"\[Errno -?\d+\] ([^'\")]+)|(Read timed out)", said)
    return (inner[1] or inner[2]) if inner else said


def _run(found: Any) -> Run:
    tags = found.data.tags
    return Run(
        id=found.info.run_id,
        name=found.info.run_name or "",
        kind=tags.get("kind", WORK),
        experiment=found.info.experiment_id,
        started=datetime.fromtimestamp((found.info.start_time or 0) / 1000, UTC),
        status=found.info.status,
        params=found.data.params,
        metrics=found.data.metrics,
        tags=tags,
    )


def markdown(found: Comparison) -> str:
    """A comparison for a pull request."""
    a, b = found.first, found.second
    lines = [f"| | {a.name} `{a.id[:8]}` | {b.name} `{b.id[:8]}` | |", "|---|---|---|---|"]
    for name, (first, second) in found.params.items():
        lines.append(f"| {name} | {_cell(first)} | {_cell(second)} | |")
    for name, (old, new) in found.metrics.items():
        delta = "" if old is None or new is None else f"{new - old:+.4g}"
        lines.append(f"| {name} | {_number(old)} | {_number(new)} | {delta} |")
    for title, tasks in (("Solved now", found.gained), ("No longer solved", found.lost)):
        if tasks:
            lines += ["", f"{title}: {', '.join(tasks)}."]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split())[:80].replace("|", "\\|")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
