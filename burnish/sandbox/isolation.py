"""What every sandbox must keep out, and keep in: host, network, limits, and attackers."""

from __future__ import annotations

from burnish.records import Example
from burnish.sandbox import attacks
from burnish.sandbox.promises import ADD, LIMITS, Check, ask, only, register, run, status_is
from burnish.sandbox.protocol import Sandbox

LANGUAGE = "python"
"""What the attackers are written in."""
CASES: dict[str, Check] = {}
case = register(CASES)


@case
def files_of_one_run_are_gone_in_the_next(sandbox: Sandbox) -> None:
    """A file left by one run is not there in the next."""
    code = "import os\ndef mark():\n    for d in ('/work', '/tmp', '/dev/shm'):\n"
    code += "        try:\n            open(d + '/left', 'x').close()\n"
    code += "        except PermissionError:\n            pass\n"
    code += "    return os.path.exists('/work/left')\n"
    for _ in range(2):
        report = ask(sandbox, code, Example(call="mark()", expected="True"))
        status_is(report, "PASSED")


def facts(sandbox: Sandbox, expression: str, expected: str) -> None:
    """An expression about the world inside has this value."""
    code = f"import os, socket, sys\ndef fact():\n    return {expression}\n"
    report = ask(sandbox, code, Example(call="fact()", expected=expected))
    assert report.status == "PASSED", report.tests


@case
def network_is_absent(sandbox: Sandbox) -> None:
    """Only loopback exists, and nothing outside can be reached."""
    facts(sandbox, "[name for _, name in socket.if_nameindex() if name != 'lo']", "[]")
    code = "import socket\ndef dial():\n    socket.create_connection(('1.1.1.1', 53), 1)\n"
    report = ask(sandbox, code, Example(call="dial()", raises="OSError"))
    status_is(report, "PASSED")


@case
def environment_of_the_host_is_absent(sandbox: Sandbox) -> None:
    """No variable of the host's process is visible, whatever its name."""
    known = "{'PATH','HOME','TMPDIR','LANG','HOSTNAME','PWD','SHLVL','PYTHONHOME','LC_CTYPE',"
    known += "'LD_LIBRARY_PATH','PYTEST_CURRENT_TEST','GPG_KEY'}"
    prefix = "('PYTHON', 'PYTEST')"
    facts(
        sandbox, f"sorted(n for n in set(os.environ)-{known} if not n.startswith({prefix}))", "[]"
    )


@case
def files_of_the_host_are_absent(sandbox: Sandbox) -> None:
    """Neither homes nor the password file's users nor the working folder of the host."""
    facts(
        sandbox, "[d for d in ('/root', '/home') if os.access(d, os.R_OK) and os.listdir(d)]", "[]"
    )
    facts(sandbox, "os.path.exists('/etc/shadow') and os.access('/etc/shadow', os.R_OK)", "False")


@case
def root_folder_is_read_only(sandbox: Sandbox) -> None:
    """Nothing outside the work folder and the small tmpfs can be written."""
    writable = (
        "[d for d, _, _ in os.walk('/') if os.access(d, os.W_OK) "
        "and not d.startswith(('/proc', '/work', '/tmp', '/dev/shm', '/dev/mqueue'))]"
    )
    facts(sandbox, writable, "[]")
    code = "def plant():\n    open('/planted', 'w')\n"
    status_is(ask(sandbox, code, Example(call="plant()", raises="OSError")), "PASSED")


@case
def user_is_not_root(sandbox: Sandbox) -> None:
    """User and group are 65534, and no capability can be used."""
    facts(sandbox, "os.getuid(), os.geteuid(), os.getgid()", "(65534, 65534, 65534)")
    held = "[l.split()[1].strip('0') for l in open('/proc/self/status') if l.startswith('CapEff')]"
    facts(sandbox, held, "['']")
    privileges = "[l.split()[1] for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]"
    facts(sandbox, privileges, "['1']")


