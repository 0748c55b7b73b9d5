"""AWS's acceptance cases: the published rows, and hands to file, decide and change as they ask."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.aws import AwsPortal, check
from connectors.aws.import_rows import filing_of
from connectors.checking import Finding
from tests.connectors.aws.aws_world import TODAY, Emulator

ROWS: dict[str, dict[str, Any]] = {}
_SHEETS = {"Partner Opp Referral - Create": "Create", "Partner Opp Referral": "Update", "AWS Opp Referral": "AWS"}
for each in json.loads(
    (Path(__file__).parent / "fixtures" / "acceptance" / "testing_scenarios.json").read_text("utf-8")
):
    ROWS[f"{_SHEETS[each['sheet']]} {each['step']}: {each['name']}"] = each

# The rows were written in 2020 and name products that stand for some; everything else is as published.
TODAYS = {"targetCloseDate": "2027-06-30"}
PRODUCTS = ["AWSLambda", "AWSBackup"]
SOLUTION = "S-0051001"


def row(step: str, **changes: Any) -> dict[str, Any]:
    """The published row, in today's dates and products, changed; None takes a column away."""
    found = next(each for name, each in ROWS.items() if name.startswith(f"Create {step}:"))
    given = deepcopy(found["opportunity"]) | TODAYS
    if "awsProducts" in given:
        given["awsProducts"] = PRODUCTS
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


@dataclass
class Desk:
    """Our adapter and the portal it files in."""

    emulator: Emulator
    portal: AwsPortal
    known: dict[str, Any] = field(default_factory=dict)

    def findings(self, given: dict[str, Any]) -> list[Finding]:
        """What stands in the way of a row."""
        document = {"version": "2", "opportunities": [given], "known": self.known}
        return [one for one in check(document, TODAY).findings if one.blocks]

    def file(self, given: dict[str, Any], key: str = "m1:file") -> str:
        """File a row the way the bot does: judged first, then step by step."""
        assert self.findings(given) == []
        filing = filing_of(given)
        body = {name: value for name, value in filing.body.items() if name != "SoftwareRevenue"}
        body["LifeCycle"] = {**body["LifeCycle"], "Stage": "Qualified"}  # type: ignore[dict-item]
        solutions = filing.related["Solutions"]
        payload = {
            "create": body,
            "associate": {"solution_id": solutions[0]} if solutions else {},
            "submit": {"involvement": filing.involvement, "visibility": "Full"},
        }
        ids: dict[str, str] = {}
        for step in self.portal.saga(payload, key):
            if step.name == "submit":
                for product in filing.related["AwsProducts"]:
                    self.portal.relate(ids["create"], "AwsProducts", product)
            ids[step.name] = step.send(ids)
        return ids["create"]

    def approved(self) -> str:
        """A referral AWS approved, with a solution of ours."""
        referral = self.file(row("1", solutionOffered=[SOLUTION]))
        self.decide(referral, "approve")
        return referral

    def decide(self, referral: str, decision: str, comments: str = "") -> None:
        """What AWS's reviewer does."""
        self.emulator.control("/review", id=referral, decision=decision, comments=comments)

    def held(self, referral: str) -> dict[str, Any]:
        """What AWS holds."""
        return self.emulator.held(referral)

    def calls(self, operation: str) -> int:
        """How often AWS was asked to do something."""
        return len(self.emulator.calls(operation))
