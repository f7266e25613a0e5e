"""Programs that take more than they may have. Run only inside a sandbox.

Each is the body of `attack()`; it returns the MiB, files or processes that it got hold of, or
never returns. `MOST` is what no sandbox may let it have.
"""

from __future__ import annotations

_BEGIN = """
import ctypes, mmap, os, signal, subprocess, sys, threading, time
MIB = 2**20
"""
MOST = 256
"""MiB that a program under the conformance limits (192 MiB) must not come to hold."""

MEMORY: dict[str, str] = {
    "private_memory": """
    held = []
    while len(held) < 1024:
        held.append(bytearray(b"x" * MIB))
    return len(held)
""",
    "shared_mapping": """
    held = []
    while len(held) < 1024:
        held.append(mmap.mmap(-1, MIB))
        held[-1].write(b"x" * MIB)
    return len(held)
""",
    "memory_files": """
    got = 0
    for _ in range(100):
        file = os.memfd_create("x")
        for _ in range(16):
            got += os.write(file, b"x" * MIB) // MIB
    return got
""",
    "system_v_memory": """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    got = 0
    for _ in range(1024):
        segment = libc.shmget(0, MIB, 0o1600)
        if segment < 0:
            raise OSError(ctypes.get_errno(), "shmget")
        place = libc.shmat(segment, None, 0)
        ctypes.memset(place, 1, MIB)
        libc.shmdt(ctypes.c_void_p(place))
        got += 1
    return got
""",
    "shared_memory_folder": """
    got = 0
    with open("/dev/shm/x", "wb", buffering=0) as file:
        while got < 1024:
            got += file.write(b"x" * MIB) // MIB
    return got
""",
    "all_folders": """
    got = 0
    for place in ("/work", "/tmp", "/dev/shm", "/dev/mqueue"):
        try:
            for number in range(512):
                with open(f"{place}/x{number}", "wb", buffering=0) as file:
                    got += file.write(b"x" * MIB) // MIB
        except OSError:
            pass
    if got < MOST:
        raise OSError(28, "full")
    return got
""",
    "pipes_that_nobody_reads": """
    got = 0
    for _ in range(120):
        _, end = os.pipe()
        os.set_blocking(end, False)
        try:
            while got < 1024 * MIB:
                got += os.write(end, b"x" * 65536)
        except BlockingIOError:
            pass
    if got < MOST * MIB:
        raise OSError(24, "too many open files")
    return got // MIB
""",
    "many_processes": """
    for _ in range(20):
        if os.fork() == 0:
            kept = bytearray(b"x" * (40 * MIB))
            time.sleep(30)
            os._exit(0)
    time.sleep(30)
    return 800
""",
}
"""Name -> body; returning at all breaks the promise, unless it raised OSError or MemoryError."""

OTHERS: dict[str, str] = {
    "inodes": """
    for number in range(10**6):
        os.close(os.open(f"/work/{number}", os.O_CREAT))
    return "a million files"
""",
    "deep_folders": """
    for _ in range(5000):
        os.mkdir("deeper")
        os.chdir("deeper")
    os.chmod(".", 0)
    return "deep"
""",
    "open_files": """
    held = []
    for _ in range(5000):
        held.append(open("/dev/null"))
    return "5000 open files"
""",
    "threads": """
    for _ in range(5000):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    return "5000 threads"
""",
    "growing_fork_bomb": """
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.001)
""",
    "ignored_signals": """
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(1)
""",
    "stopped_itself": """
    os.kill(os.getpid(), signal.SIGSTOP)
    return "went on"
""",
    "gigabyte_line": """
    for _ in range(1024):
        os.write(1, b"x" * MIB)
    return "printed"
""",
    "gigabyte_result": """
    return "x" * (100 * MIB)
""",
    "child_that_holds_the_pipe": """
    subprocess.Popen(["sleep", "600"] if os.path.exists("/bin/sleep") else
                     [sys.executable, "-c", "import time; time.sleep(600)"])
    return "left a child"
""",
    "daemon": """
    if os.fork() == 0:
        os.setsid()
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    return "left a daemon"
""",
}
"""Name -> body; how each must end is said where it is run."""

LEAK = """
    marks = [f"{place}/leak" for place in ("/work", "/tmp", "/dev/shm", "/dev/mqueue")]
    found = [mark for mark in marks if os.path.exists(mark)]
    found += [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != "1"
              and b"leak" in open(f"/proc/{pid}/cmdline", "rb").read()]
    libc = ctypes.CDLL(None)
    if libc.shmget(0x1EA4, 4096, 0) >= 0:
        found.append("System V memory")
    found += [name for name in ("leaked", "leaking") if hasattr(sys, name)]
    if str.upper is not STR_UPPER or "leak" in sys.modules or "LEAK" in os.environ:
        found.append("interpreter")
    for mark in marks:
        try:
            open(mark, "w").close()
        except OSError:
            pass
    libc.shmget(0x1EA4, 4096, 0o1600)
    sys.leaked = sys.modules["leak"] = os
    os.environ["LEAK"] = "1"
    subprocess.Popen([sys.executable, "-c", "import time; leak = time.sleep(600)"])
    return found
"""
"""Leaves a mark in every place that could last, and returns the marks that it found."""


def module(body: str) -> str:
    """The module with this `attack()`."""
    return f"{_BEGIN}MOST = {MOST}\nSTR_UPPER = str.upper\n\ndef attack():{body}"
