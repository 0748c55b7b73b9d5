"""The outside world as its people use it: the sandbox over HTTP, never the bot; what the world holds is the truth."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import httpx

from motions.deals import OpportunityId
from motions.model import Motion
from sandbox.cast import Member, Role, seller_slack_id

Json = dict[str, Any]

CENTRAL, EAST, WEST = "C0AWSCENT", "C0AWSEAST", "C0AWSWEST"
SHARED = "C0SHAREDAWS"
DARCEL = "darcel.schlecht@meridian.example"  # sells in Central, which Priya looks after
HAYDEN = "hayden.neloms@meridian.example"  # sells in West, which Tomas looks after
CASSEY = "cassey.cress@meridian.example"  # sells in East, which Priya looks after

SELLER = Member(seller_slack_id("Darcel Schlecht"), "T0MERIDIAN", "Darcel Schlecht", DARCEL, Role.SELLER, "", "")

ANSWERED, ANSWERED_WITHIN = {"action", "command", "submit"}, 5.0

_REST = "/salesforce/services/data/v66.0"
_LOGIN = {
    "grant_type": "client_credentials",
    "client_id": "sandbox-consumer-key",
    "client_secret": "sandbox-consumer-secret",
}
# In the United States, with a site and a size: what AWS asks of a customer is there. They match alike, so it does not
# matter whose turn it is.
_CUSTOMERS = ("Acme Corporation", "Codehow", "Conecom", "Doncon", "Donquadtech", "Konex")
_WHOLE: Json = {
    "StageName": "Proposal/Price Quote",
    "Amount": 60000,
    "Type": "New Business",
    "Description": "Dispatchers cannot see where freight is and lose two hours a day looking for it.",
    "NextStep": "Workshop with the data team",
}


@dataclass
class Company:
    """One sandbox world, and hands to act and look in it."""

    url: str
    http: httpx.Client
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _began: str = ""  # what was said in Slack before is not looked at

    def new_deal(
        self, *, owner: str = DARCEL, customer: str | None = "", product: str = "GTX Pro", **fields: Any
    ) -> OpportunityId:
        """A seller's new deal, whole and promising unless told otherwise; to the bot a change like any other."""
        number = next(self._numbers)
        account = _CUSTOMERS[number % len(_CUSTOMERS)] if customer == "" else customer
        closes = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
        values: Json = {"Name": f"{account or 'Nobody'} - {product} {number}", "CloseDate": closes, **_WHOLE, **fields}
        values["OwnerId"] = self._id_of("User", "Email", owner)
        if account:
            values["AccountId"] = self._id_of("Account", "Name", account)
        made = self.http.post(f"{_REST}/sobjects/Opportunity", json=values, headers=self._signed_in())
        assert made.status_code == httpx.codes.CREATED, made.text
        return OpportunityId(made.json()["id"])

    def new_customer(self, name: str) -> None:
        """An account of this name."""
        made = self.http.post(f"{_REST}/sobjects/Account", json={"Name": name}, headers=self._signed_in())
        assert made.status_code == httpx.codes.CREATED, made.text

    def change(self, deal: OpportunityId, by: str | None = None, **fields: Any) -> None:
        """A person's edit in the CRM, the owner's by default."""
        self.do("/salesforce/_control/change", id=deal, fields=fields, **({"user": by} if by else {}))

    def record(self, deal: OpportunityId) -> Json:
        """The deal as the CRM holds it."""
        found: Json = self.look(f"/salesforce/_control/record/Opportunity/{deal}")
        return found

    def activities(self, deal: OpportunityId) -> list[Json]:
        """The completed tasks on a deal."""
        return self._query(f"SELECT Id, Subject, Description FROM Task WHERE WhatId = '{deal}'")

    def filed(self, deal: OpportunityId) -> list[Json]:
        """What AWS holds under this CRM id."""
        found: list[Json] = self.look("/aws/_control/summary")["opportunities"]
        return [each for each in found if each["crm_id"] == deal]

    def aws_calls(self, operation: str) -> list[Json]:
        """Every call of one operation since the world began."""
        calls: list[Json] = self.look("/aws/_control/calls")["calls"]
        return [call for call in calls if call["operation"] == operation]

    def messages(self, channel: str) -> list[Json]:
        """Everything in a channel since `begin`, whispers too."""
        found: list[Json] = self.look(f"/slack/_control/messages?channel={channel}")["messages"]
        return [m for m in found if m["ts"] >= self._began]

    def posted(self, channel: str, key: str = "") -> list[Json]:
        """What the bot posted in a channel itself, under the keys that begin so."""
        of_bot = [m for m in self.messages(channel) if (m.get("metadata") or {}).get("event_type") == "cosell_post"]
        return [m for m in of_bot if m["metadata"]["event_payload"]["key"].startswith(key) and not m.get("thread_ts")]

    def handoffs(self) -> list[Json]:
        """The handoffs in the channel shared with AWS; the grant's card and the joint forecast stand there too."""
        return [m for m in self.posted(SHARED) if m["metadata"]["event_payload"]["key"].endswith(":handoff")]

    def has_agreed(self) -> bool:
        """Whether AWS has agreed to what is shared with it."""
        return any("*Agreed*" in str(m["blocks"]) for m in self.posted(SHARED, "grant:"))

    def act(self, gesture: str, person: Member, **body: Any) -> Json:
        """Do something in Slack as a person; what they then saw is in the answer."""
        patience = ANSWERED_WITHIN if gesture in ANSWERED else 0
        answer: Json = self.do(f"/slack/_control/act/{gesture}", user=person.id, **{"patience": patience, **body})
        return answer

    def approve(self, person: Member, motion: Motion) -> None:
        """Press Approve on a motion's card, and be told so."""
        assert motion.card is not None
        place = {"channel": motion.card.channel, "message_ts": motion.card.ts}
        answer = self.act("action", person, **place, action_id="motion.approve")
        assert "Approved." in str(answer["shown"]), answer

    def trouble(self, system: str, kind: str, **how: Any) -> None:
        """Order a fault of one system."""
        self.do(f"/{system}/_control/faults", kind=kind, **how)

    def review(self, deal: OpportunityId, decision: str, **why: str) -> None:
        """AWS's reviewer decides."""
        (opportunity,) = self.filed(deal)
        self.do("/aws/_control/review", id=opportunity["id"], decision=decision, **why)

    def correct(self, deal: OpportunityId, problem: str) -> None:
        """Somebody of ours corrects the referral by hand in AWS's portal, which submits it again."""
        self.edit_in_portal(deal, "Project", CustomerBusinessProblem=problem)

    def edit_in_portal(self, deal: OpportunityId, block: str, **changes: str) -> None:
        """Somebody of ours changes the referral in AWS's own pages."""
        (opportunity,) = self.filed(deal)
        now = self.aws().get_opportunity(Catalog="AWS", Identifier=opportunity["id"])
        kept = ("Catalog", "LastModifiedDate", "PrimaryNeedsFromAws", "PartnerOpportunityIdentifier", "OpportunityType")
        body = {name: now[name] for name in (*kept, "NationalSecurity", "LifeCycle", "Project") if name in now}
        body["Customer"] = {name: part for name, part in now["Customer"].items() if part}
        body[block] = body[block] | changes
        self.aws().update_opportunity(Identifier=now["Id"], **body)

    def record_at_aws(self, deal: OpportunityId) -> Json:
        """The referral as AWS's record has it."""
        (opportunity,) = self.filed(deal)
        found: Json = self.aws().get_opportunity(Catalog="AWS", Identifier=opportunity["id"])
        return found

    def begin(self) -> None:
        """A new bot comes to a calm world, in which nobody has a form open and nobody looks at what others said."""
        self.calm()
        for person, forms in self.look("/slack/_control/views")["modals"].items():
            for form in reversed(forms):
                self.do("/slack/_control/act/close", user=person, view_id=form["id"])
        self._began = f"{datetime.now(UTC).timestamp():.6f}"

    def calm(self) -> None:
        """No fault anywhere; AWS approves soon and counts nobody's calls, and Slack has counted none yet."""
        self.http.delete("/salesforce/_control/faults").raise_for_status()
        self.http.delete("/aws/_control/faults").raise_for_status()
        self.do("/slack/_control/faults", clear=True)
        self.do("/slack/_control/settings", paced=True)
        self.do("/aws/_control/reviewer", mode="auto", delay_seconds=0.2)
        self.do("/aws/_control/limits", writes_per_second=None, reads_per_second=None)
        self.do("/aws/_control/knobs", task_delay_seconds=0)

    def look(self, path: str) -> Any:
        """What a control endpoint tells."""
        return self.http.get(path).raise_for_status().json()

    def do(self, path: str, /, **body: Any) -> Any:
        """What a control endpoint answers to a command."""
        return self.http.post(path, json=body).raise_for_status().json()

    def aws(self) -> Any:
        """AWS's portal as somebody of ours uses it, without the bot."""
        session = boto3.Session("sandbox", "sandbox", region_name="us-east-1")
        return session.client("partnercentral-selling", endpoint_url=f"{self.url}/aws")

    def _id_of(self, sobject: str, field_name: str, value: str) -> str:
        (found,) = self._query(f"SELECT Id FROM {sobject} WHERE {field_name} = '{value}'")
        return str(found["Id"])

    def _query(self, soql: str) -> list[Json]:
        answer = self.http.get(f"{_REST}/query", params={"q": soql}, headers=self._signed_in()).raise_for_status()
        records: list[Json] = answer.json()["records"]
        return records

    def _signed_in(self) -> dict[str, str]:
        token = self.http.post("/salesforce/services/oauth2/token", data=_LOGIN).raise_for_status().json()
        return {"Authorization": f"Bearer {token['access_token']}"}
