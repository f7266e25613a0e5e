"""Texts of users stay texts: what they say arrives to the letter, and no file is changed by it."""

from __future__ import annotations

import ast
import json
import shlex
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from burnish.agents.project.infrastructure import resources
from burnish.agents.project.project import write
from burnish.records.context import Target
from burnish.templates import escaping
from tests.agents.projects import project

HOSTILE = (
    '"""', "'''", "{{ 7 * 7 }}", "{% raw %}", "{# x #}", "$(touch /tmp/x)", "`id`", "${HOME}",
    "'; rm -rf / #", "\\", "\\N{DEGREE SIGN}", "%s", "{0}", "\n- a: !!python/object:os.system x\n",
    "---\n", "\r\n", "\t", "\u2028", "\u202e", "\x85", "\ufeff", "</text><script>", "&amp;",
    "EOF\n", "\nRUN id\n", "]]>", "\U0001f642", "\x00", "\x1b[31m", "|\n", "#cloud-config",
    "[x](javascript:y)", "\u2018; id \u2019",
)  # fmt: skip
TEXTS = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)), min_size=1, max_size=12
).map("".join)
TARGETS: st.SearchStrategy[Target] = st.sampled_from(["agentcore", "ecs-fargate", "lambda"])
MARK = "mark-of-the-user"


@given(text=TEXTS, target=TARGETS)
@example(text="".join(HOSTILE), target="lambda")
@example(text=("ß語🙂\n" * 9000)[:50_000] + "".join(HOSTILE) * 8, target="agentcore")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_system_prompt_arrives_intact_and_is_in_no_other_file(text: str, target: Target) -> None:
    prompt = f"{MARK} {text} {MARK}"
    files = project(target, "basic", system_prompt=prompt)
    tame = project(target, "basic", system_prompt="Be kind.")
    assert files["prompts/system.md"] == prompt
    assert {name for name in files if files[name] != tame[name]} == {"prompts/system.md"}


@given(text=TEXTS.filter(lambda text: text.strip()), target=TARGETS)
@example(text="".join(HOSTILE), target="ecs-fargate")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_purpose_changes_words_and_no_structure(text: str, target: Target) -> None:
    files = project(target, "enhanced", purpose=text)
    tame = project(target, "enhanced", purpose="Answers.")
    changed = {name for name in files if files[name] != tame[name]}
    assert changed <= {"README.md", "Dockerfile"}
    for name in changed:
        lines, others = files[name].split("\n"), tame[name].split("\n")
        differ = [i for i, line in enumerate(lines) if line != others[i]]
        assert len(lines) == len(others) and len(differ) == 1, name
    (label,) = (line for line in files["Dockerfile"].split("\n") if "image.description" in line)
    value = label.partition("description=")[2]
    assert value[0] == value[-1] == '"' and "$" not in value.replace("\\$", "")
    assert shlex.split(value.replace("\\$", "$")) == [" ".join(_printable(text).split())]


@pytest.mark.parametrize("text", ["x" * 150_000, "🙂" * 40_000, '"' * 70_000])
def test_a_long_purpose_is_cut_where_a_dockerfile_takes_no_longer_line(text: str) -> None:
    files = project("lambda", "basic", purpose=text)
    assert max(len(line.encode()) for line in files["Dockerfile"].split("\n")) < 65_535
    (label,) = (line for line in files["Dockerfile"].split("\n") if "image.description" in line)
    value = shlex.split(label.partition("description=")[2])[0]
    assert value.endswith("...") and text.startswith(value[:-3]) and len(value) > 1000
    assert files["README.md"].count("x" * 150_000) == text.count("x" * 150_000)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


@pytest.mark.parametrize("text", ["".join(HOSTILE), "ß語🙂" * 25_000])
def test_every_file_is_read_as_what_it_is(text: str, tmp_path: Path) -> None:
    files = project("lambda", "enhanced", system_prompt=text, purpose=text)
    write(files, tmp_path / "x")
    assert (tmp_path / "x" / "prompts" / "system.md").read_bytes().decode() == text
    for name, content in files.items():
        assert (tmp_path / "x" / name).read_bytes() == content.encode()
        kind = Path(name).suffix
        if kind == ".py":
            ast.parse(content)
        elif kind == ".json":
            json.loads(content)
        elif kind == ".toml":
            tomllib.loads(content)
        elif kind == ".svg":
            ElementTree.fromstring(content)
        elif kind == ".yml":
            assert set(yaml.safe_load(content)["jobs"]) == {"check"}
        elif kind == ".yaml":
            assert "Function" in resources(content)
        elif kind == ".sh":
            subprocess.run(["bash", "-n", tmp_path / "x" / name], check=True, timeout=90)


@given(text=st.text())
@example(text="".join(HOSTILE))
@settings(max_examples=200, deadline=None)
def test_each_filter_keeps_the_text_where_its_file_can_say_it(text: str) -> None:
    assert ast.literal_eval(escaping.quoted(text)) == text
    assert yaml.safe_load(f"a: {escaping.quoted(text)}\n") == {"a": text}
    assert json.loads(escaping.as_json(text)) == text
    assert "\n" not in escaping.quoted(text) + escaping.dockerfile(text) + escaping.markdown(text)
    if "\0" not in text:
        assert shlex.split(escaping.shell(text)) == [text]
        inside = escaping.powershell(text)[1:-1]
        for quote in "'\u2018\u2019\u201a\u201b":
            assert inside.count(quote) % 2 == 0


@pytest.mark.parametrize("write_it", [escaping.shell, escaping.powershell])
def test_a_character_that_no_argument_can_hold_is_refused(write_it: object) -> None:
    with pytest.raises(ValueError, match=r"U\+0000"):
        write_it("a\0b")  # type: ignore[operator]
