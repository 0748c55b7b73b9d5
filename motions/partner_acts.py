"""What a partner's people do about a handoff besides taking it: decline, ask, propose a next step; changes no deal.

Their words are data: kept in the log, shown to our people as a quotation, and written nowhere else.
"""

from collections.abc import Mapping

from motions.handoffs import UNKNOWN_BUTTON
from motions.journal import raise_exception, write_log
from motions.model import Motion, MotionId, MotionState, Person, Role, Token
from motions.moving import in_channel, note
from motions.partner_desk import theirs, under
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.proposals import sha256_of
from motions.records import LogEntry, UnitOfWork
from motions.surfaces import ClickOutcome, ClickReply, Note

REASONS: Mapping[str, str] = {
    "no-capacity": "Nobody has time for it now",
    "not-our-customer": "It is not our customer or region",
    "no-fit": "It does not fit what we offer",
    "too-early": "It is too early",
    "other": "Something else",
}
ONLY_THEIRS = "Only the partner this was handed to can do that. Nothing changed."
LONGEST = 1000

_EVENTS = {"declined": "handoff.declined", "asked": "handoff.asked", "next step": "handoff.next-step"}


def decline(token: Token, by: Person, reason: str, words: str, ports: Ports) -> ClickReply:
    """The partner does not take it on: our manager is told, and nobody is reminded any more."""
    why = REASONS.get(reason, REASONS["other"])
    return _said(token, by, "declined", why, words, ports, "Thank you for telling us. You can still take it on.")


def ask_owner(token: Token, by: Person, words: str, ports: Ports) -> ClickReply:
    """A question to our side, filed where our manager reads it."""
    return _said(
        token, by, "asked", "", words, ports, "Your question is with our side. The answer comes in this channel."
    )


def propose_next_step(token: Token, by: Person, words: str, ports: Ports) -> ClickReply:
    """The next step as the partner sees it; our side decides what becomes of it."""
    return _said(token, by, "next step", "", words, ports, "Noted, and our side has been told.")


def tell_manager(motion_id: MotionId, _epoch: int, what: str, ports: Ports) -> None:
    """Segment: show our people, in the thread of the motion's card, what the partner said."""
    motion, entry = ports.durable.read(lambda uow: (uow.motions.get(motion_id), _entry(motion_id, what, uow)))
    if motion is None or motion.card is None or entry is None:
        return
    manager = ports.people.by_email(motion.manager_email)
    told = _note(motion, entry, manager.user_id if manager else None, ports)
    plan = for_our_people(f"{motion_id}:partner.{what}", "slack.tell", motion.channel, told, subject=motion_id)
    thread = motion.card.ts
    ports.durable.step("tell", lambda: post(plan, ports, thread=thread))


def _said(token: Token, by: Person, kind: str, reason: str, words: str, ports: Ports, thanks: str) -> ClickReply:
    words = words.strip()[:LONGEST]
    with ports.store.transaction() as uow:
        if by.role is not Role.PARTNER:
            return ClickReply(ClickOutcome.CHANGED_NOTHING, ONLY_THEIRS)
        found = theirs(token, by, uow, ports)
        motion = uow.motions.locked(found.id) if found else None
        if motion is None:
            return ClickReply(ClickOutcome.CHANGED_NOTHING, UNKNOWN_BUTTON)
        if kind == "declined" and motion.state is not MotionState.HANDED_OFF:
            return ClickReply(ClickOutcome.CHANGED_NOTHING, "Somebody of yours is on it already. Nothing changed.")
        what = sha256_of([motion.id, by.key, kind, reason, words])[:16]
        if _entry(motion.id, what, uow) is None:
            _record(motion, by, kind, {"what": what, "by": by.key, "reason": reason, "text": words}, uow, ports)
    return ClickReply(ClickOutcome.DONE, thanks)


def _record(motion: Motion, by: Person, kind: str, detail: Mapping[str, object], uow: UnitOfWork, ports: Ports) -> None:
    write_log(uow, ports.clock.now(), _EVENTS[kind], motion.id, by.name, {**detail, **under(motion, by, uow, ports)})
    what = str(detail["what"])
    uow.enqueue(in_channel(motion.id, motion.epoch, "tell_manager", motion.channel, n=what))
    if kind == "declined":
        _stop_reminding(motion, by, str(detail["reason"]), uow, ports)
        assert motion.handoff is not None
        uow.enqueue(in_channel(motion.id, motion.epoch, "redraw_handoff_now", motion.handoff.channel, n=what))


def _stop_reminding(motion: Motion, by: Person, reason: str, uow: UnitOfWork, ports: Ports) -> None:
    now, partner = ports.clock.now(), ports.config.name_of(motion.partner)
    note(uow, motion.id, {"due_at": None}, at=now, actor=by.name)
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code="handoff-declined",
        reason=f"{partner} declined the handoff of {motion.deal_name}. {reason}.",
        next_act=f"talk to {motion.pam or partner}; the handoff's button still takes it on",
        owner=motion.manager_email,
        at=now,
    )


def _entry(motion_id: MotionId, what: str, uow: UnitOfWork) -> LogEntry | None:
    entries = (entry for entry in uow.log.of(motion_id) if entry.event in _EVENTS.values())
    return next((entry for entry in entries if entry.detail["what"] == what), None)


def _note(motion: Motion, entry: LogEntry, manager: str | None, ports: Ports) -> Note:
    who = f"{entry.actor} of {ports.config.name_of(motion.partner)}"
    headline = {
        "handoff.declined": f"{who} declined the handoff: {entry.detail['reason']}",
        "handoff.asked": f"{who} asks about the handoff",
        "handoff.next-step": f"{who} proposes a next step",
    }[entry.event]
    act = {
        "handoff.declined": "No more reminders go out. They can still take it on.",
        "handoff.asked": "Answer in the handoff's thread, in the channel you share.",
        "handoff.next-step": "Nothing was written to the CRM: put it there if you agree.",
    }[entry.event]
    return Note(headline, (act,), mention_slack_id=manager, quote=str(entry.detail["text"]))
