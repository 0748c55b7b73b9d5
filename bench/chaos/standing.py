"""Where everything stands at the end: what is stuck, and what nobody could explain; half of the reckoning."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from bench.chaos.books import Ours, Theirs
from bench.chaos.findings import Finding
from bench.chaos.setting import NAMES
from handlers.views import words
from motions.leading import leading
from motions.model import Band, Motion, MotionState
from motions.reruns import first, stem

REST = {
    MotionState.AWAITING,
    MotionState.IN_REVIEW,
    MotionState.HANDED_OFF,
    MotionState.ENGAGED,
    MotionState.DENIED,
    MotionState.EXPIRED,
    MotionState.REJECTED,
}
# A person's matter for as long as the deal is as it is; everything else ends with the trouble that caused it.
_LASTING = {"no-coverage", "deal-incomplete", "handoff-cold", "deal-missing"}
_CRM_SAYS = {
    MotionState.IN_REVIEW: {"In review"},
    MotionState.HANDED_OFF: {"Accepted", "Handed off"},
    MotionState.ENGAGED: {"Engaged"},
    MotionState.DENIED: {"Denied"},
    MotionState.REJECTED: {"Rejected"},
}
_ASKING = (
    "Waiting for your decision.",
    "Waiting for your answer",
    "Waiting for two approvals",
    "one more approval needed",
)
_SAID_AGAIN = {
    "slack.card.update",
    "slack.handoff.update",
    "slack.forecast.update",
    "aws.correct",  # one that came too late, before AWS asked anew
    "aws.amend",  # one that surely did not leave, when the deal changed once more before it was tried again
    "crm.deal",
    "crm.motion",
    "microsoft.amend",  # the same
}  # the same of effects
# A later one says the same and more; or the motion could not have moved on without it.
_DRAWN_AGAIN = {"redraw", "redraw_now", "redraw_invitation", "redraw_offer", "record_status", "record_lead"}
_DRIVING = {"prepare", "post_card", "file", "poll_review", "close_loop"}
_ORDERLY = {0, 2, 3}  # told to end; refused to start; its database, and with it its lock, is gone
# While a disk is full or a database away, starting may fail halfway; the supervisor starts again.
_KNOWN = ("disk I/O error", "database is locked", "OperationalError", "AdminShutdown")


def stuck(ours: Ours, reviews: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
    """Whatever waits for something that will not come."""
    explained = {item.subject for item in ours.exceptions}
    for motion in ours.motions:
        why = _why_stuck(motion, reviews)
        if why and motion.id not in explained:
            yield Finding("stuck", motion.id, why)
    for key, kind in ours.pending:
        yield Finding("stuck", key, f"an envelope ({kind}) was never handled")
    for place, (key, subject, kind, status) in enumerate(ours.effects):
        if status not in {"intent", "held", "unknown"}:
            continue
        done_later = {(s, k) for _, s, k, how in ours.effects[place:] if how == "done"}
        if kind not in _SAID_AGAIN or (subject, kind) not in done_later:
            yield Finding("stuck", subject, f"effect {key} is {status}")
    yield from _stuck_segments(ours)


def leads(ours: Ours) -> frozenset[str]:
    """Of each deal the one motion that the deal's own fields speak of."""
    of_deal = defaultdict(list)
    for motion in ours.motions:
        of_deal[motion.opportunity_id].append(motion)
    return frozenset(leading(motions).id for motions in of_deal.values())


def unexplained(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    """Whatever people are shown that is not, or no longer, so."""
    for item in ours.exceptions:
        if not (item.owner and item.reason and item.next_act):
            yield Finding("unexplained", item.subject, f"{item.code} lacks owner, reason or next act")
        elif item.code not in _LASTING:
            yield Finding("unexplained", item.subject, f"{item.code} is open although all is well: {item.reason}")
    ahead = leads(ours)
    for motion in ours.motions:
        yield from _misshown(motion, theirs)
        yield from _misrecorded(motion, theirs, is_ahead=motion.id in ahead)
    if ours.audit:
        yield Finding("unexplained", "log", ours.audit)
    for ending in ours.endings:
        if ending.code not in _ORDERLY and not any(reason in ending.said for reason in _KNOWN):
            yield Finding("unexplained", f"bot {ending.number}", f"ended with {ending.code}: {ending.said[-2000:]}")


def _misshown(motion: Motion, theirs: Theirs) -> Iterator[Finding]:
    if motion.card is not None:
        place = (motion.card.channel, motion.card.ts)
        card = next((m for m in theirs.messages if (m["channel"], m["ts"]) == place), {"text": "nothing: it is gone"})
        said = f"{card['text']} {json.dumps(card.get('blocks'), ensure_ascii=False)}"
        if not any(line in said for line in _lines_of(motion)):
            yield Finding("unexplained", motion.id, f"{motion.state}, but its card says {said[:200]!r}")


def _misrecorded(motion: Motion, theirs: Theirs, *, is_ahead: bool) -> Iterator[Finding]:
    deal = str(motion.opportunity_id)
    own = [each for each in theirs.motion_records if each["Motion_Key__c"] == f"{deal}|{motion.partner}"]
    said = {each["Status__c"] for each in own} | ({theirs.records[deal]["Cosell_Status__c"]} if is_ahead else set())
    # Of a match nobody was sure of, the CRM hears only when somebody lets it: who denies the referral does not.
    may_say = _CRM_SAYS.get(motion.state, said) | (set() if motion.band is Band.HIGH else {None})
    if not said <= may_say:
        yield Finding("unexplained", motion.id, f"{motion.state}, but the CRM says {said}")


def _why_stuck(motion: Motion, reviews: Mapping[tuple[str, str], str]) -> str:
    review = reviews.get((str(motion.partner), str(motion.opportunity_id)))
    if motion.state not in REST:
        return f"it is {motion.state} and nothing is under way"
    if motion.state is MotionState.AWAITING and motion.card is None:
        return "it asks for a decision and has no card"
    if motion.state is MotionState.IN_REVIEW and review in {"Approved", "Rejected"}:
        return f"it is in review, the partner has {review}"
    return ""


def _stuck_segments(ours: Ours) -> Iterator[Finding]:
    epochs = {str(motion.id): motion.epoch for motion in ours.motions}
    epochs |= {offer: epoch for offer, (_, epoch, _, _) in ours.offers.items()}
    epochs |= {invitation: epoch for invitation, (_, epoch, _) in ours.invitations.items()}
    later = {stem(each) for each, how in ours.segments.items() if first(each) != each and how == "SUCCESS"}
    for segment, status in ours.segments.items():
        is_over = status in {"SUCCESS", "CANCELLED"} or (status == "DELAYED" and ":poll_review." in segment)
        has_successor = status not in {"PENDING", "ENQUEUED"} and stem(segment) in later
        if is_over or has_successor or _is_overtaken(segment, epochs):
            continue
        yield Finding("stuck", segment, f"the engine has it {status} for ever")


def _is_overtaken(segment: str, epochs: Mapping[str, int]) -> bool:
    """Whether the motion, invitation or offer has moved on, and nobody needs this of an earlier state any more."""
    whose, _, name = stem(segment).rpartition(":")
    subject, _, epoch = whose.rpartition(":")
    is_old = epoch.isdigit() and int(epoch) < epochs.get(subject, 0)
    return is_old and name in _DRAWN_AGAIN | _DRIVING


def _lines_of(motion: Motion) -> tuple[str, ...]:
    if motion.state is MotionState.AWAITING:
        return _ASKING
    return (words.standing(motion, NAMES.get(motion.partner, motion.partner)),)
