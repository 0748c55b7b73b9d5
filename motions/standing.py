"""Standing approvals: offered with their exact terms, given, used when a referral is asked about, revoked at once.

The use is an approval like any other: sealed, claimed in the transaction that asks, checked again at every call.
"""

from motions.answer_surfaces import Answer, ProblemAnswer, StandingLine, StandingList, StandingOffer
from motions.deciding import done, nothing
from motions.endorsing import start_filing
from motions.errors import UserMistake
from motions.journal import decide_by_standing, give_standing, offer_standing, revoke_standing
from motions.model import Motion, Person, Token
from motions.ports import Ports
from motions.proposals import Approval, Proposal, StandingApproval, seal_of_terms
from motions.records import UnitOfWork
from motions.surfaces import ClickReply
from motions.terms import EXAMPLE, PLAY, fits, may_give, read_terms, why_out, why_stale

_UNTOUCHED = "Nothing was changed."


def standing(line: str, asker: Person, ports: Ports) -> Answer:
    """`/cosell standing …`: the list, or what an approval in advance would mean, with the button that gives it."""
    if not line.strip():
        return ports.durable.read(lambda uow: _list(uow, ports))
    try:
        partner, up_to, until = read_terms(line, ports.clock.now().date(), ports.config)
    except UserMistake as mistake:
        return ProblemAnswer(str(mistake), _UNTOUCHED, f"For example: {EXAMPLE}")
    if not may_give(asker, partner.key, ports.config):
        who = f"{partner.name}'s alliance managers, operators and admins approve in advance."
        return ProblemAnswer(who, _UNTOUCHED, "Ask one of them.")
    version = ports.config.policy.version
    offered = StandingApproval(
        token=Token(ports.ids.new()),
        play=PLAY,
        partner=partner.key,
        up_to=up_to,
        until=until,
        policy_version=version,
        given_by=asker.key,
        given_name=asker.name,
        given_email=asker.email or "",
        seal=seal_of_terms(PLAY, partner.key, up_to, until, version, by=asker.key),
        asked_at=ports.clock.now(),
    )
    with ports.store.transaction() as uow:
        offer_standing(uow, offered)
    return StandingOffer(offered, partner.name, ports.config.policy.two_people_from)


def give(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Give what was offered to this very person, once."""
    with ports.store.transaction() as uow:
        offered = uow.standings.get(token)
        if offered is None:
            return nothing("This button is not known here any more.")
        why = _why_not_given(offered, by, ports)
        if why is not None:
            return nothing(why)
        if not give_standing(uow, offered, by=by, at=ports.clock.now()):
            return nothing("This standing approval was already given, or revoked.")
    partner = ports.config.name_of(offered.partner)
    return done(
        f"Given. Referrals to {partner} up to {offered.up_to} are filed without a click until {offered.until}. "
        "`/cosell standing` lists it, with the button that revokes it."
    )


def revoke(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Let it count no more, from this moment; what has not left under it does not leave."""
    with ports.store.transaction() as uow:
        found = uow.standings.get(token)
        if found is None:
            return nothing("This button is not known here any more.")
        if not may_give(by, found.partner, ports.config):
            return nothing("Only the partner's alliance managers, operators and admins revoke a standing approval.")
        if not revoke_standing(uow, found, by=by, at=ports.clock.now()):
            return nothing(f"It was already revoked by {found.revoked_name}.")
    return done(
        f"Revoked. {found.given_name}'s standing approval counts no more. A referral that was approved by it and has "
        "not left asks a person again."
    )


def approve_by_standing(motion: Motion, approval: Approval, proposal: Proposal, uow: UnitOfWork, ports: Ports) -> bool:
    """In the transaction that asks: approve by the oldest standing approval that fits, and start filing."""
    found = _fitting(motion, proposal, uow, ports) if proposal.is_ready else None
    if found is None:
        return False
    is_decided = decide_by_standing(uow, approval, found, at=ports.clock.now())
    assert is_decided  # it was asked in this very transaction
    start_filing(motion, f"the standing approval of {found.given_name}", uow, ports, by=None)
    return True


def _fitting(motion: Motion, proposal: Proposal, uow: UnitOfWork, ports: Ports) -> StandingApproval | None:
    today, config = ports.clock.now().date(), ports.config
    for each in uow.standings.given(proposal.audience):
        if why_out(each, today, config) is None and fits(each, motion, proposal, uow, config):
            return each
    return None


def _why_not_given(offered: StandingApproval, by: Person, ports: Ports) -> str | None:
    if by.key != offered.given_by or not may_give(by, offered.partner, ports.config):
        return f"Only {offered.given_name} can give it: it was offered to them."
    why = why_stale(offered, ports.clock.now().date(), ports.config)
    return f"This offer {why}. Ask for a new one with /cosell standing." if why else None


def _list(uow: UnitOfWork, ports: Ports) -> StandingList:
    return StandingList(tuple(_line(each, ports) for each in uow.standings.given()))


def _line(each: StandingApproval, ports: Ports) -> StandingLine:
    # The partner may have left partners.yml since.
    name = next((p.name for p in ports.config.partners if p.key == each.partner), each.partner)
    return StandingLine(each, name, why_out(each, ports.clock.now().date(), ports.config))
