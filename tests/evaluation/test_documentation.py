"""What counts as documented."""

from __future__ import annotations

import ast

import pytest

from burnish.evaluation.documentation import Docstrings
from burnish.records import Candidate

BODY = "    if a < 0:\n        raise ValueError(a)\n    return a + b\n"
GOOGLE = '    """Add.\n\n    Args:\n        a: One.\n        b: Two.\n\n    Returns:\n        Sum.\n\n    Raises:\n        ValueError: If a is negative.\n    """\n'
NUMPY = '    """Add.\n\n    Parameters\n    ----------\n    a : int\n    b : int\n\n    Returns\n    -------\n    int\n\n    Raises\n    ------\n    ValueError\n    """\n'
SPHINX = '    """Add.\n\n    :param a: One.\n    :param b: Two.\n    :returns: Sum.\n    :raises ValueError: If negative.\n    """\n'
PROSE = '    """Return the sum of `a` and `b`; a negative a raises ValueError."""\n'


def _value(code: str) -> tuple[float, list[str]]:
    remarks = Docstrings()(Candidate(code=code), ast.parse(code))
    return remarks.value, [finding.message for finding in remarks.findings]


@pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, SPHINX, PROSE])
def test_every_usual_layout_counts(docstring: str) -> None:
    assert _value(f'"""M."""\ndef add(a, b):\n{docstring}{BODY}') == (1.0, [])


def test_an_example_says_what_goes_in_and_comes_out() -> None:
    code = '"""M."""\ndef add(a, b):\n    """Add.\n\n    >>> add(1, 2)\n    3\n    """\n' + BODY
    assert _value(code)[1] == ["add lacks ValueError"], "what is raised is another matter"
    other = code.replace(">>> add(1, 2)", ">>> other(1, 2)")
    assert _value(other)[1] == ["add lacks parameter a, parameter b, ValueError, the result"]


def test_what_is_missing_is_named() -> None:
    value, messages = _value(f'"""M."""\ndef add(a, b):\n    """Add a."""\n{BODY}')
    assert messages == ["add lacks parameter b, ValueError, the result"]
    assert value == pytest.approx((1 + 2 / 5) / 2)  # the module whole, the function 2 of 5


def test_private_names_dunders_and_nested_functions_are_not_public() -> None:
    code = (
        '"""M."""\ndef _hidden():\n    pass\n\nclass C:\n    """C of x."""\n'
        "    def __init__(self, x):\n        self.x = x\n    def __len__(self):\n        return 1\n"
        '    def f(self):\n        """Do."""\n        def inner(z):\n            return z\n        inner(1)\n'
    )
    assert _value(code) == (1.0, [])


def test_the_constructor_may_be_described_in_class_or_init() -> None:
    code = '"""M."""\nclass C:\n    """C."""\n    def __init__(self, size):\n        """Take size."""\n'
    assert _value(code) == (1.0, [])
    value, messages = _value(code.replace('"""Take size."""', "pass"))
    assert value < 1 and messages == ["C lacks parameter size"]


def test_a_property_is_its_value_and_a_generator_yields() -> None:
    code = (
        '"""M."""\nclass C:\n    """C."""\n    @property\n    def size(self):\n'
        '        """The size."""\n        return 1\n\ndef each():\n    """Count up."""\n    yield 1\n'
    )
    assert _value(code)[1] == ["each lacks the result"]
