"""A benchmark on a Dask cluster: each worker has burnish, a model and a sandbox of its own."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any

from burnish import __version__
from burnish.errors import EnvironmentMissingError, InputError
from burnish.experiments.bench.work import Done, Setting, Unit, do

CONNECT_S = 20
EACH_WORKER = 2
"""Units sent ahead for each thread of the cluster: enough that none waits, few if all is ended."""
POLL_S, LOOK_S, LOOKS = 0.1, 1.0, 10
"""How often results are asked for, and, where none come, the workers; how many looks in a row that
find no worker end it: one that is started again is waited for."""


class Dask:
    """See `running.Executor`. A worker that is lost costs nothing: others do its units again."""

    def __init__(self, scheduler: str) -> None:
        """Connect.

        Args:
            scheduler: Its address, such as "tcp://10.0.0.1:8786".

        Raises:
            InputError: no address.
            EnvironmentMissingError: dask.distributed is not installed, nobody answers there, there
                is no worker, or one has another burnish.
        """
        if not scheduler:
            raise InputError(
                "The dask executor needs a scheduler.", remedy="Add --scheduler tcp://HOST:8786."
            )
        try:
            from distributed import Client
        except ImportError:
            raise EnvironmentMissingError(
                "Dask is not installed.", remedy="Run `pip install 'burnish[dask]'`."
            ) from None
        try:
            self._client: Any = Client(scheduler, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EnvironmentMissingError(
                f"No Dask scheduler answers at {scheduler}: {error}.",
                remedy="Start one with `dask scheduler`, and workers with `dask worker ADDRESS`.",
            ) from None
        if not self._client.nthreads():
            self._client.close()
            raise EnvironmentMissingError(
                f"The scheduler at {scheduler} has no worker.",
                remedy=f"Start some with `dask worker {scheduler}`.",
            )
        self._require_same_version()

    def _require_same_version(self) -> None:
        found = self._client.run(version, "burnish", on_error="return")
        other = {worker: v for worker, v in found.items() if v != __version__}
        if other:
            self._client.close()
            worker, theirs = next(iter(other.items()))
            has = f"has burnish {theirs}" if isinstance(theirs, str) else "has no burnish"
            raise EnvironmentMissingError(
                f"The worker {worker} {has}, not {__version__}.",
                remedy=f"Run `pip install 'burnish[dask]=={__version__}'` there.",
            )

    def results(self, setting: Setting, units: Iterable[Unit]) -> Iterator[Done]:
        """See `running.Executor`."""
        from distributed import as_completed

        waiting = iter(units)
        sent: dict[str, Unit] = {}
        running = as_completed(with_results=True, raise_errors=False, loop=self._client.loop)

        def send() -> bool:
            unit = next(waiting, None)
            if unit is None:
                return False
            future = self._client.submit(do, setting, unit, pure=False)
            sent[future.key] = unit
            running.add(future)
            return True

        threads = sum(self._client.nthreads().values())
        try:
            while len(sent) < threads * EACH_WORKER and send():
                pass
            for future, result in self._ended(running):
                unit = sent.pop(future.key)
                if future.status == "finished":
                    yield result
                else:
                    error = result[1] if isinstance(result, tuple) else result
                    said = str(error).strip().partition("\n")[0]
                    yield Done(unit, None, problem=f"the cluster lost it: {said}")
                send()
        finally:
            self._client.close()

    def _ended(self, running: Any) -> Iterator[tuple[Any, Any]]:
        """Futures and results as they end: of all, or until no worker is left to do the others."""
        alone, look_at = 0, time.monotonic() + LOOK_S
        while not running.is_empty():
            if running.has_ready():
                yield next(running)
            elif time.monotonic() < look_at:
                time.sleep(POLL_S)
            else:
                alone = 0 if self._client.scheduler_info().get("workers") else alone + 1
                if alone == LOOKS:
                    return
                look_at = time.monotonic() + LOOK_S
