"""Prices from AWS itself, with botocore's Stubber in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from burnish.agents.cost.prices import UnitPrice, known_prices, pinned, refreshed_path
from burnish.agents.cost.pricing_api import refresh
from burnish.errors import EnvironmentMissingError, InputError

DAY = date(2026, 12, 1)
ASKED = [price for price in pinned() if price.query is not None]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client that never reaches AWS."""
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    return boto3.client("pricing", region_name="us-east-1")


@pytest.fixture
def stub(client: Any) -> Iterator[Any]:
    from botocore.stub import Stubber

    with Stubber(client) as stubber:
        yield stubber


def product(usagetype: str, *steps: tuple[str, str], currency: str = "USD") -> str:
    """A product as the price list has it: steps of beginRange and price."""
    dimensions = {
        f"x.{number}": {"beginRange": begin, "pricePerUnit": {currency: usd}}
        for number, (begin, usd) in enumerate(steps)
    }
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usagetype}},
            "terms": {"OnDemand": {"x": {"priceDimensions": dimensions}}},
        }
    )


def expected(price: UnitPrice, region: str) -> dict[str, Any]:
    assert price.query is not None
    filters = {"regionCode": region, **price.query.attributes}
    return {
        "ServiceCode": price.query.service,
        "FormatVersion": "aws_v1",
        "Filters": [
            {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()
        ],
    }


def answer(stub: Any, region: str, **products: list[str]) -> None:
    """For each price that is asked for the products given, else one at twice the pinned price."""
    for price in ASKED:
        assert price.query is not None and price.usd is not None
        usagetype = f"EUC1-{price.query.usagetype or 'Any'}"
        usual = [product(usagetype, ("0", f"{2 * price.usd / price.per:.16f}"))]
        stub.add_response(
            "get_products",
            {"PriceList": products.get(price.name, usual)},
            expected(price, region),
        )


def test_fetched_prices_are_kept_and_preferred(client: Any, stub: Any) -> None:
    answer(stub, "eu-central-1")
    done = refresh("eu-central-1", client=client, today=DAY)
    assert set(done.changed) == {price.name for price in ASKED} and not done.same
    assert set(done.left) == {price.name for price in pinned()} - set(done.changed)
    assert done.path == str(refreshed_path("eu-central-1"))
    prices = known_prices("eu-central-1")
    assert prices.dated == "2026-12-01"
    for price in ASKED:
        found = prices.get(price.name)
        assert found.usd == pytest.approx(2 * (price.usd or 0)), price.name
        assert (found.per, found.free, found.unit) == (price.per, price.free, price.unit)
        assert not prices.approximate(found) and found.source == "AWS Pricing API, 2026-12-01"
    assert prices.approximate(prices.get("agentcore_vcpu_hour"))
    assert [each.name for each in Path(done.path).parent.iterdir()] == ["eu-central-1.json"]


def test_steps_become_tiers_and_the_free_one_is_left_out(client: Any, stub: Any) -> None:
    steps = (("300000000", "0.0000009"), ("0", "0.0000011"))
    answer(
        stub,
        "us-east-1",
        http_api_request=[product("ApiGatewayHttpRequest", *steps)],
        dynamodb_gb_month=[product("USE1-TimedStorage-ByteHrs", ("0", "0"), ("25", "0.25"))],
        lambda_request=[product("Request", ("0", "0.0000002000"))],
    )
    done = refresh("us-east-1", client=client, today=DAY)
    assert {"dynamodb_gb_month", "lambda_request"} == set(done.same)
    prices = known_prices("us-east-1")
    http = prices.get("http_api_request")
    assert http.usd_for(301e6) == pytest.approx(300 * 1.1 + 0.9)
    assert prices.get("dynamodb_gb_month").usd_for(26) == pytest.approx(0.25)


def test_what_an_answer_does_not_settle_stays_pinned(client: Any, stub: Any) -> None:
    two = [
        product("NatGateway-Hours", ("0", "0.1")),
        product("EUC1-NatGateway-Hours", ("0", "0.2")),
    ]
    answer(
        stub,
        "us-east-1",
        nat_hour=two,
        nat_gb=[product("NatGateway-Prvd-Bytes", ("0", "9"))],
        alb_hour=[product("LoadBalancerUsage", ("0", "1"), currency="CNY")],
        dynamodb_gb_month=[product("IA-TimedStorage-ByteHrs", ("0", "0.1"))],
        fargate_gb_hour_x86_64=[product("USE1-Fargate-ARM-GB-Hours", ("0", "0.1"))],
        lambda_request=["no json", "[]", "{}", product("Request", ("none", "1"))],
        kms_key_month=[product("us-east-1-KMS-Keys", ("0", "3"))],
    )
    done = refresh("us-east-1", client=client, today=DAY)
    assert done.left["nat_hour"] == "several prices found"
    for name in ("nat_gb", "alb_hour", "dynamodb_gb_month", "fargate_gb_hour_x86_64",
                 "lambda_request"):  # fmt: skip
        assert done.left[name] == "no product found", name
        assert known_prices("us-east-1").get(name) == pinned().get(name)
    assert known_prices("us-east-1").get("kms_key_month").usd == 3


def test_every_page_is_read(client: Any, stub: Any) -> None:
    price = ASKED[0]
    first = {"PriceList": [product("Other", ("0", "9"))], "NextToken": "more"}
    stub.add_response("get_products", first, expected(price, "us-east-1"))
    second = expected(price, "us-east-1") | {"NextToken": "more"}
    found = [product("USE1-Fargate-vCPU-Hours:perCPU", ("0", "0.05"))]
    stub.add_response("get_products", {"PriceList": found}, second)
    for other in ASKED[1:]:
        stub.add_response("get_products", {"PriceList": []}, expected(other, "us-east-1"))
    done = refresh("us-east-1", client=client, today=DAY)
    assert done.changed == (price.name,)
    assert known_prices("us-east-1").get(price.name).usd == 0.05
    stub.assert_no_pending_responses()


def test_a_refusal_names_the_permission_and_changes_nothing(client: Any, stub: Any) -> None:
    stub.add_client_error("get_products", "AccessDeniedException", "not allowed")
    with pytest.raises(EnvironmentMissingError, match="not allowed") as caught:
        refresh("us-east-1", client=client)
    assert "pricing:GetProducts" in caught.value.remedy
    assert not refreshed_path("us-east-1").exists()


def test_a_region_without_any_price_is_said_and_nothing_is_kept(client: Any, stub: Any) -> None:
    for price in ASKED:
        stub.add_response("get_products", {"PriceList": []}, expected(price, "xx-nowhere-1"))
    with pytest.raises(EnvironmentMissingError, match="gave no price for xx-nowhere-1"):
        refresh("xx-nowhere-1", client=client)
    assert not refreshed_path("xx-nowhere-1").exists()
    with pytest.raises(InputError, match="is no AWS region"):
        refresh("../x", client=client)


def test_without_credentials_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(EnvironmentMissingError, match="Unable to locate credentials") as caught:
        refresh("us-east-1")
    assert "aws configure" in caught.value.remedy and "pinned prices are used" in str(caught.value)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(EnvironmentMissingError, match="nobody"):
        refresh("us-east-1")


def test_a_folder_that_cannot_be_written_is_said(client: Any, stub: Any) -> None:
    refreshed_path("eu-central-1").parent.write_text("a file where the folder belongs")
    answer(stub, "eu-central-1")
    with pytest.raises(EnvironmentMissingError, match="cannot be written") as caught:
        refresh("eu-central-1", client=client)
    assert "BURNISH_DATA_DIR" in caught.value.remedy
