"""The reckoning: two sets of books in, findings out; lost and doubled here, the rest in `standing`."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench.chaos import beside, standing
from bench.chaos.books import HALF, Ours, Theirs
from bench.chaos.company import Json
from bench.chaos.findings import Finding
from bench.chaos.load import Click
from motions.model import Band, Motion, MotionState

FILED = {MotionState.IN_REVIEW, MotionState.ACCEPTED, MotionState.HANDED_OFF, MotionState.ENGAGED, MotionState.REJECTED}
HANDED = {MotionState.HANDED_OFF, MotionState.ENGAGED}
_DECIDED = {"approved", "denied"}
DESERVING = {Band.HIGH, Band.GREY}
_ASKED_ANEW = "sheet:"  # an import that finds another difference than was shown shows it, and asks once more
_MARK = re.compile(r"^cosell: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class _World:
    """The world's books by the keys they are asked for."""

    keys: Counter[tuple[str, str]]  # (channel, key) of our posts
    referrals: Counter[tuple[str, str]]  # by partner and CRM id
    reviews: dict[tuple[str, str], str]  # the same
    activities: Counter[str]
    motion_records: Mapping[str, Json]  # the CRM's, by their keys
    leads: frozenset[str]  # the motions that their deals' own fields speak of
    brought: frozenset[str]  # deals the partner brought


def reckon(ours: Ours, theirs: Theirs) -> list[Finding]:
    """Everything that is not as it should be when nothing is under way any more."""
    world = _World(
        keys=Counter((str(m["channel"]), key) for m in theirs.messages if (key := key_of(m))),
        referrals=Counter((str(each["partner"]), str(each["crm_id"])) for each in theirs.referrals if each["crm_id"]),
        reviews={(str(each["partner"]), str(each["crm_id"])): str(each["review_status"]) for each in theirs.referrals},
        activities=Counter(key for text in theirs.activities for key in _MARK.findall(text)),
        motion_records={str(each["Motion_Key__c"]): each for each in theirs.motion_records},
        leads=standing.leads(ours),
        brought=beside.brought(ours),
    )
    return [
        *_lost_changes(ours, theirs),
        *_lost_clicks(ours, theirs),
        *(finding for motion in ours.motions for finding in _lost_of(motion, ours, theirs, world)),
        *_doubled(ours, theirs, world),
        *beside.offered(ours, theirs),
        *beside.apart(ours, theirs),
        *beside.uncorrected(ours, theirs),
        *beside.undrafted(ours, theirs),
        *beside.unanswered(theirs),
        *standing.stuck(ours, world.reviews),
        *standing.unexplained(ours, theirs),
    ]


