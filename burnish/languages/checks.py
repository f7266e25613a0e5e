"""Looks at a user's test file without running it: are there tests in it?"""

from __future__ import annotations

from burnish.errors import InputError
from burnish.languages.toolchain import toolchain
from burnish.registries.languages import Language


def require_tests(source: str, spoken: Language, called: str = "the checks") -> None:
    """Refuse a test file that could pass everything.

    Args:
        called: What messages call it, such as its path.

    Raises:
        InputError: it does not parse, or no test is at its top level, where none can be hidden.
    """
    outline = toolchain(spoken.name).outline(source)
    if outline.tests:
        return  # what else does not parse, the sandbox says
    if outline.problem:
        raise InputError(
            f"There is a mistake in {called}: line {outline.problem_line}: {outline.problem}.",
            remedy="Correct the file.",
        )
    raise InputError(
        f"There is no test in {called}.",
        remedy=f"Write tests as {spoken.display_name}'s runner finds them: {spoken.test_form}",
    )
