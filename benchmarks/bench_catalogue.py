"""Milliseconds to load the catalogue of models, and to ask it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from burnish.registries.catalogue.models import catalogue


def median_ms(work: Callable[[], object], runs: int = 21) -> float:
    """Median of wall time."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def load() -> object:
    """Anew, without the cache."""
    catalogue.cache_clear()
    return catalogue()


def main() -> None:
    """Print one table."""
    ids = [model.id for model in catalogue()][:3]
    rows = {
        "load": median_ms(load),
        "filter": median_ms(lambda: catalogue().filter(["tool_use"], max_cost=2)),
        "recommend": median_ms(lambda: catalogue().recommend("agents", 2)),
        "compare three": median_ms(lambda: catalogue().compare(ids)),
        "get": median_ms(lambda: catalogue().get(ids[0])),
    }
    print(f"{len(list(catalogue()))} models\n\n| | median, ms |\n|---|---|")
    for name, found in rows.items():
        print(f"| {name} | {found:.2f} |")


if __name__ == "__main__":
    main()
