"""Bills computed by hand from the pinned prices of us-east-1, and what is said of the unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.agents.cost import estimate
from burnish.agents.cost_estimate import Estimate
from burnish.agents.prices import Prices, UnitPrice, pinned
from burnish.agents.usage import MOST, Range, assumed, between, exactly
from burnish.errors import InputError
from tests.agents.workload import BIG, MODELS, OUTSIDE, OWN, SECRET, SMALL, agent, work


def bill(*, usage: Any = None, prices: Prices | None = None, **given: Any) -> Estimate:
    return estimate(agent(**given), usage or work(), prices=prices, models=MODELS)


def usd(answer: Estimate) -> dict[str, float | None]:
    """US dollars by service, the model's lines without its name."""
    return {line.service.removeprefix(f"{answer.model}, "): line.usd for line in answer.lines}


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9)


def test_lambda_by_hand() -> None:
    answer = bill()  # two million requests
    assert usd(answer) == {
        "prompt": near(2e6 * 1000 / 1e6 * 3),  # 6000
        "answers": near(2e6 * 200 / 1e6 * 15),  # 6000
        "Lambda, duration": near((2e6 * 3 * 1 - 400_000) * 0.0000166667),  # 93.33
        "Lambda, requests": near((2e6 - 1e6) / 1e6 * 0.20),  # 0.20
        "DynamoDB, writes": near(2e6 * 8 / 1e6 * 0.625),  # 8 kB are 8 units: 10.00
        "DynamoDB, reads": near(2e6 * 2 / 1e6 * 0.125),  # and 2 to read: 0.50
        "DynamoDB, stored": 0,  # 16 GB of 25 that are free
        "ECR, image": near(0.3 * 0.10),
        "S3, deployment": near(0.01 * 0.023),
        "API Gateway, requests": near(2e6 / 1e6 * 1.00),
        "Data to the internet": 0,  # 8 GB of 100 that are free
        "CloudWatch Logs, taken in": near((2e6 * 5e-6 - 5) * 0.50),  # 2.50
        "CloudWatch Logs, kept a month": near(10 * 0.03),
        "X-Ray, traces": near((2e6 - 100_000) / 1e6 * 5),  # 9.50
        "Secrets Manager, secret": 0.40,
        "Secrets Manager, requests": near(200_000 / 10_000 * 0.05),  # 1.00
        "KMS, key": 1.00,
        "KMS, requests": near((200_000 - 20_000) / 10_000 * 0.03),  # 0.54
    }
    aws = 93.33352 + 0.2 + 10 + 0.5 + 0.03 + 0.00023 + 2 + 2.5 + 0.3 + 9.5 + 0.4 + 1 + 1 + 0.54
    assert answer.usd == near(12_000 + aws)
    assert answer.subtotal("model") == near(12_000) and answer.subtotal("security") == near(2.94)


def test_agentcore_by_hand() -> None:
    answer = bill(target="agentcore", level="basic", usage=work(20_000))
    assert usd(answer) == {
        "prompt": near(20e6 / 1e6 * 3), "answers": near(4e6 / 1e6 * 15),
        # half of three seconds on one CPU; in memory for those three and 177 more
        "AgentCore Runtime, CPU": near(20_000 * 1.5 / 3600 * 0.0895),
        "AgentCore Runtime, memory": near(20_000 * 180 / 3600 * 0.00945),  # 9.45
        "ECR, image": near(0.03), "S3, deployment": near(0.00023),
        "Data to the internet": 0, "CloudWatch Logs, taken in": 0,
        "CloudWatch Logs, kept a month": near(0.1 * 0.03), "X-Ray, traces": 0,
    }  # fmt: skip
    assert answer.usd == near(60 + 60 + 0.745833333333 + 9.45 + 0.03 + 0.00023 + 0.003)


