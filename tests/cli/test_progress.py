"""What is drawn while the work goes on, on terminals of different kinds."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from burnish.cli.progress import LiveView, stage_words, watching
from burnish.records import Spec, Usage
from burnish.templates.printable import printable
from tests import builders

SPEC = Spec(text="Write double(n).")


def drawn(view: LiveView, width: int = 80) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(view)
    return capture.get().splitlines()


def view_of_two_attempts(text: str = "Write double(n).") -> LiveView:
    view = LiveView(text, 3)
    first, second = builders.attempt(0.5, failed=1), builders.attempt(0.9, round=1)
    view.on_stage(SPEC, "execute", 0, Usage())
    view.on_attempt(SPEC, first, first)
    view.on_attempt(SPEC, second, second)
    view.on_stage(SPEC, "repair_code", 2, Usage(prompt_tokens=1200, completion_tokens=34))
    return view


def test_the_view_shows_stage_iteration_tokens_tests_and_scores() -> None:
    lines = drawn(view_of_two_attempts())
    for words in ("repairing code", "iteration 2/3", "1,234 tokens", " s"):
        assert words in lines[1]
    assert "3 passed, 1 failed" in lines[3] and "0.50" in lines[3] and "best" not in lines[3]
    assert "3 passed" in lines[4] and "0.90" in lines[4] and "best" in lines[4]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = drawn(view_of_two_attempts("Write " + "very " * 50 + "long"), width)
    assert max(map(len, lines)) <= width and len(lines) == 5


def test_a_specification_cannot_write_on_the_terminal() -> None:
    lines = drawn(view_of_two_attempts("a\x1b[2J [bold]b[/bold]\nc"))
    assert "a\\x1b[2J [bold]b[/bold] c" in lines[0]
    assert all(printable(line) == line for line in lines)


def test_unknown_stages_are_shown_as_they_are_called() -> None:
    assert stage_words("ponder_deeply") == "ponder deeply"


def test_a_terminal_gets_the_live_view_and_is_left_clean() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80)
    with watching(console, "Write double(n).", 3) as view:
        view.on_stage(SPEC, "write_code", 0, Usage())
    assert isinstance(view, LiveView)
    assert file.getvalue().rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in file.getvalue()


def test_a_pipe_gets_plain_lines() -> None:
    file = io.StringIO()
    with watching(Console(file=file, width=20), "Write double(n).", 3) as view:
        view.on_stage(SPEC, "write_code", 0, Usage(prompt_tokens=5))
        view.on_solution(builders.solution())
    first, last = file.getvalue().splitlines()
    assert first.endswith("iteration 0: writing code (5 tokens so far)")
    assert last.endswith("done: TESTS_PASSING_AFTER_REFINEMENT")
