"""Whether a grant stands, and what it lets cross: the one place where a deal becomes what a partner may see.

Asked again whenever something leaves. Changes nothing: `granting` tells how grants come and go.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from motions.deals import DealContext, Opportunity, OpportunityId
from motions.errors import GrantRevoked, NotGranted
from motions.grant_terms import Grant, GrantId, Purpose, Side, Terms
from motions.labels import Label, Labeled, label_of_origin, labeled, of_our_own
from motions.model import PartnerKey, Person, Role
from motions.policy import Configuration, Partner
from motions.ports import Ports
from motions.records import UnitOfWork
from motions.referrals import Field

__all__ = [
    "Grant",
    "GrantId",
    "Purpose",
    "Refusal",
    "Released",
    "Terms",
    "guard_for",
    "may_see",
    "refusal_of",
    "released",
    "standing_grant",
    "why_not",
]

T = TypeVar("T")

SYSTEM = "the grant"
NO_GRANT, REVOKED = NotGranted.code, GrantRevoked.code
# Constants of ours, or the portal's own lists of what is ours: no fact of a deal.
OURS = frozenset({Field.USE_CASE, Field.SOLUTION, Field.DELIVERY_MODEL, Field.HELP_WANTED, Field.CONSENT})


@dataclass(frozen=True)
class Released:
    """What one partner may see of one deal for one purpose: all that partner-visible words and payloads are made of.

    Made by `released` and by nothing else, which a test of the house holds everybody to.
    """

    partner: Partner
    purpose: Purpose
    values: Mapping[Field, Labeled[object]] = field(default_factory=dict)  # as the CRM has them
    typed: Mapping[Field, Labeled[str]] = field(default_factory=dict)  # what people typed on the card; it wins
    fields: frozenset[Field] = frozenset()  # what may be shown: all of these, and constants of our own

    def get(self, name: Field, kind: type[T]) -> T | None:
        """One value as the CRM has it, or None when it stays home."""
        found = self.values.get(name)
        return found.value if found is not None and isinstance(found.value, kind) else None

    @property
    def origins(self) -> dict[str, str]:
        """Each released field with where its value comes from: what is sealed, and asked again when it leaves."""
        return {name.value: each.origin for name, each in {**self.values, **self.typed}.items()}


@dataclass(frozen=True)
class Refusal:
    """Why something may not cross, in words for our own people."""

    code: str  # 'no-grant', 'grant-revoked'
    reason: str
    next_act: str


def standing_grant(
    partner: PartnerKey,
    deal: Opportunity,
    purpose: Purpose,
    uow: UnitOfWork,
    now: datetime,
    *,
    is_locking: bool = False,
) -> Grant | None:
    """The newest grant that stands now and lets this deal cross to this partner for this purpose.

    With `is_locking` nobody revokes it before this transaction ends.
    """
    fitting = [g for g in standing_grants(partner, purpose, uow, now, is_locking=is_locking) if g.deals.covers(deal)]
    return fitting[-1] if fitting else None


def standing_grants(
    partner: PartnerKey, purpose: Purpose, uow: UnitOfWork, now: datetime, *, is_locking: bool = False
) -> Sequence[Grant]:
    """The grants that stand now with this partner for this purpose, whatever deals they are about; the oldest first."""
    found = uow.grants.locked(partner) if is_locking else uow.grants.unrevoked(partner)
    return [grant for grant in found if grant.stands(now) and purpose in grant.purposes]


def released(
    context: DealContext,
    partner: Partner,
    purpose: Purpose,
    grant: Grant | None,
    config: Configuration,
    *,
    typed: Mapping[Field, Labeled[str]] | None = None,
) -> Released:
    """The projection of a deal this grant lets cross; without a grant, or for another's deal, it is empty."""
    if grant is None or grant.partner != partner.key or not grant.deals.covers(context.deal):
        return Released(partner, purpose)
    allowed = grant.allows(purpose)
    values = _crossing(labeled(context, config.fields), allowed)
    product = values.get(Field.SOLUTION)
    values |= _crossing(_constants(product.value if product else None, config), allowed)
    typed = _crossing(typed or {}, allowed)
    return Released(partner, purpose, values, typed, frozenset(values) | frozenset(typed) | (allowed & OURS))


def why_not(partner: Partner, deal: Opportunity | None, purpose: Purpose, uow: UnitOfWork, now: datetime) -> str:
    """Why nothing of this deal may cross for this purpose, and what to do, in words for our own people."""
    refusal = refusal_of(partner, deal, purpose, uow, now)
    return f"{refusal.reason} {refusal.next_act}"


