"""Saved programs: the prompts and demos of a CodeGenerator, as JSON text."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from typing import Any

from burnish.errors import InputError
from burnish.modules.generator import CodeGenerator
from burnish.registries.languages import LANGUAGES
from burnish.signatures.idiom import QUESTIONS

METADATA = "metadata"
"""The key beside the predictors: versions of packages, and where a program comes from."""
_PREDICTOR = re.compile(r"prompts\['(?P<language>\w+)'\]\.(?P<question>\w+)")


def named(predictor: str) -> tuple[str, str]:
    """Language and question of a predictor by its name in a program; "" and "" if it is none."""
    found = _PREDICTOR.fullmatch(predictor)
    return (found["language"], found["question"]) if found else ("", "")


def load_program(text: str, **options: Any) -> CodeGenerator:
    """A generator with the prompts of a saved program; what that leaves out is as shipped.

    Args:
        text: What `CodeGenerator.save` or `burnish optimize` wrote; "" for the shipped prompts.
        options: Of `CodeGenerator`.

    Raises:
        InputError: it is no saved program.
    """
    if not text:
        return CodeGenerator(**options)
    state = _state(text)
    languages = dict.fromkeys(named(name)[0] for name in state)
    try:
        generator = CodeGenerator(languages=tuple(languages), **options)
        generator.load_state(generator.dump_state() | state)
    except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
        raise _no_program(f"{type(error).__name__} {error}") from None
    return generator


def _state(text: str) -> dict[str, Any]:
    """The predictors of a saved program, by name."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise _no_program(str(error)) from None
    state = {k: v for k, v in given.items() if k != METADATA} if isinstance(given, dict) else {}
    if not state:
        raise _no_program("it has no predictors")
    for name in state:
        language, question = named(name)
        if language not in LANGUAGES.names() or question not in QUESTIONS:
            raise _no_program(f"there is no predictor {name}")
    return state


def _no_program(why: str) -> InputError:
    return InputError(
        f"This is no saved program: {why}.",
        remedy="Name a JSON file that CodeGenerator.save() or `burnish optimize` wrote.",
    )


def program_hash(text: str) -> str:
    """Twelve hex digits of the prompts and demos: of a saved program, or of those shipped."""
    given = json.loads(text or shipped_program())
    state = json.dumps({k: v for k, v in given.items() if k != METADATA}, sort_keys=True)
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@functools.cache
def shipped_program() -> str:
    """The prompts and demos of every language as they are shipped, as JSON."""
    generator = CodeGenerator(languages=LANGUAGES.names(), sandbox="none")
    return json.dumps(generator.dump_state(), default=str)
