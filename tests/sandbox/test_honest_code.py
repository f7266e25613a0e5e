"""Correct programs with equality of their own pass: the guard against forgery leaves them alone."""

from __future__ import annotations

from burnish.records import Candidate
from burnish.sandbox import Sandbox

CODE = '''
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from pathlib import PurePosixPath
import functools, re, uuid

@dataclass
class Point:
    x: int
    y: int = 0
    cache: dict = field(default_factory=dict, compare=False)

@dataclass(frozen=True, order=True, slots=True)
class Version:
    major: int
    minor: int

@dataclass
class Empty:
    pass

class Color(Enum):
    RED = 1

class Level(IntEnum):
    LOW = 1

Pair = namedtuple("Pair", "left right")

class Money:
    def __init__(self, cents):
        self.cents = cents
    def __eq__(self, other):
        return self.cents == (other.cents if isinstance(other, Money) else other * 100)

class Mod:
    """A number modulo 2: equal to every other integer."""
    def __init__(self, value):
        self.value = value % 2
    def __eq__(self, other):
        return self.value == (other.value if isinstance(other, Mod) else other % 2)

class Folded(str):
    def __eq__(self, other):
        return str.lower(self) == str(other).lower()
    def __hash__(self):
        return hash(self.lower())

@functools.total_ordering
class Card:
    def __init__(self, rank):
        self.rank = rank
    def __eq__(self, other):
        return isinstance(other, Card) and self.rank == other.rank
    def __lt__(self, other):
        return self.rank < other.rank

class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next

class Linked:
    def __init__(self, *items):
        self.head = None
        for item in reversed(items):
            self.head = Node(item, self.head)
    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next
    def __eq__(self, other):
        return list(self) == list(other)
    def __contains__(self, item):
        return any(item == mine for mine in self)

class Interval:
    def __contains__(self, number):
        return 0 <= number < 10

class Vector:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __eq__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return abs(self.x - other.x) < 1e-9 and abs(self.y - other.y) < 1e-9

async def later():
    return 5

def give(value):
    return value
'''

TESTS = """
import asyncio
import unittest
from unittest.mock import ANY, Mock, call
import pytest
from solution import *
from solution import Point, Version, Empty, Color, Level, Pair, Money, Mod, Folded, Card, Linked
from solution import Interval, Vector, later, give

@pytest.fixture(autouse=True)
def nothing():
    yield

@pytest.fixture(scope="module")
def shared():
    return [1, 2]

def test_dataclasses():
    assert give(Point(1, 2)) == Point(1, 2)
    assert Point(1) != Point(2)
    assert [Point(1), Point(2)] == [Point(1), Point(2)]
    assert {"a": Point(1)} == {"a": Point(1)}
    assert Point(1) in [Point(0), Point(1)]
    assert Point(9) not in [Point(0)]
    assert Empty() == Empty()

def test_ordering():
    assert Version(1, 2) < Version(1, 3) <= Version(1, 3)
    assert max(Version(0, 1), Version(2, 0)) == Version(2, 0)
    assert Card(3) > Card(2) and Card(2) <= Card(2)
    assert sorted([Card(2), Card(1)]) == [Card(1), Card(2)]
    assert {1} < {1, 2} and not {3} < {1}

def test_standard_types():
    assert give(Fraction(1, 2)) == Fraction(1, 2) == 0.5
    assert Decimal("1.10") == Decimal("1.1")
    assert datetime(2024, 1, 1) + timedelta(days=1) == datetime(2024, 1, 2)
    assert date(2024, 1, 1) < date(2024, 1, 2)
    assert Color.RED == Color.RED and Level.LOW == 1
    assert Pair(1, 2) == (1, 2)
    assert Counter("aab") == {"a": 2, "b": 1}
    assert OrderedDict(a=1) == {"a": 1} and defaultdict(int, a=1) == {"a": 1}
    assert deque([1, 2]) == deque([1, 2])
    assert PurePosixPath("/a") / "b" == PurePosixPath("/a/b")
    assert uuid.UUID(int=1) == uuid.UUID(int=1)
    assert range(3) == range(3) and b"a" == b"a" and 2 + 0j == 2
    assert re.compile("a") == re.compile("a")
    assert float("nan") != float("nan")

def test_own_equality():
    assert Money(100) == 1 and Money(5) == Money(5)
    assert Mod(4) == 0 and Mod(3) == Mod(5)
    assert Folded("ABC") == "abc" and Folded("a") in ["A"]
    assert Linked(1, 2) == [1, 2] and Linked() == Linked() and Linked(1) == Linked(1)
    assert 2 in Linked(1, 2) and 3 not in Linked(1, 2)
    assert 5 in Interval() and 12 not in Interval()
    assert Vector(0.1 + 0.2, 1) == Vector(0.3, 1)

def test_approx():
    assert give(0.1 + 0.2) == pytest.approx(0.3)
    assert give([0.1 + 0.2, 1.0]) == pytest.approx([0.3, 1.0])
    assert {"a": 0.1 + 0.2} == pytest.approx({"a": 0.3})
    assert give(Fraction(1, 3)) == pytest.approx(0.333333, rel=1e-3)
    assert [1, pytest.approx(0.3)] == [1, 0.1 + 0.2]

def test_matchers_of_the_test():
    mock = Mock()
    mock(1, x=2)
    assert mock.call_args == call(1, x=2)
    assert mock.call_args == call(ANY, x=2)
    assert give([1, 2]) == [1, ANY]
    mock.assert_called_once_with(1, x=2)

def test_language_forms(shared, tmp_path, capsys, monkeypatch):
    assert (n := give(3)) == 3 and n == 3
    assert [x for x in shared if x == 1] == [1]
    assert all(a <= b for a, b in zip(shared, shared[1:]))
    assert not give(1) == 2
    assert give("a") is not None, "message"
    assert 1 < give(2) < 3 != 4
    assert (give(1) == 1) is True
    (tmp_path / "f").write_text("x")
    assert (tmp_path / "f").read_text() == "x"
    print("hi")
    assert capsys.readouterr().out == "hi\\n"
    with pytest.raises(ZeroDivisionError, match="division"):
        1 / 0
    while give(0) != 0:
        pass

@pytest.mark.parametrize("left, right", [(1, 1), (Point(1), Point(1))], ids=["int", "point"])
def test_parameters(left, right):
    assert left == right

async def test_coroutine():
    assert await later() == 5

@pytest.mark.skip(reason="not here")
def test_skipped():
    assert False

@pytest.mark.xfail(reason="known")
def test_expected_failure():
    assert give(1) == 2

class TestGrouped:
    value = 1 == 1
    def setup_method(self):
        self.point = Point(1)
    def test_method(self):
        assert self.point == Point(1)

class TestCase(unittest.TestCase):
    def setUp(self):
        self.items = [1, 2]
    def test_unittest(self):
        self.assertEqual(Point(1), Point(1))
        self.assertEqual(self.items, [1, 2])
        self.assertNotEqual(Point(1), Point(2))
        self.assertIn(1, self.items)
        self.assertLess(Version(1, 0), Version(1, 1))
        self.assertAlmostEqual(0.1 + 0.2, 0.3)
        self.assertAlmostEqual(Decimal("1.0"), Decimal("1.00000001"))
        self.assertCountEqual([Point(1), Point(2)], [Point(2), Point(1)])
        self.assertDictEqual({"a": Point(1)}, {"a": Point(1)})
        with self.assertRaises(ValueError):
            int("x")
        for n in (1, 2):
            with self.subTest(n=n):
                self.assertGreater(n, 0)
"""


