"""The segments by name, and what happens when one fails: retried ever more rarely, and shown to a person early."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from motions import (
    agreeing,
    answers,
    attention,
    cards,
    channel_mornings,
    closing,
    correcting,
    editions,
    filing,
    following,
    forecasting,
    grant_cards,
    greeting,
    handoffs,
    instance_telling,
    invitation_cards,
    nudging,
    offer_cards,
    offer_drafting,
    offering,
    opening,
    packs,
    partner_acts,
    preparing,
    queues,
    recording,
    reminding,
    reviewing,
    schemas,
    sheet_cards,
    sheet_desk,
    syncing,
    triggers,
    welcoming,
)
from motions.errors import OUR_PACE, AuthExpired, ConnectorError, OutcomeUnknown, Rejected, Unavailable, WrongReaders
from motions.invitations import InvitationId
from motions.journal import clear_exceptions, raise_exception
from motions.model import MotionId
from motions.offers import OfferId
from motions.outages import next_act
from motions.performing import STOPPED
from motions.ports import Ports
from motions.posting import AUDIENCE_CHANGED
from motions.records import Segment, UnitOfWork
from motions.reruns import beginnings, tried_again, waited_again
from motions.schema_rules import SCHEMA

# Names are part of stored work: never rename one, add a new one beside it.
SEGMENTS: Mapping[str, Callable[..., None]] = {
    "read_deal": triggers.read_deal,
    "evaluate": opening.evaluate,
    "prepare": preparing.prepare,
    "record_match": recording.record_match,
    "record_status": recording.record_status,
    "record_lead": recording.record_lead,
    "post_card": cards.post_card,
    "redraw": cards.redraw,
    "redraw_now": cards.redraw_now,
    "file": filing.file,
    "poll_review": reviewing.poll_review,
    "follow_portal": following.follow_portal,
    "record_news": following.record_news,
    "bring_in_step": syncing.bring_in_step,
    "close_loop": closing.close_loop,
    "tell_seller": closing.tell_seller,
    "post_handoff": handoffs.post_handoff,
    "record_engaged": handoffs.record_engaged,
    "redraw_handoff": handoffs.redraw_handoff,
    "redraw_handoff_now": handoffs.redraw_handoff_now,
    "nudge": nudging.nudge,
    "post_handoff_now": handoffs.post_handoff_now,
    "post_grant": grant_cards.post_grant,
    "redraw_grant": grant_cards.redraw_grant,
    "follow_grant": grant_cards.follow_grant,
    "remind": reminding.remind,
    "send_digest": queues.send_digest,
    "send_channel_digest": channel_mornings.send_channel_digest,
    "send_edition": editions.send_edition,
    "send_held": attention.send_held,
    "send_welcome": welcoming.send_welcome,
    "send_first_steps": greeting.send_first_steps,
    "tell_manager": partner_acts.tell_manager,
    "show_forecast": forecasting.show_forecast,
    "tell_agreed": agreeing.tell_agreed,
    "tell_instance": instance_telling.tell_instance,
    "post_invitation": invitation_cards.post_invitation,
    "redraw_invitation": invitation_cards.redraw_invitation,
    "remind_invitation": invitation_cards.remind_invitation,
    "answer_invitation": answers.answer_invitation,
    "correct_referral": correcting.correct_referral,
    "tell_drift": schemas.tell_drift,
    "look_at_offer": offering.look_at_offer,
    "post_offer": offer_cards.post_offer,
    "redraw_offer": offer_cards.redraw_offer,
    "draft_offer": offer_drafting.draft_offer,
    "read_dropped_sheet": sheet_cards.read_dropped_sheet,
    "redraw_dropped_sheet": sheet_cards.redraw_dropped_sheet,
    "import_dropped_sheet": sheet_desk.import_dropped_sheet,
    "share_pack": packs.share_pack,
}

ATTEMPTS_AT_MOST = 200  # with the longest wait between two, more than a day
AFTER_THAT = timedelta(hours=1)  # for what has a card, as long as it takes: its exception says that cosell keeps trying
SHOWN_FROM = 2  # a hiccup is nobody's business; an outage is
HELD_BACK = {STOPPED, OUR_PACE, SCHEMA}  # by ourselves; the stop is shown once, in a place of its own
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)


def run_segment(call: Segment, attempt: int, ports: Ports) -> None:
    """Run one segment; a failure that may pass is enqueued again, and a person sees it while it lasts."""
    try:
        SEGMENTS[call.name](*call.args, ports)
    except (Unavailable, OutcomeUnknown, Rejected, AuthExpired) as error:
        failure = error
    else:
        if attempt or beginnings(call.id):
            ports.durable.transaction("recovered", lambda uow: _recovered(call, uow, ports))
        return
    ports.durable.transaction("failed", lambda uow: _failed(call, attempt, failure, uow, ports))


def wait_before(attempt: int, error: ConnectorError) -> timedelta:
    """How long to wait before the next attempt: what the other side asked for, else doubling up to ten minutes."""
    if isinstance(error, Rejected | AuthExpired):
        return LONGEST_WAIT
    asked = error.retry_after if isinstance(error, Unavailable) else None
    doubled = min(FIRST_WAIT * 2 ** min(attempt, 12), LONGEST_WAIT)
    return doubled if asked is None else max(timedelta(seconds=asked), timedelta(seconds=0.2))


def failing(name: str) -> str:
    """The code of the exception that shows a segment failing."""
    return f"{name.replace('_', '-')}-failing"


def _failed(call: Segment, attempt: int, error: ConnectorError, uow: UnitOfWork, ports: Ports) -> None:
    if isinstance(error, Unavailable) and error.system in HELD_BACK:
        uow.enqueue(waited_again(call, wait_before(attempt, error)))  # no attempt, and nobody's business
        return
    is_definite = isinstance(error, Rejected | AuthExpired | OutcomeUnknown)
    if is_definite or attempt >= SHOWN_FROM:
        _show(call, error, uow, ports)
    if attempt < ATTEMPTS_AT_MOST:
        uow.enqueue(tried_again(call, wait_before(attempt, error)))
    elif _is_waited_for(str(call.args[0]), uow):
        uow.enqueue(tried_again(call, AFTER_THAT))


def _is_waited_for(subject: str, uow: UnitOfWork) -> bool:
    """Whether it is one of those whose exception, once shown, says that cosell keeps trying."""
    brought, offered = uow.invitations.get(InvitationId(subject)), uow.offers.get(OfferId(subject))
    return any(each is not None for each in (uow.motions.get(MotionId(subject)), brought, offered))


def _show(call: Segment, error: ConnectorError, uow: UnitOfWork, ports: Ports) -> None:
    motion = uow.motions.get(MotionId(str(call.args[0])))
    operator = ports.config.coverage.operators[0]
    owner = motion.manager_email if motion and not isinstance(error, AuthExpired) else operator
    raise_exception(
        uow,
        subject=str(call.args[0]),
        opportunity_id=motion.opportunity_id if motion else None,
        code=AUDIENCE_CHANGED if isinstance(error, WrongReaders) else failing(call.name),
        reason=str(error),
        next_act=next_act(error),
        owner=owner,
        at=ports.clock.now(),
    )


def _recovered(call: Segment, uow: UnitOfWork, ports: Ports) -> None:
    for code in (failing(call.name), AUDIENCE_CHANGED):
        clear_exceptions(uow, str(call.args[0]), at=ports.clock.now(), code=code)
