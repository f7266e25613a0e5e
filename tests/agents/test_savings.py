"""What would save: every saving is the difference of two estimates."""

from __future__ import annotations

from typing import Any

import pytest

from burnish.agents.cost.cost import estimate
from burnish.agents.cost.estimate import Suggestion
from burnish.agents.cost.usage import between, exactly
from burnish.registries.catalogue.models import Catalogue, Price
from tests.agents.workload import BIG, MODELS, OUTSIDE, SECRET, SMALL, agent, chat, work


def advice(usage: Any = None, models: Catalogue = MODELS, **given: Any) -> dict[str, Suggestion]:
    found = estimate(agent(**given), usage or work(), models=models).suggestions
    assert list(found) == sorted(found, key=lambda each: -each.usd_saved)
    return {each.title: each for each in found}


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-6)


def test_a_cheaper_model_saves_the_difference_of_its_tokens() -> None:
    found = advice()
    # 2000 M prompt and 400 M answered tokens: 12,000 against 1000 + 800
    assert found[f"Use {SMALL}"].usd_saved == near(12_000 - 1800)
    assert found[f"Use {SMALL}"].change == {"model.id": SMALL}
    # and outside AWS 2000 + 1600, 12 GB of prompts that go there, which are free, and $1.00 for
    # 200,000 reads of the key
    assert found[f"Use {OUTSIDE}"].usd_saved == near(12_000 - 3600 - 1)
    assert "leave AWS" in found[f"Use {OUTSIDE}"].but
    for each in found.values():
        assert each.usd_after == near(estimate(agent(), work(), models=MODELS).usd - each.usd_saved)


def test_a_model_that_does_not_fit_is_not_suggested() -> None:
    for requirements in ({"min_context": 300_000}, {"capabilities": ("vision",)}):
        assert f"Use {SMALL}" not in advice(requirements=requirements)
    assert f"Use {BIG}" not in advice(model=SMALL)  # dearer
    cheap = Price(input=0.1, output=0.1)
    gone = chat("bedrock/cohere.command-text-v14", cheap, deprecated_on="2020-01-01")
    nobody = chat("bedrock/mistral.ministral-3-3b-instruct", cheap, uses=())
    far = chat("bedrock/openai.gpt-oss-120b-1:0", cheap, regions=("us-gov-west-1",),
               profiles=("us-gov", "eu"))  # fmt: skip
    mute = chat("bedrock/deepseek.r1-v1:0", cheap, capabilities={"tool_use": False})
    models = Catalogue([*MODELS, gone, nobody, far, mute], "")
    found = advice(models=models, tools=("calculator",))
    assert [title for title in found if title.startswith("Use bedrock")] == [f"Use {SMALL}"]
    # the same one is there where a profile leads to it
    there = advice(models=models, tools=("calculator",), region="eu-west-1")
    assert f"Use {far.id}" in there


def test_nothing_is_suggested_that_no_project_can_be() -> None:
    # a private network reaches no model outside AWS
    titles = advice(level="enhanced")
    assert f"Use {SMALL}" in titles and f"Use {OUTSIDE}" not in titles
    # of the targets that would be cheaper, Lambda cannot have this tool
    assert "Deploy to lambda" in advice(work(1000), target="ecs-fargate")
    bound = advice(work(1000), target="ecs-fargate", tools=("slack",))
    assert "Deploy to agentcore" in bound and "Deploy to lambda" not in bound
    # nor can it wait
    assert "Deploy to lambda" not in advice(work(1000, seconds=40), target="ecs-fargate")


def test_every_suggestion_says_what_to_change() -> None:
    found = {
        **advice(target="ecs-fargate", system_prompt="x" * 8000), **advice(model=SMALL),
        **advice(work(1000), target="ecs-fargate"),
        **advice(work(20_000, idle_seconds=900), target="agentcore"),
    }  # fmt: skip
    assert "burnish agent new" in found[f"Use {SMALL}"].how
    assert "--target agentcore" in found["Deploy to agentcore"].how
    assert "model.py" in found["Cache the beginning of the prompt"].how
    assert "IdleRuntimeSessionTimeout: 300" in found["End idle sessions after 300 seconds"].how
    assert "OTEL_TRACES_SAMPLER" in found["Trace 5% of the requests"].how
    assert "batch API" in found["Send requests in batches"].how
    assert all(each.how for each in found.values())


