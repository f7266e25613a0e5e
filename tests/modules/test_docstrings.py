"""Docstrings are taken from an answer; behaviour is not."""

from __future__ import annotations

from burnish.modules.docstrings import graft, same_but_docstrings

CODE = "class A:\n    def f(self, x):\n        return x + 1\n\n\ndef g():\n    pass\n"


def test_an_answer_that_changes_behaviour_gives_only_its_words() -> None:
    answer = (
        '"""Module."""\n\nclass A:\n    """An A."""\n\n    def f(self, x):\n'
        '        """Add one.\n\n        Args:\n            x: A number.\n        """\n'
        "        return x + 2\n"
    )
    grafted = graft(CODE, answer)
    assert "x + 1" in grafted and "x + 2" not in grafted
    assert '"""Module."""' in grafted and '"""An A."""' in grafted
    assert "            x: A number." in grafted
    assert same_but_docstrings(CODE, grafted)


def test_an_answer_that_only_documents_is_taken_as_it_is() -> None:
    answer = CODE.replace("def g():\n", 'def g():\n    """Do nothing."""  # yes\n')
    assert graft(CODE, answer) == answer


def test_an_answer_that_does_not_parse_changes_nothing() -> None:
    assert graft(CODE, "def (") == CODE
    assert not same_but_docstrings(CODE, "def (")
