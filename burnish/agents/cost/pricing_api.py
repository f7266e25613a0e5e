"""Prices of a region from AWS itself, through boto3's Pricing API, into the user's data folder."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from burnish.agents.cost.prices import Query, UnitPrice, pinned, refreshed_path
from burnish.errors import EnvironmentMissingError
from burnish.records.base import Record

if TYPE_CHECKING:
    from pathlib import Path

ENDPOINT_REGION = "us-east-1"
"""Of the API itself; it knows the prices of every region. Others are ap-south-1, eu-central-1."""
MAX_PAGES = 20
"""Of one answer; a query that finds more is not narrow enough to mean one price."""
# usage types begin with the region in one of AWS's short forms, but for us-east-1 often with none
_PREFIX = r"(?:[A-Z]{2,4}\d-|EU-|[a-z]{2}(?:-[a-z]+)+-\d-)?"
_REMEDY = (
    "Give boto3 credentials that may call pricing:GetProducts (`aws configure`, or "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or do without: the pinned prices are used."
)


class Refreshed(Record):
    """What a refresh did."""

    region: str
    """Whose prices were fetched."""
    path: str
    """The file that holds them now."""
    changed: tuple[str, ...]
    """Names of prices that differ from the pinned ones."""
    same: tuple[str, ...]
    """Names of prices that do not."""
    left: dict[str, str]
    """Names of prices that stay as they were pinned, each with the reason."""


def refresh(region: str, *, client: Any = None, today: date | None = None) -> Refreshed:
    """Fetch the prices of a region and keep them for later estimates.

    A price that AWS's answer does not settle stays pinned, and is named; the file is written whole
    or not at all.

    Args:
        region: Of AWS.
        client: boto3's "pricing" client; None for one with the user's credentials.
        today: Day that the file bears; None for the day it is.

    Raises:
        InputError: that is no name of a region.
        EnvironmentMissingError: boto3, credentials or the network are missing, AWS refused, or the
            data folder cannot be written.
    """
    path = refreshed_path(region)
    found: dict[str, dict[str, Any]] = {}
    changed: list[str] = []
    same: list[str] = []
    left: dict[str, str] = {}
    asked = client or _client()
    for price in pinned():
        if price.query is None:
            left[price.name] = "the Pricing API is not asked for it"
            continue
        figures = {_figures(each) for each in _products(asked, price.query, region)} - {()}
        if len(figures) != 1:
            left[price.name] = "no product found" if not figures else "several prices found"
            continue
        tiers = figures.pop()
        found[price.name] = _entry(price, region, tiers, today or date.today())
        (same if _equal(price, tiers) else changed).append(price.name)
    if not found:
        raise EnvironmentMissingError(
            f"AWS's Pricing API gave no price for {region}.",
            remedy="Check the region's name; the prices stay as they were.",
        )
    document = {"region": region, "dated": (today or date.today()).isoformat(), "prices": found}
    _write(path, document)
    return Refreshed(
        region=region, path=str(path), changed=tuple(changed), same=tuple(same), left=left
    )


def _client() -> Any:
    try:
        import boto3
    except ImportError:
        raise EnvironmentMissingError(
            "boto3 is not installed.", remedy="pip install 'burnish[aws]' brings it."
        ) from None
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    patience = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2})
    try:
        # a session of its own: boto3's shared one keeps credentials that are no longer there
        session = boto3.session.Session()
        return session.client("pricing", region_name=ENDPOINT_REGION, config=patience)
    except BotoCoreError as error:  # a profile that there is not, a broken settings file
        raise EnvironmentMissingError(f"AWS cannot be asked: {error}.", remedy=_REMEDY) from None


def _products(client: Any, query: Query, region: str) -> Iterator[dict[str, Any]]:
    """The products that are meant, of all that the API's own filters leave."""
    from botocore.exceptions import BotoCoreError, ClientError

    wanted = {"regionCode": region, **query.attributes}
    arguments: dict[str, Any] = {
        "ServiceCode": query.service,
        "FormatVersion": "aws_v1",
        "Filters": [
            {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in wanted.items()
        ],
    }
    meant = re.compile(_PREFIX + re.escape(query.usagetype))
    for _ in range(MAX_PAGES):
        try:
            answer = client.get_products(**arguments)
        except (BotoCoreError, ClientError) as error:
            reason = str(error).rstrip(".")
            raise EnvironmentMissingError(
                f"AWS's Pricing API did not answer: {reason}.", remedy=_REMEDY
            ) from None
        for text in answer.get("PriceList", ()):
            with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
                product = json.loads(text)
                usagetype = product["product"]["attributes"].get("usagetype", "")
                if not query.usagetype or meant.fullmatch(usagetype):
                    yield product
        if not answer.get("NextToken"):
            return
        arguments["NextToken"] = answer["NextToken"]


Tiers = tuple[tuple[float, float], ...]
"""Units from which a price holds, and US dollars for one of them."""


def _figures(product: dict[str, Any]) -> Tiers:
    """The on-demand prices that are not nothing; () if there are none in US dollars."""
    try:
        dimensions = [
            (float(each["beginRange"]), float(each["pricePerUnit"]["USD"]))
            for term in product["terms"]["OnDemand"].values()
            for each in term["priceDimensions"].values()
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()
    # a first step at $0 is the free tier, which prices.toml knows by itself
    charged = sorted((begin, usd) for begin, usd in dimensions if usd > 0)
    return tuple((0.0 if index == 0 else begin, usd) for index, (begin, usd) in enumerate(charged))


def _entry(price: UnitPrice, region: str, tiers: Tiers, day: date) -> dict[str, Any]:
    return {
        "usd": tiers[0][1] * price.per,
        "tiers": [{"over": over, "usd": usd * price.per} for over, usd in tiers[1:]],
        "region": region,
        "source": f"AWS Pricing API, {day.isoformat()}",
    }


def _equal(price: UnitPrice, tiers: Tiers) -> bool:
    assert price.usd is not None
    return abs(tiers[0][1] * price.per - price.usd) <= 1e-9 * price.usd


def _write(path: Path, document: dict[str, Any]) -> None:
    aside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
        aside.replace(path)
    except OSError as error:
        raise EnvironmentMissingError(
            f"{path} cannot be written: {error.strerror or error}.",
            remedy="BURNISH_DATA_DIR names another data folder.",
        ) from None