def refusal_of(partner: Partner, deal: Opportunity | None, purpose: Purpose, uow: UnitOfWork, now: datetime) -> Refusal:
    """The same in its parts; to be asked when `standing_grant` has found none."""
    grants = uow.grants.of(partner.key)
    share = f"`/cosell share {partner.key}` proposes it."
    if not grants:
        return Refusal(NO_GRANT, f"Nobody has proposed to {partner.name} what may be shared.", share)
    standing = [grant for grant in grants if grant.stands(now)]
    if standing and deal is not None:
        about = "this deal" if any(purpose in grant.purposes for grant in standing) else f"the {purpose}"
        return Refusal(NO_GRANT, f"What {partner.name} agreed to share does not cover {about}.", share)
    latest = grants[-1]
    if latest.is_open:
        asked = f"{partner.name} has not agreed yet to what is shared; asked in the channel we share."
        return Refusal(NO_GRANT, asked, f"Ask {partner.name} to press Agree there.")
    return Refusal(REVOKED, _ended(latest, partner.name), share)


def guard_for(
    partner: PartnerKey,
    opportunity_id: OpportunityId,
    purpose: Purpose,
    origins: Mapping[str, str],
    ports: Ports,
) -> Callable[[UnitOfWork], str | None]:
    """Lets an effect out only while a grant stands for all it holds; raises NotGranted in that very transaction.

    `origins` are those of the `Released` it was made of: each field with where its value comes from.
    """

    def guard(uow: UnitOfWork) -> str | None:
        found = grant_or_refusal(partner, opportunity_id, purpose, origins, uow, ports)
        if isinstance(found, Refusal):
            kind = GrantRevoked if found.code == GrantRevoked.code else NotGranted
            raise kind(SYSTEM, f"{found.reason} {found.next_act}")
        return found.id

    return guard


def grant_or_refusal(
    partner: PartnerKey,
    opportunity_id: OpportunityId,
    purpose: Purpose,
    origins: Mapping[str, str],
    uow: UnitOfWork,
    ports: Ports,
) -> Grant | Refusal:
    """The grant under which what was made of these fields may leave now, or why it may not.

    Nobody revokes the grant before this transaction ends.
    """
    deal, now = uow.deals.get(opportunity_id), ports.clock.now()
    grant = standing_grant(partner, deal, purpose, uow, now, is_locking=True) if deal else None
    company = ports.config.partner(partner)
    if grant is None:
        return refusal_of(company, deal, purpose, uow, now)
    allowed = grant.allows(purpose)
    beyond = [
        name
        for name, origin in origins.items()
        if Field(name) not in allowed or not label_of_origin(origin, ports.config.fields).is_within(Label.SHAREABLE)
    ]
    if not beyond:
        return grant
    said = f"What was approved holds {', '.join(sorted(beyond))}, which may no longer be shared with {company.name}."
    return Refusal(REVOKED, said, "Nothing more leaves for this deal; finish it by hand, or deny it.")


def may_see(grant: Grant, by: Person) -> bool:
    """Whether somebody is one of those the grant shares with."""
    is_theirs = by.role is Role.PARTNER and by.partner == grant.partner
    return is_theirs and (not grant.people or by.user_id in grant.people)


def _crossing(found: Mapping[Field, Labeled[T]], allowed: Collection[Field]) -> dict[Field, Labeled[T]]:
    return {name: each for name, each in found.items() if name in allowed and each.label.is_within(Label.SHAREABLE)}


def _constants(product: object, config: Configuration) -> Mapping[Field, Labeled[object]]:
    """What our operators wrote for this product; which row that is, a product that stays home does not decide."""
    row = config.defaults_for(product if isinstance(product, str) else None)
    if row is None:
        return {}
    written: dict[Field, object] = {
        Field.USE_CASE: row.use_case,
        Field.DELIVERY_MODEL: row.delivery_models,
        Field.HELP_WANTED: row.help_wanted,
        Field.CONSENT: row.consent,
    }
    return {name: of_our_own(value) for name, value in written.items() if value is not None}


def _ended(grant: Grant, partner: str) -> str:
    what = f"What was shared with {partner}"
    match grant.revoked_side:
        case None | Side.TIME:
            return f"{what} ended on {grant.until}."
        case _:
            who = grant.revoked_name or "cosell"
            return f"{what} was revoked by {who} on {grant.revoked_at:%Y-%m-%d}."