def key_of(message: Json) -> str:
    """The key a post of ours carries, or nothing."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != "cosell_post":
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def _lost_changes(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    with_motion = {str(motion.opportunity_id) for motion in ours.motions}
    uncovered = {item.subject for item in ours.exceptions if item.code in {"no-coverage", "deal-incomplete"}}
    for deal in theirs.promised:
        if deal not in with_motion:
            yield Finding("lost", deal, "a promising deal has no motion")
    for deal, match in ours.matches.items():
        best, record = match.best, theirs.records[deal]
        deserves = best is not None and best.band in DESERVING and record["AccountId"] and not record["IsClosed"]
        if match.trigger_id and deserves and deal not in with_motion and deal not in uncovered:
            yield Finding("lost", deal, f"its match ({best}) has no motion")
    yield from _unread(ours, theirs)


def _unread(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    for trigger, deal in ours.unmatched:
        if not theirs.records[deal]["IsClosed"]:
            yield Finding("lost", deal, f"nothing came of trigger {trigger}")
    for deal, snapshot in ours.deals.items():
        record = theirs.records[deal]
        amount = float(snapshot.amount.amount) if snapshot.amount else None
        if (snapshot.stage_name, amount) != (record["StageName"], record["Amount"]):
            yield Finding("lost", deal, f"we know {snapshot.stage_name}, {amount}; the CRM has {record}")


def _lost_clicks(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    verdicts = {token: verdict for token, _, verdict in ours.approvals}
    owners = {token: motion for token, motion, _ in ours.approvals}
    taken = {str(motion.handoff_token): motion for motion in ours.motions if motion.handoff_token}
    answers = _Answers(theirs)
    for click in theirs.clicks:
        if click.action.startswith(("motion.", "invitation.", "offer.", "sheet.")):
            is_undecided = click.was_acknowledged and verdicts.get(click.token) is None
            # Asked last: a decided click needs no words, and must not take those another one got.
            if is_undecided and click.said in ("[] []", "None None") and not answers.take(click):
                where = owners.get(click.token, click.token)
                yield Finding("lost", where, f"{click.action} by {click.person} was acknowledged: {click}")
        else:
            motion = taken.get(click.token)
            heard = click.was_acknowledged or theirs.heard.get(click.said, False)
            if heard and (motion is None or motion.state is not MotionState.ENGAGED):
                yield Finding("lost", motion.id if motion else click.token, f"the partner took it: {click}")


_ANNOUNCED = ("Approved.", "Denied.")  # how what was decided is told: no answer to a click that decided nothing


class _Answers:
    """What people were told in channels; who was told late is matched with a message of their own each."""

    def __init__(self, theirs: Theirs) -> None:
        said = "".join(click.said for click in theirs.clicks)
        unseen = (m for m in theirs.messages if m.get("ephemeral_to") and str(m["ts"]) not in said)
        self._late = sorted(unseen, key=lambda message: float(message["ts"]))

    def take(self, click: Click) -> bool:
        """Whether the clicker was told something in that channel after the click that answers no other one."""
        for message in self._late:
            is_theirs = (message["ephemeral_to"], message["channel"]) == (click.person, click.channel)
            announces = any(words in str(message) for words in _ANNOUNCED)
            if is_theirs and not announces and float(message["ts"]) >= click.at:
                self._late.remove(message)
                return True
        return False


def _lost_of(motion: Motion, ours: Ours, theirs: Theirs, world: _World) -> Iterator[Finding]:
    deal = str(motion.opportunity_id)
    where = str(motion.partner), deal
    review = world.reviews.get(where)
    explained = any(item.subject == motion.id for item in ours.exceptions)
    is_approved = any(m == motion.id and verdict == "approved" for _, m, verdict in ours.approvals)
    if deal in world.brought:
        yield from beside.linked(motion, theirs)
        return
    if (is_approved or motion.state in FILED) and not world.referrals[where] and not explained:
        yield Finding("lost", motion.id, f"approved ({motion.state}), but the portal has no referral")
    if motion.state in FILED and review == HALF and not explained:
        yield Finding("lost", motion.id, f"{motion.state}, but Microsoft was never asked in")
    if review == "Approved" and motion.state not in HANDED and not explained:
        yield Finding("lost", motion.id, f"the partner accepted, but the motion is {motion.state}")
    if motion.state in HANDED:
        yield from _lost_after_acceptance(motion, theirs, world)


def _lost_after_acceptance(motion: Motion, theirs: Theirs, world: _World) -> Iterator[Finding]:
    deal = str(motion.opportunity_id)
    own = world.motion_records.get(f"{deal}|{motion.partner}", {}).get("Referral_Id__c")
    ids = {own, theirs.records[deal]["Cosell_Referral_Id__c"]} if motion.id in world.leads else {own}
    if ids != {motion.referral_id}:
        yield Finding("lost", motion.id, f"it is {motion.referral_id}; the CRM's referral id is {ids}")
    posted = {key for _, key in world.keys}
    due = ["handoff", "tell.accepted", *(["tell.engaged"] if motion.state is MotionState.ENGAGED else [])]
    for name in due:
        if f"{motion.id}:{name}" not in posted:
            yield Finding("lost", motion.id, f"{name} was never posted")
    for name in ("accepted", *(["engaged"] if motion.state is MotionState.ENGAGED else [])):
        if not world.activities[f"{motion.id}:crm.activity.{name}"]:
            yield Finding("lost", motion.id, f"no activity '{name}' in the CRM")


def _doubled(ours: Ours, theirs: Theirs, world: _World) -> Iterator[Finding]:
    posts = (f"{key} in {channel}" for (channel, key), times in world.keys.items() for _ in range(times))
    kinds: dict[str, Iterable[str]] = {
        "referrals in the portal": (f"{deal} at {partner}" for partner, deal in world.referrals.elements()),
        "referrals of Microsoft's": theirs.asked_in,
        "messages": posts,
        "packs under their cards": (
            str(file["name"])
            for message in theirs.messages
            for file in message.get("files", ())
            if str(file.get("name")).startswith("PACK-")
        ),
        "activities in the CRM": world.activities.elements(),
        "motion records in the CRM": (str(each["Motion_Key__c"]) for each in theirs.motion_records),
        "drafts in the marketplace": (str(each["Name"]) for each in theirs.offers),
    }
    for what, found in kinds.items():
        for subject, times in _repeated(found):
            yield Finding("doubled", subject, f"{times} {what}")
    refused = {
        subject
        for _, subject, kind, status in ours.effects
        if kind.endswith((".create", ".accept", ".reject", ".offer")) and status == "refused"
    }
    once = [(t, m, v) for t, m, v in ours.approvals if t not in ours.beside and not m.startswith(_ASKED_ANEW)]
    for motion, times in _repeated(m for _, m, verdict in once if verdict in _DECIDED):
        if motion not in refused:
            yield Finding("doubled", motion, f"{times} decisions")


def _repeated(found: Iterable[str]) -> Iterator[tuple[str, int]]:
    yield from ((each, times) for each, times in Counter(found).items() if times > 1)