def test_sane_equality_and_the_forms_of_real_test_files_pass(sandbox: Sandbox) -> None:
    report = sandbox.run(Candidate(code=CODE, tests=TESTS))
    wrong = [f"{t.id}: {t.outcome} {t.category}\n{t.message}" for t in report.tests]
    assert report.status == "PASSED", (report.error, report.output, wrong)
    names = {test.id for test in report.tests}
    assert {"test_parameters[int]", "TestGrouped::test_method", "TestCase::test_unittest"} <= names
    assert "test_skipped" not in names


def test_module_level_skip_of_the_test_file_is_no_forgery(sandbox: Sandbox) -> None:
    checks = "import pytest\npytestmark = pytest.mark.skip\ndef test_a():\n    assert False\n"
    report = sandbox.run(Candidate(code="x = 1\n"), checks=checks)
    assert report.tests == () and report.status == "PASSED"


def test_failing_fixture_is_an_error_and_no_forgery(sandbox: Sandbox) -> None:
    checks = "import pytest, solution\n@pytest.fixture(autouse=True)\ndef broken():\n"
    checks += "    solution.missing()\ndef test_a():\n    pass\n"
    report = sandbox.run(Candidate(code="x = 1\n"), checks=checks)
    assert report.status == "FAILED"
    assert [(t.outcome, t.category) for t in report.tests] == [("error", "exception")]
    assert "missing" in report.tests[0].message


def test_tests_that_import_a_missing_name_say_so(sandbox: Sandbox) -> None:
    checks = "from solution import nope\ndef test_a():\n    pass\ndef test_b():\n    pass\n"
    report = sandbox.run(Candidate(code="x = 1\n"), checks=checks)
    assert report.status == "FAILED"
    assert [(t.id, t.outcome, t.category) for t in report.tests] == [
        ("test_a", "error", "import"),
        ("test_b", "error", "import"),
    ]
    assert "cannot import name 'nope'" in report.tests[0].message


def test_messages_quote_the_statement_and_a_short_diff(sandbox: Sandbox) -> None:
    code = "def rows():\n    return [{'id': n, 'name': 'row'} for n in range(40)]\n"
    checks = "from solution import rows\ndef test_rows():\n    assert rows() == [{'id': 0}]\n"
    report = sandbox.run(Candidate(code=code), checks=checks)
    message = report.tests[0].message
    assert message.startswith("> assert rows() == [{'id': 0}]\nE assert [")
    assert len(message) <= 600 and "'name'" in message and "-v" not in message
