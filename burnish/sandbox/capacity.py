"""How many sandboxes this machine bears at once: the defaults of `pool_size` and `parallel`."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from burnish import config

_CGROUP = Path("/sys/fs/cgroup")
_LIMIT_AND_USAGE = (
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)


def pool_size(limits: config.Sandbox) -> int:
    """How many sandboxes to keep ready: the setting, else one for every two CPUs.

    Fewer where memory is short: if all of them ran and reached their limit, half of the memory
    that is free now must be enough. 0 on a machine with less than that for one.
    """
    if limits.pool_size is not None:
        return limits.pool_size
    return min(max(1, cpus() // 2), available_bytes() // 2 // limits.memory_bytes)


def parallel(limits: config.Sandbox) -> int:
    """How many runs may go on at once: the setting, else two for every CPU.

    Fewer where they could not all have their memory, but never less than one.
    """
    if limits.parallel is not None:
        return limits.parallel
    return max(1, min(2 * cpus(), available_bytes() // limits.memory_bytes))


def cpus() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0))


def available_bytes() -> int:
    """Memory that new processes can have: of the machine, or of our own container if less."""
    found = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                found = int(line.split()[1]) * 1024
    for limit, usage in _LIMIT_AND_USAGE:
        with contextlib.suppress(OSError, ValueError):  # no such file, or "max"
            most = int((_CGROUP / limit).read_text("ascii"))
            found = min(found, max(0, most - int((_CGROUP / usage).read_text("ascii"))))
    return found
