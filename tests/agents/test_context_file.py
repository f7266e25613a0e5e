"""Context files: read with every mistake named, written so that they read the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from burnish.agents.context.file import MAX_BYTES, read_context, write_context
from burnish.errors import InputError, OutputFolderError
from burnish.records.context import (
    CustomTool,
    DeploymentPreferences,
    GenerationContext,
    ModelRequirements,
    Place,
    SecurityRequirements,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "contexts"
AWKWARD = st.sampled_from(
    [
        "{{ x }}", "${HOME}", "a: b", "# no comment", "- item", "|", ">", "'", '"', "\\n", "\t",
        "\n", "\n\n", "\r\n", "\r", "\x85", "\u2028", "\ufeff", " ", "  ", "---", "...", "!!str",
        "&a", "*a", "yes", "null", "1e3", "0x10", "2024-01-01", "$(rm -rf /)", "`x`", "%", "@",
        "\N{GRINNING FACE}", "\x00", "\x7f", "\u202e", "e\u0301", "<<", "?", "[", "}", "~", "=",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(AWKWARD, max_size=12).map("".join))
NUMBERS = st.one_of(
    st.none(), st.floats(min_value=0, allow_nan=False, allow_infinity=False), st.just(0.0)
)
CONTEXTS = st.builds(
    GenerationContext,
    name=st.sampled_from(["", "ab", "no", "on", "e5", "a1e5"]),
    purpose=TEXTS,
    system_prompt=TEXTS,
    model=st.builds(
        ModelRequirements,
        id=TEXTS,
        capabilities=st.lists(TEXTS, max_size=3).map(tuple),
        min_context=st.one_of(st.none(), st.integers(0, 10**12)),
        max_usd_per_million=NUMBERS,
    ),
    tools=st.one_of(st.none(), st.lists(TEXTS, max_size=3).map(tuple)),
    custom_tools=st.lists(
        st.builds(CustomTool, name=st.sampled_from(["a", "null", "y"]), specification=TEXTS),
        max_size=2,
    ).map(tuple),
    deployment=st.builds(
        DeploymentPreferences,
        target=st.sampled_from([None, "lambda", "agentcore"]),
        region=TEXTS,
        requests_per_month=st.one_of(st.none(), st.integers(0, 10**15)),
    ),
    budget_usd_per_month=NUMBERS,
    security=st.builds(
        SecurityRequirements,
        level=st.sampled_from([None, "enhanced"]),
        demands=st.lists(TEXTS, max_size=3).map(tuple),
    ),
    places=st.lists(
        st.builds(
            Place, field=TEXTS, start=st.integers(0, 9), end=st.integers(0, 9), quote=TEXTS,
            reader=st.just("rule"),
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


def put(folder: Path, text: str, name: str = "context.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(context=CONTEXTS)
def test_what_is_written_is_read_again(tmp_path: Path, context: GenerationContext) -> None:
    path = tmp_path / "context.yaml"
    write_context(context, path, overwrite=True)
    assert read_context(path) == context
    as_json = put(tmp_path, context.model_dump_json(), "context.json")
    assert read_context(as_json) == context


def test_a_long_prompt_is_written_as_it_reads(tmp_path: Path) -> None:
    prompt = 'You are "Anna".\n\n  Say {{ name }}: never $(this)\n# nor that\n'
    path = tmp_path / "context.yaml"
    write_context(GenerationContext(name="ab", system_prompt=prompt), path)
    assert path.read_text("utf-8") == (
        'name: ab\nsystem_prompt: |\n  You are "Anna".\n\n    Say {{ name }}: never $(this)\n'
        "  # nor that\n"
    )
    huge = "Grüße, 世界 \N{GRINNING FACE}!\n" * 8_000
    write_context(GenerationContext(system_prompt=huge), path, overwrite=True)
    assert read_context(path).system_prompt == huge


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_complete(path: Path) -> None:
    context = read_context(path)
    assert context.missing == () and context.name == path.stem


def test_the_examples_cover_every_target_and_level() -> None:
    read = [read_context(path) for path in EXAMPLES.glob("*.yaml")]
    assert {each.deployment.target for each in read} == {"agentcore", "ecs-fargate", "lambda"}
    assert {each.security.level for each in read} == {"basic", "standard", "enhanced"}


def test_an_existing_file_is_replaced_only_if_told(tmp_path: Path) -> None:
    path = put(tmp_path, "name: mine\n")
    with pytest.raises(OutputFolderError, match="exists"):
        write_context(GenerationContext(name="ab"), path)
    assert path.read_text() == "name: mine\n"
    write_context(GenerationContext(name="ab"), path, overwrite=True)
    assert read_context(path).name == "ab"
    assert [each.name for each in tmp_path.iterdir()] == ["context.yaml"]
    with pytest.raises(OutputFolderError, match="cannot be written"):
        write_context(GenerationContext(), tmp_path / "no" / "context.yaml")


def test_every_wrong_field_is_named_with_its_line_and_a_fix(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "name: Support Bot\nprupose: x\ndeployment:\n  target: fargate\n  requests_per_month: yes\n"
        "budget_usd_per_month: -1\ncustom_tools:\n  - name: a\nplaces: []\ntools: calculator\n",
    )
    with pytest.raises(InputError) as caught:
        read_context(path)
    for said in (
        "line 1: name: ", "not 'Support Bot'", "line 2: there is no field prupose",
        "line 4: deployment.target: input should be 'agentcore', 'ecs-fargate' or 'lambda'",
        "line 5: deployment.requests_per_month: input should be a valid integer, not True",
        "line 6: budget_usd_per_month: must be 0 or more, not -1",
        "line 8: custom_tools.0.specification is missing", "line 10: tools: input should be a list",
    ):  # fmt: skip
        assert said in caught.value.message
    assert "Did you mean purpose?" in caught.value.remedy
    assert "Add custom_tools.0.specification." in caught.value.remedy
    assert "Correct name, deployment.target" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds nothing"),
        ("just words", "holds no fields"),
        ("- a\n- b\n", "holds no fields"),
        ("name: a: b", "line 1: this is no YAML"),
        ("name: ab\nname: cd\n", "line 2: name is there twice"),
        ('{"name": "ab", "name": "cd"}', "name is there twice"),
        ("a: &a [1]\nb: *a\n", "line 2: aliases are not taken"),
        ("x: !!python/object/apply:os.system [ls]", "line 1: 'python/object/apply"),
        ("name: ab\n---\nname: cd\n", "line 2: this is no YAML"),
        ("[" * 100_000, "more than 10 levels"),
        ('{"a":' * 50 + "1" + "}" * 50, "more than 10 levels"),
        ("budget_usd_per_month: .nan", "must be 0 or more, not nan"),
        ("budget_usd_per_month: .inf", "must be 0 or more, not inf"),
        ("purpose: 2024-99-99", "month must be in 1..12"),
        ("deployment:\n  requests_per_month: '5'\n", "valid integer, not '5'"),
        ("name: 5\n", "valid string, not 5"),
        ('purpose: "\\ud800"', "half of a character"),
        ("purpose: a\x07b", "this is no YAML"),
        ("? [a]\n: b\n", "this is no YAML"),
        ("deployment:\n", "deployment: input should be fields"),
        ("x: 1\n" * 2, "x is there twice"),
        (f"{'k' * 500}: 1\n", f"there is no field {'k' * 60}..."),
        (f"x: !{'t' * 500} 1\n", "is no tag of a context file"),
        ("deployment: {region: 5, target: [lambda]}", "deployment.target: input should be"),
        ("\n".join(f"f{i}: 1" for i in range(40)), "and 20 more"),
    ],
)
def test_a_bad_file_is_one_error_with_a_fix(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"context\.yaml") as caught:
        read_context(put(tmp_path, text))
    assert said in caught.value.message and caught.value.remedy
    assert len(str(caught.value)) < 2_500


def test_what_is_no_text_file_is_said(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "nowhere.yaml", "there is no file"),
        (tmp_path, "is a folder"),
        (put(tmp_path, "x" * (MAX_BYTES + 1)), "is too long"),
        (tmp_path / "a\0b", "cannot be read"),
    ):
        with pytest.raises(InputError, match=said):
            read_context(path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"purpose: Gr\xfc\xdfe")
    with pytest.raises(InputError, match=r"not UTF-8 text \(byte 12\)"):
        read_context(latin)
    broken = put(tmp_path, '{"name": ', "broken.json")
    with pytest.raises(InputError, match="is no JSON"):
        read_context(broken)


def test_json_is_read_as_json(tmp_path: Path) -> None:
    text = '{\n\t"name": "ab", "purpose": "\\ud83d\\ude00",\n"deployment": {"region": 4}}'
    with pytest.raises(InputError, match=r"deployment.region: input should be a valid string"):
        read_context(put(tmp_path, text, "context.json"))
    read = read_context(put(tmp_path, json.dumps({"purpose": "\N{GRINNING FACE}"}), "c.json"))
    assert read.purpose == "\N{GRINNING FACE}"
    wrong = put(tmp_path, '{\n"name": "ab",\n"region": "x"\n}', "context.json")
    with pytest.raises(InputError, match="line 3: there is no field region"):
        read_context(wrong)
