"""The reckoning of the chaos harness: a world in order has no finding, and each kind of wrong has its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bench.chaos.books import Ours, Theirs
from bench.chaos.fleet import Ending
from bench.chaos.load import Click
from bench.chaos.reckoning import reckon
from handlers.views import words
from motions.model import ExceptionItem, MessageRef, MotionState, Token
from tests.handlers.values import NOW, motion

DEAL = "006xx0000000001AAA"
CARD, SHARED = "C0AWSCENT", "C0SHAREDAWS"
STANDS = "AWS is on it. The outcome is in the CRM."
ENGAGED = motion(
    state=MotionState.ENGAGED,
    epoch=8,
    card=MessageRef(CARD, "1.0"),
    handoff=MessageRef(SHARED, "2.0"),
    handoff_token=Token("h1"),
    referral_id="O1",
)


def post(channel: str, ts: str, key: str, text: str = "") -> dict[str, Any]:
    metadata = {"event_type": "cosell_post", "event_payload": {"key": key}}
    return {"channel": channel, "ts": ts, "text": text, "blocks": [], "metadata": metadata}


REFERRAL = {
    "partner": "aws",
    "id": "O1",
    "crm_id": DEAL,
    "review_status": "Approved",
    "target_close_date": "2027-03-01",
}
OURS = Ours(
    motions=[ENGAGED],
    approvals=[("old", "m1", "replaced"), ("new", "m1", "approved")],
    effects=[("m1:card", "m1", "slack.card", "done")],
    invitations={"engi-1": ("accepted", 4, None)},
    beside=frozenset(),
    offers={"offer:m1": ("drafted", 3, DEAL, "offer-1")},
    exceptions=[],
    pending=[],
    segments={"m1:3:file": "SUCCESS", "m1:8:redraw": "SUCCESS"},
    deals={},
    matches={},
    unmatched=[],
)
THEIRS = Theirs(
    messages=[
        post(CARD, "1.0", "m1:card", STANDS),
        post(SHARED, "2.0", "m1:handoff"),
        post("D1", "3.0", "m1:tell.accepted"),
        post("D1", "4.0", "m1:tell.engaged"),
    ],
    referrals=[REFERRAL],
    asked_in=["engagement-1"],
    sheets=[],
    invitations={"engi-1": "ACCEPTED"},
    offers=[{"Id": "offer-1", "Name": "Private offer Q-1", "State": "Draft"}],
    records={
        DEAL: {
            "StageName": "Proposal",
            "Amount": 1.0,
            "CloseDate": "2027-03-01",
            "IsClosed": False,
            "AccountId": "a",
            "Cosell_Status__c": "Engaged",
            "Cosell_Referral_Id__c": "O1",
            "Cosell_Offer_Id__c": "offer-1",
            "Quote_Status__c": "Approved",
        }
    },
    motion_records=[{"Motion_Key__c": f"{DEAL}|aws", "Status__c": "Engaged", "Referral_Id__c": "O1"}],
    activities=["\n\ncosell: m1:crm.activity.accepted", "\n\ncosell: m1:crm.activity.engaged"],
    heard={},
    clicks=[Click("handoff.take", "h1", "U0ALEX", was_acknowledged=True, said="it is yours")],
    promised=[DEAL],
)
TROUBLE = ExceptionItem("e1", "m1", None, "file-failing", "AWS is out", "wait", "dana@meridian.example", NOW)


def found(ours: Ours, theirs: Theirs) -> set[str]:
    return {finding.kind for finding in reckon(ours, theirs)}


def test_a_world_in_order_has_no_finding() -> None:
    assert reckon(OURS, THEIRS) == []


@pytest.mark.parametrize(
    "worse",
    [
        lambda t: replace(t, messages=[*t.messages, post(SHARED, "9.0", "m1:handoff")]),
        lambda t: replace(t, referrals=[*t.referrals, {**t.referrals[0], "id": "O2"}]),
        lambda t: replace(t, asked_in=t.asked_in * 2),
        lambda t: replace(t, activities=[*t.activities, t.activities[0]]),
        lambda t: replace(t, motion_records=[*t.motion_records] * 2),
        lambda t: replace(t, offers=[*t.offers, {**t.offers[0], "Id": "offer-2"}]),
    ],
    ids=["message", "referral", "Microsoft's side", "activity", "motion record", "draft"],
)
def test_what_the_world_has_twice_is_doubled(worse: Callable[[Theirs], Theirs]) -> None:
    assert found(OURS, worse(THEIRS)) == {"doubled"}


def test_two_decisions_are_doubled() -> None:
    twice = replace(OURS, approvals=[("old", "m1", "approved"), ("new", "m1", "approved")])

    assert found(twice, THEIRS) == {"doubled"}


def test_what_is_decided_beside_a_filing_may_be_more_than_one() -> None:
    twice = [("first", "m1", "approved"), ("second", "m1", "approved")]

    assert found(replace(OURS, approvals=twice, beside=frozenset({"second"})), THEIRS) == set()


def test_a_sheet_whose_import_asked_anew_is_approved_again() -> None:
    twice = [("first", "sheet:1", "approved"), ("second", "sheet:1", "approved")]

    assert found(replace(OURS, approvals=[*OURS.approvals, *twice]), THEIRS) == set()


def test_the_deal_speaks_of_the_motion_that_is_furthest_and_the_other_has_its_own_record() -> None:
    other = motion(id="m2", partner="microsoft", state=MotionState.IN_REVIEW, card=ENGAGED.card, referral_id="R1")
    both = replace(OURS, motions=[ENGAGED, other])
    record = {"Motion_Key__c": f"{DEAL}|microsoft", "Status__c": "In review", "Referral_Id__c": "R1"}
    at = {**REFERRAL, "partner": "microsoft", "id": "R1", "review_status": "In review"}
    card = post(CARD, "1.0", "m1:card", f"{STANDS} {words.standing(other, 'Microsoft')}")
    theirs = replace(
        THEIRS,
        messages=[card, *THEIRS.messages[1:]],
        referrals=[REFERRAL, at],
        motion_records=[*THEIRS.motion_records, record],
    )

    assert found(both, theirs) == set()
    assert found(both, replace(theirs, motion_records=[*THEIRS.motion_records, {**record, "Status__c": "x"}])) == {
        "unexplained"
    }
    taken_over = {**THEIRS.records[DEAL], "Cosell_Status__c": "In review", "Cosell_Referral_Id__c": "R1"}
    assert found(both, replace(theirs, records={DEAL: taken_over})) == {"lost", "unexplained"}


@pytest.mark.parametrize(
    "worse",
    [
        lambda t: replace(t, messages=[m for m in t.messages if m["ts"] != "2.0"]),
        lambda t: replace(t, messages=[m for m in t.messages if m["ts"] != "3.0"]),
        lambda t: replace(t, referrals=[]),
        lambda t: replace(t, referrals=[{**REFERRAL, "review_status": "Half filed"}]),
        lambda t: replace(t, activities=t.activities[:1]),
        lambda t: replace(t, records={DEAL: {**t.records[DEAL], "Cosell_Referral_Id__c": None}}),
        lambda t: replace(t, records={DEAL: {**t.records[DEAL], "CloseDate": "2027-04-01"}}),
        lambda t: replace(t, referrals=[{**t.referrals[0], "review_status": "Action Required"}]),
        lambda t: replace(t, records={DEAL: {**t.records[DEAL], "Cosell_Offer_Id__c": None}}),
        lambda t: replace(t, offers=[]),
        lambda t: replace(t, invitations={**t.invitations, "engi-2": "PENDING"}),
        lambda t: replace(t, invitations={"engi-1": "PENDING"}),
        lambda t: replace(t, promised=[DEAL, "006xx0000000002AAA"]),
        lambda t: replace(t, clicks=[Click("motion.approve", "x", "U0PRIYA", was_acknowledged=True, said="[] []")]),
        lambda t: replace(t, sheets=["8.0"], heard={"8.0": True}),
        lambda t: replace(
            t, clicks=[Click("reply", "h2", "U0ALEX", was_acknowledged=False, said="7.0")], heard={"7.0": True}
        ),
    ],
    ids=[
        "handoff",
        "note to the seller",
        "referral",
        "Microsoft's side",
        "activity",
        "field",
        "later close date",
        "correction",
        "offer in the CRM",
        "draft",
        "invitation",
        "answer to an invitation",
        "motion",
        "click",
        "sheet",
        "reply",
    ],
)
def test_what_the_world_lacks_is_lost(worse: Callable[[Theirs], Theirs]) -> None:
    assert found(OURS, worse(THEIRS)) == {"lost"}


def test_a_deal_aws_brought_needs_its_referral_and_no_card() -> None:
    ours = replace(OURS, approvals=[], invitations={"engi-1": ("accepted", 4, DEAL)})
    theirs = replace(
        THEIRS,
        messages=THEIRS.messages[:1],
        referrals=[{**THEIRS.referrals[0], "crm_id": ""}],
        activities=[],
        clicks=[Click("invitation.accept", "t", "U0PRIYA", was_acknowledged=True, said="Accepting it as this one.")],
    )

    assert found(ours, theirs) == set()
    assert found(ours, replace(theirs, referrals=[])) == {"lost"}


def test_an_answer_that_comes_late_answers_one_click() -> None:
    click = Click("motion.approve", "x", "U0PRIYA", was_acknowledged=True, said="[] []", channel="C1", at=5.0)
    early, late = ({"channel": "C1", "ts": ts, "ephemeral_to": "U0PRIYA", "text": "Noted."} for ts in ("4.0", "6.0"))

    def of(clicks: int) -> set[str]:
        return found(OURS, replace(THEIRS, clicks=[click] * clicks, messages=[*THEIRS.messages, early, late]))

    assert of(clicks=1) == set()
    assert of(clicks=2) == {"lost"}


def test_what_was_decided_needs_no_words_and_takes_none() -> None:
    undecided = Click("motion.approve", "x", "U0PRIYA", was_acknowledged=True, said="[] []", channel="C1", at=5.0)
    decided = replace(undecided, token=OURS.approvals[0][0], at=4.0)
    told = {"channel": "C1", "ts": "6.0", "ephemeral_to": "U0PRIYA", "text": "This card is out of date."}

    def of(message: dict[str, str]) -> set[str]:
        return found(OURS, replace(THEIRS, clicks=[decided, undecided], messages=[*THEIRS.messages, message]))

    assert of(told) == set()
    assert of({**told, "text": "Approved. Filing now."}) == {"lost"}


def test_a_change_that_was_not_read_and_a_trigger_without_a_match_are_lost() -> None:
    assert found(replace(OURS, unmatched=[("t1", DEAL)]), THEIRS) == {"lost"}


@pytest.mark.parametrize(
    "worse",
    [
        lambda o: replace(o, motions=[*o.motions, motion(id="m2", state=MotionState.MATCHED)]),
        lambda o: replace(o, pending=[("action:1", "block_actions")]),
        lambda o: replace(o, invitations={"engi-1": ("accepting", 2, None)}),
        lambda o: replace(o, effects=[("m1:card", "m1", "slack.card", "intent")]),
        lambda o: replace(o, segments={"m1:8:redraw": "PENDING"}),
        lambda o: replace(o, segments={"m1:8:tell_seller.engaged": "ERROR"}),
    ],
    ids=["motion", "envelope", "answer to an invitation", "effect", "segment", "segment that ended"],
)
def test_what_waits_for_nothing_is_stuck(worse: Callable[[Ours], Ours]) -> None:
    assert "stuck" in found(worse(OURS), THEIRS)


@pytest.mark.parametrize(
    "segments",
    [
        {"m1:8:redraw": "ERROR", "m1:8:redraw:e1": "SUCCESS"},
        {"m1:3:redraw": "ERROR"},
        {"m1:3:post_card": "ERROR"},
        {"m1:6:poll_review.4": "DELAYED"},
        {"engi-1:2:redraw_invitation:t2": "ERROR"},
        {"offer:m1:2:redraw_offer.posted": "ERROR"},
    ],
    ids=[
        "begun again",
        "overtaken",
        "decided upon",
        "a review asked for later",
        "an invitation answered since",
        "an offer drafted since",
    ],
)
def test_a_segment_that_nobody_needs_any_more_is_not_stuck(segments: dict[str, str]) -> None:
    assert found(replace(OURS, segments=segments), THEIRS) == set()


@pytest.mark.parametrize(
    "worse",
    [
        lambda o: replace(o, exceptions=[TROUBLE]),
        lambda o: replace(o, exceptions=[replace(TROUBLE, code="no-coverage", next_act="")]),
        lambda o: replace(o, audit="entry 7 does not follow from entry 6"),
        lambda o: replace(o, endings=[Ending(0, 1, "Traceback")]),
    ],
    ids=["over", "nobody's act", "chain", "crash"],
)
def test_what_nobody_can_explain_is_unexplained(worse: Callable[[Ours], Ours]) -> None:
    assert found(worse(OURS), THEIRS) == {"unexplained"}


def test_a_card_or_a_deal_that_says_something_else_than_the_motion_is_unexplained() -> None:
    card = replace(THEIRS, messages=[post(CARD, "1.0", "m1:card", "Waiting for your decision."), *THEIRS.messages[1:]])
    deal = replace(THEIRS, records={DEAL: {**THEIRS.records[DEAL], "Cosell_Status__c": "Accepted"}})

    assert found(OURS, card) == {"unexplained"}
    assert found(OURS, deal) == {"unexplained"}
