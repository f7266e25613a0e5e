"""Work on several things at a time, in threads that nothing waits for once nobody wants results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[Result]:
    """The result of each item, in the order in which they end.

    An item is taken when a thread is free for it. The threads are daemons, which those of an
    executor of `concurrent.futures` are not: a Ctrl-C, or a consumer that stops, is not kept
    waiting by a model in the middle of its answer.

    Raises:
        Exception: whatever `work` raised, as soon as it is met.
    """
    ended: SimpleQueue[Future[Result]] = SimpleQueue()

    def one(item: Item) -> None:
        done: Future[Result] = Future()
        try:
            done.set_result(work(item))
        except BaseException as error:  # noqa: BLE001  raised again where results are asked for
            done.set_exception(error)
        ended.put(done)

    waiting, running = iter(items), 0
    while True:
        for item in islice(waiting, workers - running):
            Thread(target=one, args=(item,), name="burnish-work", daemon=True).start()
            running += 1
        if not running:
            return
        result = ended.get().result()
        running -= 1
        yield result
