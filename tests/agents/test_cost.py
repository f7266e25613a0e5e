"""Bills computed by hand from the pinned prices of us-east-1."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.agents.cost.cost import estimate
from burnish.agents.cost.usage import MOST, Range, assumed, between
from burnish.errors import InputError
from tests.agents.workload import BIG, MODELS, OUTSIDE, SECRET, SMALL, agent, bill, near, usd, work


def test_lambda_by_hand() -> None:
    answer = bill()  # two million requests
    assert usd(answer) == {
        "prompt": near(2e6 * 1000 / 1e6 * 3),  # 6000
        "answers": near(2e6 * 200 / 1e6 * 15),  # 6000
        "Lambda, duration": near((2e6 * 3 * 1 - 400_000) * 0.0000133334),  # arm64: 74.67
        "Lambda, requests": near((2e6 - 1e6) / 1e6 * 0.20),  # 0.20
        "DynamoDB, writes": near(2e6 * 8 / 1e6 * 0.625),  # 8 kB are 8 units: 10.00
        "DynamoDB, reads": near(2e6 * 2 / 1e6 * 0.125),  # and 2 to read: 0.50
        "DynamoDB, stored": 0,  # 16 GB of 25 that are free
        "DynamoDB, recovery": near(16 * 0.20),  # 3.20
        "ECR, image": near(0.3 * 0.10),
        "S3, deployment": near(0.01 * 0.023),
        "API Gateway, requests": near(2e6 / 1e6 * 1.00),
        "Data to the internet": 0,  # 8 GB of 100 that are free
        "CloudWatch Logs, taken in": near((2e6 * 5.2e-6 - 5) * 0.50),  # and 0.2 kB of the API: 2.70
        "CloudWatch Logs, kept": near(10.4 * 90 / (730 / 24) * 0.03),  # for 90 days
        "X-Ray, traces": near((2e6 - 100_000) / 1e6 * 5),  # 9.50
        "Secrets Manager, secret": 0.40,  # which nobody reads: Bedrock asks for no key
        "KMS, key": 1.00,
        "KMS, requests": near((200_000 - 20_000) / 10_000 * 0.03),  # 0.54
    }
    aws = 74.66704 + 0.2 + 10 + 0.5 + 3.2 + 0.03 + 0.00023 + 2 + 2.7 + 9.5 + 0.4 + 1 + 0.54
    assert answer.usd == near(12_000 + aws + 10.4 * 0.03 * 90 * 24 / 730)
    outside = usd(bill(model=OUTSIDE))
    assert outside["Secrets Manager, requests"] == near(200_000 / 10_000 * 0.05)  # 1.00


def test_agentcore_by_hand() -> None:
    answer = bill(target="agentcore", level="basic", usage=work(20_000))
    assert usd(answer) == {
        "prompt": near(20e6 / 1e6 * 3), "answers": near(4e6 / 1e6 * 15),
        # half of three seconds on one CPU; in memory for those three and 177 more
        "AgentCore Runtime, CPU": near(20_000 * 1.5 / 3600 * 0.0895),
        "AgentCore Runtime, memory": near(20_000 * 180 * 0.5 / 3600 * 0.00945),  # half a GB: 4.725
        "ECR, image": near(0.03), "S3, deployment": near(0.00023),
        "Data to the internet": 0, "CloudWatch Logs, taken in": 0,
        "CloudWatch Logs, kept": near(0.1 * 14 / (730 / 24) * 0.03), "X-Ray, traces": 0,
    }  # fmt: skip
    assert answer.usd == near(
        60 + 60 + 0.745833333333 + 4.725 + 0.03 + 0.00023 + 0.003 * 14 * 24 / 730
    )


def test_fargate_with_private_networking_by_hand() -> None:
    answer = bill(target="ecs-fargate", level="enhanced", usage=work(100_000))
    found = usd(answer)
    assert found["Fargate, CPU"] == near(2 * 0.5 * 730 * 0.03238)  # 23.64
    assert found["Fargate, memory"] == near(2 * 1 * 730 * 0.00356)  # 5.20
    assert found["DynamoDB, writes"] == near(100_000 * 8 / 1e6 * 0.625)
    assert found["Load balancer"] == near(730 * 0.0225)  # 16.43
    assert found["Load balancer, capacity units"] == near(100_000 / 25 / 3600 * 0.008)
    # ECR's two, logs, X-Ray, KMS, Secrets Manager and the model, each in two zones
    assert found["VPC endpoints"] == near(7 * 2 * 730 * 0.01)  # 102.20
    # 1200 tokens of 6 bytes and 5 kB of logs
    assert found["VPC endpoints, data"] == near(100_000 * (7200 + 5000) / 1e9 * 0.01)
    # 7 kB a request with its connections; 0.2 GB of checks a task; a cluster, a service, two tasks
    logged = 0.7 + 2 * 0.2
    by_service = {line.service: line for line in answer.lines}
    assert by_service["CloudWatch Logs, taken in"].quantity == near(logged + 4 * 0.04)
    assert found["CloudWatch Logs, kept"] == near(logged * 365 / (730 / 24) * 0.03)
    assert by_service["CloudWatch Logs, kept"].low_usd == near(logged * 0.03)  # the first month
    assert found["CloudWatch metrics"] == near((30 + 1 - 10) * 0.30)
    assert found["CloudWatch alarms"] == 0  # 2 of 10 that are free
    # everything it calls is reached through endpoints, and nobody outside reaches it
    assert not {"NAT gateway", "Public IPv4 addresses", "Data to the internet"} & set(found)
    assert by_service["KMS, key"].high_usd == 3  # rotated


def test_a_way_out_is_paid_where_one_is_needed() -> None:
    standard = usd(bill(target="ecs-fargate", usage=work(100_000)))
    assert standard["NAT gateway"] == near(730 * 0.045)
    # 1200 tokens of 6 bytes, 5 kB of logs, 8 kB of the conversation to and fro
    assert standard["NAT gateway, data"] == near(100_000 * (7200 + 5000 + 16_000) / 1e9 * 0.045)
    assert standard["Public IPv4 addresses"] == near(730 * 0.005)  # of the NAT gateway
    # the prompt leaves AWS: 8 GB of answers and 2e6 x 6 kB of prompts, less 100 GB that are free
    assert usd(bill(model=OUTSIDE))["Data to the internet"] == 0
    many = usd(bill(model=OUTSIDE, usage=work(20_000_000)))
    assert many["Data to the internet"] == near((80 + 120 - 100) * 0.09)
    # who asks the internal load balancer is no part of the internet
    inside = usd(bill(model=OUTSIDE, target="ecs-fargate", usage=work(20_000_000)))
    assert inside["Data to the internet"] == near((120 - 100) * 0.09)


def test_at_basic_there_is_one_task_and_a_secret_only_for_a_key() -> None:
    basic = usd(bill(target="ecs-fargate", level="basic", usage=work(0)))
    assert basic["Fargate, CPU"] == near(0.5 * 730 * 0.03238)
    secrets = {"Secrets Manager, secret", "KMS, key", "CloudWatch metrics", "DynamoDB, recovery"}
    assert not secrets & set(basic)
    keyed = usd(bill(model=OUTSIDE, level="basic"))
    assert keyed["Secrets Manager, secret"] == 0.40 and "KMS, key" not in keyed


def test_many_requests_need_more_tasks() -> None:
    answer = bill(target="ecs-fargate", usage=work(52_560_000))
    # 52,560,000 x 3 s in 730 h are 60 at once, 10 a task
    assert usd(answer)["Fargate, CPU"] == near(6 * 0.5 * 730 * 0.03238)


def test_what_is_ordered_otherwise_is_paid_otherwise() -> None:
    found = usd(bill(usage=work(architecture="x86_64", memory_gb=2)))
    assert found["Lambda, duration"] == near((2e6 * 3 * 2 - 400_000) * 0.0000166667)
    other = work(architecture="x86_64", vcpus=1, memory_gb=2, tasks=3)
    fargate = usd(bill(target="ecs-fargate", usage=other))
    assert fargate["Fargate, CPU"] == near(3 * 730 * 0.04048)
    assert fargate["Fargate, memory"] == near(3 * 2 * 730 * 0.004445)


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
    answer = bill(target="ecs-fargate", usage=work(0))
    fixed = 23.6374 + 5.1976 + 16.425 + 32.85 + 3.65 + 0.03 + 0.00023 + 0.4 + 1 + 20 * 0.30
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
        7.5e9 * 0.0000133334 + 11.25e9 * 0.0000120001 + (seconds - 18.75e9) * 0.0000106667
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
    with pytest.raises(InputError, match=f"no price of {BIG} for batches"):
        bill(usage=work(batch=True))
    with pytest.raises(InputError, match=f"no price of {SMALL} for cached prompts"):
        bill(model=SMALL, usage=work(cached_share=0.5))


def test_the_range_goes_from_the_cheap_to_the_dear_end() -> None:
    usage = work(input_tokens=between(500, 1000, 4000), seconds=between(1, 3, 10))
    answer = bill(usage=usage)
    assert answer.low_usd < answer.usd < (answer.high_usd or 0)
    by_service = {line.service: line for line in answer.lines}
    prompt = by_service[f"{BIG}, prompt"]
    assert (prompt.low_usd, prompt.high_usd) == (near(3000), near(24_000))
    duration = by_service["Lambda, duration"]
    assert duration.low_usd == near((2e6 - 400_000) * 0.0000133334)
    assert duration.high_usd == near(2e7 * 0.0000133334)
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
        dict.fromkeys(("input_tokens", "output_tokens", "seconds", "idle_seconds", "memory_gb", "reply_kb", "state_kb", "log_kb", "flow_kb", "image_gb"), SPANS)
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
    usage = work(requests, **spans, **shares)
    answer = bill(usage=usage, target=target, level=level)
    slack = 1e-9 * (1 + answer.usd)
    assert 0 <= answer.low_usd <= answer.usd + slack
    assert answer.usd <= (answer.high_usd or 0) + slack
    more = bill(usage=usage.model_copy(update={"requests_per_month": 2 * requests}), target=target,
                level=level)  # fmt: skip
    assert more.usd >= answer.usd - slack
    assert all(each.usd_saved > 0 for each in answer.suggestions)


@pytest.mark.parametrize(
    ("budget", "verdict"), [(None, None), (20_000, "yes"), (12_105, "no"), (12_106, "perhaps")]
)
def test_the_budget_is_held_against_the_range(budget: float | None, verdict: str | None) -> None:
    answer = bill(budget=budget)
    assert 12_105 < answer.low_usd < 12_106 < (answer.high_usd or 0) < 20_000
    assert answer.within_budget == verdict


def test_what_is_assumed_is_said_and_what_was_given_too() -> None:
    context = agent(system_prompt="x" * 4000, tools=("calculator", "current_time"))
    plain = assumed(context, 1000)
    # 1000 tokens of prompt and two tools; asked once, twice or four times
    assert plain.input_tokens == between(1500, 2 * 1900, 4 * 3300)
    answer = estimate(
        context, plain.model_copy(update={"seconds": between(1, 2, 3)}), models=MODELS
    )
    said = {each.name: each for each in answer.assumptions}
    assert said["seconds"].why == "given" and said["input_tokens"].why != "given"
    assert said["input_tokens"].option == "--input-tokens"
    assert "idle_seconds" not in said and "tasks" not in said and "state_kb" in said
    assert not {"flow_kb", "insight_metrics"} & set(said)
    ordered = said["memory_gb"]  # the template's
    assert (ordered.low, ordered.high) == (1, 1) and "template" in ordered.why
    private = estimate(agent(target="ecs-fargate", level="enhanced"), work(tasks=4), models=MODELS)
    said = {each.name: each for each in private.assumptions}
    assert {"flow_kb", "insight_metrics", "state_kb"} < set(said)
    assert (said["tasks"].likely, said["tasks"].why) == (4, "given")


@pytest.mark.parametrize("field", ["model", "target", "region", "level"])
def test_what_no_estimate_can_do_without_is_named(field: str) -> None:
    unsaid: dict[str, Any] = {field: None if field in ("target", "level") else ""}
    with pytest.raises(InputError, match=r"is not known\. Set"):
        bill(**unsaid)
    with pytest.raises(InputError, match="cannot be counted with"):
        assumed(agent(), MOST + 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tools": ("no_such_tool",)}, "no_such_tool"),
        ({"tools": ("slack",)}, "does not fit lambda"),
        ({"model": OUTSIDE, "level": "enhanced"}, "reaches nothing outside AWS"),
    ],
)
def test_what_cannot_be_made_has_no_price(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        bill(**given)
    assert caught.value.remedy
