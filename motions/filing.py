"""Filing a referral: the portal's saga, one ledgered effect a call, resumable between any two; and its review."""

from datetime import timedelta
from functools import partial
from typing import assert_never

from motions.authority import guard_of, latest_referral, saga_key, what_left, why_withdrawn
from motions.briefing import handoff_part
from motions.competing import stopped_by
from motions.errors import NotGranted, Rejected
from motions.following import FOLLOWED, look, look_of, must_be_of
from motions.journal import clear_exceptions, raise_exception, take_back
from motions.model import Motion, MotionId, MotionState
from motions.moving import advance, at_portal, note, on_card, reads_of, standing, work
from motions.performing import Guard, Plan, perform
from motions.ports import Ports
from motions.proposals import Proposal, Verdict
from motions.records import MotionQuery, Segment, UnitOfWork
from motions.referrals import FilingStep, ReferralStatus, Review

FILE_BY_HAND = "file-by-hand"  # an exception: a person is to file, since there is no portal for cosell to file in


def file(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: perform every call of the saga once, then wait for the partner's review."""
    motion = standing(motion_id, epoch, MotionState.FILING, ports)
    if motion is None:
        return
    proposal, key = ports.durable.read(lambda uow: _approved(motion, uow))
    payload = proposal.payload["file"]
    assert isinstance(payload, dict)
    ids: dict[str, str] = {}
    for step in ports.portals[proposal.destination].saga(payload, key):
        plan = _plan(motion, proposal, step, f"{key}.{step.name}", dict(ids))
        guard = guard_of(motion, proposal, ports)
        try:
            ids[step.name] = ports.durable.step(step.name, partial(_call, plan, step, dict(ids), guard, ports))
        except Rejected as refusal:
            ports.durable.transaction("refused", partial(_stopped, motion, proposal, refusal, dict(ids), ports))
            return
    ports.durable.transaction("filed", lambda uow: _filed(motion, proposal, next(iter(ids.values())), uow, ports))


def poll_review(motion_id: MotionId, epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: ask the portal once; move on when it has decided, else ask again later, ever more rarely."""
    motion = standing(motion_id, epoch, MotionState.IN_REVIEW, ports)
    if motion is None or motion.referral_id is None:
        return
    portal = _portal_key(motion, ports)
    status = ports.portals[portal].status(motion.referral_id)
    must_be_of(n, status, portal)
    ports.durable.transaction("reviewed", lambda uow: _reviewed(motion, status, n, uow, ports))


def watch_portal(portal: str, ports: Ports) -> int:
    """Sweep: have the portal's changed referrals looked at now; how many of them are ours and not over."""
    feed = f"portal:{portal}"
    since = ports.durable.read(lambda uow: uow.deals.watermark(feed))
    changes = ports.portals[portal].changed_since(since)
    woken = 0
    with ports.store.transaction() as uow:
        for referral_id, stamp in changes:
            query = MotionQuery(referral_id=referral_id, states=(MotionState.IN_REVIEW, *FOLLOWED))
            for motion in uow.motions.find(query):
                uow.enqueue(_look(motion, portal, look_of(stamp)))
                woken += 1
        if changes:
            uow.deals.set_watermark(feed, max(stamp for _, stamp in changes))
    return woken


def _look(motion: Motion, portal: str, n: str) -> Segment:
    if motion.state is MotionState.IN_REVIEW:
        return at_portal(motion.id, motion.epoch, "poll_review", reads_of(portal), n=n)
    return look(motion, portal, n)


def _call(plan: Plan, step: FilingStep, ids: dict[str, str], guard: Guard, ports: Ports) -> str:
    def find(_payload: object, _since: object) -> str | None:
        return step.find(ids)

    return perform(plan, ports, send=lambda _: step.send(ids), find=find, guard=guard)


def _plan(motion: Motion, proposal: Proposal, step: FilingStep, key: str, ids: dict[str, str]) -> Plan:
    return Plan(
        key=key,
        subject=motion.id,
        kind=f"{proposal.destination}.{step.name}",
        destination=proposal.destination,
        audience=proposal.audience,
        payload={"step": step.name, "seal": proposal.seal, "after": ids},
        recovery=step.recovery,
        undo=step.undo,
    )


def _approved(motion: Motion, uow: UnitOfWork) -> tuple[Proposal, str]:
    """What was approved, and what the keys of its calls begin with."""
    approval, proposal = latest_referral(motion.id, uow)
    if approval.verdict is not Verdict.APPROVED or approval.seal != proposal.seal:
        raise Rejected(proposal.destination, "there is no approval of exactly this referral")
    key = saga_key(motion.id, proposal.seal, uow)
    left = what_left(motion.id, key, uow)
    if left is not None and left.payload.get("seal") != proposal.seal:
        other = f"an earlier referral of this deal, with other words, was let out as {left.key} and is {left.status}"
        raise Rejected(proposal.destination, f"{other}; look for it there, and deny this one or close that one")
    return proposal, key


def _stopped(
    motion: Motion, proposal: Proposal, refusal: Rejected, ids: dict[str, str], ports: Ports, uow: UnitOfWork
) -> None:
    """The portal refused, or approval or grant stand no more: with nothing out there yet a person is asked again."""
    why = why_withdrawn(motion.id, proposal.seal, uow, ports)
    if why is None and isinstance(refusal, NotGranted):
        why = str(refusal)
    left = what_left(motion.id, saga_key(motion.id, proposal.seal, uow), uow)
    if left is None and stopped_by(refusal, motion, uow, ports):
        return
    if why is None or left is not None:
        _refused(motion, refusal, ids, ports, uow, is_unclear=left is not None)
        return
    now = ports.clock.now()
    next_act = f"cosell prepares the card again for a person: {why}"
    again = {"approved_at": None}
    epoch = advance(uow, motion, MotionState.MATCHED, at=now, actor="cosell", next_act=next_act, changes=again)
    if epoch is None:
        return  # taken back by a person
    take_back(uow, latest_referral(motion.id, uow)[0], by=None, at=now, why=why)
    uow.enqueue(work(motion.id, epoch, "prepare"))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))


