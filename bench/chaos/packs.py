"""A partner without an API at work: somebody files its packs by hand, and its decisions come back in a sheet."""

import base64
import csv
import io
import time
from dataclasses import dataclass, field

import httpx

from bench.chaos.company import Company
from bench.chaos.setting import BY_PACK

AGAIN_AFTER = 60.0  # seconds without an answer to a dropped sheet
WHO = "U0PRIYA"
_FILED_AS = "SELECT Opportunity__c FROM Cosell_Motion__c WHERE Referral_Id__c = '{}'"


@dataclass
class Packs:
    """What the partner answered, and in which sheet."""

    company: Company
    decided: set[str] = field(default_factory=set)  # references of which a sheet that says yes was imported
    dropped: dict[str, str] = field(default_factory=dict)  # by the message a sheet came in: the reference
    _dropped_at: dict[str, float] = field(default_factory=dict)  # the last time, by reference
    _references: dict[str, str] = field(default_factory=dict)  # by the token of the card's button

    def reference_of(self, token: str) -> str:
        """What the partner calls this referral."""
        return self._references.setdefault(token, f"DR-{1001 + len(self._references)}")

    def send_back(self, reference: str) -> bool:
        """Drop the sheet that says yes, as soon as the CRM has the reference; True once it was imported."""
        waited = time.monotonic() - self._dropped_at.get(reference, -AGAIN_AFTER)
        if reference in self.decided or waited < AGAIN_AFTER:
            return reference in self.decided
        try:
            rows = self.company.records(_FILED_AS.format(reference))
        except httpx.HTTPError:  # the CRM has its bad days for people too
            return False
        if rows:
            self._drop(reference, str(rows[0]["Opportunity__c"]))
        return False

    def imported(self, thread: str) -> None:
        """Somebody pressed Import under this message."""
        if thread in self.dropped:
            self.decided.add(self.dropped[thread])

    def _drop(self, reference: str, deal: str) -> None:
        text = io.StringIO()
        rows = [("CRM ID", "Registration ID", "Status", "Partner manager"), (deal, reference, "Approved", "Kim Ode")]
        csv.writer(text).writerows(rows)
        content = base64.b64encode(text.getvalue().encode()).decode()
        name = f"decisions-{len(self.dropped) + 1}.csv"
        sent = self.company.act("file", WHO, channel=BY_PACK.cards, name=name, content=content)
        self.dropped[str(sent["ts"])] = reference
        self._dropped_at[reference] = time.monotonic()
