"""What is asked, and how it was understood."""

from __future__ import annotations

from burnish.records.base import Record, Strategy, Suite


class PerformanceRequirement(Record):
    """What the specification asks of speed and memory; None where it says nothing."""

    max_seconds: float | None = None
    """Wall seconds allowed for the whole test run."""
    max_memory_bytes: int | None = None
    """Peak resident memory allowed, in bytes."""
    max_growth: float | None = None
    """Largest allowed exponent k of time ~ n^k; 1.0 for "O(n)", 2.0 for "O(n^2)"."""


class Spec(Record):
    """What the caller asks for. Filled by the caller; nothing downstream changes it."""

    text: str
    """The specification in natural language, 1 to `limits.max_specification_chars` characters."""
    language: str = "python"
    """Name of a registered language."""
    constraints: str = ""
    """Free text: limits on the solution, e.g. "standard library only"."""
    test_requirements: str = ""
    """Free text: what the generated tests must cover."""
    module: str = "solution"
    """Name of the module to write; checks import from it."""
    checks: str = ""
    """Source of the caller's own test file. Trusted: it alone can reject a candidate."""
    performance: PerformanceRequirement = PerformanceRequirement()
    """Read from the text and constraints without a model."""


class Example(Record):
    """One example stated by the specification, read without a model: a trusted check.

    One that states neither value nor exception is a probe: it only asks what the call gives.
    """

    call: str
    """An expression over the module's names, e.g. "slugify('A b')"."""
    expected: str = ""
    """The value as a Python literal (or the printed form where it is none); empty if it raises."""
    raises: str = ""
    """Name of the exception that the call must raise; empty if it returns."""

    @property
    def suite(self) -> Suite:
        """ "example", or "probe" if nothing is stated."""
        return "example" if self.expected or self.raises else "probe"


class Drawn(Record):
    """A variable of a law."""

    name: str
    """As the law names it."""
    strategy: str
    """Where its values come from: a hypothesis strategy, as source."""


class Law(Record):
    """What the specification says of every argument, read without a model: a property-based test.

    Evidence rather than truth: the arguments that it is tried with are drawn, not stated.
    """

    statement: str
    """The sentence that states it."""
    test: str
    """Name of its test."""
    functions: tuple[str, ...]
    """Of the module, those it speaks of."""
    variables: tuple[Drawn, ...]
    """What is drawn, the parameters of the test."""
    body: tuple[str, ...]
    """Lines of the test."""


class Analysis(Record):
    """The specification, understood. Filled by the analysis stage."""

    requirements: tuple[str, ...] = ()
    """What the code must do, one statement each."""
    constraints: tuple[str, ...] = ()
    """What the code must respect."""
    edge_cases: tuple[str, ...] = ()
    """Inputs at the border of what is specified."""
    examples: tuple[Example, ...] = ()
    """Examples found in the text; they judge candidates like the caller's checks do."""
    laws: tuple[Law, ...] = ()
    """What the text says of every argument, in Python."""
    entry_point: str = ""
    """Name of the function or class to define; empty if the text does not fix one."""
    interface: str = ""
    """The def or class lines that code and tests agree on, where the text fixes no name."""
    strategy: Strategy = "direct"
    """How the code is written first."""
    parts: tuple[str, ...] = ()
    """For the incremental strategy: what is written and checked one after another."""
    template: str = ""
    """For the template strategy: name of the pattern in `templates/patterns`."""
