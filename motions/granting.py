"""How grants come and go: proposed by our side, agreed to by the partner's, ended by either at once or by time.

Each change is signed, logged and followed by its card in one transaction; what a grant lets cross is not judged here.
"""

from dataclasses import replace

from motions.answer_surfaces import Answer, DoneAnswer, ProblemAnswer
from motions.deciding import done, nothing
from motions.grant_cards import POST, REDRAW, ask_once_more, follow_segment, grant_segment
from motions.grant_surfaces import GrantLine, GrantList, GrantOffer
from motions.grant_terms import (
    Grant,
    GrantBlock,
    GrantId,
    Side,
    Signature,
    confirmed_text,
    hash_of_terms,
    proposed_text,
)
from motions.joining import wake
from motions.journal import confirm_grant, propose_grant, revoke_grant
from motions.model import Person, Role, Token
from motions.policy import Partner
from motions.ports import Ports
from motions.records import UnitOfWork
from motions.surfaces import ClickReply
from motions.terms import may_give

OURS = "ours"
_UNTOUCHED = "Nothing was changed."
_UNKNOWN = "This button is not known here any more."


def share(line: str, asker: Person, ports: Ports) -> Answer:
    """`/cosell share …`: what is shared with whom, or what would be proposed to one partner, with the button for it."""
    if not line.strip():
        return ports.durable.read(lambda uow: _list(uow, ports))
    partner = _partner_named(line, ports)
    if partner is None:
        return _nobody_called(line, ports)
    if not may_give(asker, partner.key, ports.config):
        return ProblemAnswer(_who_may(partner), _UNTOUCHED, "Ask one of them.")
    if partner.grant is None or partner.shared_channel is None:
        lacks = "`grant:`" if partner.grant is None else "`shared_channel:`"
        return ProblemAnswer(f"partners.yml has no {lacks} for {partner.name}.", _UNTOUCHED, "An admin adds it there.")
    terms = partner.grant.terms(ports.clock.now().date())
    return GrantOffer(Token(f"{partner.key}:{hash_of_terms(terms)[:32]}"), partner.name, terms)


def unshare(line: str, asker: Person, ports: Ports) -> Answer:
    """`/cosell unshare <partner>`: nothing more crosses to this partner from this moment."""
    partner = _partner_named(line, ports)
    if partner is None:
        return _nobody_called(line, ports)
    if not may_give(asker, partner.key, ports.config):
        return ProblemAnswer(_who_may(partner), _UNTOUCHED, "Ask one of them.")
    with ports.store.transaction() as uow:
        found = [g for g in uow.grants.unrevoked(partner.key) if _end(g, asker, Side.OURS, uow, ports)]
    if not found:
        return ProblemAnswer(f"Nothing is shared with {partner.name}.", _UNTOUCHED, "/cosell share lists what is.")
    return DoneAnswer(_ended(partner))