def test_fargate_with_private_networking_by_hand() -> None:
    answer = bill(target="ecs-fargate", level="enhanced", usage=work(100_000, vcpus=0.5))
    found = usd(answer)
    assert found["Fargate, CPU"] == near(2 * 0.5 * 730 * 0.04048)  # 29.55
    assert found["Fargate, memory"] == near(2 * 1 * 730 * 0.004445)  # 6.49
    assert found["Load balancer"] == near(730 * 0.0225)  # 16.43
    assert found["Load balancer, capacity units"] == near(100_000 / 25 / 3600 * 0.008)
    assert found["VPC endpoints"] == near(7 * 2 * 730 * 0.01)  # 102.20
    # 1200 tokens of 6 bytes and 5 kB of logs
    assert found["VPC endpoints, data"] == near(100_000 * (7200 + 5000) / 1e9 * 0.01)
    assert found["Public IPv4 addresses"] == near(2 * 730 * 0.005)
    assert found["CloudWatch alarms"] == 0  # 4 of 10 that are free
    assert "NAT gateway" not in found  # everything it calls is reached through endpoints


def test_a_way_out_is_paid_where_one_is_needed() -> None:
    standard = usd(bill(target="ecs-fargate", usage=work(100_000)))
    assert standard["NAT gateway"] == near(730 * 0.045)
    assert standard["NAT gateway, data"] == near(100_000 * 7200 / 1e9 * 0.045)
    assert standard["Public IPv4 addresses"] == near(3 * 730 * 0.005)
    outside = usd(bill(target="lambda", level="enhanced", model=OUTSIDE))
    assert outside["NAT gateway"] == near(730 * 0.045)
    # the prompt leaves AWS: 8 GB of answers and 2e6 x 6 kB of prompts, less 100 GB that are free
    assert outside["Data to the internet"] == 0
    many = usd(bill(model=OUTSIDE, usage=work(20_000_000)))
    assert many["Data to the internet"] == near((80 + 120 - 100) * 0.09)


def test_many_requests_need_more_tasks() -> None:
    answer = bill(target="ecs-fargate", usage=work(52_560_000, vcpus=0.5))
    # 52,560,000 x 3 s in 730 h are 60 at once, 10 a task
    assert usd(answer)["Fargate, CPU"] == near(6 * 0.5 * 730 * 0.04048)


def test_arm64_has_its_own_price() -> None:
    found = usd(bill(usage=work(architecture="arm64")))
    assert found["Lambda, duration"] == near(5_600_000 * 0.0000133334)
    fargate = usd(bill(target="ecs-fargate", usage=work(architecture="arm64", vcpus=1)))
    assert fargate["Fargate, CPU"] == near(2 * 730 * 0.03238)
    assert fargate["Fargate, memory"] == near(2 * 730 * 0.00356)


@pytest.mark.parametrize(
    ("requests", "paid"), [(999_999, 0.0), (1_000_000, 0.0), (1_000_001, 0.2e-6), (0, 0.0)]
)
def test_the_free_tier_ends_exactly(requests: int, paid: float) -> None:
    answer = bill(usage=work(requests))
    line = next(each for each in answer.lines if each.service == "Lambda, requests")
    assert line.usd == pytest.approx(paid, abs=1e-12)
    assert line.free == min(requests, 1_000_000)
    assert line.high_usd == near(requests / 1e6 * 0.2)  # another agent may have used it up
    without = bill(usage=work(requests, free_tier=False))
    assert usd(without)["Lambda, requests"] == near(requests / 1e6 * 0.2)


def test_no_requests_cost_what_is_there_all_the_same() -> None:
    answer = bill(target="ecs-fargate", usage=work(0, vcpus=0.5))
    fixed = 29.5504 + 6.4897 + 16.425 + 32.85 + 3 * 3.65 + 0.03 + 0.00023 + 0.4 + 1
    assert answer.usd == near(fixed)
    nothing = bill(level="basic", usage=work(0))
    assert nothing.usd == near(0.03 + 0.00023)
    assert bill(model=SECRET, usage=work(0)).unknown == ()


def test_huge_numbers_are_charged_by_the_tier() -> None:
    answer = bill(level="basic", usage=work(MOST, reply_kb=4))
    found = usd(answer)
    assert found["API Gateway, requests"] == near(300 * 1.00 + (1_000_000 - 300) * 0.90)
    seconds = 3e12 - 400_000
    assert found["Lambda, duration"] == near(
        6e9 * 0.0000166667 + 9e9 * 0.000015 + (seconds - 15e9) * 0.0000133334
    )
    out = 4e6 - 100  # 1e12 x 4 kB are 4e6 GB
    assert found["Data to the internet"] == near(
        10_240 * 0.09 + 40_960 * 0.085 + 102_400 * 0.07 + (out - 153_600) * 0.05
    )


