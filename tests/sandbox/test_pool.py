"""The pool of sandboxes that are started ahead."""

from __future__ import annotations

from typing import cast

from burnish.sandbox.channel import Channel
from burnish.sandbox.pool import WarmPool


class Started:
    """A sandbox that does nothing."""

    def destroy(self) -> None:
        """See `Channel.destroy`."""


def test_a_start_that_fails_in_whatever_way_does_not_end_the_pool() -> None:
    """As where another thread changes the environment while a client reads it."""
    failures = iter([KeyError("PYTEST_CURRENT_TEST")])

    def start() -> Channel:
        for error in failures:
            raise error
        return cast("Channel", Started())

    pool = WarmPool(start, lambda: 1)
    try:
        pool.warm()
        pool.give_back(pool.take())
        assert pool.wait_ready(30)
    finally:
        pool.close()
