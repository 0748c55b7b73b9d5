"""Deals that partners bring: each found in its portal, stored once, shown once, and kept true as the clock runs.

A portal's own list is the truth of what still waits for an answer: what is gone from it was settled there.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from motions.coverage import CoverageRow
from motions.decision_records import ExceptionQuery
from motions.errors import Rejected
from motions.invitation_cards import card_key, request
from motions.invitation_journal import amend, receive
from motions.invitation_segments import POST, REMIND, answering, in_channel, on_card, segment_id
from motions.invitations import ANSWERING, Candidate, Invitation, InvitationId, InvitationState, Inviting, Offered
from motions.journal import clear_exceptions, raise_exception
from motions.likening import likely_deals
from motions.policy import Partner
from motions.ports import Ports
from motions.posting import place_of
from motions.records import Segment, UnitOfWork
from motions.settling import settle_as, standing_of

REMIND_FROM = 3  # days
READ_AT_ONCE = 20  # details cost a read each, of which a portal allows so many a day
READ_AGAIN = timedelta(hours=1)  # one that could not be read
UNREADABLE = "invitation-unreadable"
AT_ONCE = 10_000
IDLE = timedelta(seconds=60)


def look(ports: Ports) -> int:
    """Sweep: what partners newly offer, what was settled in their portals, and what the clock changes. How many."""
    told = 0
    for partner in ports.config.partners:
        portal = ports.portals.get(partner.portal or "")
        if isinstance(portal, Inviting) and _is_covered(partner, ports):
            told += _look(partner, portal, ports)
    return told


def days_left(expires_at: datetime, now: datetime) -> int:
    """Days that are left, begun ones too; 0 when it is over."""
    return max(0, math.ceil((expires_at - now) / timedelta(days=1)))


def _look(partner: Partner, portal: Inviting, ports: Ports) -> int:
    pending = portal.pending()
    known, open_ones, unread = ports.durable.read(
        lambda uow: (uow.invitations.known(pending), uow.invitations.unsettled(partner.key), _unread(partner, uow))
    )
    tried = {each for each, at in unread.items() if ports.clock.now() - at < READ_AGAIN}
    fresh = [each for each in pending if each not in known and each not in tried][:READ_AT_ONCE]
    gone = [each for each in open_ones if each.state is InvitationState.PENDING and each.id not in set(pending)]
    read = {each for each in fresh if _receive(each, partner, portal, ports)}
    waiting = set(pending) - known - read
    for subject in (_subject(partner), *(_subject(partner, each) for each in unread if each not in waiting)):
        _all_is_well(subject, ports)
    told = len(read) + sum(_settled_there(each, portal, ports) for each in gone)
    return told + sum(_tend(each, ports) for each in open_ones)


def _unread(partner: Partner, uow: UnitOfWork) -> dict[InvitationId, datetime]:
    """Those that could not be read, and when that was tried last."""
    begins = _subject(partner, "")
    found = uow.exceptions.listing(ExceptionQuery(code=UNREADABLE, limit=AT_ONCE))
    return {
        InvitationId(item.subject.removeprefix(begins)): uow.deals.watermark(item.subject) or item.opened_at
        for item in found
        if item.subject.startswith(begins)
    }


def _receive(invitation_id: InvitationId, partner: Partner, portal: Inviting, ports: Ports) -> bool:
    """Store and show one; False when its portal does not let it be read, which an operator is told."""
    try:
        offered = portal.invitation(invitation_id)
    except Rejected as error:
        reason = (
            f"{partner.name} invites us ({invitation_id}), and its portal does not let cosell read to what: {error}"
        )
        next_act = f"answer it in {partner.name}'s portal, or renew what cosell may read there"
        subject = _subject(partner, invitation_id)
        with ports.store.transaction() as uow:
            uow.deals.set_watermark(subject, ports.clock.now())
            _tell_operator(subject, UNREADABLE, reason, next_act, uow, ports)
        return False
    with ports.store.transaction() as uow:
        invitation = _invitation(offered, partner, uow, ports)
        if offered.status is InvitationState.PENDING and receive(uow, invitation, actor=partner.name):
            request(invitation, uow, ports)
            uow.enqueue(in_channel(POST, invitation))
    return True


def _settled_there(invitation: Invitation, portal: Inviting, ports: Ports) -> bool:
    """It waits no more: somebody answered in the portal's own pages, or time did."""
    status, reason = standing_of(invitation.id, portal)
    if status is InvitationState.PENDING:
        return False
    with ports.store.transaction() as uow:
        return settle_as(invitation, status, reason, uow, ports)