def _filed(motion: Motion, proposal: Proposal, referral_id: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    wait = ports.config.policy.review_poll_after
    partner = ports.config.partner(motion.partner).name
    epoch = advance(
        uow,
        motion,
        MotionState.IN_REVIEW,
        at=now,
        actor=proposal.destination,
        next_act=f"{partner} reviews {referral_id}",
        changes={"referral_id": referral_id, "next_step": str(handoff_part(proposal)["next_step"])},
    )
    if epoch is None:
        return
    uow.enqueue(at_portal(motion.id, epoch, "poll_review", reads_of(proposal.destination), n=1, delay=wait))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    uow.enqueue(work(motion.id, epoch, "record_status"))


def _refused(
    motion: Motion, refusal: Rejected, ids: dict[str, str], ports: Ports, uow: UnitOfWork, *, is_unclear: bool
) -> None:
    """Nothing half-done: what exists already is named and followed, and a person decides the rest."""
    now, said = ports.clock.now(), str(refusal)
    if not ids:
        next_act = "correct the deal in the CRM, which prepares the card again; after anything else ask /cosell for it"
        epoch = advance(uow, motion, MotionState.NEEDS_PERSON, at=now, actor="portal", next_act=next_act)
        written = "Whether the portal has it is not known: look there." if is_unclear else "Nothing was written."
        said = f"{said} {written}"
    else:
        referral_id = next(iter(ids.values()))
        next_act = f"finish {referral_id} in the partner's portal by hand; cosell follows it from there"
        changes = {"referral_id": referral_id}
        epoch = advance(uow, motion, MotionState.IN_REVIEW, at=now, actor="portal", next_act=next_act, changes=changes)
        said = f"{said} Already there: {', '.join(f'{name} {external}' for name, external in ids.items())}."
    if epoch is None:
        return
    _raise(motion, refusal.code, said, next_act, uow, ports)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    if ids:
        wait = ports.config.policy.review_poll_after
        uow.enqueue(at_portal(motion.id, epoch, "poll_review", reads_of(_portal_key(motion, ports)), n=1, delay=wait))


def _reviewed(motion: Motion, status: ReferralStatus, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    _called_anew(motion, status, uow, ports)
    match status.review:
        case Review.ACCEPTED:
            _accepted(motion, status, uow, ports)
        case Review.PENDING:
            _pending(motion, status, n, uow, ports)
        case Review.REJECTED:
            _rejected(motion, status, uow, ports)
        case Review.ACTION_REQUIRED:
            _action_required(motion, status, n, uow, ports)
        case _:  # pragma: no cover - the type checker proves that there is no other
            assert_never(status.review)


def _accepted(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    partner = ports.config.partner(motion.partner).name
    epoch = advance(
        uow,
        motion,
        MotionState.ACCEPTED,
        at=now,
        actor=partner,
        next_act="cosell writes the acceptance to the CRM and hands over",
        changes={
            "pam": status.pam,
            "partner_stage": status.partner_stage,
            "next_step": status.next_step or motion.next_step,
        },
    )
    if epoch is not None:
        clear_exceptions(uow, motion.id, at=now)
        uow.enqueue(work(motion.id, epoch, "close_loop"))
        uow.enqueue(on_card(motion.id, epoch, "redraw"))


def _pending(motion: Motion, status: ReferralStatus, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    """The partner has not decided, or looks again at what a person corrected."""
    changed = clear_exceptions(uow, motion.id, at=ports.clock.now(), code="action-required")
    if status.waits_for is not None:
        reason = f"{ports.config.partner(motion.partner).name} has no portal that cosell can file in"
        changed |= _raise(motion, FILE_BY_HAND, reason, status.waits_for, uow, ports)
    else:
        changed |= clear_exceptions(uow, motion.id, at=ports.clock.now(), code=FILE_BY_HAND)
    if changed:
        _redraw(motion, status, uow)
    _ask_again(motion, n, uow, ports)


def _called_anew(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    """What is filed by hand gets the partner's own reference afterwards."""
    if status.referral_id == motion.referral_id:
        return
    partner = ports.config.partner(motion.partner).name
    note(uow, motion.id, {"referral_id": status.referral_id}, at=ports.clock.now(), actor=f"{partner}'s portal")
    uow.enqueue(work(motion.id, motion.epoch, "record_news", n=look_of(status.modified_at)))
    _redraw(motion, status, uow)


def _ask_again(motion: Motion, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    if not isinstance(n, int):
        return  # a sweep's extra look: the regular polling goes on by itself
    policy = ports.config.policy
    wait = max(min(policy.review_poll_after * 2 ** min(n, 12), policy.review_poll_at_most), timedelta(seconds=1))
    uow.enqueue(
        at_portal(motion.id, motion.epoch, "poll_review", reads_of(_portal_key(motion, ports)), n=n + 1, delay=wait)
    )


def _rejected(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    partner = ports.config.partner(motion.partner).name
    epoch = advance(
        uow, motion, MotionState.REJECTED, at=now, actor=partner, next_act="nothing: the partner's portal said no"
    )
    if epoch is None:
        return
    clear_exceptions(uow, motion.id, at=now)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    uow.enqueue(work(motion.id, epoch, "record_status"))
    reason = f"{partner} rejected {status.referral_id}: {status.comments or 'no comment given'}"
    _raise(motion, "referral-rejected", reason, "read the comment and talk to the partner's manager", uow, ports)


def _action_required(motion: Motion, status: ReferralStatus, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    """The motion stays in review: once a person has corrected the referral the portal decides again."""
    partner = ports.config.partner(motion.partner).name
    reason = f"{partner} asks for changes to {status.referral_id}: {status.comments or 'no comment given'}"
    if _raise(motion, "action-required", reason, f"correct {status.referral_id} in the partner's portal", uow, ports):
        _redraw(motion, status, uow)
    _ask_again(motion, n, uow, ports)


def _redraw(motion: Motion, status: ReferralStatus, uow: UnitOfWork) -> None:
    stamp = f"{status.modified_at:%Y%m%dT%H%M%S}"
    uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=stamp))


def _raise(motion: Motion, code: str, reason: str, next_act: str, uow: UnitOfWork, ports: Ports) -> bool:
    return raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code=code,
        reason=reason,
        next_act=next_act,
        owner=motion.manager_email,
        at=ports.clock.now(),
    )


def _portal_key(motion: Motion, ports: Ports) -> str:
    portal = ports.config.partner(motion.partner).portal
    assert portal is not None
    return portal
