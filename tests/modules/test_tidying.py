"""What is mended in written modules without a model: forgotten imports, misplaced tests."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.evaluation.formatting import format_code
from burnish.modules.tidying import headed, renamed, tidy_code


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (
            "def f(x: List[int]) -> Optional[int]:\n    return x\n",
            "from typing import List, Optional",
        ),
        ("def f(t):\n    return re.sub('a', '', t)\n", "import re"),
        ("def f():\n    return defaultdict(list)\n", "from collections import defaultdict"),
        ("def f(t):\n    return datetime.strptime(t, '%Y')\n", "from datetime import datetime"),
        ("def f(t):\n    return datetime.datetime.now()\n", "import datetime"),
        ("@dataclass\nclass A:\n    x: int\n", "from dataclasses import dataclass"),
    ],
)
def test_a_forgotten_name_is_imported(code: str, line: str) -> None:
    assert line in tidy_code(code)


def test_imports_stand_behind_docstring_and_future() -> None:
    tidied = tidy_code('"""M."""\nfrom __future__ import annotations\n\nX = math.pi\n')
    assert ast.get_docstring(ast.parse(tidied)) == "M."
    assert tidied.index("__future__") < tidied.index("import math")
    compile(tidied, "m", "exec")


@pytest.mark.parametrize(
    "code",
    [
        "def f(re):\n    return re.sub\n",
        "from typing import *\n\nX: List = []\n",
        "X = unknown_name\n",
        "try:\n    import re\nexcept ImportError:\n    re = None\nX = re.sub\n",
        "def f(x):\n    match x:\n        case [date, *deque]:\n            return date, deque\n",
    ],
)
def test_what_is_bound_or_unknown_is_left_alone(code: str) -> None:
    before = [ast.unparse(n) for n in ast.walk(ast.parse(code)) if isinstance(n, ast.alias)]
    after = [
        ast.unparse(n) for n in ast.walk(ast.parse(tidy_code(code))) if isinstance(n, ast.alias)
    ]
    assert before == after


def test_code_that_does_not_parse_is_returned_as_it_is() -> None:
    assert tidy_code("def (") == "def ("


@given(st.text(max_size=100))
def test_any_text_is_survived(code: str) -> None:
    tidy_code(code)


def test_tests_inside_the_module_are_cut_but_not_what_is_all_there_is() -> None:
    code = "def f():\n    return 1\n\n\n@mark\ndef test_f():\n    assert f() == 1\n\n\nX = 2\n"
    tidied = tidy_code(code)
    assert "test_f" not in tidied and "mark" not in tidied
    assert "def f" in tidied and "X = 2" in tidied
    alone = "def test_f():\n    return 1\n"
    assert tidy_code(alone) == alone


def test_the_one_class_of_a_pattern_gets_the_name_that_was_asked_for() -> None:
    code = "class LRUStore:\n    pass\n\n\ndef helper() -> LRUStore:\n    return LRUStore()\n"
    assert renamed(code, "LRUCache") == code.replace("LRUStore", "LRUCache")


def test_a_new_name_changes_no_attribute_and_no_argument() -> None:
    code = 'def count(text, by=1):\n    """Count.\n\n    >>> count("a")\n    1\n    """\n'
    code += "    return text.count(text, count=by) + count(text)\n"
    called = renamed(code, "count_vowels")
    assert "def count_vowels(text" in called and '>>> count_vowels("a")' in called
    assert "text.count(text, count=by) + count_vowels(text)" in called
    told = renamed("def f(n):\n    return f'{f(n - 1)} {n.f(1)}'\n", "slug")
    assert "f'{slug(n - 1)} {n.f(1)}'" in told


def test_what_is_asked_for_is_no_test_whatever_it_is_called() -> None:
    code = "def is_witness(n):\n    return n\n\n\ndef test_prime(n):\n    return is_witness(n)\n"
    assert "def test_prime" in tidy_code(code, "test_prime")
    assert "def test_prime" not in tidy_code(code)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("class A:\n    pass\n\nclass B:\n    pass\n", "C"),
        ("def f():\n    return g\n", "g"),
        ("class A:\n    pass\n", "f"),
        ("def (", "f"),
        ("def f():\n    pass\n", ""),
    ],
)
def test_nothing_is_renamed_where_it_is_not_certain(code: str, name: str) -> None:
    assert renamed(code, name) == code


@pytest.mark.parametrize(
    ("docstring", "head"),
    [
        ("Return twice n.", '"""Return twice n."""'),
        ("Double a number", '"""Double a number."""'),
        ("\n    Check if a word\n    is short. And more.\n    ", '"""Check if a word is short."""'),
        ("Return n.\n\n    Args:\n        n: A number.\n    ", '"""Return n."""'),
        ("Add one\n    >>> f(1)\n    2\n    ", '"""Add one."""'),
        ("Return it!", '"""Return it."""'),
        ('Say "yes".', '"""Say "yes"."""'),
        (">>> f(1)\n    2\n    ", ""),
        ("Split at \\n.", ""),
    ],
)
def test_the_one_public_thing_says_what_the_module_is(docstring: str, head: str) -> None:
    code = f"def f(n):\n    {docstring!r}\n    return n\n"
    found = headed(code)
    assert found.startswith(head) and (found == code) == (not head)
    assert found == format_code(found) or not head


@pytest.mark.parametrize(
    "code",
    [
        '"""Mine."""\n\n\ndef f():\n    """Other."""\n',
        'def f():\n    """One."""\n\n\ndef g():\n    """Two."""\n',
        "def f():\n    pass\n",
        "def f(:\n",
        'def _f():\n    """Hidden."""\n',
        "x = 1\n",
    ],
)
def test_a_module_that_it_would_not_describe_is_left_alone(code: str) -> None:
    assert headed(code) == code


def test_a_long_sentence_is_wrapped() -> None:
    words = "Word " * 30
    found = headed(f'class A:\n    """{words}."""\n')
    assert max(map(len, found.splitlines()[:3])) <= 88 and ast.get_docstring(ast.parse(found))


def test_what_would_print_at_import_is_cut() -> None:
    code = 'def f():\n    print("kept")\n\n\nprint(f())\nassert f() is None\nlimit = print\n'
    assert tidy_code(code) == 'def f():\n    print("kept")\n\n\nlimit = print\n'
    script = 'print("hello")\n'
    assert tidy_code(script) == script
