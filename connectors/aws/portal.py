"""AWS Partner Central as a portal: drafts, look-alikes, the filing saga, statuses and the sweep for changes.

Responsible for fitting AWS to the `Portal` port and for remembering our active solutions for a while; the wire is
`client.py`, the words are `mapping.py` and `reading.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Lock

from connectors.aws import invitations, values
from connectors.aws.catalog import CatalogClient, connect_catalog
from connectors.aws.client import AwsClient, Pacer, connect
from connectors.aws.corrections import correction, find_correction, form_of, refuse_later_request
from connectors.aws.described import lines_of_schema
from connectors.aws.edits import amend, plain, refuse_torn
from connectors.aws.judging import body_of
from connectors.aws.kept import changes_of, held_from, said_in, worded
from connectors.aws.mapping import lines_of, payload_of, problems_with
from connectors.aws.marketplace import AwsMarketplace
from connectors.aws.project_lines import Solution
from connectors.aws.reading import is_over, look_alike_from, moment_at, status_from, text_at
from connectors.aws.relations import relate, unrelate
from connectors.aws.requirements import at
from connectors.aws.steps import filed_for, filing_steps
from connectors.aws.validation import model_fingerprint
from connectors.lines import said
from motions.companies import spellings
from motions.corrections import Correction
from motions.deals import Stage
from motions.duplicates import by_likeness
from motions.errors import NotVisible
from motions.in_step import Held
from motions.invitations import InvitationId, Offered
from motions.ports import Clock
from motions.proposals import sha256_of
from motions.referrals import Draft, Field, FilingStep, LookAlike, Referral, ReferralStatus

KEY = "aws"
REAL = "AWS"  # the catalog that is no sandbox
WRITES = ("CreateOpportunity", "AssociateOpportunity", "StartEngagementFromOpportunityTask")

_CRM_ID = "PartnerOpportunityIdentifier"
_SOLUTIONS_KEPT = timedelta(minutes=15)
_READ_AT_MOST = 10  # of what looks alike; the rest is compared by its summary


def open_portal(
    *,
    catalog: str,
    endpoint_url: str | None,
    access_key_id: str | None,
    secret_access_key: str | None,
    session_token: str | None = None,
    marketplace_url: str | None = None,
    clock: Clock,
) -> "AwsPortal":
    """The portal of one partner account; without keys, boto3's own chain of credentials is asked.

    The Marketplace has no sandbox: what is filed in Partner Central's leads to no offer.
    """
    keys = {
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
        "session_token": session_token,
    }
    client = AwsClient(connect(endpoint_url=endpoint_url, **keys), catalog=catalog, pacer=Pacer())
    if catalog != REAL:
        return AwsPortal(client, clock)
    offers = CatalogClient(connect_catalog(endpoint_url=marketplace_url, **keys))
    return AwsPortal(client, clock, AwsMarketplace(offers, client))


class AwsPortal:
    """Implements `motions.ports.Portal`, and `Amendable`, `Correctable`, `Inviting` and `Selling` of `motions`.

    Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired.
    """

    def __init__(self, client: AwsClient, clock: Clock, marketplace: AwsMarketplace | None = None) -> None:
        self._client = client
        self._clock = clock
        self._marketplace = marketplace
        self._solutions = ActiveSolutions(client, clock)

    @property
    def key(self) -> str:
        """'aws'."""
        return KEY

    @property
    def marketplace(self) -> AwsMarketplace | None:
        """Where offers are drafted for what is filed here."""
        return self._marketplace

    def draft(self, referral: Referral, today: date) -> Draft:
        """The requests that would file this referral, as a form, with everything that would bounce."""
        solutions = self._solutions.listed()
        lines = lines_of(referral, solutions, today)
        payload = payload_of(lines, catalog=self._client.catalog, crm_id=referral.crm_id)
        return Draft(
            portal=KEY,
            schema_version=schema_version(solutions),
            payload=payload,
            form=tuple(line.form for line in lines),
            problems=problems_with(payload, lines, today, referral.our_domains),
        )

    def look_alikes(self, referral: Referral) -> Sequence[LookAlike]:
        """What is filed for this customer under this CRM id, or under none, and is not over: exact ids first.

        A referral under another CRM id is another deal of the same customer.
        """
        filed = filed_for(self._client, *spellings(said(referral, Field.CUSTOMER, referral.account.name)))
        alike = [one for one in filed if not is_over(one) and text_at(one, _CRM_ID) in {None, referral.crm_id}]
        ranked = by_likeness((look_alike_from(one, referral) for one in alike), referral)
        # Summaries carry no title, and each title costs a read: a person is asked about the rest without it.
        likeliest = (twin.referral_id for twin in ranked[:_READ_AT_MOST])
        whole = (self._client.read("get_opportunity", Identifier=one) for one in likeliest)
        return (*(look_alike_from(record, referral) for record in whole), *ranked[_READ_AT_MOST:])

    def described(self) -> Mapping[str, str]:
        """The installed service model, our tables, and our active solutions as AWS lists them now."""
        return lines_of_schema(self._solutions.listed())

    def saga(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        """'create', 'associate', 'submit', 'submitted'; the id of 'create' is the referral's id."""
        return filing_steps(self._client, payload, key)

    def status(self, referral_id: str) -> ReferralStatus:
        """Our own record and AWS's side of it."""
        own = self._client.read("get_opportunity", Identifier=referral_id)
        try:
            theirs = self._client.read("get_aws_opportunity_summary", RelatedOpportunityIdentifier=referral_id)
        except NotVisible:  # AWS has no side yet
            theirs = {}
        return replace(status_from(own, theirs), form=form_of(plain(own), self._clock.now().date()))

    def amend(
        self, referral_id: str, changes: Mapping[str, object], *, seen: Mapping[str, object] | None = None
    ) -> datetime:
        """Change what is filed, by the API's dotted paths, and give AWS's new stamp.

        Raises Locked while AWS reviews it, Rejected for what AWS would refuse, Conflict where AWS's side changed the
        same field since `seen`; nothing is written then.
        """
        return amend(self._client, referral_id, changes, self._clock.now().date(), seen=seen)

    @property
    def closing(self) -> frozenset[Stage]:
        """Lost; a deal that is won goes on at AWS until it is launched."""
        return frozenset({Stage.LOST})

    def worded(self, referral: Referral, today: date) -> Mapping[Field, str]:
        """What the deal would have AWS's record say of the fields that are kept in step."""
        return worded(referral, today)

    def filed_as(self, payload: Mapping[str, object]) -> Mapping[Field, str | None]:
        """The same of what was filed."""
        return said_in(body_of(payload.get("create")))

    def held(self, referral_id: str) -> Held:
        """The same of the record as it stands, and what of it may change."""
        return held_from(plain(self._client.read("get_opportunity", Identifier=referral_id)))

    def change(self, referral_id: str, changes: Mapping[Field, str], seen: Mapping[Field, str | None]) -> datetime:
        """Change these fields and give AWS's stamp; Conflict where one is neither as it was seen nor as wanted."""
        record = plain(self._client.read("get_opportunity", Identifier=referral_id))
        refuse_torn(record, changes, seen)
        paths = changes_of(record, changes)
        return self.amend(referral_id, paths, seen={path: at(record, path) for path in paths})

    def correction(self, referral_id: str, typed: Mapping[Field, str], our_domains: Sequence[str]) -> Correction:
        """What this would change of what AWS lets us correct, judged by every rule; nothing is sent."""
        return correction(self._client, referral_id, typed, self._clock.now().date(), our_domains)

    def correct(
        self, referral_id: str, changes: Mapping[str, object], seen: Mapping[str, object], asked_at: datetime
    ) -> datetime:
        """Change exactly this while AWS asks for it, which submits the record again, and give AWS's stamp."""
        refuse_later_request(self._client, referral_id, changes, asked_at)
        return amend(self._client, referral_id, changes, self._clock.now().date(), seen=seen)

    def find_correction(self, referral_id: str, changes: Mapping[str, object]) -> datetime | None:
        """AWS's stamp when the record says all of this, or None."""
        return find_correction(self._client, referral_id, changes)

    def relate(self, referral_id: str, kind: str, identifier: str) -> None:
        """Hang a solution, product or offer on what is filed; `kind` as the API names it."""
        relate(self._client, referral_id, kind, identifier)

    def unrelate(self, referral_id: str, kind: str, identifier: str) -> None:
        """Take it off again."""
        unrelate(self._client, referral_id, kind, identifier)

    @property
    def reasons(self) -> Sequence[str]:
        """AWS's five."""
        return values.REJECTION_REASONS

    def pending(self) -> Sequence[InvitationId]:
        """Every deal AWS offers us that waits for an answer, the oldest first."""
        return invitations.pending(self._client)

    def invitation(self, invitation_id: InvitationId) -> Offered:
        """One of them, as AWS has it now."""
        return invitations.read(self._client, invitation_id)

    def accept(self, invitation_id: InvitationId, key: str) -> str:
        """Start the task that accepts it."""
        return invitations.accept(self._client, invitation_id, key)

    def find_acceptance(self, invitation_id: InvitationId) -> str | None:
        """The task that accepts or accepted it."""
        return invitations.find_acceptance(self._client, invitation_id)

    def outcome(self, invitation_id: InvitationId, task: str | None = None) -> str:
        """The opportunity it became."""
        return invitations.outcome(self._client, invitation_id, task)

    def reject(self, invitation_id: InvitationId, reason: str) -> None:
        """Decline it for one of AWS's reasons."""
        invitations.reject(self._client, invitation_id, reason)

    def changed_since(self, since: datetime | None) -> Sequence[tuple[str, datetime]]:
        """Every opportunity AWS stamped at or after `since`, oldest first."""
        only: dict[str, object] = {"LastModifiedDate": {"AfterLastModifiedDate": since}} if since else {}
        found = self._client.pages(
            "list_opportunities",
            "OpportunitySummaries",
            Sort={"SortBy": "LastModifiedDate", "SortOrder": "ASCENDING"},
            **only,
        )
        changes = [(str(one["Id"]), moment_at(one, "LastModifiedDate")) for one in found]
        return tuple(sorted(changes, key=lambda change: (change[1], change[0])))


class ActiveSolutions:
    """Our active solutions as AWS lists them, asked again after a quarter of an hour."""

    def __init__(self, client: AwsClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = Lock()
        self._kept: tuple[Solution, ...] = ()
        self._asked_at: datetime | None = None

    def listed(self) -> tuple[Solution, ...]:
        """The list; raises Unavailable rather than letting a referral go half-checked."""
        with self._lock:
            now = self._clock.now()
            if self._asked_at is None or now - self._asked_at >= _SOLUTIONS_KEPT:
                self._kept = self._ask()
                self._asked_at = now
            return self._kept

    def _ask(self) -> tuple[Solution, ...]:
        found = self._client.pages("list_solutions", "SolutionSummaries", Status=["Active"])
        return tuple(Solution(str(one["Id"]), text_at(one, "Name") or "") for one in found)


def schema_version(solutions: Sequence[Solution]) -> str:
    """What a draft was checked against: the installed service model, our tables, the solutions of the day."""
    told = [model_fingerprint(WRITES), values.TABLES_VERSION, [[one.id, one.name] for one in solutions]]
    return f"aws-{sha256_of(told)[:12]}"
