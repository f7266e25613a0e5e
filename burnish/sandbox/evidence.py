"""What a sandbox reported, by step, and how its workers ended."""

from __future__ import annotations

from typing import Any

from burnish.records import Category

Event = dict[str, Any]


class Run:
    """The events of a job, by step, and how its workers ended."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report
        self.workers: list[dict[str, Any]] = report["runs"]
        self.steps: dict[int, list[Event]] = {}
        self.imports: list[Event] = []
        for worker in self.workers:
            current = -1
            for event in worker["events"]:
                if event["event"] == "step":
                    current = event["index"]
                elif event["event"] == "import":
                    self.imports.append(event)
                if current in worker["steps"]:
                    self.steps.setdefault(current, []).append(event)

    def anywhere(self, kind: str) -> list[Event]:
        """The events of one kind, of any step or none."""
        return [e for worker in self.workers for e in worker["events"] if e["event"] == kind]

    @property
    def spent(self) -> list[dict[str, Any]]:
        """CPU seconds and peak memory of the candidate's own programs."""
        return self.anywhere("spent") or self.workers

    def done(self, step: int) -> bool:
        """The worker reached the end of this step."""
        return any(event["event"] == "done" for event in self.steps.get(step, []))

    def events(self, step: int, kind: str) -> list[Event]:
        """The events of one kind in a step."""
        return [event for event in self.steps.get(step, []) if event["event"] == kind]

    def end_of(self, step: int) -> tuple[Category, str]:
        """Why a step did not end: category and sentence."""
        for worker in self.workers:
            if step in worker["steps"]:
                return end_of_worker(worker)
        return "timeout", "the time limit ended the run before this"

    @property
    def failed_import(self) -> Event | None:
        """The first import of the module that raised."""
        return next((event for event in self.imports if not event["ok"]), None)


def end_of_worker(worker: dict[str, Any]) -> tuple[Category, str]:
    """Why a worker ended before its last step: category and sentence."""
    code = worker["exit_code"]
    if worker["ended_by"] == "compiling":
        return "timeout", "the time limit for compilers ended the run"
    if worker["ended_by"] == "timeout":
        return "timeout", "the time limit ended the run"
    if worker["ended_by"] == "memory" or code == -9:
        return "memory", "the memory limit ended the run"
    if worker["ended_by"] == "flood":
        return "forgery", "the report channel was flooded"
    if code is None:
        return "exception", "the sandbox ended without a report"
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return "exception", f"the process ended early with {how}"
