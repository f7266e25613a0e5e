"""Answers for a scripted model, by the question that it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from burnish.testing import Answer, Step

ANALYSIS = Answer.fields(
    interface="def double(n: int) -> int",
    requirements='["return twice n"]',
    edge_cases='["zero"]',
    strategy="direct",
    parts="[]",
)

CODE = '''"""Doubles numbers."""


def double(n: int) -> int:
    """Return twice the number `n`.

    Args:
        n: Any integer.

    Returns:
        Twice `n`.
    """
    return 2 * n
'''

WRONG = CODE.replace("2 * n", "3 * n")

TESTS = """from solution import double


def test_two():
    assert double(2) == 4


def test_zero():
    assert double(0) == 0
"""

README = """# Double

Doubles numbers.

## Usage

```python
from solution import double

print(double(2))
```
"""

MARKS = {
    "analyze": "list what it demands",
    "write_code": "Use type hints and Google-style",
    "write_tests": "Write a pytest file",
    "extend_tests": "Add pytest functions",
    "document": "Write a short README",
    "add_docstrings": "Add the missing docstrings",
    "repair_code": "does not yet do what",
    "repair_tests": "tests of a pytest file disagree",
}


def fenced(code: str) -> str:
    """Code the way a model gives it."""
    return f"Here you are:\n\n```python\n{code}\n```\n"


def script(**steps: Sequence[Step] | Step) -> Callable[[str], Step]:
    """A script that knows the question by its instructions; the last step of each repeats."""
    answers: dict[str, list[Step]] = {
        "analyze": [ANALYSIS],
        "write_code": [fenced(CODE)],
        "write_tests": [fenced(TESTS)],
        "extend_tests": [fenced(TESTS)],
        "document": [README],
        "add_docstrings": [fenced(CODE)],
        "repair_code": [fenced(CODE)],
        "repair_tests": [fenced(TESTS)],
    }
    for question, given in steps.items():
        answers[question] = list(given) if isinstance(given, list | tuple) else [given]  # type: ignore[list-item]

    def answer(prompt: str) -> Step:
        question = next(name for name, mark in MARKS.items() if mark in prompt)
        queue = answers[question]
        return queue.pop(0) if len(queue) > 1 else queue[0]

    return answer
