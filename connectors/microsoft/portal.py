"""Microsoft Partner Center as a portal: drafts, look-alikes, the filing saga, statuses and the sweep for changes.

Responsible for fitting Microsoft to the `Portal` port; the wire is `client.py`, the words are `mapping.py` and
`reading.py`, the sign-in is `tokens.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from connectors.lines import said
from connectors.microsoft import values
from connectors.microsoft.account import Account, read_account
from connectors.microsoft.client import TIMEOUT, MicrosoftClient, renewal
from connectors.microsoft.described import lines_of_schema
from connectors.microsoft.edits import change
from connectors.microsoft.kept import CLOSING, held_from, said_in, worded
from connectors.microsoft.mapping import lines_of, payload_of, problems_with
from connectors.microsoft.reading import (
    Record,
    changes_of,
    is_microsofts,
    is_over,
    look_alike_from,
    moment_at,
    status_from,
    text_at,
)
from connectors.microsoft.steps import filing_steps, microsofts_side, open_referrals, sides_of
from connectors.microsoft.taxonomy import year_of
from connectors.microsoft.tokens import Login, TokenFile
from motions.companies import same_company
from motions.deals import Stage
from motions.duplicates import by_likeness, is_likely
from motions.in_step import Held
from motions.ports import Clock
from motions.proposals import sha256_of
from motions.referrals import Draft, Field, FilingStep, LookAlike, Referral, ReferralStatus

KEY = "microsoft"


def open_portal(
    *,
    api_url: str,
    login_url: str,
    tenant_id: str,
    client_id: str,
    client_secret: str,
    refresh_token: str,
    token_file: Path,
    account_file: Path,
    clock: Clock,
) -> "MicrosoftPortal":
    """The portal of one partner account; nothing is called yet. Raises AccountError."""
    account = read_account(account_file)
    # No proxy and no .netrc from the environment: only settings decide where a token goes.
    http = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
    token_url = f"{login_url.rstrip('/')}/{tenant_id}/oauth2/v2.0/token"
    renew = renewal(http, token_url, client_id, client_secret)
    login = Login(TokenFile(token_file), refresh_token, renew, clock)
    return MicrosoftPortal(MicrosoftClient(http, api_url, login), login, account, clock)


class MicrosoftPortal:
    """Implements `motions.ports.Portal`, `Lapsing` and `motions.in_step.Amendable`.

    Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired.
    """

    def __init__(self, client: MicrosoftClient, login: Login, account: Account, clock: Clock) -> None:
        self._client = client
        self._login = login
        self._account = account
        self._clock = clock

    @property
    def key(self) -> str:
        """'microsoft'."""
        return KEY

    def draft(self, referral: Referral, today: date) -> Draft:
        """The one or two requests that would file this referral, as a form, with everything that would bounce."""
        lines = lines_of(referral, self._account, today)
        return Draft(
            portal=KEY,
            schema_version=schema_version(self._account, today),
            payload=payload_of(lines, account=self._account, crm_id=referral.crm_id),
            form=tuple(line.form for line in lines),
            problems=problems_with(lines, account=self._account, crm_id=referral.crm_id),
        )

    def look_alikes(self, referral: Referral) -> Sequence[LookAlike]:
        """What is filed under this CRM id, or for this customer under none, and is not over: exact ids first."""
        customer = said(referral, Field.CUSTOMER, referral.account.name)
        alike = [one for one in open_referrals(self._client) if _may_be(one, referral.crm_id, customer)]
        likely = ((one, twin) for one in alike if is_likely(twin := look_alike_from(one, referral), referral))
        # Whether Microsoft's side is over costs a read each: it is not asked of what nobody is asked about.
        return tuple(by_likeness((twin for one, twin in likely if not self._is_over(one)), referral))

    def described(self) -> Mapping[str, str]:
        """Our solutions, the plays of the year, and the lists Microsoft publishes."""
        return lines_of_schema(self._account, self._clock.now().date())

    def saga(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        """'create', and 'invite' when Microsoft is asked in; the id of 'create' is the referral's id."""
        return filing_steps(self._client, payload, key)

    def status(self, referral_id: str) -> ReferralStatus:
        """Our own referral and Microsoft's of the same engagement."""
        own = self._client.read(referral_id)
        return status_from(own, microsofts_side(self._client, own))

    def changed_since(self, since: datetime | None) -> Sequence[tuple[str, datetime]]:
        """Every engagement of which a side was stamped at or after `since`, by our referral's id, oldest first."""
        only = {"filter": f"updatedDateTime ge {_instant(since)}"} if since else {}
        changed = changes_of(self._client.listed(**only))
        changes = [self._change(engagement, records) for engagement, records in changed.items()]
        return tuple(sorted(filter(None, changes), key=lambda change: (change[1], change[0])))

    @property
    def closing(self) -> frozenset[Stage]:
        """Won and lost: Microsoft has no other stages, and a closed referral stays closed."""
        return frozenset(CLOSING)

    def worded(self, referral: Referral, today: date) -> Mapping[Field, str]:
        """What the deal would have our referral say of the fields that are kept in step."""
        return worded(referral, today)

    def filed_as(self, payload: Mapping[str, object]) -> Mapping[Field, str | None]:
        """The same of what was filed."""
        create = payload["create"]
        assert isinstance(create, Mapping)
        return said_in(create)

    def held(self, referral_id: str) -> Held:
        """The same of our referral as it stands; Microsoft's own is Microsoft's, and `status` tells of it."""
        return held_from(self._client.read(referral_id))

    def change(self, referral_id: str, changes: Mapping[Field, str], seen: Mapping[Field, str | None]) -> datetime:
        """Change these fields of our referral and give Microsoft's stamp; Conflict where one is not as it was seen."""
        today = self._clock.now().date()
        return moment_at(change(self._client, referral_id, changes, seen, today), "updatedDateTime")

    def lapses_at(self) -> datetime | None:
        """When our sign-in dies unless it is renewed before; None when it never was."""
        return self._login.lapses_at()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _change(self, engagement: str, records: Sequence[Record]) -> tuple[str, datetime] | None:
        own = next((each for each in records if not is_microsofts(each)), None)
        if own is None:
            own = next((each for each in sides_of(self._client, engagement) if not is_microsofts(each)), None)
        if own is None:
            return None  # Microsoft's alone: a lead of theirs, which nobody here files
        return str(own["id"]), max(moment_at(each, "updatedDateTime") for each in records)

    def _is_over(self, record: Record) -> bool:
        theirs = microsofts_side(self._client, record)
        return is_over(record, *([theirs] if theirs else []))


def _may_be(record: Record, crm_id: str, customer: str) -> bool:
    """Under another CRM id it is another deal, whoever the customer is."""
    filed_under = text_at(record, "externalReferenceId")
    is_customers = same_company(text_at(record, "customerProfile.name") or "", customer)
    return filed_under == crm_id or (filed_under is None and is_customers)


def schema_version(account: Account, today: date) -> str:
    """What a draft was checked against: our tables, our solutions, the plays of the year."""
    year = year_of(today)
    told = [values.TABLES_VERSION, asdict(account), year.label, dict(year.areas)]
    return f"microsoft-{year.label}-{sha256_of(told)[:12]}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