def test_cached_prompts_are_cheaper_and_written_ones_dearer() -> None:
    usage = work(1_000_000, cached_share=0.6, cache_written_share=0.1)
    found = usd(bill(usage=usage))
    assert found["prompt"] == near(1e9 * 0.3 / 1e6 * 3)
    assert found["prompt from the cache"] == near(1e9 * 0.6 / 1e6 * 0.3)
    assert found["prompt to the cache"] == near(1e9 * 0.1 / 1e6 * 3.75)
    answer = bill(model=OUTSIDE, usage=usage)  # what it charges for writing is not known
    line = next(each for each in answer.lines if "to the cache" in each.service)
    assert (line.usd, line.high_usd) == (near(100), near(125))
    wide = bill(usage=work(1_000_000, cached_share=between(0.2, 0.6, 0.8)))
    line = next(each for each in wide.lines if each.service.endswith(", prompt"))
    assert (line.low_usd, line.high_usd) == (near(600), near(2400))


def test_batches_cost_what_the_catalogue_says() -> None:
    found = usd(bill(model=SMALL, usage=work(batch=True)))
    assert (found["prompt"], found["answers"]) == (near(2000 * 0.25), near(400 * 1))
    with pytest.raises(InputError, match="no price of bedrock/big for batches"):
        bill(usage=work(batch=True))
    with pytest.raises(InputError, match="no price of bedrock/small for cached prompts"):
        bill(model=SMALL, usage=work(cached_share=0.5))


def test_an_unknown_model_price_has_limits_and_is_never_nothing() -> None:
    answer = bill(model=SECRET, level="basic")
    line = answer.lines[0]
    assert line.usd is None and line.usd_per_unit is None
    gap = answer.unknown[0]
    # of Bedrock's models the cheapest (0.5 and 2) and the dearest (3 and 15)
    assert (gap.low_usd, gap.high_usd) == (near(2000 * 0.5 + 400 * 2), near(12_000))
    assert "bedrock" in gap.why and gap.what == SECRET
    known = bill(level="basic")
    assert answer.usd == near(known.usd - 12_000)
    assert answer.low_usd == near(known.low_usd - 12_000 + 1800)
    assert answer.high_usd == near(known.high_usd or 0)
    assert answer.suggestions == ()


def test_a_model_on_a_machine_of_ones_own_is_not_free() -> None:
    answer = bill(model=OWN)
    assert "machine" in answer.unknown[0].why and answer.unknown[0].low_usd > 0
    assert answer.lines[0].usd is None


def test_a_price_without_a_source_is_unknown_and_unlimited() -> None:
    prices = Prices(
        (each for each in pinned() if each.name != "trace"), "us-east-1", pinned().dated
    )
    answer = bill(prices=prices)
    line = next(each for each in answer.lines if each.service == "X-Ray, traces")
    assert (line.usd, line.high_usd) == (None, None)
    assert [gap.what for gap in answer.unknown] == ["X-Ray, traces"]
    assert answer.high_usd is None and answer.low_usd > 12_000
    assert bill(prices=prices, usage=work(0)).unknown == ()
    assert bill(prices=prices, budget=1e9).within_budget == "perhaps"
    assert prices.get("trace") == UnitPrice(name="trace", region="us-east-1")


def test_another_region_is_an_approximation() -> None:
    here, there = bill(), bill(region="eu-central-1")
    assert there.usd == near(here.usd) and there.unknown == ()
    # AWS's part may cost twice as much there, the tokens do not
    assert there.high_usd == near(12_000 + 2 * ((here.high_usd or 0) - 12_000))
    assert any("not of eu-central-1" in note for note in there.notes)
    assert not any("approximation" in note for note in here.notes)
    assert all(line.approximate == (line.category != "model") for line in there.lines)


def test_a_region_with_a_price_list_of_its_own_is_unknown() -> None:
    answer = bill(region="cn-north-1")
    assert {line.usd for line in answer.lines if line.category != "model"} == {None}
    assert len(answer.unknown) == len(answer.lines) - 2
    assert answer.usd == near(12_000) and (answer.high_usd or 0) > answer.usd


