"""Several at a time, no more than asked, and nobody waits for what is not wanted any more."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from burnish.evaluation.side_by_side import side_by_side


def test_so_many_work_at_a_time_and_no_more() -> None:
    together, running, most = threading.Barrier(3, timeout=20), [0], [0]
    lock = threading.Lock()

    def work(item: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait()  # passes only if three are here at a time
        with lock:
            running[0] -= 1
        return item * item

    assert sorted(side_by_side(work, range(6), 3)) == [0, 1, 4, 9, 16, 25]
    assert most[0] == 3


def test_results_come_as_they_end_and_items_are_taken_when_a_thread_is_free() -> None:
    taken, first = [], threading.Event()

    def items() -> object:
        for item in range(4):
            taken.append(item)
            yield item

    def work(item: int) -> int:
        if item == 0:
            assert first.wait(20)
        return item

    found = side_by_side(work, items(), 2)  # type: ignore[arg-type]
    assert next(found) == 1 and taken == [0, 1]
    first.set()
    assert sorted(found) == [0, 2, 3]


def test_an_error_is_raised_where_the_results_are_asked_for() -> None:
    def work(item: int) -> float:
        return 1 / item

    found = side_by_side(work, [1, 0], 1)
    assert next(found) == 1.0
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_a_process_does_not_stay_for_work_that_nobody_waits_for() -> None:
    program = (
        "import time\n"
        "from burnish.evaluation.side_by_side import side_by_side\n"
        "found = side_by_side(time.sleep, [0, 600], 2)\n"
        "next(found)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert done.returncode == 0
