"""Whose container it is: lets a later process sweep what a dead one left."""

from __future__ import annotations

import os
import socket
from pathlib import Path

OWNER_LABEL = "burnish.owner"


def owner_labels() -> dict[str, str]:
    """The labels of every container that this process starts."""
    owner = f"{_home()}/{os.getpid()}/{_start_ticks(os.getpid())}"
    return {"burnish": "1", OWNER_LABEL: owner}


def is_dead(owner: str) -> bool:
    """Whether this label names a process of this machine that no longer runs.

    Processes of other machines or pid namespaces that share the Engine cannot be seen from
    here: they count as alive.
    """
    home, _, process = owner.partition("/")
    pid, _, start = process.partition("/")
    return home == _home() and pid.isdigit() and _start_ticks(int(pid)) != start


def _home() -> str:
    """Names the machine and the pid namespace in which a pid means something."""
    try:
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()}:{namespace}"


def _start_ticks(pid: int) -> str:
    """Start time of a process in clock ticks since boot; empty if there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        return text.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
