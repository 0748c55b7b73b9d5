"""The desk of a partner's people: what was handed to them, and what they say to it. Composed low, from sealed words.

Nothing here reads a deal, a match or a brief. Whatever is not theirs to see answers as what does not exist: in the
same bytes, after the same questions to the store.
"""

from collections.abc import Sequence

from motions.briefing import handoff_part
from motions.drafting import HANDOFF, origins_in
from motions.grants import Grant, Purpose, grant_or_refusal, may_see
from motions.journal import AGENT
from motions.model import Motion, MotionState, PartnerKey, Person, Role, Token
from motions.partner_surfaces import PartnerAnswer, PartnerHelp, SharedDeal, SharedDeals, SharedTerms
from motions.ports import Ports
from motions.proposals import Proposal
from motions.records import LogEntry, MotionQuery, UnitOfWork
from motions.referrals import Field

HANDED = (MotionState.HANDED_OFF, MotionState.ENGAGED)
SHOWN = 10
LOOKED_THROUGH = 200  # handoffs, the newest first
NOTHING_THERE = "Nothing under that name is shared with you."


def partner_answer(words: str, by: Person, ports: Ports) -> PartnerAnswer:
    """Answer what somebody of a partner asks, by mention or directly; never raises for what a person typed."""
    partner = by.partner
    assert partner is not None
    word, _, rest = words.strip().partition(" ")
    match word.casefold():
        case "status":
            return _status(rest, by, partner, ports)
        case "shared":
            return _terms(by, partner, ports)
        case "" | "help":
            return PartnerHelp(partner)
        case _:
            return PartnerHelp(partner, "That is nothing this assistant can do for you.")


def shared_with(by: Person, ports: Ports) -> SharedDeals:
    """What somebody of a partner may see, for their Home."""
    assert by.partner is not None
    with ports.store.transaction() as uow:
        return _listed(_theirs(by, by.partner, uow, ports), by.partner)


def details(token: Token, viewer: Person, ports: Ports) -> SharedDeal | None:
    """One handed deal as this viewer may see it, ours too; None for what is not there or not theirs."""
    with ports.store.transaction() as uow:
        found = uow.motions.find(MotionQuery(handoff_token=token, states=HANDED))
        return _seen(found[0], viewer, uow, ports) if found else None


def theirs(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> Motion | None:
    """The motion behind a handoff's button, for somebody it was handed to and is still shared with."""
    found = uow.motions.find(MotionQuery(handoff_token=token, states=HANDED))
    latest = uow.decisions.latest(found[0].id) if found else None
    is_theirs = by.role is Role.PARTNER and latest is not None and _may(found[0], latest[1], by, uow, ports)
    return found[0] if is_theirs else None


def under(motion: Motion, by: Person, uow: UnitOfWork, ports: Ports) -> dict[str, object]:
    """Whose act on a handoff it is, through which program, under which grant: for the log."""
    found = grant_or_refusal(motion.partner, motion.opportunity_id, Purpose.HANDOFF, {}, uow, ports)
    return {"company": by.partner, "agent": AGENT, "grant": found.id if isinstance(found, Grant) else None}


def _status(asked: str, by: Person, partner: PartnerKey, ports: Ports) -> PartnerAnswer:
    with ports.store.transaction() as uow:
        seen = _theirs(by, partner, uow, ports)
    wanted = asked.strip().casefold()
    found = [deal for deal in seen if wanted in deal.title.casefold()]
    return _listed(found, partner) if found or not wanted else PartnerHelp(partner, NOTHING_THERE)


def _terms(by: Person, partner: PartnerKey, ports: Ports) -> PartnerAnswer:
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        standing = [grant for grant in uow.grants.unrevoked(partner) if grant.stands(now) and may_see(grant, by)]
    if not standing:
        return PartnerHelp(partner, "Nothing is shared with you at the moment.")
    grant = standing[-1]
    return SharedTerms(
        audience=partner,
        fields=tuple(sorted(each.value.replace("_", " ") for each in grant.fields)),
        purposes=tuple(sorted(each.value for each in grant.purposes)),
        until=grant.until,
        agreed_by=grant.confirmed_name or "",
        token=Token(grant.id),
    )


def _theirs(by: Person, partner: PartnerKey, uow: UnitOfWork, ports: Ports) -> Sequence[SharedDeal]:
    """Ordered by when each was posted, which they saw; by nothing that only we know."""
    query = MotionQuery(partner=partner, states=HANDED, limit=10_000)
    posted = [(motion.handoff.ts, motion) for motion in uow.motions.find(query) if motion.handoff is not None]
    newest = sorted(posted, key=lambda each: each[0], reverse=True)[:LOOKED_THROUGH]
    return [deal for _, motion in newest if (deal := _seen(motion, by, uow, ports)) is not None]


def _listed(deals: Sequence[SharedDeal], partner: PartnerKey) -> SharedDeals:
    return SharedDeals(partner, tuple(deals[:SHOWN]), max(len(deals) - SHOWN, 0))


def _seen(motion: Motion, viewer: Person, uow: UnitOfWork, ports: Ports) -> SharedDeal | None:
    latest = uow.decisions.latest(motion.id)
    if motion.handoff is None or motion.handoff_token is None or latest is None:
        return None
    proposal = latest[1]
    return _shared(motion, proposal, uow.log.of(motion.id)) if _may(motion, proposal, viewer, uow, ports) else None


def _may(motion: Motion, proposal: Proposal, viewer: Person, uow: UnitOfWork, ports: Ports) -> bool:
    if viewer.role is Role.STRANGER:
        return False
    origins = origins_in(proposal, HANDOFF)
    found = grant_or_refusal(motion.partner, motion.opportunity_id, Purpose.HANDOFF, origins, uow, ports)
    return isinstance(found, Grant) and (viewer.role is not Role.PARTNER or may_see(found, viewer))


def _shared(motion: Motion, proposal: Proposal, entries: Sequence[LogEntry]) -> SharedDeal:
    part = handoff_part(proposal)
    found = part["fields"]
    assert isinstance(found, list)
    assert motion.handoff_token is not None
    fields = tuple((str(label), str(value)) for label, value in found)
    customer = next((line.label for line in proposal.form if line.field is Field.CUSTOMER), None)
    said = {entry.event: entry for entry in entries}  # the last of each kind
    proposed = said.get("handoff.next-step")
    return SharedDeal(
        token=motion.handoff_token,
        title=next((value for label, value in fields if label == customer), "A deal handed to you"),
        standing=_standing(motion, said.get("handoff.taken"), said.get("handoff.declined")),
        text=str(part["text"]),
        written_by=str(part["written_by"]),
        fields=fields,
        next_step=str(part["next_step"]),
        owner_name=str(part["owner"]),
        proposed=str(proposed.detail["text"]) if proposed else "",
        is_open=motion.state is MotionState.HANDED_OFF,
    )


def _standing(motion: Motion, taken: LogEntry | None, declined: LogEntry | None) -> str:
    if motion.state is MotionState.ENGAGED:
        return f"{taken.actor if taken else 'Somebody of yours'} is on it."
    return f"{declined.actor} declined it." if declined else "Waits for one of you."