@case
def kernel_calls_of_administrators_are_refused(sandbox: Sandbox) -> None:
    """No new namespaces, no mounts, no tracing, by any user inside."""
    code = "import ctypes, os\ndef calls():\n    libc = ctypes.CDLL(None, use_errno=True)\n"
    code += "    return [libc.unshare(0x10000000), libc.unshare(0x00020000),\n"
    code += (
        "            libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), libc.ptrace(16, 1, 0, 0)]\n"
    )
    report = ask(sandbox, code, Example(call="calls()", expected="[-1, -1, -1, -1]"))
    status_is(report, "PASSED")


@case
def threads_and_processes_work_within_the_limits(sandbox: Sandbox) -> None:
    """Ordinary concurrency is not hindered: threads, a subprocess, a pool of processes."""
    code = "import subprocess, sys, threading\n"
    code += "from concurrent.futures import ProcessPoolExecutor\n"
    code += "def work():\n    seen = []\n"
    code += "    threads = [threading.Thread(target=seen.append, args=(n,)) for n in range(4)]\n"
    code += "    [t.start() for t in threads]; [t.join() for t in threads]\n"
    code += "    run = [sys.executable, '-c', 'print(40 + 2)']\n"
    code += "    out = subprocess.run(run, capture_output=True, text=True).stdout.strip()\n"
    code += "    with ProcessPoolExecutor(2) as pool:\n"
    code += "        return sorted(seen), out, list(pool.map(abs, [-1, -2]))\n"
    report = ask(sandbox, code, Example(call="work()", expected="([0, 1, 2, 3], '42', [1, 2])"))
    status_is(report, "PASSED")


@case
def work_folder_has_a_size(sandbox: Sandbox) -> None:
    """Filling the work folder ends in an error, not in a full host."""
    code = "def fill():\n    for n in range(99):\n        with open(f'/work/f{n}', 'wb') as f:\n"
    code += "            f.write(bytes(2**20))\n"
    report = ask(sandbox, code, Example(call="fill()", raises="OSError"))
    status_is(report, "PASSED")


@case
def fork_bomb_is_bounded(sandbox: Sandbox) -> None:
    """Processes are limited, and none survives the run."""
    report = ask(sandbox, attacks.FORKS, Example(call="forks()", expected="True"))
    status_is(report, "PASSED")
    after = ask(sandbox, ADD, Example(call="add(1, 1)", expected="2"))
    status_is(after, "PASSED")


@case
def surviving_child_does_not_delay_the_report(sandbox: Sandbox) -> None:
    """A daemon that outlives its test is ended with the run."""
    report = run(sandbox, attacks.DAEMON, attacks.CHECK_DAEMON)
    status_is(report, "PASSED")
    assert report.wall_s < LIMITS.timeout_s


def _attack(name: str, code: str, checks: str) -> None:
    def check(sandbox: Sandbox) -> None:
        report = run(sandbox, code, checks)
        assert report.status != "PASSED", f"{name} was reported as PASSED"
        assert any(test.suite == "check" for test in report.tests)
        assert report.passed("check") == 0, f"{name}: a check counts as passed: {report.tests}"

    check.__name__ = f"attack_fails_{name}"
    check.__doc__ = f"The attack {name} passes nothing."
    case(check)


for _name, (_code, _checks) in attacks.ATTACKS.items():
    _attack(_name, _code, _checks)


@case
def wall_clock_ends_what_ignores_its_limit(sandbox: Sandbox) -> None:
    """Code that swallows the interruption is ended by the limit of the run."""
    report = run(sandbox, attacks.STUBBORN, attacks.CHECK_STUBBORN)
    status_is(report, "TIMEOUT")
    assert only(report, "test_stubborn").outcome == "timeout"
    assert only(report, "test_later").outcome == "missing"


@case
def endless_import_times_out(sandbox: Sandbox) -> None:
    """An import that never ends is a timeout, not an import error."""
    report = run(sandbox, "while True:\n    pass\n", "def test_a():\n    pass\n")
    status_is(report, "TIMEOUT")
    assert report.passed() == 0


@case
def memory_of_children_counts_together(sandbox: Sandbox) -> None:
    """Spreading memory over processes does not get round the limit."""
    report = run(sandbox, attacks.MANY_HOGS, attacks.CHECK_MANY_HOGS)
    status_is(report, "OUT_OF_MEMORY", "FAILED", "TIMEOUT")
    assert report.passed() == 0, report
