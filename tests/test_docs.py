"""Every command line, Python block and link of README and docs, held against the real thing.

A Python block runs as it stands, with a scripted model in place of any other and bubblewrap or
Docker as its sandbox. A comment `<!-- not run: reason -->` before a block exempts it, unseen by
readers; it must still be valid Python.
"""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.modules.scripts import CODE, script

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]
)
FENCE = re.compile(
    r"(?P<before>[^\n]*)\n+^```(?P<kind>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """One fenced block of a page."""

    page: Path
    line: int
    kind: str
    text: str
    before: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(*kinds: str) -> list[Block]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start("text"))
            if match["kind"] in kinds:
                found.append(Block(page, line, match["kind"], match["text"], match["before"]))
    return found


def command_lines(program: str) -> list[tuple[str, str]]:
    """Place and text of every line `$ program ...` in the pages' console blocks."""
    found = []
    for block in blocks("console", "bash", "sh", "shell"):
        joined = block.text.replace("\\\n", " ")
        for line in joined.splitlines():
            words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if words.split(" ")[0] == program:
                found.append((f"{block.name}: {words[:50]}", words))
    return found


PYTHON = blocks("python")
BURNISH = command_lines("burnish")
MAKE = command_lines("make")


def test_the_pages_hold_something_to_check() -> None:
    assert PYTHON and BURNISH and MAKE


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.name)
def test_python_blocks_run(
    block: Block,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = compile(block.text, block.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if "<!-- not run:" in block.before:
        return
    import dspy

    import burnish.registries.models
    from burnish.testing import ScriptedLM

    def scripted(*_: Any, **__: Any) -> ScriptedLM:
        return ScriptedLM(script())

    monkeypatch.setattr(burnish.registries.models, "resolve", scripted)
    monkeypatch.setattr(dspy, "LM", scripted)
    monkeypatch.chdir(tmp_path)
    Path("solution.py").write_text(CODE)
    Path("checks.py").write_text(
        "from solution import double\n\n\ndef test_two():\n    assert double(2) == 4\n"
    )
    exec(program, {"__name__": "__main__"})
    assert "print(" not in block.text or capsys.readouterr().out.strip()


@pytest.mark.parametrize("line", [line for _, line in BURNISH], ids=[name for name, _ in BURNISH])
def test_burnish_command_lines_are_understood(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    from burnish.cli.app import app

    monkeypatch.chdir(tmp_path)
    for name in ("solution.py", "checks.py", "spec.md"):
        Path(name).write_text("x = 1\n")
    words = shlex.split(line.split(" | ")[0], comments=True)[1:]
    command: Any = typer.main.get_command(app)
    path = "burnish"
    while words and words[0] in getattr(command, "commands", {}):
        path, command, words = f"{path} {words[0]}", command.commands[words[0]], words[1:]
    assert not words or not hasattr(command, "commands") or words[0].startswith("-"), line
    command.make_context(path, words)


@pytest.mark.parametrize("line", [line for _, line in MAKE], ids=[name for name, _ in MAKE])
def test_make_command_lines_name_targets(line: str) -> None:
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    words = shlex.split(line, comments=True)[1:]
    assert {word for word in words if "=" not in word} <= set(targets)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        file, _, heading = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        found = (page.parent / file) if file else page
        assert found.exists(), f"{page.name} links to {target}"
        if heading:
            assert heading in headings(found), f"{page.name} links to {target}"


def headings(page: Path) -> set[str]:
    """The anchors that a Markdown page offers, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
