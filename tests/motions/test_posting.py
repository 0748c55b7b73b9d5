"""Who may be reading: asked at the moment of sending, of every post and every change of a post."""

from dataclasses import replace

import pytest

from motions.drawings import surface_of
from motions.effects import Recovery
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.grant_cards import holds_no_deal
from motions.handoffs import take
from motions.model import EffectKey, MotionState, PartnerKey
from motions.performing import SETTLING, Plan
from motions.posting import post
from motions.proposals import sha256_of_text
from motions.referrals import Review
from motions.surfaces import Note
from tests.fakes.messenger import Trouble
from tests.fakes.world import ALEX, AWS, CHANNEL, MINUTE, PRIYA, SHARED, World, world
from tests.motions.stages import POLL, awaiting, handed_off, in_review

NORTHSTAR = PartnerKey("northstar")
ROOMS = {
    "ours": (),
    "one partner": (AWS,),
    "another partner": (NORTHSTAR,),
    "two partners": (AWS, NORTHSTAR),
}


def plan(audience: str, channel: str) -> Plan:
    return Plan("m1:post", "m1", "slack.test", channel, audience, Recovery.LOOK_UP, surface=Note("Hello"))


def posted_to(room: str, audience: str) -> bool:
    made = world()
    made.messenger.rooms.update({name: tuple(readers) for name, readers in ROOMS.items()})
    try:
        post(plan(audience, room), made.ports, guard=holds_no_deal)
    except Rejected:
        assert made.messenger.posted == []
        return False
    return True


@pytest.mark.parametrize("room", [*ROOMS, "nobody knows"])
def test_internal_words_go_where_only_our_own_people_read(room: str) -> None:
    assert posted_to(room, "internal") is (room == "ours")


@pytest.mark.parametrize("room", [*ROOMS, "nobody knows"])
def test_words_for_a_partner_go_where_exactly_that_partner_reads(room: str) -> None:
    assert posted_to(room, "aws") is (room == "one partner")


def test_a_refusal_names_the_channel_and_who_reads_it() -> None:
    made = world()
    made.messenger.rooms["C1"] = (AWS, NORTHSTAR)

    with pytest.raises(
        Rejected, match=r"C1 is meant for our own people, and it is read by several partners \(aws, northstar\)"
    ):
        post(plan("internal", "C1"), made.ports)
    with pytest.raises(
        Rejected, match=r"C2 is meant for aws and us, and nobody can tell who reads it; nothing was sent"
    ):
        post(plan("aws", "C2"), made.ports, guard=holds_no_deal)


def test_words_for_a_partner_without_a_guard_go_nowhere() -> None:
    made = world()

    with pytest.raises(Rejected, match="leaves under a guard only"):
        post(plan("aws", SHARED), made.ports)

    assert made.messenger.posted == []


def test_a_message_whose_answer_was_lost_is_found_by_its_key() -> None:
    made = world()
    made.messenger.troubles.append(Trouble(OutcomeUnknown("Slack", "no answer"), after=True))
    with pytest.raises(Unavailable):
        post(plan("internal", CHANNEL), made.ports)
    made.clock.advance(SETTLING)

    ts = post(plan("internal", CHANNEL), made.ports)

    [message] = made.messenger.in_channel(CHANNEL)
    assert (message.ref.ts, message.key) == (ts, "m1:post")


def test_a_message_that_never_arrived_is_posted_again() -> None:
    made = world()
    made.messenger.troubles.append(Trouble(OutcomeUnknown("Slack", "no answer")))
    with pytest.raises(Unavailable):
        post(plan("internal", CHANNEL), made.ports)
    made.clock.advance(SETTLING)

    post(plan("internal", CHANNEL), made.ports)

    assert len(made.messenger.in_channel(CHANNEL)) == 1


def test_what_was_posted_stays_posted_when_the_channel_is_shared_afterwards() -> None:
    made = world()
    first = post(plan("internal", CHANNEL), made.ports)
    made.messenger.rooms[CHANNEL] = (AWS,)

    assert post(plan("internal", CHANNEL), made.ports) == first