def _tend(invitation: Invitation, ports: Ports) -> bool:
    """The days on the card, the one reminder, and whatever the engine lost."""
    now = ports.clock.now()
    lost = _lost(invitation, now, ports)
    if lost is None and days_left(invitation.expires_at, now) == invitation.days_left:
        return False  # as at nearly every look: nobody waits for the store's one writer then
    with ports.store.transaction() as uow:
        present = uow.invitations.locked(invitation.id)
        if present is None or present.epoch != invitation.epoch:
            return False
        if lost is not None:
            uow.enqueue(lost)
        return present.state is InvitationState.PENDING and _count_down(present, now, uow)


def _count_down(invitation: Invitation, now: datetime, uow: UnitOfWork) -> bool:
    days = days_left(invitation.expires_at, now)
    if days == invitation.days_left:
        return False
    amend(uow, invitation, "counted-down", {"days_left": days}, at=now, actor="time")
    uow.enqueue(on_card(invitation, invitation.epoch, f"d{days}"))
    if days <= REMIND_FROM < invitation.days_left:
        uow.enqueue(in_channel(REMIND, invitation))
    return True


def _lost(invitation: Invitation, now: datetime, ports: Ports) -> Segment | None:
    """What an invitation stands still for, under a name of this hour's; None when all is under way or with a person."""
    if now - invitation.updated_at < IDLE:
        return None
    hour = f"again{now:%Y%m%dT%H}"
    if invitation.state in ANSWERING:
        segment = answering(invitation, invitation.epoch, hour)
    elif ports.durable.read(lambda uow: place_of(card_key(invitation.id), uow)) is None:
        segment = in_channel(POST, invitation, hour)
    else:
        return None
    is_going = ports.durable.is_under_way(segment_id(segment.name, invitation.id, invitation.epoch))
    return None if is_going else segment


def _invitation(offered: Offered, partner: Partner, uow: UnitOfWork, ports: Ports) -> Invitation:
    now = ports.clock.now()
    candidates = likely_deals(offered.facts, partner.key, uow)
    row = _row(partner, candidates, uow, ports)
    return Invitation(
        id=offered.id,
        partner=partner.key,
        portal=partner.portal or "",
        state=InvitationState.PENDING,
        epoch=1,
        facts=offered.facts,
        candidates=candidates,
        invited_at=offered.invited_at,
        expires_at=offered.expires_at,
        seen_at=now,
        channel=row.channel,
        manager_email=ports.config.coverage.manager_on(row, now.date()),
        next_act="accept or reject it",
        updated_at=now,
        days_left=days_left(offered.expires_at, now),
    )


def _row(partner: Partner, candidates: Sequence[Candidate], uow: UnitOfWork, ports: Ports) -> CoverageRow:
    """Where the likeliest deal's motion would be; else where the partner is looked after everywhere, or first."""
    coverage = ports.config.coverage
    deals = (uow.deals.get(each.opportunity_id) for each in candidates)
    regions = [deal.owner.region for deal in deals if deal is not None and deal.owner is not None]
    rows = [coverage.row(partner.key, region) for region in (*regions, None)]
    first = next(row for row in coverage.rows if row.partner == partner.key)
    return next((row for row in rows if row is not None), first)


def _is_covered(partner: Partner, ports: Ports) -> bool:
    if any(row.partner == partner.key for row in ports.config.coverage.rows):
        return True
    reason = f"{partner.name} may bring us deals, but nobody covers it, so nobody is shown them."
    with ports.store.transaction() as uow:
        _tell_operator(_subject(partner), "no-coverage", reason, "Add a coverage row for the partner.", uow, ports)
    return False


def _tell_operator(subject: str, code: str, reason: str, next_act: str, uow: UnitOfWork, ports: Ports) -> None:
    raise_exception(
        uow,
        subject=subject,
        opportunity_id=None,
        code=code,
        reason=reason,
        next_act=next_act,
        owner=ports.config.coverage.operators[0],
        at=ports.clock.now(),
    )


def _all_is_well(subject: str, ports: Ports) -> None:
    if ports.durable.read(lambda uow: uow.exceptions.of(subject)):
        with ports.store.transaction() as uow:
            clear_exceptions(uow, subject, at=ports.clock.now())


def _subject(partner: Partner, invitation: str | None = None) -> str:
    """What an exception is about: all a partner brings, or the one invitation."""
    return f"invitations:{partner.key}" + ("" if invitation is None else f":{invitation}")
