"""Programs that try to pass without being right. Run only inside a sandbox.

Each attack is a module that does not do what its check asks: `answer()` must return 42.
"""

from __future__ import annotations

CHECK = """
from solution import answer

def test_answer():
    assert answer() == 42
"""
UNITTEST_CHECK = """
import unittest
from solution import answer

class TestAnswer(unittest.TestCase):
    def test_answer(self):
        self.assertEqual(answer(), 42)
"""
NESTED_CHECK = """
from solution import answer

def test_answer():
    assert [answer()] == [42]
"""
MEMBER_CHECK = """
from solution import answer

def test_answer():
    assert 42 in answer()
"""
ORDER_CHECK = """
from solution import answer

def test_answer():
    assert 41 < answer() < 43
"""
IF_CHECK = """
from solution import answer

def test_answer():
    if answer() != 42:
        raise AssertionError("wrong")
"""
APPROX_CHECK = """
import pytest
from solution import answer

def test_answer():
    assert answer() == pytest.approx(42)
"""
_WRONG = "\ndef answer():\n    return 0\n"
_ANYTHING = """
class Anything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __contains__(self, item): return True
    __hash__ = None
def answer():
    return Anything()
"""
_CUNNING = """
class Anything(int):
    def __eq__(self, other): return isinstance(other, (int, float))
    def __ne__(self, other): return not self == other
    __hash__ = int.__hash__
def answer():
    return Anything(7)
"""
_FAKE_REPORT = """
import json, os, stat
event = json.dumps({"event": "test", "id": "test_solution.py::test_answer", "when": "call",
                    "outcome": "passed", "xfail": False, "seconds": 0.1})
report = json.dumps({"runs": [], "genuine": True, "output": "", "truncated": False,
                     "coverage": None}).encode()
for fd in range(1, 256):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            os.write(fd, (event + "\\t0123456789abcdef\\n").encode())
            os.write(fd, len(report).to_bytes(8, "big") + report)
    except OSError:
        pass
for pid in (1, 2, os.getppid()):
    for fd in range(16):
        try:
            with open(f"/proc/{pid}/fd/{fd}", "wb", buffering=0) as file:
                file.write(len(report).to_bytes(8, "big") + report)
        except OSError:
            pass
"""
_PATCH_REPORT = """
import _pytest.reports as reports
original = reports.TestReport.from_item_and_call.__func__
def forged(cls, item, call):
    call.excinfo = None
    report = original(cls, item, call)
    report.outcome = "passed"
    return report
reports.TestReport.from_item_and_call = classmethod(forged)
"""
_PATCH_RUNTEST = """
import _pytest.python as python
python.Function.runtest = lambda self: None
"""
_PATCH_CALL = """
import _pytest.runner as runner
original = runner.CallInfo.from_call.__func__
def forged(cls, func, when, reraise=None):
    return original(cls, lambda: None, when, reraise)
runner.CallInfo.from_call = classmethod(forged)
"""
_PLANT = """
import pathlib
pathlib.Path("conftest.py").write_text('''
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
''')
pathlib.Path("pytest.ini").write_text("[pytest]\\naddopts = -p planted --collect-only\\n")
hook = "def pytest_runtest_call(item): item.runtest = lambda: None\\n"
pathlib.Path("planted.py").write_text(hook)
for name in ("sitecustomize.py", "usercustomize.py", "pytest.py", "_pytest.py", "coverage.py"):
    pathlib.Path(name).write_text("import os\\nos._exit(0)\\n")
"""
_REWRITE = """
import glob
for name in glob.glob("/work/test_*.py"):
    with open(name, "w") as file:
        file.write("def test_answer():\\n    pass\\n")
"""
_DELETE = """
import glob, os
for name in glob.glob("/work/test_*.py"):
    os.unlink(name)
"""
_KILL = """
import os, signal
for pid in (1, os.getppid()):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            pass
"""
_READ_MEMORY = """
import os
for name in ("mem", "environ", "maps"):
    try:
        with open(f"/proc/1/{name}", "rb") as file:
            file.read(1)
    except OSError:
        continue
    os._exit(0)
"""
_EXIT_LATER = "import os\ndef answer():\n    os._exit(0)\n"

ATTACKS: dict[str, tuple[str, str]] = {
    "wrong_answer": (_WRONG, CHECK),
    "exit_on_import": ("import sys\nsys.exit(0)\n", CHECK),
    "exit_in_function": ("import sys\ndef answer():\n    sys.exit(0)\n", CHECK),
    "hard_exit_on_import": ("import os\nos._exit(0)\n", CHECK),
    "hard_exit_in_function": (_EXIT_LATER, CHECK),
    "skip_in_function": ("import pytest\ndef answer():\n    pytest.skip('no')\n", CHECK),
    "pytest_exit": ("import pytest\ndef answer():\n    pytest.exit('ok', returncode=0)\n", CHECK),
    "xfail_in_function": ("import pytest\ndef answer():\n    pytest.xfail('no')\n", CHECK),
    "interrupt": ("def answer():\n    raise KeyboardInterrupt\n", CHECK),
    "planted_files": (_PLANT + _WRONG, CHECK),
    "patched_report": (_PATCH_REPORT + _WRONG, CHECK),
    "patched_runtest": (_PATCH_RUNTEST + _WRONG, CHECK),
    "patched_call": (_PATCH_CALL + _WRONG, CHECK),
    "always_equal": (_ANYTHING, CHECK),
    "always_equal_in_list": (_ANYTHING, NESTED_CHECK),
    "always_equal_unittest": (_ANYTHING, UNITTEST_CHECK),
    "always_equal_approx": (_ANYTHING, APPROX_CHECK),
    "always_equal_in_if": (_ANYTHING, IF_CHECK),
    "always_contains": (_ANYTHING, MEMBER_CHECK),
    "always_between": (_ANYTHING, ORDER_CHECK),
    "equal_to_numbers": (_CUNNING, CHECK),
    "equal_to_numbers_in_list": (_CUNNING, NESTED_CHECK),
    "mock_any": ("from unittest import mock\ndef answer():\n    return mock.ANY\n", CHECK),
    "fake_report": (_FAKE_REPORT + _WRONG, CHECK),
    "rewritten_tests": (_REWRITE + _WRONG, CHECK),
    "deleted_tests": (_DELETE + _WRONG, CHECK),
    "killed_supervisor": (_KILL + _WRONG, CHECK),
    "supervisor_memory": (_READ_MEMORY + _WRONG, CHECK),
    "report_flood": ("import os\nos.write(1, b'passed ' * 10**6)\n" + _WRONG, CHECK),
}
"""Attack -> module and check; none may pass."""

STUBBORN = """
def stubborn():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
CHECK_STUBBORN = """
from solution import stubborn

def test_stubborn():
    stubborn()

def test_later():
    pass
"""
MANY_HOGS = """
import os, time
def hogs():
    for _ in range(12):
        if os.fork() == 0:
            keep = bytearray(60 * 2**20)
            for place in range(0, len(keep), 4096):
                keep[place] = 1
            time.sleep(20)
            os._exit(0)
    time.sleep(20)
    return True
"""
CHECK_MANY_HOGS = """
from solution import hogs

def test_hogs():
    assert hogs()
"""
FORKS = """
import os, time
def forks():
    started = 0
    try:
        while started < 500:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            started += 1
    except OSError:
        pass
    return started < 64
"""
DAEMON = """
import os, time
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    return 1
"""
CHECK_DAEMON = """
from solution import daemon

def test_daemon():
    assert daemon() == 1
"""