def test_a_card_is_never_posted_to_a_channel_a_partner_reads() -> None:
    made = world()
    made.messenger.rooms[CHANNEL] = (AWS,)
    made.change(stage_name="Proposal")
    made.poll()

    assert made.messenger.in_channel(CHANNEL) == []
    assert made.problems(made.motion.id) == ["audience-changed"]


def test_a_card_is_never_redrawn_where_a_partner_was_let_in() -> None:
    made = in_review()
    before = made.messenger.in_channel(CHANNEL)
    share(made, CHANNEL, (AWS,))
    made.note(partner_stage="Qualified")
    handed_over(made)

    assert made.messenger.in_channel(CHANNEL) == before
    assert "audience-changed" in made.problems(made.motion.id)


@pytest.mark.parametrize("readers", [(), (NORTHSTAR,), (AWS, NORTHSTAR), None])
def test_a_handoff_goes_to_a_channel_whose_only_partner_is_the_one(readers: tuple[PartnerKey, ...] | None) -> None:
    made = in_review()
    share(made, SHARED, readers)
    handed_over(made)

    assert made.messenger.in_channel(SHARED) == []
    assert made.problems(made.motion.id) == ["audience-changed"]


def test_a_handoff_is_never_redrawn_where_another_partner_was_let_in() -> None:
    made = handed_off()
    before = made.messenger.in_channel(SHARED)
    token = made.motion.handoff_token
    assert token is not None
    share(made, SHARED, (AWS, NORTHSTAR))

    take(token, ALEX, made.ports)
    made.durable.settle()

    assert made.messenger.in_channel(SHARED) == before


def test_a_channel_that_is_ours_alone_again_gets_its_card() -> None:
    made = awaiting()
    assert len(made.messenger.in_channel(CHANNEL)) == 1

    made.messenger.rooms[CHANNEL] = (AWS,)
    made.change(stage_name="Committed")
    made.poll()
    stale = made.messenger.in_channel(CHANNEL)[0].message
    made.messenger.rooms[CHANNEL] = ()
    made.advance(11 * MINUTE)

    assert made.messenger.in_channel(CHANNEL)[0].message != stale
    assert made.problems() == []


def test_who_reads_there_instead_is_an_exception_until_they_are_gone() -> None:
    made = world()
    made.messenger.rooms[CHANNEL] = (AWS,)
    made.change(stage_name="Proposal")
    made.poll()
    motion_id = made.motion.id
    [item] = made.read(lambda uow: uow.exceptions.of(motion_id))

    made.messenger.rooms[CHANNEL] = ()
    made.advance(11 * MINUTE)

    assert (item.code, item.owner) == ("audience-changed", PRIYA.email)
    assert (
        item.reason
        == f"Slack: {CHANNEL} is meant for our own people, and it is read by one partner (aws); nothing was sent"
    )
    assert "asks again every ten minutes" in item.next_act
    assert made.problems() == []


def share(made: World, channel: str, readers: tuple[PartnerKey, ...] | None) -> None:
    if readers is None:
        del made.messenger.rooms[channel]
    else:
        made.messenger.rooms[channel] = readers


def handed_over(made: World) -> None:
    """The partner accepts, and everything that follows is tried."""
    made.portal.review("O1", Review.ACCEPTED)
    made.advance(POLL)
    assert made.state is MotionState.HANDED_OFF


def test_nothing_is_posted_that_could_not_be_drawn_again() -> None:
    made = world()
    drawn_by_the_caller = replace(plan("internal", CHANNEL), surface=None, payload={"text": "hello", "blocks": []})

    with pytest.raises(ValueError, match="m1:post: what people are to see is given as a surface"):
        post(drawn_by_the_caller, made.ports)

    assert made.messenger.posted == []


def test_a_message_is_kept_with_what_it_was_drawn_from() -> None:
    made = world()

    post(plan("internal", CHANNEL), made.ports)

    effect = made.read(lambda uow: uow.effects.get(EffectKey("m1:post")))
    [intended, _] = made.read(lambda uow: uow.log.of("m1"))
    assert surface_of(effect.surface) == Note("Hello")
    assert effect.payload == made.ports.messenger.render(Note("Hello"))
    assert intended.detail["surface"] == sha256_of_text(effect.surface)
    assert intended.detail["renderer"] == made.ports.messenger.renderer
