"""Which of our open deals may be the one a partner brings: by the customer's web address, then by its name.

Proposes only; a person chooses.
"""

from collections.abc import Iterator

from motions.companies import base_name, same_company, site_of
from motions.deals import Opportunity
from motions.effects import EffectStatus
from motions.invitations import Candidate, Facts
from motions.model import Motion, MotionState, PartnerKey
from motions.records import MotionQuery, UnitOfWork

SHOWN = 4
_LOOKED_AT = 25  # deals for each question
_SHORTEST = 3  # letters that tell one company from another
_WHY = ("same web address", "same customer name", "similar customer name")


def likely_deals(facts: Facts, partner: PartnerKey, uow: UnitOfWork) -> tuple[Candidate, ...]:
    """Our open deals that may be meant, the likeliest first; each says why, and under what it is filed already."""
    found = {deal.id: deal for asked in _questions(facts) for deal in uow.deals.search(asked, limit=_LOOKED_AT)}
    newest = sorted(found.values(), key=lambda deal: (deal.modified_at, deal.id), reverse=True)
    alike = [(rank, deal) for deal in newest if (rank := _likeness(facts, deal)) is not None]
    ranked = sorted(alike, key=lambda each: each[0])[:SHOWN]
    return tuple(Candidate(deal.id, deal.name, _WHY[rank], filed_as(deal, partner, uow)) for rank, deal in ranked)


def filed_as(deal: Opportunity, partner: PartnerKey, uow: UnitOfWork) -> str | None:
    """How a deal is filed with a partner already, in words that follow 'already'; None when it is not."""
    motion = next(iter(uow.motions.find(MotionQuery(opportunity_id=deal.id, partner=partner))), None)
    if motion is None:
        return None
    return left_as(motion, uow) or ("being filed" if motion.state is MotionState.FILING else None)


def left_as(motion: Motion, uow: UnitOfWork) -> str | None:
    """The same of a motion, once something of it may have left: an approval alone can be taken back."""
    if motion.state is MotionState.REJECTED:
        return None
    if motion.referral_id is not None:
        return f"filed as {motion.referral_id}"
    return "being filed" if _may_be_out(motion, uow) else None


def _may_be_out(motion: Motion, uow: UnitOfWork) -> bool:
    """Whether a filing was let out, and nobody can tell yet what became of it."""
    return any(
        effect.kind.endswith(".create") and effect.status not in {EffectStatus.HELD, EffectStatus.REFUSED}
        for effect in uow.effects.of(motion.id)
    )


def _questions(facts: Facts) -> Iterator[str]:
    """What to search for: the name, its first telling word, and the first label of the web address."""
    site = site_of(facts.website)
    asked = (facts.customer, *base_name(facts.customer).split()[:1], *([site.split(".")[0]] if site else []))
    yield from dict.fromkeys(each for each in asked if len(each) >= _SHORTEST)


def _likeness(facts: Facts, deal: Opportunity) -> int | None:
    """How alike, 0 the most; None: not at all."""
    if deal.account is None:
        return None
    site = site_of(facts.website)
    if site is not None and site == site_of(deal.account.website):
        return 0
    if same_company(facts.customer, deal.account.name):
        return 1
    names = (base_name(name).split() for name in (facts.customer, deal.account.name))
    shorter, longer = sorted(names, key=len)
    return 2 if shorter and longer[: len(shorter)] == shorter and len(shorter[0]) >= _SHORTEST else None