def test_caching_saves_what_a_long_beginning_costs_again_and_again() -> None:
    prompt = "x" * 16_000  # 4000 of the 5000 tokens
    usage = work(1_000_000, input_tokens=5000)
    found = advice(usage, system_prompt=prompt)["Cache the beginning of the prompt"]
    # of 5000 M tokens 64% are read at 0.3 and 16% written at 3.75 instead of 3
    assert found.change == {"cached_share": 0.64, "cache_written_share": 0.16}
    assert found.usd_saved == near(5000 * 0.64 * 2.7 - 5000 * 0.16 * 0.75)
    assert "Cache the beginning of the prompt" not in advice(usage)  # too short to be cached
    assert "Cache the beginning of the prompt" not in advice(
        usage, system_prompt=prompt, model=SMALL
    )
    # Strands places no cache points for this model, whatever its price would be
    nova = chat("bedrock/amazon.nova-pro-v1:0", Price(input=3, output=15, cached_input=0.3))
    models = Catalogue([*MODELS, nova], "")
    assert "Cache the beginning of the prompt" not in advice(
        usage, models, system_prompt=prompt, model=nova.id
    )
    cached = work(1_000_000, input_tokens=5000, cached_share=0.5)
    assert "Cache the beginning of the prompt" not in advice(cached, system_prompt=prompt)


def test_batches_save_where_their_price_is_known() -> None:
    assert advice(model=SMALL)["Send requests in batches"].usd_saved == near(900)
    assert "Send requests in batches" not in advice(model=BIG)
    assert "Send requests in batches" not in advice(work(batch=True), model=SMALL)


def test_arm64_saves_where_somebody_turned_to_the_other() -> None:
    assert not any("arm64" in title for title in advice())  # what is made is arm64
    saved = advice(work(architecture="x86_64"))["Run on arm64"].usd_saved
    assert saved == near(5_600_000 * (0.0000166667 - 0.0000133334))
    assert "Run on arm64" not in advice(work(architecture="x86_64"), target="agentcore")
    other = advice(work(1000, architecture="x86_64"), target="ecs-fargate")
    assert other["Run on arm64"].usd_saved == near(
        730 * (0.04048 - 0.03238) + 1460 * (0.004445 - 0.00356)
    )


def test_fewer_traces_save_where_they_can_be_sampled() -> None:
    found = advice(target="ecs-fargate")
    # 2,000,000 traces become 100,000, all of them free
    assert found["Trace 5% of the requests"].usd_saved == near(9.5)
    assert "Trace 5% of the requests" not in advice(
        work(traced_share=exactly(0.05)), target="ecs-fargate"
    )
    assert "Trace 5% of the requests" not in advice()


def test_sessions_that_end_earlier_save_memory() -> None:
    usage = work(20_000, idle_seconds=between(30, 180, 900))
    found = advice(usage, target="agentcore")["End idle sessions after 300 seconds"]
    assert found.change == {"idle_seconds": 60}
    assert found.usd_saved == near(20_000 * 120 * 0.5 / 3600 * 0.00945)
    assert "End idle sessions after 300 seconds" not in advice(work(20_000), target="agentcore")


def test_another_target_is_suggested_only_if_it_is_cheaper() -> None:
    found = advice(work(1000), target="ecs-fargate")
    assert found["Deploy to lambda"].usd_saved > 60
    assert not any(title.startswith("Deploy") for title in advice(work(1000)))


def test_nothing_is_suggested_that_saves_nothing_or_cannot_be_compared() -> None:
    assert advice(work(0), level="basic") == {}
    assert advice(model=SECRET) == {}
