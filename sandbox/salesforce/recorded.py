"""The recorded CRM data as typed rows, dirt kept, with its dates moved so that it ends today; invents nothing."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "crm_maven"
# The pipeline spells this product without its blank; the price list does not.
_MISSPELT = {"GTXPro": "GTX Pro"}


@dataclass(frozen=True)
class Agent:
    name: str
    manager: str
    office: str


@dataclass(frozen=True)
class Company:
    name: str
    sector: str
    founded: str
    revenue_millions: float
    employees: int
    country: str
    parent: str


@dataclass(frozen=True)
class Deal:
    """One line of the pipeline; `product` is spelt as recorded."""

    key: str
    agent: str
    product: str
    company: str
    stage: str
    engaged_on: date | None
    closed_on: date | None
    value: float | None


@dataclass(frozen=True)
class Recorded:
    agents: list[Agent]
    companies: list[Company]
    prices: dict[str, float]
    deals: list[Deal]

    def price(self, product: str) -> float:
        """The list price of a product in either spelling."""
        return self.prices[_MISSPELT.get(product, product)]


def load(today: date, deals: int | None = None) -> Recorded:
    """Everything, or an evenly spaced sample of the deals, ending today."""
    pipeline = _rows("sales_pipeline.csv")
    shift = today - _last_day()
    count = len(pipeline) if deals is None else min(deals, len(pipeline))
    sample = [pipeline[at * len(pipeline) // count] for at in range(count)]
    return Recorded(
        agents=[Agent(row["sales_agent"], row["manager"], row["regional_office"]) for row in _rows("sales_teams.csv")],
        companies=[_company(row) for row in _rows("accounts.csv")],
        prices={row["product"]: float(row["sales_price"]) for row in _rows("products.csv")},
        deals=[_deal(row, shift) for row in sample],
    )


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _last_day() -> date:
    days = [_date(row[name]) for row in _rows("sales_pipeline.csv") for name in ("engage_date", "close_date")]
    return max(day for day in days if day)


def _date(text: str) -> date | None:
    # strptime costs a second over the whole pipeline.
    if not text:
        return None
    month, day, year = text.split("/")
    return date(int(year), int(month), int(day))


def _company(row: dict[str, str]) -> Company:
    return Company(
        name=row["account"],
        sector=row["sector"],
        founded=row["year_established"],
        revenue_millions=float(row["revenue"]),
        employees=int(row["employees"]),
        country=row["office_location"],
        parent=row["subsidiary_of"],
    )


def _deal(row: dict[str, str], shift: timedelta) -> Deal:
    engaged, closed = _date(row["engage_date"]), _date(row["close_date"])
    return Deal(
        key=row["opportunity_id"],
        agent=row["sales_agent"],
        product=row["product"],
        company=row["account"],
        stage=row["deal_stage"],
        engaged_on=engaged and engaged + shift,
        closed_on=closed and closed + shift,
        value=float(row["close_value"]) if row["close_value"] else None,
    )
