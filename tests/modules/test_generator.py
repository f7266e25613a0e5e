"""CodeGenerator as a DSPy program: inputs, outputs, compiling, saving, threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dspy
import pytest

import burnish
from burnish import CodeGenerator
from burnish.errors import InputError
from burnish.sandbox import Sandbox
from burnish.testing import ScriptedLM
from tests.modules.scripts import CODE, script

TEXT = "Write `double(n)` that returns twice n."


def test_outputs_are_those_that_metrics_look_for(box: Sandbox) -> None:
    with dspy.context(lm=ScriptedLM(script())):
        prediction = CodeGenerator(sandbox=box)(specification=TEXT)
    assert prediction.code.strip() == CODE.strip()
    assert "def test_two" in prediction.tests
    assert prediction.documentation.startswith("# Double")
    assert prediction.execution_result.status == "PASSED"
    assert prediction.quality_score == prediction.solution.score > 0.8


def test_a_dspy_optimizer_compiles_it(box: Sandbox) -> None:
    def metric(example: Any, prediction: Any, trace: Any = None) -> float:
        return float(prediction.quality_score)

    example = dspy.Example(specification=TEXT).with_inputs("specification")
    with dspy.context(lm=ScriptedLM(script())):
        compiled = dspy.BootstrapFewShot(metric=metric, max_bootstrapped_demos=1).compile(
            CodeGenerator(sandbox=box), trainset=[example]
        )
        prediction = compiled(specification=TEXT)
    assert prediction.solution.accepted
    assert any("double" in str(demo) for demo in compiled.prompts["python"].write_code.demos)


def test_json_save_and_load_keep_the_prompts(box: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "program.json"
    first = CodeGenerator(sandbox=box)
    first.prompts["python"].write_code.signature = first.prompts[
        "python"
    ].write_code.signature.with_instructions("Write it self-contained.")
    first.save(str(path))
    second = CodeGenerator(sandbox=box)
    second.load(str(path))
    assert second.prompts["python"].write_code.signature.instructions == "Write it self-contained."
    assert "moving_average" in str(second.prompts["python"].repair_code.demos[0])


def test_threads_do_not_mix_their_calls(box: Sandbox) -> None:
    def work(n: int) -> burnish.Solution:
        text = f"{TEXT} Number {n}."
        return burnish.generate(text, lm=ScriptedLM(script()), sandbox=box)

    with ThreadPoolExecutor(2) as pool:
        solutions = list(pool.map(work, range(4)))
    for n, solution in enumerate(solutions):
        assert len(solution.calls) == 4
        asked = [str(call.messages) for call in solution.calls if call.stage != "document"]
        assert all(f"Number {n}." in prompt for prompt in asked)


def test_the_async_twin_gives_the_same(box: Sandbox) -> None:
    async def both() -> tuple[burnish.Solution, Any]:
        solution = await burnish.agenerate(TEXT, lm=ScriptedLM(script()), sandbox=box)
        with dspy.context(lm=ScriptedLM(script())):
            prediction = await CodeGenerator(sandbox=box).acall(specification=TEXT)
        return solution, prediction

    solution, prediction = asyncio.run(both())
    assert solution.code == prediction.code
    assert solution.accepted


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"specification": "  \n"}, "empty"),
        ({"specification": "x" * 20_001}, "20,001"),
        ({"specification": TEXT, "language": "cobol"}, "python"),
        ({"specification": TEXT, "checks": "def ("}, "line 1"),
        ({"specification": TEXT, "checks": "x = 1\n"}, "no test"),
        ({"specification": TEXT, "strategy": "magic"}, "test-first"),
        ({"specification": TEXT, "sandbox": "vm"}, "sandbox.kind"),
        ({"specification": TEXT, "threshold": 2}, "metric.threshold"),
        ({"specification": TEXT, "lm": "nothing"}, "nothing"),
    ],
)
def test_bad_input_is_one_clear_sentence(options: dict[str, Any], message: str) -> None:
    given = {"lm": ScriptedLM([]), "sandbox": "none", **options}
    text = given.pop("specification")
    with pytest.raises(InputError) as caught:
        burnish.generate(text, **given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
