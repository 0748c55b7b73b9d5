"""What a stage implies (probability, forecast, closed, won) and the fields computed from others; knows no storage."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.salesforce.stamps import day
from sandbox.salesforce.store import Cell, Row


@dataclass(frozen=True)
class Stage:
    name: str
    probability: float
    forecast: str
    is_closed: bool = False
    is_won: bool = False


STAGES = {
    stage.name.lower(): stage
    for stage in (
        Stage("Prospecting", 10, "Pipeline"),
        Stage("Qualification", 10, "Pipeline"),
        Stage("Needs Analysis", 20, "Pipeline"),
        Stage("Value Proposition", 50, "Pipeline"),
        Stage("Id. Decision Makers", 60, "Pipeline"),
        Stage("Perception Analysis", 70, "Pipeline"),
        Stage("Proposal/Price Quote", 75, "Best Case"),
        Stage("Negotiation/Review", 90, "Commit"),
        Stage("Closed Won", 100, "Closed", is_closed=True, is_won=True),
        Stage("Closed Lost", 0, "Omitted", is_closed=True),
    )
}
_FORECASTS = {"Best Case": "BestCase", "Commit": "Forecast"}
_BADGES = {
    "matched": "🟡",
    "awaiting approval": "🟠",
    "filing": "🔵",
    "in review": "🔵",
    "accepted": "🟢",
    "handed off": "🟢",
    "engaged": "🟢",
    "needs a person": "🔴",
}
HISTORY_FIELDS = ("StageName", "Amount", "CloseDate", "Probability")


def implied_by_stage(stage_name: str) -> Row:
    """What choosing the stage sets; a stage the org does not know is open and unlikely."""
    stage = STAGES.get(stage_name.lower(), Stage(stage_name, 0, "Pipeline"))
    return {
        "Probability": stage.probability,
        "ForecastCategoryName": stage.forecast,
        "IsClosed": int(stage.is_closed),
        "IsWon": int(stage.is_won),
    }


def computed(row: Mapping[str, Cell]) -> Row:
    """The opportunity fields Salesforce computes from the others."""
    closes_on = day(str(row["CloseDate"]))
    quarter = (closes_on.month + 2) // 3
    amount, probability = row.get("Amount"), row.get("Probability")
    forecast = str(row.get("ForecastCategoryName") or "Pipeline")
    return {
        "ExpectedRevenue": None if amount is None else round(float(amount) * float(probability or 0) / 100, 2),
        "ForecastCategory": _FORECASTS.get(forecast, forecast),
        "FiscalYear": closes_on.year,
        "FiscalQuarter": quarter,
        "Fiscal": f"{closes_on.year} {quarter}",
        "Cosell_Badge__c": badge(row.get("Cosell_Status__c")),
    }


def badge(status: Cell) -> str | None:
    """The formula behind Cosell_Badge__c."""
    return f"{_BADGES.get(str(status).lower(), '⚪')} {status}" if status else None


def history_row(record_id: str, row: Mapping[str, Cell], before: Mapping[str, Cell] | None) -> Row:
    """The OpportunityHistory row that a change of stage, amount, close date or probability leaves."""
    return {
        "Id": record_id,
        "OpportunityId": row["Id"],
        "StageName": row["StageName"],
        "Amount": row.get("Amount"),
        "ExpectedRevenue": row.get("ExpectedRevenue"),
        "CloseDate": row["CloseDate"],
        "Probability": row.get("Probability"),
        "ForecastCategory": row.get("ForecastCategory"),
        "PrevAmount": before.get("Amount") if before else None,
        "PrevCloseDate": before.get("CloseDate") if before else None,
        "CreatedById": row["LastModifiedById"],
        "CreatedDate": row["LastModifiedDate"],
        "SystemModstamp": row["LastModifiedDate"],
        "IsDeleted": 0,
    }
