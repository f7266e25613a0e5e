"""Text of unknown origin is shown as what it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from burnish.templates.printable import printable


def test_what_is_readable_stays() -> None:
    text = "naïve Größe 数 ✓\n\ttab"
    assert printable(text) == text


def test_what_acts_on_a_terminal_or_hides_direction_is_escaped() -> None:
    assert printable("a\x1b[2Jb\u202ec\x00") == "a\\x1b[2Jb\\u202ec\\x00"


@given(st.text())
def test_nothing_but_line_breaks_and_tabs_is_left_of_control_characters(text: str) -> None:
    assert all(c.isprintable() or c in "\n\t" or c.isspace() for c in printable(text))
