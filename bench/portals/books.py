"""What CRM, portals and Slack hold, by their own books and never by the bot's; judges nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bench.chaos.company import Company
from bench.portals.setting import BY_HAND

Json = dict[str, Any]

AWS, MICROSOFT, SHEET = "aws", "microsoft", BY_HAND.partner
_AWS_WRITES = {"CreateOpportunity", "AssociateOpportunity", "StartEngagementFromOpportunityTask", "UpdateOpportunity"}
_MICROSOFT_WRITES = {"create", "invite", "update"}
# Answers that say wait, sign in, or look again; every other refusal of a write is a bounce.
_NO_BOUNCE = {401, 429}
_UNFILED, _TURNED_DOWN = {"Pending Submission"}, {"Rejected", "Action Required"}
_OURS, _THEIRS, _TAKEN = "ours", "microsoft", ("Active", "Accepted")
_WRITTEN = "SELECT Id, Cosell_Referral_Id__c FROM Opportunity WHERE Cosell_Status__c IN ('Accepted', 'Engaged')"


@dataclass(frozen=True)
class Filed:
    """One referral in one portal."""

    partner: str
    id: str
    crm_id: str
    is_accepted: bool
    is_turned_down: bool = False


@dataclass(frozen=True)
class Write:
    """One call that changes something, as a portal saw it."""

    partner: str
    at: datetime
    is_refused: bool  # for what it said


class Books:
    """Reads the outside; `packs` is the folder from which people file by hand."""

    def __init__(self, company: Company, packs: Path) -> None:
        self._company = company
        self._packs = packs
        self._seen: dict[tuple[str, str], Write] = {}

    def filed(self) -> list[Filed]:
        """Every referral that a portal has and that was really handed in."""
        return [*self._at_aws(), *self._at_microsoft(), *self._by_hand()]

    def written(self) -> Mapping[str, str]:
        """Deals the CRM calls accepted, with the referral each names."""
        return {str(row["Id"]): str(row["Cosell_Referral_Id__c"] or "") for row in self._company.records(_WRITTEN)}

    def writes(self) -> list[Write]:
        """Every write two portals saw since the first time this was asked; to be asked before they forget."""
        for partner, names in ((AWS, _AWS_WRITES), (MICROSOFT, _MICROSOFT_WRITES)):
            for call in self._company.look(f"/{partner}/_control/calls")["calls"]:
                if call["operation"] in names:
                    key = (partner, json.dumps(call, sort_keys=True))
                    self._seen[key] = Write(partner, datetime.fromisoformat(call["at"]), _is_refused(call))
        return list(self._seen.values())

    def typed(self) -> int:
        """How often people wrote: messages of theirs, and forms they were shown to fill in."""
        messages = [m for m in self._company.messages() if not m.get("bot_id")]
        opened = self._company.look("/slack/_control/calls?method=views.open")["calls"]
        return len(messages) + len(opened)

    def _at_aws(self) -> Iterator[Filed]:
        for each in self._company.look("/aws/_control/summary")["opportunities"]:
            review = each["review_status"]
            if review not in _UNFILED and each["crm_id"]:
                yield Filed(AWS, each["id"], each["crm_id"], review == "Approved", review in _TURNED_DOWN)

    def _at_microsoft(self) -> Iterator[Filed]:
        referrals = self._company.look("/microsoft/_control/summary")["referrals"]
        theirs = {each["engagement_id"]: each for each in referrals if each["side"] == _THEIRS}
        for each in referrals:
            asked = theirs.get(each["engagement_id"])
            if each["side"] == _OURS and asked is not None:
                taken = (asked["status"], asked["substatus"]) == _TAKEN
                yield Filed(MICROSOFT, each["id"], each["crm_id"], taken, asked["status"] == "Closed")

    def _by_hand(self) -> Iterator[Filed]:
        """A pack is filed once its workbook is there: from it a person uploads, and types nothing."""
        for path in self._packs.glob("deal-*.json"):
            entry = json.loads(path.read_text())
            if (self._packs / f"{entry['id']}.xlsx").is_file():
                name = entry["reference"] or entry["id"]
                yield Filed(SHEET, name, entry["crm_id"], entry["review"] == "accepted", entry["review"] == "rejected")


def _is_refused(call: Json) -> bool:
    status = int(call["status"])
    is_throttled = "Throttling" in str(call.get("error", ""))
    return httpx.codes.is_client_error(status) and status not in _NO_BOUNCE and not is_throttled
