"""The card of a motion: gathered from the store, posted once, redrawn in place whenever the motion moves."""

from motions.briefing import deal_lines
from motions.deals import Opportunity
from motions.effects import Effect, EffectStatus, Recovery, Undo
from motions.model import EffectKey, ExceptionItem, MessageRef, Motion, MotionId, MotionState
from motions.moving import note, on_card
from motions.performing import Plan, was_found
from motions.ports import Ports
from motions.posting import INTERNAL, post, rewrite
from motions.proposals import Approval, Proposal, sha256_of
from motions.recording import note_first
from motions.records import LogEntry, UnitOfWork
from motions.surfaces import Milestone, MotionCard

_TOLD = {
    "approval.approved": "Approved by {actor}",
    "approval.denied": "Denied by {actor}: {reason}",
    "approval.replaced": "Changed by {actor}",
    "motion.in-review": "Filed with {partner} as {referral}",
    "motion.accepted": "Accepted by {partner}",
    "motion.rejected": "Rejected by {partner}",
    "motion.handed-off": "Handed to {partner}'s seller",
    "motion.engaged": "Taken on by {actor}",
    "motion.expired": "Withdrawn: {next_act}",
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
    ports.durable.transaction("posted", lambda uow: _note_card(card, ts, plan, uow, ports))


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
    motion, deal, latest, entries, problems, effects = ports.durable.read(lambda uow: _card_rows(motion_id, uow))
    manager = ports.people.by_email(motion.manager_email) if mention else None
    approval, proposal = latest or (None, None)
    is_open = approval is not None and approval.verdict is None and motion.state is MotionState.AWAITING
    partner = ports.config.partner(motion.partner)
    card = MotionCard(
        motion=motion,
        partner_name=partner.name,
        deal_facts=deal_lines(deal) if deal else (),
        deal_url=ports.deal_url(motion.opportunity_id),
        manager_slack_id=manager.user_id if manager else None,
        proposal=proposal,
        token=approval.token if approval and is_open else None,
        expires_at=approval.expires_at if approval and is_open else None,
        undo=Undo.FINAL,  # no portal deletes a referral: it can only be closed as lost
        milestones=_milestones(entries, motion, partner.name, effects),
        problems=tuple(problems),
    )
    return card, motion


_Rows = tuple[
    Motion,
    Opportunity | None,
    tuple[Approval, Proposal] | None,
    list[LogEntry],
    list[ExceptionItem],
    list[Effect],
]


def _card_rows(motion_id: MotionId, uow: UnitOfWork) -> _Rows:
    motion = uow.motions.get(motion_id)
    assert motion is not None
    return (
        motion,
        uow.deals.get(motion.opportunity_id),
        uow.decisions.latest(motion_id),
        list(uow.log.of(motion_id)),
        list(uow.exceptions.of(motion_id)),
        list(uow.effects.of(motion_id)),
    )


def _milestones(entries: list[LogEntry], motion: Motion, partner: str, effects: list[Effect]) -> tuple[Milestone, ...]:
    """The turns a reader cares about, in order; everything else stays in the log."""
    created = next((e.external_id for e in effects if e.kind.endswith(".create") and e.status is EffectStatus.DONE), "")
    told = []
    for entry in entries:
        if (template := _TOLD.get(entry.event)) is not None:
            changes = entry.detail.get("changes")
            said = {**entry.detail, **(changes if isinstance(changes, dict) else {})}
            text = template.format(
                actor=entry.actor,
                partner=partner,
                referral=motion.referral_id or created,
                reason=said.get("reason") or "no reason given",
                next_act=said.get("next_act", ""),
            )
            told.append(Milestone(text, entry.at))
    return tuple(told)


def _note_card(card: MotionCard, ts: str, plan: Plan, uow: UnitOfWork, ports: Ports) -> None:
    motion = card.motion
    now = ports.clock.now()
    note(uow, motion.id, {"card": MessageRef(motion.channel, ts), "asked_at": now}, at=now)
    note_first(motion.id, uow, ports)
    present, sent = uow.motions.get(motion.id), uow.effects.get(EffectKey(plan.key))
    assert present is not None
    assert sent is not None
    # What was posted may be what an earlier attempt had stored, or somebody decided while it was on its way.
    is_other = was_found(sent) or sent.sha256 != sha256_of(ports.messenger.render(card))
    if present.epoch != motion.epoch or is_other:
        uow.enqueue(on_card(motion.id, present.epoch, "redraw_now", n="posted"))
