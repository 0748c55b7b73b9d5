"""What a grant is: its terms, its two signatures, whether it stands; decides for nobody and stores nothing.

Both companies sign the same canonical text. Ours is signed when our person proposes; the partner's when one of theirs
presses Agree: by a key of this installation that witnesses the click, until the partner's own program signs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, TypeAdapter, model_validator

from motions.deals import Opportunity
from motions.model import PartnerKey
from motions.proposals import canonical_json, sha256_of
from motions.referrals import Field as ReferralField
from motions.strict import Strict

GrantId = NewType("GrantId", str)  # 'aws.1.3kZ0…': the first grant proposed to AWS

LONGEST = timedelta(days=366)


class Purpose(StrEnum):
    """What shared fields may be used for."""

    REFERRAL = "referral"  # filed in the partner's portal
    HANDOFF = "handoff"  # told to the partner's seller in the shared channel
    FORECAST = "forecast"  # shown side by side in the shared pipeline


# A purpose never gets more than it needs, whatever the grant names.
NEEDED: Mapping[Purpose, frozenset[ReferralField]] = {
    Purpose.REFERRAL: frozenset(ReferralField) - {ReferralField.SELLER, ReferralField.OTHER_DEALS},
    Purpose.HANDOFF: frozenset(
        {
            ReferralField.CUSTOMER,
            ReferralField.INDUSTRY,
            ReferralField.COUNTRY,
            ReferralField.USE_CASE,
            ReferralField.SOLUTION,
            ReferralField.HELP_WANTED,
            ReferralField.CLOSE_DATE,
            ReferralField.SELLER,
        }
    ),
    Purpose.FORECAST: frozenset(
        {
            ReferralField.TITLE,
            ReferralField.CUSTOMER,
            ReferralField.STAGE,
            ReferralField.AMOUNT,
            ReferralField.CLOSE_DATE,
        }
    ),
}


class _Strict(Strict):
    model_config = ConfigDict(populate_by_name=True)


class DealRule(_Strict):
    """Which deals a grant is about: all of them, or those that meet every condition it names."""

    everything: bool = False  # `deals: all`
    regions: tuple[str, ...] = ()  # of the deal's owner
    products: tuple[str, ...] = ()
    opportunities: tuple[str, ...] = ()  # ids in the CRM
    minimum_amount: Decimal | None = Field(default=None, gt=0)  # in the deal's own currency

    @model_validator(mode="after")
    def _says_which(self) -> "DealRule":
        is_narrow = bool(self.regions or self.products or self.opportunities or self.minimum_amount is not None)
        if self.everything == is_narrow:
            raise ValueError("deals: say `all`, or name regions, products, opportunities or minimum_amount")
        return self

    def covers(self, deal: Opportunity) -> bool:
        """Whether this deal is one of them; what is not known of a deal does not make it one."""
        if self.everything:
            return True
        region = deal.owner.region if deal.owner else None
        return (
            (not self.regions or region in self.regions)
            and (not self.products or deal.product in self.products)
            and (not self.opportunities or deal.id in self.opportunities)
            and (self.minimum_amount is None or (deal.amount is not None and deal.amount.amount >= self.minimum_amount))
        )


def _all(said: object) -> object:
    return {"everything": True} if said == "all" else said


def _in_order(said: Iterable[str]) -> list[str]:
    return sorted(said)


@dataclass(frozen=True)
class Terms:
    """What both sides sign: these fields of these deals, for these purposes, for these people, until a day included."""

    purposes: Annotated[frozenset[Purpose], PlainSerializer(_in_order)]
    fields: Annotated[frozenset[ReferralField], PlainSerializer(_in_order)]
    deals: DealRule
    people: tuple[str, ...]  # Slack user ids; (): anybody of the partner
    until: date


class GrantBlock(_Strict):
    """The `grant:` of a partner in partners.yml: what `/cosell share` proposes to it."""

    purposes: frozenset[Purpose] = Field(min_length=1)
    fields: frozenset[ReferralField] = Field(min_length=1)
    deals: Annotated[DealRule, BeforeValidator(_all)]
    people: tuple[str, ...] = ()
    until: date | None = None
    lasts: timedelta | None = Field(default=None, alias="for", gt=timedelta(), le=LONGEST)
    propose_at_start: bool = False  # an admin's setting: cosell proposes it by itself, in the name of this policy

    @model_validator(mode="after")
    def _ends(self) -> "GrantBlock":
        if (self.until is None) == (self.lasts is None):
            raise ValueError("a grant ends: say `until` a date, or `for` how long (P365D)")
        return self

    def terms(self, today: date) -> Terms:
        """The terms as they would be proposed today."""
        until = self.until or today + (self.lasts or timedelta())
        return Terms(self.purposes, self.fields, self.deals, self.people, until)


@dataclass(frozen=True)
class Signature:
    """An Ed25519 signature, with the key that made it: ours, a witness's, or the partner's own."""

    key: str  # 'ours', 'witness-aws'
    public_key: str  # base64
    value: str  # base64


class Side(StrEnum):
    """Who ended a grant."""

    OURS = "ours"
    PARTNER = "partner"
    TIME = "time"  # its last day is over
    REPLACED = "replaced"  # another grant to the same partner came in its place


@dataclass(frozen=True)
class Grant:
    """A permission both companies made: it stands once both have signed, until its last day or a revocation."""

    id: GrantId
    partner: PartnerKey
    version: int  # how many were proposed to this partner, with this one
    terms: Terms
    proposed_by: str  # Person.key, or 'policy <version>'
    proposed_name: str
    proposed_at: datetime
    our_signature: Signature
    confirmed_by: str | None = None  # Person.key
    confirmed_name: str | None = None
    confirmed_at: datetime | None = None
    their_signature: Signature | None = None
    revoked_by: str | None = None  # Person.key; None when time did
    revoked_name: str | None = None
    revoked_at: datetime | None = None
    revoked_side: Side | None = None

    @property
    def purposes(self) -> frozenset[Purpose]:
        return self.terms.purposes

    @property
    def fields(self) -> frozenset[ReferralField]:
        return self.terms.fields

    @property
    def deals(self) -> DealRule:
        return self.terms.deals

    @property
    def people(self) -> tuple[str, ...]:
        return self.terms.people

    @property
    def until(self) -> date:
        return self.terms.until

    @property
    def is_open(self) -> bool:
        """Whether it is proposed and nobody has agreed or withdrawn."""
        return self.confirmed_at is None and self.revoked_at is None

    def stands(self, now: datetime) -> bool:
        """Whether both sides agreed, nobody revoked, and its last day is not over."""
        return self.confirmed_at is not None and self.revoked_at is None and now.date() <= self.until

    def allows(self, purpose: Purpose) -> frozenset[ReferralField]:
        """The fields it lets cross for a purpose."""
        return self.fields & NEEDED[purpose] if purpose in self.purposes else frozenset()


def spelled_terms(terms: Terms) -> object:
    """The terms as plain JSON, equal for equal terms."""
    return _TERMS.dump_python(terms, mode="json")


def hash_of_terms(terms: Terms) -> str:
    """What tells these terms from any others."""
    return sha256_of(spelled_terms(terms))


def proposed_text(grant: Grant) -> str:
    """What our side signs, in its one spelling."""
    return canonical_json(_document(grant))


def confirmed_text(grant: Grant) -> str:
    """What is signed for the partner: the same document, with who agreed and when."""
    at = _moment(grant.confirmed_at) if grant.confirmed_at else None
    return canonical_json({**_document(grant), "confirmed_by": grant.confirmed_by, "confirmed_at": at})


def _document(grant: Grant) -> dict[str, object]:
    return {
        "grant": grant.id,
        "partner": grant.partner,
        "version": grant.version,
        "terms": spelled_terms(grant.terms),
        "proposed_by": grant.proposed_by,
        "proposed_at": _moment(grant.proposed_at),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


_TERMS = TypeAdapter(Terms)