def propose(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Sign for our side what was shown, and ask the partner in the channel we share."""
    key, _, shown = token.partition(":")
    partner = _partner_named(key, ports)
    if partner is None or partner.grant is None or partner.shared_channel is None:
        return nothing(_UNKNOWN)
    if not may_give(by, partner.key, ports.config):
        return nothing(_who_may(partner))
    if hash_of_terms(partner.grant.terms(ports.clock.now().date()))[:32] != shown:
        return nothing(f"partners.yml says something else now. Ask again with `/cosell share {partner.key}`.")
    if _propose(partner, partner.grant, by, ports) is None:
        return nothing("Somebody else proposed a moment ago.")
    return done(f"Proposed. {partner.name} is asked in the channel you share; nothing crosses before they agree.")


def agree(token: Token, by: Person, ports: Ports) -> ClickReply:
    """The partner's Agree: it stands from this moment, in the place of whatever stood before."""
    now, grant_id = ports.clock.now(), GrantId(token)
    grant = ports.durable.read(lambda uow: uow.grants.get(grant_id))
    if grant is None:
        return nothing(_UNKNOWN)
    if why := _why_not_agreed(grant, by, ports):
        return nothing(why)
    agreed = replace(grant, confirmed_by=by.key, confirmed_name=by.name, confirmed_at=now)
    signature = ports.signer.sign(witness_of(grant), confirmed_text(agreed))
    with ports.store.transaction() as uow:
        if not confirm_grant(uow, grant, by=by, at=now, signature=signature):
            return nothing("Somebody agreed to it already, or it was taken back.")
        for other in uow.grants.unrevoked(grant.partner):
            if other.id != grant_id:
                _end(other, by, Side.REPLACED, uow, ports)
        _follow(grant, "agreed", uow, ports)
    return done("Agreed. It stands now. The button on the message ends it at once, whenever you want.")


def revoke(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Either side's end of it, at once: what has not left does not leave."""
    with ports.store.transaction() as uow:
        grant = uow.grants.get(GrantId(token))
        partner = _partner_of(grant, ports) if grant else None
        if grant is None or partner is None or not _concerns(by, partner):
            return nothing(_UNKNOWN)
        side = _side_of(by, partner, ports)
        if side is None:
            return nothing(f"Only those who may agree for {partner.name}, or propose to it, end what is shared.")
        if not _end(grant, by, side, uow, ports):
            return nothing("It was ended already.")
    return done(_ended(partner) if side is Side.OURS else "Ended. Nothing more is shared with you from now on.")


def tend(ports: Ports) -> int:
    """Sweep: end what is past its last day, and propose what an admin has cosell propose by itself; how many."""
    return sum(_tend(partner, ports) for partner in ports.config.partners)


def witness_of(grant: Grant) -> str:
    """The key of this installation that signs a click of the partner, until the partner's own program signs."""
    return f"witness-{grant.partner}"


def _tend(partner: Partner, ports: Ports) -> int:
    now = ports.clock.now()
    grants = ports.durable.read(lambda uow: uow.grants.of(partner.key))
    over = [grant for grant in grants if grant.revoked_at is None and now.date() > grant.until]
    if over:
        with ports.store.transaction() as uow:
            return sum(_end(grant, None, Side.TIME, uow, ports) for grant in over)
    if grants and grants[-1].is_open:
        with ports.store.transaction() as uow:
            return int(ask_once_more(grants[-1], partner, uow))
    # What a person ended stays ended until a person proposes it again.
    is_wanted = not grants or grants[-1].revoked_side is Side.TIME
    if partner.grant is None or not partner.grant.propose_at_start or partner.shared_channel is None or not is_wanted:
        return 0
    return int(_propose(partner, partner.grant, None, ports) is not None)


def _propose(partner: Partner, block: GrantBlock, by: Person | None, ports: Ports) -> Grant | None:
    now = ports.clock.now()
    grants = ports.durable.read(lambda uow: uow.grants.of(partner.key))
    version = len(grants) + 1
    unsigned = Grant(
        id=GrantId(f"{partner.key}.{version}.{ports.ids.new()[:8]}"),
        partner=partner.key,
        version=version,
        terms=block.terms(now.date()),
        proposed_by=by.key if by else f"policy {ports.config.policy.version}",
        proposed_name=by.name if by else f"policy {ports.config.policy.version}",
        proposed_at=now,
        our_signature=Signature(OURS, "", ""),
    )
    grant = replace(unsigned, our_signature=ports.signer.sign(OURS, proposed_text(unsigned)))
    with ports.store.transaction() as uow:
        if not propose_grant(uow, grant):
            return None
        for other in uow.grants.unrevoked(partner.key):
            if other.is_open and other.id != grant.id:
                _end(other, by, Side.REPLACED, uow, ports)
        uow.enqueue(grant_segment(POST, grant, partner))
    return grant


def _end(grant: Grant, by: Person | None, side: Side, uow: UnitOfWork, ports: Ports) -> bool:
    if not revoke_grant(uow, grant, by=by, at=ports.clock.now(), side=side):
        return False
    _follow(grant, side, uow, ports)
    return True


def _follow(grant: Grant, what: str, uow: UnitOfWork, ports: Ports) -> None:
    """The card says it, and every motion of this partner goes on from what is true now."""
    partner = ports.config.partner(grant.partner)
    uow.enqueue(grant_segment(REDRAW, grant, partner, what))
    if what != Side.REPLACED:  # the one in its place is followed
        uow.enqueue(follow_segment(grant, what))
    wake(grant.partner, uow, ports)  # what the joint forecast may show is another from now on


def _why_not_agreed(grant: Grant, by: Person, ports: Ports) -> str | None:
    partner = _partner_of(grant, ports)
    if partner is None or not _concerns(by, partner):
        return _UNKNOWN
    if not _speaks_for(by, partner):
        return f"Only somebody of {partner.name} who may agree for it can."
    if ports.clock.now().date() > grant.until:
        return f"This proposal ended on {grant.until}. Ask for a new one."
    return None


def _side_of(by: Person, partner: Partner, ports: Ports) -> Side | None:
    if may_give(by, partner.key, ports.config):
        return Side.OURS
    return Side.PARTNER if _speaks_for(by, partner) else None


def _concerns(by: Person, partner: Partner) -> bool:
    """Whether this partner's grants are theirs to hear of: to anybody else one of them is like none."""
    return by.partner == partner.key if by.role is Role.PARTNER else by.role is not Role.STRANGER


def _speaks_for(by: Person, partner: Partner) -> bool:
    is_theirs = by.role is Role.PARTNER and by.partner == partner.key
    return is_theirs and (not partner.grantors or by.user_id in partner.grantors)


def _partner_named(said: str, ports: Ports) -> Partner | None:
    name = said.strip().casefold()
    for partner in ports.config.partners:
        if name in {each.casefold() for each in (partner.key, partner.name, *partner.aliases)}:
            return partner
    return None


def _partner_of(grant: Grant, ports: Ports) -> Partner | None:
    """The partner, unless it has left partners.yml."""
    return next((partner for partner in ports.config.partners if partner.key == grant.partner), None)


def _nobody_called(line: str, ports: Ports) -> ProblemAnswer:
    known = ", ".join(partner.key for partner in ports.config.partners)
    said = f"No partner is called “{line.strip()}”." if line.strip() else "No partner was named."
    return ProblemAnswer(said, _UNTOUCHED, f"Name one of: {known}.")


def _who_may(partner: Partner) -> str:
    return f"{partner.name}'s alliance managers, operators and admins decide what is shared with it."


def _ended(partner: Partner) -> str:
    return f"Ended. Nothing more of any deal leaves for {partner.name}; what was filed stays in its portal."


def _list(uow: UnitOfWork, ports: Ports) -> GrantList:
    now = ports.clock.now()
    lines = [
        GrantLine(grant, partner.name, grant.stands(now))
        for partner in ports.config.partners
        for grant in uow.grants.unrevoked(partner.key)
    ]
    return GrantList(tuple(lines))
