"""What is mended in generated tests without asking a model."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from burnish.modules import pytest_file

MODULE = "class Bad(ValueError):\n    pass\n\n\ndef f(x):\n    return x\n"


def _tests(source: str) -> list[str]:
    tree = ast.parse(source)
    return [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def test_an_incomplete_last_test_is_cut_off() -> None:
    cut = "from solution import f\n\ndef test_a():\n    assert f(1) == 1\n\ndef test_b():\n    assert f("
    assert _tests(pytest_file.tidy(cut, "solution", MODULE)) == ["test_a"]


def test_forgotten_imports_are_added() -> None:
    bare = "def test_a():\n    with pytest.raises(Bad):\n        f(1)\n"
    tidied = pytest_file.tidy(bare, "solution", MODULE)
    assert "import pytest" in tidied
    assert "from solution import Bad, f" in tidied


def test_a_test_may_not_bring_its_own_subject() -> None:
    own = (
        "from solution import f\n\ndef f(x):\n    return 0\n\ndef test_a():\n    assert f(1) == 1\n"
    )
    assert _tests(pytest_file.tidy(own, "solution", MODULE)) == ["test_a"]


def test_a_file_that_tests_something_else_is_worth_nothing() -> None:
    assert pytest_file.tidy("def test_a():\n    assert 1 == 1\n", "solution", MODULE) == ""
    assert pytest_file.tidy("def g():\n    return f(1)\n", "solution", MODULE) == ""


def test_repetitions_are_cut_at_a_bound() -> None:
    many = "from solution import f\n\n" + "\n\n".join(
        f"def test_{n}():\n    assert f({n}) == {n}" for n in range(40)
    )
    assert len(_tests(pytest_file.tidy(many, "solution", MODULE))) == pytest_file.MAX_TESTS
    same = "from solution import f\n\n" + "\n\n".join(
        f"def test_{n}():\n    assert f(1) == 1" for n in range(5)
    )
    assert _tests(pytest_file.tidy(same, "solution", MODULE)) == ["test_0"]


def test_drop_takes_functions_methods_and_parametrised_cases() -> None:
    source = (
        "def test_a():\n    pass\n\ndef test_b(n):\n    pass\n\n"
        "class TestC:\n    def test_d(self):\n        pass\n    def test_e(self):\n        pass\n"
    )
    left = pytest_file.drop(source, {"test_b[1]", "TestC::test_d"})
    assert _tests(left) == ["test_a", "TestC"]
    assert "test_e" in left and "test_d" not in left
    assert pytest_file.drop("def test_a():\n    pass\n", {"test_a"}) == ""


def test_merge_adds_new_tests_and_replaces_only_what_it_is_told_to() -> None:
    old = "def test_a():\n    assert 1\n\ndef test_b():\n    assert 1\n"
    new = "import math\n\ndef test_a():\n    assert 2\n\ndef test_b():\n    assert 2\n\ndef test_c():\n    assert 3\n"
    merged = pytest_file.merge(old, new, {"test_b"})
    assert _tests(merged) == ["test_a", "test_b", "test_c"]
    assert "import math" in merged
    assert pytest_file.source_of(merged, "test_a") == "def test_a():\n    assert 1"
    assert pytest_file.source_of(merged, "test_b") == "def test_b():\n    assert 2"


def test_merge_finds_a_parametrized_test_and_brings_what_it_uses() -> None:
    old = """import pytest

def test_first():
    assert True

@pytest.mark.parametrize("n", [1, 2])
def test_n(n):
    assert n == 1

def helper():
    return 1
"""
    new = """import pytest

CASES = [1, 3]

def helper():
    return 2

def other():
    return 3

@pytest.mark.parametrize("n", CASES)
def test_n(n):
    assert n != other()
"""
    merged = pytest_file.merge(old, new, {"test_n[2]"})
    assert "parametrize('n', CASES)" in pytest_file.source_of(merged, "test_n[3]")
    assert merged.index("CASES = ") < merged.index("def test_n")
    assert "return 1" in merged and "return 2" not in merged and "return 3" in merged
    assert _tests(merged)[-2:] == ["test_first", "test_n"]


def test_merge_of_a_class_takes_the_methods_that_are_named_and_new() -> None:
    old = "class TestA:\n    def test_a(self): assert 1\n    def test_b(self): assert 1\n"
    new = old.replace("assert 1", "assert 2") + "    def test_c(self): assert 2\n"
    merged = pytest_file.merge(old, new, {"TestA::test_b"})
    found = [pytest_file.source_of(merged, f"TestA::test_{name}") for name in "abcd"]
    assert [source[-8:] for source in found] == ["assert 1", "assert 2", "assert 2", ""]


def test_tests_that_differ_in_their_parameters_alone_are_both_kept() -> None:
    tests = """import pytest
from solution import double

@pytest.mark.parametrize("n", [1])
def test_a(n):
    assert double(n) == 2 * n

@pytest.mark.parametrize("n", [2])
def test_b(n):
    assert double(n) == 2 * n

@pytest.mark.parametrize("n", [2])
def test_c(n):
    assert double(n) == 2 * n
"""
    tidied = pytest_file.tidy(tests, "solution", "def double(n):\n    return 2 * n\n")
    assert _tests(tidied) == ["test_a", "test_b"]


@given(st.text(max_size=200))
def test_any_answer_of_a_model_is_survived(answer: str) -> None:
    tidied = pytest_file.tidy(answer, "solution", MODULE)
    ast.parse(tidied)
