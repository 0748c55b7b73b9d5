"""Hands in the sandbox world, over HTTP: change deals, act as people, order troubles, look; knows no bot."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from sandbox.marketplace.catalog import PRODUCT

Json = dict[str, Any]

SHARED = "C0SHAREDAWS"
MANAGERS = ("U0PRIYA", "U0TOMAS", "U0DANA")  # all of them may decide on any card
CORRECTED = "Dispatchers lose two hours a day, as AWS asked to know"  # how every correction begins

WAITING = ("Submitted", "In review")
_REST = "/salesforce/services/data/v66.0"
_LOGIN = {
    "grant_type": "client_credentials",
    "client_id": "sandbox-consumer-key",
    "client_secret": "sandbox-consumer-secret",
}
# In the United States, with a site and a size: what AWS asks of a customer is there.
_CUSTOMERS = ("Acme Corporation", "Codehow", "Conecom", "Dalttechnology", "Doncon", "Donquadtech", "Kan-code", "Konex")


class Company:
    """One sandbox world, its people and its books."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=60)
        self._numbers = count(1)
        self._accounts = [a for a in self.records("SELECT Id, Name FROM Account") if a["Name"] in _CUSTOMERS]

    def close(self) -> None:
        """Put the receiver down."""
        self._http.close()

    def open_deals(self) -> Sequence[str]:
        """Every deal somebody could still win."""
        return [str(row["Id"]) for row in self.records("SELECT Id FROM Opportunity WHERE IsClosed = false")]

    def promise(self, deal: str, product: str) -> bool:
        """A seller completes a deal until it is whole and promising: a motion must come of it."""
        number = next(self._numbers)
        account = self._accounts[number % len(self._accounts)]
        return self.complete(deal, account["Id"], f"{account['Name']} {number} - {product}", number)

    def complete(self, deal: str, account_id: str, name: str, number: int) -> bool:
        """The owner makes a deal whole and promising; no two numbers have the same amount."""
        closes = (datetime.now(UTC) + timedelta(days=60 + number % 60)).date().isoformat()
        return self.change(
            deal,
            Name=name,
            AccountId=account_id,
            StageName="Proposal/Price Quote",
            Amount=60000 + number,
            CloseDate=closes,
            Type="New Business",
            Description="Dispatchers cannot see where freight is and lose two hours a day looking for it.",
            NextStep="Workshop with the data team",
        )

    def change(self, deal: str, **fields: object) -> bool:
        """The owner's edit in the CRM; False when somebody else holds the record."""
        return self._edit("/salesforce/_control/change", id=deal, fields=fields)

    def change_something(self) -> bool:
        """Some seller's edit of some deal."""
        return self._edit("/salesforce/_control/tick")

    def invite(self) -> bool:
        """AWS brings a deal of one of our customers."""
        number = next(self._numbers)
        customer = self._accounts[number % len(self._accounts)]["Name"]
        # Of another year than what sellers promise: else every card would ask whether it is the same deal.
        facts = {"company_name": customer, "title": f"Freight visibility {number}", "target_close_date": "2028-03-01"}
        self.do("/aws/_control/aws_referral", **facts)
        return True

    def quote(self, deal: str) -> bool:
        """A seller has a quote of the deal approved."""
        until = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
        return self.change(
            deal,
            Quote_Number__c=f"Q-{next(self._numbers)}",
            Quote_Status__c="Approved",
            Quote_Amount__c=48000,
            Quote_Term_Months__c=12,
            Quote_Valid_Until__c=until,
            Quote_Marketplace_Product__c=PRODUCT,
            Buyer_AWS_Account__c="111122223333",
        )

    def send_back(self) -> bool:
        """AWS's reviewer asks for changes of a referral that waits for them, if there is one."""
        filed = self.look("/aws/_control/summary")["opportunities"]
        waiting = [each["id"] for each in filed if each["crm_id"] and each["review_status"] in WAITING]
        if waiting:
            ask = {"decision": "action_required", "comments": f"Say what is lost ({next(self._numbers)})"}
            self._http.post("/aws/_control/review", json={"id": waiting[-1], **ask})  # who was faster is refused
        return True

    def act(self, gesture: str, person: str, **body: object) -> Json:
        """Do something in Slack; `ok` in the answer is what that person's client made of it."""
        answer: Json = self.do(f"/slack/_control/act/{gesture}", user=person, **body)
        return answer

    def messages(self, channel: str = "") -> list[Json]:
        """Everything in a channel, or everywhere."""
        query = f"?channel={channel}" if channel else ""
        found: list[Json] = self.look(f"/slack/_control/messages{query}")["messages"]
        return found

    def records(self, soql: str) -> list[Json]:
        """Rows of the CRM."""
        token = self._http.post("/salesforce/services/oauth2/token", data=_LOGIN).raise_for_status().json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        found: list[Json] = []
        page = self._http.get(f"{_REST}/query", params={"q": soql}, headers=headers).raise_for_status().json()
        while True:
            found += page["records"]
            if page["done"]:
                return found
            page = self._http.get(f"/salesforce{page['nextRecordsUrl']}", headers=headers).raise_for_status().json()

    def calm(self) -> None:
        """No fault anywhere; AWS approves soon and counts nobody's calls."""
        self._http.delete("/salesforce/_control/faults").raise_for_status()
        self._http.delete("/aws/_control/faults").raise_for_status()
        self.do("/slack/_control/faults", clear=True)
        self._http.delete("/marketplace/_control/faults").raise_for_status()
        self._http.delete("/microsoft/_control/faults").raise_for_status()
        self.do("/aws/_control/reviewer", mode="auto", delay_seconds=2.0)
        self.do("/aws/_control/limits", writes_per_second=None, reads_per_second=None)
        self.do("/aws/_control/knobs", task_delay_seconds=0.2)

    def mend_crm(self) -> None:
        """No fault in the CRM."""
        self._http.delete("/salesforce/_control/faults").raise_for_status()

    def gates(self, wishes: Sequence[Json]) -> None:
        """Let these requests be held."""
        self._http.post("/world/_control/gates", json=list(wishes)).raise_for_status()

    def held(self) -> list[Json]:
        """The requests that are held now."""
        found: list[Json] = self.look("/world/_control/gates")["held"]
        return found

    def release(self, *, drop: bool = False) -> None:
        """Take every gate away; what was not done yet is done now, or with `drop` never."""
        self._http.delete("/world/_control/gates", params={"drop": 1} if drop else {}).raise_for_status()

    def look(self, path: str) -> Any:
        """What a control endpoint tells."""
        return self._http.get(path).raise_for_status().json()

    def do(self, path: str, /, **body: object) -> Any:
        """What a control endpoint answers to a command."""
        return self._http.post(path, json=body).raise_for_status().json()

    def _edit(self, path: str, **body: object) -> bool:
        answer = self._http.post(path, json=body)
        if "UNABLE_TO_LOCK_ROW" in answer.text:
            return False
        answer.raise_for_status()
        return True
