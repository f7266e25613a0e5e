"""The questions, one Signature each. A docstring here is a prompt: it is written for the model.

Code that is asked for travels in a fenced block (see `adapter.py`); a question with one output
is answered by that output alone, which is the form that small models were trained on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import dspy

if TYPE_CHECKING:
    PythonCode: TypeAlias = dspy.Code
else:
    PythonCode = dspy.Code["python"]  # one class for all: every subscription makes a new one


def as_code(source: str, kind: type[dspy.Code] = PythonCode) -> dspy.Code:
    """Source as a question's input, as it stands: dspy.Code would look for a fence inside it."""
    return kind.model_construct(code=source)


class AnalyzeSpecification(dspy.Signature):
    """Read a programming specification and list what it demands. Invent nothing: every item must
    follow from the text. Keep items short."""

    specification: str = dspy.InputField()
    constraints: str = dspy.InputField(desc="limits on the solution; may be empty")
    test_requirements: str = dspy.InputField(desc="what tests must cover; may be empty")
    interface: str = dspy.OutputField(
        desc="the `def` line (with type hints), or the `class` line and its method `def` lines"
    )
    requirements: list[str] = dspy.OutputField(desc="what the code must do, at most 8 items")
    edge_cases: list[str] = dspy.OutputField(desc="border inputs to handle, at most 6 items")
    strategy: Literal["direct", "test-first", "incremental"] = dspy.OutputField(
        desc="direct: one function or class; test-first: many exact input/output rules; "
        "incremental: several separate parts"
    )
    parts: list[str] = dspy.OutputField(desc="for incremental: the parts in order; else empty")


class WriteCode(dspy.Signature):
    """Use type hints and Google-style docstrings."""

    specification: str = dspy.InputField()
    constraints: str = dspy.InputField()
    interface: str = dspy.InputField(desc="define exactly these names")
    notes: str = dspy.InputField(desc="edge cases, tests to satisfy, a pattern or earlier parts")
    code: PythonCode = dspy.OutputField(desc="one complete module")


class WriteTests(dspy.Signature):
    """Write a pytest file for a module that somebody else writes from the same specification.
    Import what you test from the module. Test only what the specification states: take its own
    examples first, then border cases whose result it makes certain. Work out every expected
    value step by step from the rules; leave a case out if you are not sure of its result.
    At most ten small separate functions named test_..., each for another rule, with plain asserts
    and pytest.raises for errors."""

    specification: str = dspy.InputField()
    test_requirements: str = dspy.InputField()
    interface: str = dspy.InputField(desc="names that the module defines")
    module: str = dspy.InputField(desc="name of the module to import from")
    tests: PythonCode = dspy.OutputField(
        desc="the pytest file: imports from the module and test functions, not the module itself"
    )


class ExtendTests(dspy.Signature):
    """Add pytest functions that reach lines which no test runs yet. Answer with the new functions
    and their imports only, each with a new name. Expected values follow from the specification."""

    specification: str = dspy.InputField()
    module: str = dspy.InputField(desc="name of the module to import from")
    tests: PythonCode = dspy.InputField(desc="the tests there are")
    uncovered: str = dspy.InputField(desc="lines of the module that no test runs")
    new_tests: PythonCode = dspy.OutputField(desc="the new pytest functions and their imports")


class WriteDocumentation(dspy.Signature):
    """Write a short README in Markdown for a Python module: a title, one paragraph on what it
    does, a section "Usage" with one ```python block that imports from the module and runs as it
    stands, and a section on errors. State nothing that the code does not do."""

    specification: str = dspy.InputField()
    module: str = dspy.InputField(desc="name of the module to import from")
    code: PythonCode = dspy.InputField()
    documentation: str = dspy.OutputField(desc="the README in Markdown")


class AddDocstrings(dspy.Signature):
    """Add the missing docstrings to a Python module and change nothing else: every function and
    class says what it does, each parameter by name, what it returns and which exceptions it
    raises. Answer with the whole module."""

    code: PythonCode = dspy.InputField()
    remarks: str = dspy.InputField(desc="what is missing")
    documented: PythonCode = dspy.OutputField(desc="the whole module with its docstrings")


class RepairCode(dspy.Signature):
    """A Python module does not yet do what its specification says. Find the cause in the report,
    mend it, and answer with the whole corrected module. Keep what works, all names and all
    docstrings."""

    specification: str = dspy.InputField()
    constraints: str = dspy.InputField()
    code: PythonCode = dspy.InputField()
    report: str = dspy.InputField(desc="what happened when the code was run or inspected")
    corrected: PythonCode = dspy.OutputField(desc="the whole corrected module")


class RepairTests(dspy.Signature):
    """Some tests of a pytest file disagree with a module. Check each failing test against the
    specification alone. Where its expected value contradicts the specification, correct it;
    where the specification does not decide, remove the test; where the test is right, leave it
    as it is. Answer with the whole file."""

    specification: str = dspy.InputField()
    tests: PythonCode = dspy.InputField()
    report: str = dspy.InputField(desc="failing tests with expected and actual values")
    corrected: PythonCode = dspy.OutputField(desc="the whole corrected pytest file")
