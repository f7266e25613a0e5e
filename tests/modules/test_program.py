"""Saved programs: whole or in part, of any language, and what is none."""

from __future__ import annotations

import json

import pytest

from burnish import CodeGenerator
from burnish.errors import InputError
from burnish.modules.program import load_program, program_hash, shipped_program

TERSE = "Use type hints and Google-style docstrings. Answer tersely."


def saved(language: str, question: str = "write_code") -> str:
    """A program with one predictor, whose instructions are changed."""
    name = f"prompts['{language}'].{question}"
    state = CodeGenerator(languages=(language,), sandbox="none").dump_state()[name]
    state["signature"]["instructions"] = TERSE
    return json.dumps({name: state, "metadata": {"optimizer": "hand"}}, default=str)


@pytest.mark.parametrize("language", ["python", "go"])
def test_what_a_program_leaves_out_is_as_shipped(language: str) -> None:
    generator = load_program(saved(language), sandbox="none")
    prompts = generator.prompts[language]
    assert prompts.write_code.signature.instructions == TERSE
    shipped = CodeGenerator(languages=(language,), sandbox="none").prompts[language]
    assert prompts.document.signature.instructions == shipped.document.signature.instructions


def test_no_program_is_the_shipped_one() -> None:
    assert load_program("", sandbox="none").dump_state().keys() == (
        CodeGenerator(sandbox="none").dump_state().keys()
    )
    assert program_hash("") == program_hash(shipped_program())


def test_where_a_program_comes_from_is_not_in_its_hash() -> None:
    given = json.loads(saved("python"))
    other = json.dumps(given | {"metadata": {"optimizer": "another"}})
    assert program_hash(json.dumps(given)) == program_hash(other) != program_hash("")


@pytest.mark.parametrize(
    "text",
    ["{", "{}", "[]", '"text"', '{"metadata": {}}', '{"prompts[\'cobol\'].write_code": {}}',
     '{"prompts[\'python\'].dream": {}}', '{"prompts[\'python\'].write_code": {}}',
     '{"prompts[\'python\'].write_code": 3}'],
)  # fmt: skip
def test_what_is_no_program_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="no saved program"):
        load_program(text, sandbox="none")
