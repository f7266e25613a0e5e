"""What a module is asked for with: its name as the language spells it, and its way to fail."""

from __future__ import annotations

import dspy
import pytest

from burnish.modules.prompts import Prompts
from burnish.modules.session import Session
from burnish.modules.writing import analyze, write_code
from burnish.records import Spec
from burnish.registries.languages import LANGUAGES, language
from burnish.signatures.adapter import PlainAdapter
from burnish.testing import ScriptedLM

CERTAIN = "Write `twice(n)`. It returns twice an integer."
FALLIBLE = f"{CERTAIN} An n below 1 is an error."


def asked(text: str, spoken: str) -> str:
    """The question for a module, as the model reads it."""
    spec = Spec(text=text, language=spoken)
    session = Session(Prompts(spoken), spec)
    lm = ScriptedLM(lambda prompt: f"```{language(spoken).fence}\ntwice\n```")
    with dspy.context(lm=lm, adapter=PlainAdapter()):
        write_code(session, spec, analyze(session, spec, ask=False))
    (call,) = session.calls
    return "\n".join(message["content"] for message in call.messages)


@pytest.mark.parametrize("spoken", [name for name in LANGUAGES.names() if name != "python"])
def test_errors_are_spoken_of_only_where_the_specification_does(spoken: str) -> None:
    certain, fallible = asked(CERTAIN, spoken), asked(FALLIBLE, spoken)
    assert "where the specification speaks of" in fallible
    assert "rror" not in certain.replace(CERTAIN, "") and "@throws" not in certain
    assert ("nothing fails" in certain) is (spoken in ("go", "rust"))


def test_a_name_is_given_as_the_language_spells_it() -> None:
    assert "name it Twice\nreturn the value alone" in asked(CERTAIN, "go")
    assert "name it" not in asked(CERTAIN, "rust")
