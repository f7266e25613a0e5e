"""The demos of the questions: a small model answers in form only after it has seen one.

One worked example a language, `demos/LANGUAGE.toml`, gives one to all questions but that for code:
a small model imitates a demo's style and even its text. The embedded one, greedy, then solves 24 of
40 HumanEval problems (every 4th); asked as now 31, and in plain words alone 29.
"""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any, get_origin

import dspy

from burnish.signatures.questions import as_code

_REQUIREMENTS = (
    "return the averages of each `window` neighbouring numbers, in order",
    "return an empty list if there are fewer values than the window",
)
_EDGE_CASES = ("empty list of values", "window equal to the number of values", "window of 0")


def demos_for(
    signature: type[dspy.Signature], question: str, language: str = "python"
) -> list[dict[str, Any]]:
    """The demo of a question in a language, with every field of its signature; or none."""
    values = _demos(language).get(question)
    if values is None:
        return []
    fields = signature.fields.items()
    return [{name: _typed(field.annotation, values[name]) for name, field in fields}]


@functools.cache
def _demos(language: str) -> dict[str, dict[str, Any]]:
    text = (files("burnish.signatures") / "demos" / f"{language}.toml").read_text("utf-8")
    kit = tomllib.loads(text)
    code, tests, asked = kit["code"], kit["tests"], {"specification": kit["specification"]}
    return {
        "analyze": asked
        | {
            "constraints": "standard library only",
            "test_requirements": "",
            "interface": kit["interface"],
            "requirements": [*_REQUIREMENTS, kit["error"]],
            "edge_cases": list(_EDGE_CASES),
            "strategy": "direct",
            "parts": [],
        },
        "write_tests": asked
        | {"test_requirements": "", "interface": "", "module": "solution", "tests": tests},
        "extend_tests": asked
        | {
            "module": "solution",
            "tests": kit["first_tests"],
            "uncovered": kit["uncovered"],
            "new_tests": kit["new_tests"],
        },
        "document": asked
        | {"module": "solution", "code": code, "documentation": kit["documentation"]},
        "add_docstrings": {"code": kit["bare"], "remarks": kit["remarks"], "documented": code},
        "repair_code": asked
        | {
            "constraints": "",
            "code": _replaced(code, kit["broken"]),
            "report": kit["report"],
            "corrected": code,
        },
        "repair_tests": asked
        | {
            "tests": _replaced(tests, kit["wrong"]),
            "report": kit["wrong_report"],
            "corrected": tests,
        },
    }


def _replaced(text: str, pair: list[str]) -> str:
    """The text with one passage made wrong."""
    right, wrong = pair
    if text.count(right) != 1:
        raise ValueError(f"{right!r} is not exactly once in the demo")
    return text.replace(right, wrong)


def _typed(annotation: Any, value: Any) -> Any:
    is_class = get_origin(annotation) is None and isinstance(annotation, type)
    is_code = is_class and issubclass(annotation, dspy.Code)
    return as_code(value, annotation) if is_code else value
