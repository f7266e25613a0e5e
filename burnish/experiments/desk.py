"""A process that writes into MLflow, and how it is told to.

A process of its own, because MLflow keeps its tracking URI, its tracer and its HTTP settings in
globals that belong to the caller; because a call that hangs can be ended with the process; and
because mlflow's 200 MB are then gone with it. It reads one order as JSON from stdin and writes one
JSON object to stdout: what the fields of `Recording` hold.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from burnish.experiments.store import Store
from burnish.registries.address import without_password

HTTP_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
}
"""How long a tracking server is waited for, in wall seconds, unless the user set it. MLflow itself
asks a server that refuses eight times, for minutes."""
GRACE_S = 5
"""Wall seconds that a recorder which is given up has to mark its runs FAILED."""
GIT_TIMEOUT_S = 2
PACKAGE_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Recording:
    """What became of recording one work."""

    run_id: str = ""
    """MLflow run; empty if it was not recorded."""
    experiment_id: str = ""
    """Its experiment."""
    trace_id: str = ""
    """Its trace; empty where there is none."""
    problem: str = ""
    """Why it was not recorded; empty if it was."""
    warning: str = ""
    """What of the rest failed though it was recorded; empty if nothing did."""


def record(module: str, order: str, store: Store, timeout_s: float) -> Recording:
    """Give an order to `python -m MODULE`, which ends with `serve`.

    Args:
        timeout_s: Wall seconds until it is given up; up to GRACE_S more pass while it ends.
    """
    try:
        done = _run([sys.executable, "-P", "-m", module], order, timeout_s)
    except subprocess.TimeoutExpired:
        return Recording(problem=f"{store.shown} did not finish within {timeout_s:g} s.")
    except OSError as error:
        return Recording(problem=f"the recorder could not be started: {error}.")
    try:
        answer = Recording(**json.loads(done.stdout))
    except (ValueError, TypeError):
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        said = _line(last, store)
        return Recording(problem=f"the recorder ended with code {done.returncode}: {said}")
    if answer.problem:
        return Recording(problem=f"{store.shown}: {_line(answer.problem, store)}")
    return replace(answer, warning=_line(answer.warning, store))


def _line(said: str, store: Store) -> str:
    """MLflow's words as one line, in which the store's password is not."""
    return " ".join(without_password(said, store.uri).split())[:300]


def _run(command: list[str], order: str, timeout_s: float) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run`, but who is late, or interrupted by Ctrl-C, may end in good order."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=_environment(),
        start_new_session=True,  # Ctrl-C reaches us, and we end it
    ) as process:
        try:
            out, err = process.communicate(order, timeout_s)
        except BaseException:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=GRACE_S)
            raise
        finally:
            process.kill()  # does nothing where it has ended
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _environment() -> dict[str, str]:
    path = [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        **HTTP_PATIENCE,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        **os.environ,
        "MLFLOW_ENABLE_ASYNC_TRACE_LOGGING": "false",  # recorded means written
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
        "PYTHONWARNINGS": "ignore",
    }


def serve(write: Callable[[str], dict[str, str]]) -> None:
    """Take the order from stdin, write the answer to stdout, everything else to stderr."""
    signal.signal(signal.SIGTERM, _end)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # mlflow would import litellm (3 s) to guess a price that burnish already knows or leaves open
    sys.modules["litellm"] = None  # type: ignore[assignment]
    try:
        answer = write(sys.stdin.read())
    except Exception as error:  # noqa: BLE001 - the other side turns it into one line
        answer = {"problem": f"{type(error).__name__}: {error}"}
    json.dump(answer, answers)
    answers.close()


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def new_run(client: Any, experiment: str, ends: str = "FINISHED", **given: Any) -> Iterator[str]:
    """Id of a new run, which the end of the block terminates; what the block raises fails it.

    Args:
        ends: Its status where the block raises nothing.
        given: As `MlflowClient.create_run` takes it.
    """
    run = str(client.create_run(experiment, **given).info.run_id)
    try:
        yield run
        client.set_terminated(run, ends)
    except BaseException:
        with contextlib.suppress(Exception):  # a store that is gone is told of by what was raised
            client.set_terminated(run, "FAILED")
        raise


def experiment(client: Any, store: Store, name: str) -> str:
    """Id of the experiment of that name; made if it is not there, restored if it was deleted."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        if found.lifecycle_stage == "deleted":  # it keeps its name, and takes no run
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    artifacts = store.artifacts
    location = (artifacts / name).as_uri() if artifacts else None
    try:
        return str(client.create_experiment(name, artifact_location=location))
    except Exception:
        # another process may have made it since; anything else is the caller's to see
        if (found := client.get_experiment_by_name(name)) is None:
            raise
        return str(found.experiment_id)


def origin() -> dict[str, str]:
    """Tags that say who made a run, and from what."""
    found = {"mlflow.source.name": "burnish", "mlflow.source.type": "LOCAL"}
    with contextlib.suppress(OSError, KeyError):
        found["mlflow.user"] = getpass.getuser()
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=GIT_TIMEOUT_S
        )
        if answer.returncode == 0:
            found["mlflow.source.git.commit"] = answer.stdout.strip()
    return found


def storable(value: Any) -> Any:
    """The value with lone surrogates and null characters replaced: no store takes them."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {key: storable(item) for key, item in value.items()}
    return value
