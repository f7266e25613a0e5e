"""The catalogue of chat models: what is known, what is not, and what fits."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from burnish.errors import InputError
from burnish.registries.catalogue.models import (
    Capability,
    Catalogue,
    ChatModel,
    Price,
    Provider,
    catalogue,
)

TODAY = date(2026, 11, 22)


def model(id: str, **given: object) -> ChatModel:
    """A model of which nothing else is known."""
    return ChatModel(id=id, provider=id.partition("/")[0], name=id, **given)


def test_there_are_enough_of_every_provider_and_bedrock_leads() -> None:
    known = list(catalogue())
    counts = {name: sum(m.provider == name for m in known) for name in get_args(Provider)}
    assert len(known) >= 49 and all(counts.values())
    assert counts["bedrock"] == max(counts.values())
    assert len({m.id for m in known}) == len(known)
    assert all(m.id.startswith(f"{m.provider}/") and m.name for m in known)


def test_figures_are_those_of_the_provider() -> None:
    """By Amazon's price list of us-east-1 and the model's page."""
    nova = catalogue().get("bedrock/amazon.nova-pro-v1:0")
    assert (nova.usd_per_million.input, nova.usd_per_million.output) == (0.8, 3.2)
    assert nova.usd_per_million.cached_input == 0.2
    assert nova.context_window == 300_000 and nova.name == "Amazon Nova Pro"
    assert nova.can("vision") and nova.can("tool_use") and nova.can("text")


def test_unknown_is_neither_false_nor_nothing() -> None:
    for each in catalogue():
        price = each.usd_per_million
        free = each.provider == "ollama"
        values = [getattr(price, name) for name in Price.model_fields]
        assert all(value is None or value > 0 or free for value in values), each.id
        assert each.context_window is None or each.context_window > 0
    bare = model("ollama/x")
    assert bare.can("vision") is None and bare.usd_per_million.blended is None
    assert [m.id for m in Catalogue([bare], "").filter(max_cost=1000)] == []
    assert [m.id for m in Catalogue([bare], "").filter(min_context=1)] == []
    assert [m.id for m in Catalogue([bare], "").filter(["vision"])] == []


def test_what_is_asked_for_is_all_fulfilled() -> None:
    found = catalogue().filter(
        ["vision", "tool_use"], max_cost=2.0, provider="bedrock", min_context=100_000
    )
    assert found and all(
        m.can("vision") and m.can("tool_use") and m.provider == "bedrock" for m in found
    )
    assert all((m.usd_per_million.blended or 99) <= 2.0 for m in found)
    assert all((m.context_window or 0) >= 100_000 for m in found)
    assert [m.id for m in catalogue().filter(search="NOVA-PRO-V1")] == [
        "bedrock/amazon.nova-pro-v1:0"
    ]


def test_a_million_tokens_cost_three_parts_prompt_and_one_part_answer() -> None:
    assert Price(input=1, output=5).blended == 2.0
    assert Price(input=1).blended is None and Price(output=1).blended is None


@pytest.mark.parametrize(
    "use", ["chat", "extraction", "rag", "agents", "coding", "reasoning", "vision"]
)
def test_a_recommendation_says_why_and_is_not_withdrawn(use: str) -> None:
    found = catalogue().recommend(use, today=TODAY, count=5)
    assert len(found) == 5
    for each in found:
        assert each.reasons and (each.model.deprecated_on or date.max) > TODAY
    assert use in found[0].model.uses and f"recommended for {use}" in found[0].reasons
    cheap = catalogue().recommend(use, 0.5, provider="bedrock", today=TODAY)
    assert all((each.model.usd_per_million.blended or 99) <= 0.5 for each in cheap)


def test_what_is_withdrawn_is_not_recommended_and_what_will_be_is_said() -> None:
    gone = model("openai/gone", deprecated_on=TODAY, uses=("chat",))
    going = model("openai/going", deprecated_on=date(2027, 1, 1), uses=("chat",))
    found = Catalogue([gone, going], "").recommend("chat", today=TODAY)
    assert [each.model.id for each in found] == ["openai/going"]
    assert found[0].reasons == (
        "recommended for chat", "its price is not known", "to be withdrawn on 2027-01-01",
    )  # fmt: skip


def test_only_what_differs_is_compared() -> None:
    one = model("openai/one", context_window=10, capabilities={"vision": True})
    two = model("openai/two", context_window=10)
    rows = Catalogue([one, two], "").compare(["openai/one", "openai/two"])
    assert rows == {"id": ["openai/one", "openai/two"], "vision": [True, None]}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda c: c.get("claude-sonnet-4-5"), "anthropic/claude-sonnet-4-5"),
        (lambda c: c.get("bedrock/amazon.nova-pto-v1:0"), "bedrock/amazon.nova-pro-v1:0"),
        (lambda c: c.get(""), "burnish models list"),
        (lambda c: c.filter(["fly"]), "unknown capability 'fly'"),
        (lambda c: c.filter(provider="azure"), "unknown provider 'azure'"),
        (lambda c: c.filter(max_cost=-1), "no model costs -1 dollars"),
        (lambda c: c.filter(max_cost=float("nan")), "no model costs nan dollars"),
        (lambda c: c.recommend("chat", -1.0), "no model costs -1 dollars"),
        (lambda c: c.recommend("singing"), "unknown use 'singing'"),
    ],
)
def test_what_is_not_known_is_said_with_what_is(asked: object, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        asked(catalogue())  # type: ignore[operator]


def test_every_review_is_of_a_model_that_there_is() -> None:
    import tomllib
    from importlib.resources import files

    text = (files("burnish.registries.catalogue") / "overlay.toml").read_text("utf-8")
    ids = [m.id for m in catalogue()]
    for review in tomllib.loads(text)["review"]:
        match = review["match"]
        assert any(
            i == match or (match[-1] == "*" and i.startswith(match[:-1])) for i in ids
        ), match
        assert set(review) <= {"match", "name", "uses", *get_args(Capability)}
