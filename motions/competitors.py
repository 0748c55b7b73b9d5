"""Whether a partner is a competitor on a deal: by the names the CRM gives, and by whom else the deal is with. Pure.

Errs towards silence: a name that may mean the partner does.
"""

import re
from collections.abc import Sequence

from motions.deals import Opportunity
from motions.errors import CompetitorNamed
from motions.model import Motion, MotionState, PartnerKey
from motions.policy import Configuration, Partner

CODE = CompetitorNamed.code
NEXT_ACT = "take the name off the deal in the CRM if it is wrong, which prepares the card again; else leave it"
# The partner has, or is about to have, what we filed.
WITH_THEM = (
    MotionState.FILING,
    MotionState.IN_REVIEW,
    MotionState.ACCEPTED,
    MotionState.HANDED_OFF,
    MotionState.ENGAGED,
)


def why_competitor(deal: Opportunity, partner: Partner) -> str | None:
    """Why nothing of this deal goes to this partner, or None: the deal names it, or what it sells, as a competitor."""
    names = [_words(name) for name in (partner.key, partner.name, *partner.aliases, *partner.competes_as)]
    found = next((said for said in deal.competitors if any(_means(_words(said), name) for name in names)), None)
    return f"{partner.name} is named a competitor on the deal in the CRM (“{found}”)" if found else None


def why_rival(partner: Partner, of_deal: Sequence[Motion], config: Configuration) -> str | None:
    """Why nothing of a deal goes to this partner, or None: a partner that it competes with has it already."""
    own = next((motion for motion in of_deal if motion.partner == partner.key), None)
    rivals = {key for key in (other.key for other in config.partners) if compete(partner.key, key, config)}
    there = [each for each in of_deal if each.partner in rivals and each.state in WITH_THEM and _is_before(each, own)]
    if not there:
        return None
    return f"{config.name_of(there[0].partner)}, which competes with {partner.name}, has this deal already"


def compete(one: PartnerKey, other: PartnerKey, config: Configuration) -> bool:
    """Whether partners.yml calls two partners competitors of each other, in either's row."""
    return other in config.partner(one).competes_with or one in config.partner(other).competes_with


def _is_before(rival: Motion, own: Motion | None) -> bool:
    """Two that are being filed at the same time: who was approved first goes on."""
    if own is None or own.approved_at is None or rival.approved_at is None or rival.state is not MotionState.FILING:
        return True
    return (rival.approved_at, rival.id) < (own.approved_at, own.id)


def _means(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """'Microsoft Azure' means Microsoft, and 'Northstar' means Northstar Integrators; 'Awstats' does not mean AWS."""
    short, long = sorted((said, name), key=len)
    return bool(short) and any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", name.casefold()))
