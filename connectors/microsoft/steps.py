"""The calls that file a referral at Microsoft, in order, each with its look-up; knows no ledger and no clock.

Microsoft promises nothing about a call made twice. So a call looks before it sends, and what it finds is taken for its
own only when it says the same: two crashes later there is still one referral of ours, and one of Microsoft's.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence

from connectors.microsoft import values
from connectors.microsoft.client import MicrosoftClient
from connectors.microsoft.mapping import wire_body
from connectors.microsoft.reading import Record, is_microsofts, is_over, says_the_same, text_at
from connectors.microsoft.refusals import SYSTEM, Conflict
from connectors.microsoft.requirements import Payload
from motions.effects import Recovery, Undo
from motions.errors import OutcomeUnknown
from motions.proposals import sha256_of
from motions.referrals import FilingStep, Problem

Ids = Mapping[str, str]


def filing_steps(client: MicrosoftClient, payload: Payload, key: str) -> Sequence[FilingStep]:
    """Our referral, and the one that asks Microsoft in, when it is to be asked."""
    filing = Filing(client, payload, key)
    # There is no call that deletes a referral: it can only be closed.
    create = FilingStep("create", filing.create, filing.created, Recovery.LOOK_UP, Undo.FINAL)
    invite = FilingStep("invite", filing.invite, filing.invited, Recovery.LOOK_UP, Undo.FINAL)
    return (create, invite) if "invite" in payload else (create,)


def open_referrals(client: MicrosoftClient) -> Iterator[Record]:
    """Our referrals that are not closed, the newest first; a list cannot be asked for one CRM id or customer."""
    for status in (values.ACTIVE, values.NEW):
        found = client.listed(filter=f"status eq '{status}'", orderby="createdDateTime desc")
        yield from (record for record in found if not is_microsofts(record))


def sides_of(client: MicrosoftClient, engagement_id: str) -> list[Record]:
    """Every referral of an engagement."""
    return list(client.listed(filter=f"engagementId eq '{engagement_id}'"))


def microsofts_side(client: MicrosoftClient, record: Record) -> Record | None:
    """Microsoft's referral in the same engagement, if it was asked in."""
    engagement = text_at(record, "engagementId")
    sides = sides_of(client, engagement) if engagement else []
    return next((each for each in sides if is_microsofts(each)), None)


class Filing:
    """One payload being filed under one key. Every method takes the ids of the earlier steps."""

    def __init__(self, client: MicrosoftClient, payload: Payload, key: str) -> None:
        self._client = client
        self._payload = payload
        self._key = key

    def create(self, _ids: Ids) -> str:
        """Create our referral; its id is the referral's id. Raises Conflict when another stands under our CRM id."""
        found, other = self._found()
        if found is not None:
            return found
        if other is not None:
            message = f"this deal is filed already, with other words, as {other}"
            problem = Problem(None, "alreadyFiled", f"{message}.", "Close that one in Partner Center, or deny this.")
            raise Conflict(SYSTEM, message, (problem,))
        made = self._client.create(wire_body(self._part("create")), self._request_id("create"))
        return str(made["id"])

    def created(self, _ids: Ids) -> str | None:
        """The referral that says what we would, unless nothing will come of it any more."""
        return self._found()[0]

    def invite(self, ids: Ids) -> str:
        """Ask Microsoft into the engagement of our referral."""
        own = self._client.read(ids["create"])
        theirs = microsofts_side(self._client, own)
        if theirs is not None:
            return str(theirs["id"])
        body = wire_body(self._part("invite"), engagementId=text_at(own, "engagementId"))
        try:
            return str(self._client.create(body, self._request_id("invite"))["id"])
        except Conflict as conflict:
            if self.invited(ids) is None:  # what reads back lags behind what was written
                raise OutcomeUnknown(SYSTEM, f"Microsoft may be in {ids['create']} already") from conflict
            raise

    def invited(self, ids: Ids) -> str | None:
        """Microsoft's referral in the engagement of ours."""
        theirs = microsofts_side(self._client, self._client.read(ids["create"]))
        return str(theirs["id"]) if theirs else None

    def _found(self) -> tuple[str | None, str | None]:
        """The id of what is filed with our words, and of what stands there with others."""
        body = self._part("create")
        other = None
        crm_id = body.get("externalReferenceId")
        for record in open_referrals(self._client):
            if text_at(record, "externalReferenceId") != crm_id:
                continue
            theirs = microsofts_side(self._client, record)
            if is_over(record, *([theirs] if theirs else [])):
                continue
            if says_the_same(record, body):
                return str(record["id"]), None
            other = other or str(record["id"])
        return None, other

    def _part(self, name: str) -> Mapping[str, object]:
        part = self._payload[name]
        assert isinstance(part, Mapping)
        return part

    def _request_id(self, step: str) -> str:
        return str(uuid.UUID(sha256_of([self._key, step, self._payload])[:32]))
