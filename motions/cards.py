"""The card of a motion: gathered from the store, posted once, redrawn in place whenever the motion moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from motions.audiences import INTERNAL
from motions.authority import latest_referral, saga_key, what_left
from motions.briefing import deal_lines
from motions.consequences import consequences_of
from motions.corrections import ASKED, shown
from motions.deals import Opportunity
from motions.effects import Effect, EffectStatus, Recovery, Undo
from motions.endorsing import people_needed
from motions.model import ExceptionItem, MessageRef, Motion, MotionId, MotionState, Token
from motions.moving import note, on_card
from motions.performing import Plan
from motions.policy import Configuration
from motions.ports import Ports
from motions.posting import post, rewrite, says_something_else
from motions.proposals import Approval, Proposal, ProposalKind
from motions.recording import note_first
from motions.records import LogEntry, MotionQuery, UnitOfWork
from motions.reviewing import FILE_BY_HAND
from motions.schema_rules import why_held
from motions.surfaces import CrmRequest, Milestone, MotionCard
from motions.switches import CARDS_THAT_SAY_SO, why_stopped

_TOLD = {
    "approval.approved": "Approved by {actor}",
    "approval.denied": "Denied by {actor}: {reason}",
    "approval.replaced": "Changed by {actor}",
    "approval.endorsed": "Approved by {actor}, as the first of two",
    "approval.taken-back": "Approval taken back by {actor}: {why}",
    "motion.in-review": "Filed with {partner} as {referral}",
    "motion.accepted": "Accepted by {partner}",
    "motion.rejected": "Rejected by {partner}",
    "motion.handed-off": "Handed to {partner}'s seller",
    "motion.engaged": "Taken on by {actor}",
    "motion.expired": "Withdrawn: {next_act}",
    "sheet.filed": "Filed by hand as {reference} by {actor}",
    "sync.sent": "Sent to {partner}: {what}",
    "sync.parked": "Waits until {partner} has decided: {what}",
    "sync.taken": "Changed in {partner}'s portal: {what}",
    "sync.shut": "Not sent, {partner} has closed it: {what}",
}
_PACKED = {"motion.in-review": "Packed as {referral}, to be filed with {partner} by hand"}
_TOLD_OF = {
    ProposalKind.WRITE_CRM: {
        "approval.approved": "Match for the CRM approved by {actor}",
        "approval.denied": "Match kept out of the CRM by {actor}",
    },
    ProposalKind.CORRECT_REFERRAL: {
        "approval.approved": "Corrected by {actor}: {what}",
        "approval.expired": "Settled in {partner}'s own pages, not here",
        "approval.taken-back": "The correction did not go: {why}",
    },
}


def post_card(motion_id: MotionId, _epoch: int, ports: Ports) -> None:
    """Segment: post the motion's one card to its alliance channel; nobody outside our company may be reading there."""
    card, motion = gather_card(motion_id, ports, mention=True)
    if motion.card is not None:
        redraw(motion_id, motion.epoch, ports)
        return
    plan = Plan(
        key=f"{motion_id}:card",
        subject=motion_id,
        kind="slack.card",
        destination=motion.channel,
        audience=INTERNAL,
        surface=card,
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ts = ports.durable.step("card", lambda: post(plan, ports))
    ports.durable.transaction("posted", lambda uow: _note_card(motion, ts, uow, ports))
    present, _ = gather_card(motion_id, ports, mention=True)
    if ports.durable.read(lambda uow: says_something_else(present, plan.key, uow, ports)):
        again = on_card(motion_id, present.motion.epoch, "redraw_now", n="posted")
        ports.durable.transaction("stale", lambda uow: uow.enqueue(again))


def redraw(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: make the posted card say what is true now; an older redraw leaves it to the newer one."""
    redraw_now(motion_id, epoch, "", ports)


def redraw_now(motion_id: MotionId, epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: the same within one state, when something on the card changed and the state did not."""
    card, motion = gather_card(motion_id, ports, mention=False)
    ref = motion.card
    if ref is None or motion.epoch != epoch:
        return
    plan = Plan(
        key=f"{motion_id}:card.{epoch}{n}",
        subject=motion_id,
        kind="slack.card.update",
        destination=ref.channel,
        audience=INTERNAL,
        surface=card,
        recovery=Recovery.REPEAT,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("redraw", lambda: rewrite(plan, ref, ports))


def gather_card(motion_id: MotionId, ports: Ports, *, mention: bool) -> tuple[MotionCard, Motion]:
    """Everything the card shows, from the store; the manager's Slack id only when they are to be mentioned."""
    rows = ports.durable.read(lambda uow: _card_rows(motion_id, uow, ports))
    motion = rows.motion
    manager = ports.people.by_email(motion.manager_email) if mention else None
    approval, proposal = rows.referral or (None, None)
    correction = shown(motion, rows.correction)  # and not once more among the problems
    partner = ports.config.name_of(motion.partner)
    card = MotionCard(
        motion=motion,
        partner_name=partner,
        deal_facts=deal_lines(rows.deal) if rows.deal else (),
        deal_url=ports.deal_url(motion.opportunity_id),
        manager_slack_id=manager.user_id if manager else None,
        proposal=proposal,
        token=None,
        expires_at=None,
        milestones=_milestones(rows, partner),
        problems=tuple(item for item in rows.problems if correction is None or item.code != ASKED),
        take_back=rows.take_back,
        stopped=rows.stopped if motion.state in CARDS_THAT_SAY_SO else None,
        held=rows.held if motion.state in CARDS_THAT_SAY_SO else None,
        elsewhere=_elsewhere(motion, rows.others, ports.config),
        to_file=_to_file(rows),
        correction=correction,
    )
    if approval is None or proposal is None or approval.verdict is not None or motion.state is not MotionState.AWAITING:
        return card, motion
    return _asking(card, approval, proposal, rows, ports), motion


def _asking(card: MotionCard, approval: Approval, proposal: Proposal, rows: "_Rows", ports: Ports) -> MotionCard:
    """What a card shows while it asks: the button's token, how many have to approve, and what that leads to."""
    return replace(
        card,
        token=approval.token,
        expires_at=approval.expires_at,
        consequences=consequences_of(proposal, rows.motion, ports) if proposal.is_ready else (),
        people_needed=people_needed(proposal, ports.config.policy),
        first_name=approval.first_name,
        crm=_crm_request(rows),
    )


@dataclass(frozen=True)
class _Rows:
    motion: Motion
    deal: Opportunity | None
    referral: tuple[Approval, Proposal] | None
    match: tuple[Approval, Proposal] | None
    correction: tuple[Approval, Proposal] | None
    entries: tuple[LogEntry, ...]
    problems: tuple[ExceptionItem, ...]
    effects: tuple[Effect, ...]
    take_back: Token | None
    stopped: str | None
    held: str | None
    others: tuple[Motion, ...]  # of the same deal


def _card_rows(motion_id: MotionId, uow: UnitOfWork, ports: Ports) -> _Rows:
    motion, referral = uow.motions.get(motion_id), uow.decisions.latest(motion_id)
    assert motion is not None
    return _Rows(
        motion=motion,
        deal=uow.deals.get(motion.opportunity_id),
        referral=referral,
        match=uow.decisions.latest(motion_id, ProposalKind.WRITE_CRM),
        correction=uow.decisions.latest(motion_id, ProposalKind.CORRECT_REFERRAL),
        entries=tuple(uow.log.of(motion_id)),
        problems=tuple(uow.exceptions.of(motion_id)),
        effects=tuple(uow.effects.of(motion_id)),
        take_back=_take_back(motion, uow),
        stopped=why_stopped(uow, ports.config),
        held=why_held(referral[1], uow) if referral is not None else None,
        others=tuple(uow.motions.find(MotionQuery(opportunity_id=motion.opportunity_id))),
    )


def _elsewhere(motion: Motion, of_deal: Sequence[Motion], config: Configuration) -> tuple[str, ...]:
    """Where else this very deal is filed, in words."""
    return tuple(
        f"{config.name_of(each.partner)}: {each.referral_id} ({each.state})"
        for each in of_deal
        if each.id != motion.id and each.referral_id is not None
    )


def _take_back(motion: Motion, uow: UnitOfWork) -> Token | None:
    """The token that takes the approval back, while nothing has left.

    A call under way may yet be put off, and nothing would draw the card again then: whoever presses is told.
    """
    if motion.state is not MotionState.FILING:
        return None
    approval, proposal = latest_referral(motion.id, uow)
    left = what_left(motion.id, saga_key(motion.id, proposal.seal, uow), uow)
    return approval.token if left is None or left.status is EffectStatus.INTENT else None


def _to_file(rows: _Rows) -> Token | None:
    """The token that takes the partner's reference, while a pack waits for it."""
    is_waiting = any(each.code == FILE_BY_HAND for each in rows.problems)
    return rows.referral[0].token if is_waiting and rows.referral is not None else None


def _crm_request(rows: _Rows) -> CrmRequest | None:
    if rows.match is None or rows.match[0].verdict is not None or rows.match[0].epoch != rows.motion.epoch:
        return None
    fields = rows.match[1].payload["fields"]
    assert isinstance(fields, dict)
    return CrmRequest(rows.match[0].token, tuple((name, str(value)) for name, value in fields.items()))


def _milestones(rows: _Rows, partner: str) -> tuple[Milestone, ...]:
    """The turns a reader cares about, in order; everything else stays in the log."""
    created = (e.external_id for e in rows.effects if e.kind.endswith(".create") and e.status is EffectStatus.DONE)
    referral = rows.motion.referral_id or next(created, "")
    kinds = {e.detail["proposal"]: e.detail.get("kind") for e in rows.entries if e.event == "proposal.made"}
    told_of_motions = _TOLD | (_PACKED if _to_file(rows) is not None else {})
    told = []
    for entry in rows.entries:
        kind = kinds.get(entry.detail.get("proposal"))
        table = next((table for of, table in _TOLD_OF.items() if of == kind), told_of_motions)
        if (template := table.get(entry.event)) is not None:
            changes = entry.detail.get("changes")
            said = {**entry.detail, **(changes if isinstance(changes, dict) else {})}
            text = template.format(
                actor=entry.actor,
                partner=partner,
                referral=referral,
                reason=said.get("reason") or "no reason given",
                why=said.get("why") or "before anything left",
                next_act=said.get("next_act", ""),
                what=said.get("what", ""),
                reference=said.get("reference", ""),
            )
            told.append(Milestone(text, entry.at))
    return tuple(told)


def _note_card(motion: Motion, ts: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    note(uow, motion.id, {"card": MessageRef(motion.channel, ts), "asked_at": now}, at=now)
    note_first(motion.id, uow, ports)