def test_the_range_goes_from_the_cheap_to_the_dear_end() -> None:
    usage = work(input_tokens=between(500, 1000, 4000), seconds=between(1, 3, 10))
    answer = bill(usage=usage)
    assert answer.low_usd < answer.usd < (answer.high_usd or 0)
    by_service = {line.service: line for line in answer.lines}
    prompt = by_service[f"{BIG}, prompt"]
    assert (prompt.low_usd, prompt.high_usd) == (near(3000), near(24_000))
    duration = by_service["Lambda, duration"]
    assert duration.low_usd == near((2e6 - 400_000) * 0.0000166667)
    assert duration.high_usd == near(2e7 * 0.0000166667)
    assert all(line.low_usd <= (line.usd or 0) <= (line.high_usd or 0) for line in answer.lines)


SPANS = st.lists(st.floats(0, 1e5), min_size=3, max_size=3).map(
    lambda three: between(*sorted(three))
)
HALVES = st.lists(st.floats(0, 0.5), min_size=3, max_size=3).map(
    lambda three: between(*sorted(three))
)


@settings(max_examples=60, deadline=None)
@given(
    spans=st.fixed_dictionaries(
        dict.fromkeys(("input_tokens", "output_tokens", "seconds", "idle_seconds", "memory_gb", "reply_kb", "state_kb", "log_kb", "image_gb"), SPANS)
    ),
    shares=st.fixed_dictionaries(
        dict.fromkeys(("cached_share", "cache_written_share", "busy_share", "traced_share", "secret_reads"), HALVES)
    ),
    requests=st.integers(0, 10**9),
    target=st.sampled_from(["agentcore", "ecs-fargate", "lambda"]),
    level=st.sampled_from(["basic", "standard", "enhanced"]),
)  # fmt: skip
def test_the_likely_total_is_never_outside_the_range(
    spans: dict[str, Range], shares: dict[str, Range], requests: int, target: str, level: str
) -> None:
    usage = work(requests, **spans, **shares, tasks=exactly(2))
    answer = bill(usage=usage, target=target, level=level)
    slack = 1e-9 * (1 + answer.usd)
    assert 0 <= answer.low_usd <= answer.usd + slack
    assert answer.usd <= (answer.high_usd or 0) + slack
    more = bill(usage=usage.model_copy(update={"requests_per_month": 2 * requests}), target=target,
                level=level)  # fmt: skip
    assert more.usd >= answer.usd - slack
    assert all(each.usd_saved > 0 for each in answer.suggestions)


@pytest.mark.parametrize(
    ("budget", "verdict"), [(None, None), (20_000, "yes"), (12_121, "no"), (12_122, "perhaps")]
)
def test_the_budget_is_held_against_the_range(budget: float | None, verdict: str | None) -> None:
    answer = bill(budget=budget)
    assert 12_121 < answer.low_usd < 12_122 < (answer.high_usd or 0) < 20_000
    assert answer.within_budget == verdict


def test_what_is_assumed_is_said_and_what_was_given_too() -> None:
    context = agent(system_prompt="x" * 4000, tools=("a", "b"))
    plain = assumed(context, 1000, "lambda")
    # 1000 tokens of prompt and two tools; asked once, twice or four times
    assert plain.input_tokens == between(1500, 2 * 1900, 4 * 3300)
    answer = estimate(
        context, plain.model_copy(update={"seconds": between(1, 2, 3)}), models=MODELS
    )
    said = {each.name: each for each in answer.assumptions}
    assert said["seconds"].why == "given" and said["input_tokens"].why != "given"
    assert said["input_tokens"].option == "--input-tokens"
    assert "idle_seconds" not in said and "tasks" not in said and "state_kb" in said


@pytest.mark.parametrize("field", ["model", "target", "region", "level"])
def test_what_no_estimate_can_do_without_is_named(field: str) -> None:
    unsaid: dict[str, Any] = {field: None if field in ("target", "level") else ""}
    with pytest.raises(InputError, match=r"is not known\. Set"):
        bill(**unsaid)
    with pytest.raises(InputError, match="cannot be counted with"):
        assumed(agent(), MOST + 1, "lambda")
