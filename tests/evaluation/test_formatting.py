"""Formatting changes the layout of code and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.evaluation.formatting import format_code


def test_imports_are_sorted_and_the_code_is_laid_out() -> None:
    code = "import os\nimport ast\ndef f( a,b ):\n  return os.path.join( a,ast.unparse(b) )\n"
    assert format_code(code) == (
        "import ast\nimport os\n\n\n" "def f(a, b):\n    return os.path.join(a, ast.unparse(b))\n"
    )


def test_formatted_code_stays_as_it_is() -> None:
    code = format_code("import b\nimport a\nx = {'k':1}\n")
    assert format_code(code) == code


@pytest.mark.parametrize("code", ["", "  \n", "def f(:\n", "x = '\0'", "if x:\npass\n", "\ud800"])
def test_code_that_does_not_parse_comes_back_unchanged(code: str) -> None:
    assert format_code(code) == code


@pytest.mark.parametrize(
    "imports",
    [
        "from zlib import compress\nfrom bz2 import compress\n",
        "from os import *\nfrom math import *\n",
        "import zlib as z\nimport bz2 as z\n",
    ],
)
def test_imports_whose_order_decides_a_name_keep_their_order(imports: str) -> None:
    assert format_code(imports) == imports


def test_submodules_of_one_package_are_sorted() -> None:
    assert format_code("import os.path\nimport concurrent.futures\nimport concurrent\n") == (
        "import concurrent\nimport concurrent.futures\nimport os.path\n"
    )


def test_text_that_looks_like_imports_inside_a_string_is_left_alone() -> None:
    code = 'SAMPLE = """\nimport z\nimport a\n"""\n'
    assert format_code(code) == code


def test_configuration_in_the_working_folder_has_no_influence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 20\n[tool.isort]\n")
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests" / "__init__.py").touch()
    code = "import numpy\nimport requests\n\nvalue = numpy.array(requests.get(1))\n"
    monkeypatch.chdir(tmp_path)
    assert format_code(code) == code


def test_code_nested_too_deeply_for_the_tools_comes_back_unchanged() -> None:
    code = "x = " + "(" * 150 + "1" + ")" * 150 + "\n"
    assert ast.dump(ast.parse(format_code(code))) == ast.dump(ast.parse(code))


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(format_code(text), str)


FIRST_AT_ONCE = """
import sys, threading
from burnish.evaluation.formatting import format_code

sys.setswitchinterval(1e-5)
start, said = threading.Barrier(8), []

def first():
    start.wait()
    try:
        said.append(format_code("x = {  'a':1 }\\n"))
    except Exception as error:
        said.append(repr(error))

threads = [threading.Thread(target=first) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert set(said) == {'x = {"a": 1}\\n'}, said
"""


def test_the_first_use_may_be_in_many_threads_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_AT_ONCE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
