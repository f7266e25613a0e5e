"""The questions as they are put for a language: its own words, its own code blocks."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

import dspy

from burnish.registries.languages import language
from burnish.signatures import questions

QUESTIONS: dict[str, type[dspy.Signature]] = {
    "analyze": questions.AnalyzeSpecification,
    "write_code": questions.WriteCode,
    "write_tests": questions.WriteTests,
    "extend_tests": questions.ExtendTests,
    "document": questions.WriteDocumentation,
    "add_docstrings": questions.AddDocstrings,
    "repair_code": questions.RepairCode,
    "repair_tests": questions.RepairTests,
}
"""Every question that is put to a model, by the name of its predictor."""


@functools.cache
def question_in(name: str, spoken: str) -> type[dspy.Signature]:
    """The signature of a question for a language: same fields, the language's words and code."""
    signature = QUESTIONS[name]
    if spoken == "python":
        return signature
    words = _idiom(spoken).get(name, {})
    code = _code_type(language(spoken).fence)
    for field, info in signature.fields.items():
        changes: dict[str, Any] = {}
        if field in words:
            changes["desc"] = words[field]
        if info.annotation is questions.PythonCode:
            changes["type_"] = code
        if changes:
            signature = signature.with_updated_fields(field, **changes)
    spoken_in: type[dspy.Signature] = signature.with_instructions(
        words.get("instructions", signature.instructions)
    )
    return spoken_in


def error_words(spoken: str, *, fails: bool) -> str:
    """How a module of the language tells of errors, or that there are none; "" for Python.

    Said with the interface, and only what holds: a small model that reads of errors returns some.
    """
    if spoken == "python":
        return ""
    return _idiom(spoken)["write_code"]["errors" if fails else "no_errors"]


@functools.cache
def _idiom(spoken: str) -> dict[str, dict[str, str]]:
    text = (files("burnish.signatures") / "idioms" / f"{spoken}.toml").read_text("utf-8")
    found: dict[str, dict[str, str]] = tomllib.loads(text)
    return found


@functools.cache
def _code_type(tag: str) -> Any:
    """One class a language: every subscription of dspy.Code makes a new one."""
    return dspy.Code[tag]
