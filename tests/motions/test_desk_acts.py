"""What is done at a desk: decided on exactly what was shown, put off for oneself, given away; never by strangers."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from motions.coverage import Away, Day, Hours
from motions.desk import home_for
from motions.desk_acts import approve_batch, batch_for, handle, look_at, rest_until
from motions.desk_surfaces import EVERYTHING, Batch, DeskItem, Handling, Pile, Rest
from motions.editing import edit
from motions.journal import raise_exception
from motions.model import ExceptionItem, MotionState, Person, Token
from motions.referrals import Field
from motions.replaying import replay
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.world import ALEX, DANA, DEAL, PRIYA, SELLER, STRANGER, TOMAS, World, a_deal, configuration, world
from tests.motions.stages import awaiting, handed_off

BERLIN = replace(PRIYA, tz="Europe/Berlin")


def item(made: World, by: Person = PRIYA, ref: str = "") -> DeskItem:
    """The motion's line of somebody's desk, in full."""
    found = look_at(ref or f"motion:{made.motion.id}", by, made.ports)
    assert isinstance(found, DeskItem), found
    return found


def do(made: World, what: Handling, by: Person = PRIYA, ref: str = "") -> ClickReply:
    """Submit the form of the motion's line."""
    shown = item(made, by, ref)
    return handle(shown.ref, shown.token, by, what, made.ports)


def stuck(made: World, **changes: object) -> str:
    """An exception of the motion, by its ref."""
    found = ExceptionItem("x1", made.motion.id, DEAL, "stuck", "why", "act", str(PRIYA.email), made.clock.now())
    with made.store.transaction() as uow:
        uow.exceptions.open(replace(found, **changes))  # type: ignore[arg-type] # fields of ExceptionItem
    return "exception:x1"


def three() -> World:
    """Three deals' cards wait for Priya."""
    made = world(a_deal(1), a_deal(2), a_deal(3))
    for n in (1, 2, 3):
        made.change(a_deal(n).id, stage_name="Proposal")
    made.poll()
    return made


def states(made: World) -> list[MotionState]:
    """Of all motions, in the order of their deals."""
    home = home_for(DANA, EVERYTHING, made.ports)
    lines = [*home.to_decide, *home.under_way]
    return [line.motion.state for line in sorted(lines, key=lambda line: line.motion.opportunity_id)]


def test_what_a_line_opens_is_the_very_card() -> None:
    made = awaiting()

    shown = item(made)

    assert shown.card is not None
    assert shown.card.token == shown.token == made.token
    assert shown.owner == PRIYA.email


def test_what_is_approved_there_is_filed_as_from_the_card() -> None:
    made = awaiting()

    reply = do(made, Handling(approve=True))

    assert reply.outcome is ClickOutcome.DONE
    assert "Approved." in reply.text
    assert made.state is MotionState.FILING


def test_a_denial_there_has_its_reason() -> None:
    made = awaiting()

    do(made, Handling(deny="too-early"))

    assert made.state is MotionState.DENIED


def test_what_changed_since_it_was_shown_is_not_approved() -> None:
    made = awaiting()
    shown = item(made)
    edit(shown.token or Token(""), PRIYA, {Field.NEXT_STEPS: "Another step"}, made.ports)

    reply = handle(shown.ref, shown.token, PRIYA, Handling(approve=True), made.ports)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert made.state is MotionState.AWAITING


def test_who_may_not_approve_is_offered_no_decision() -> None:
    made = awaiting()

    assert item(made, SELLER).token is None
    assert item(made, SELLER).owners == ()


@pytest.mark.parametrize("by", [TOMAS, ALEX, STRANGER], ids=lambda person: person.name)
def test_somebody_elses_desk_is_nobody_elses(by: Person) -> None:
    made = awaiting()
    token = made.token
    ref = f"motion:{made.motion.id}"

    replies = [look_at(ref, by, made.ports), handle(ref, token, by, Handling(approve=True, rest=Rest.WEEK), made.ports)]

    assert [isinstance(each, ClickReply) and each.outcome for each in replies] == [ClickOutcome.CHANGED_NOTHING] * 2
    assert made.state is MotionState.AWAITING


def test_what_is_put_off_is_away_from_ones_own_desk_alone() -> None:
    made = awaiting()

    reply = do(made, Handling(rest=Rest.TOMORROW))

    assert "for you alone" in reply.text
    assert home_for(PRIYA, EVERYTHING, made.ports).totals[Pile.DECIDE] == 0
    assert home_for(DANA, EVERYTHING, made.ports).totals[Pile.DECIDE] == 1
    assert item(made).asleep_until is not None
    do(made, Handling(rest=Rest.WAKE))
    assert home_for(PRIYA, EVERYTHING, made.ports).totals[Pile.DECIDE] == 1


@pytest.mark.parametrize(
    ("rest", "now", "back"),
    [
        (Rest.TOMORROW, datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
        (Rest.TOMORROW, datetime(2026, 11, 27, 9, tzinfo=UTC), datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        (Rest.THREE_DAYS, datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        (Rest.WEEK, datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 12, 1, 7, 30, tzinfo=UTC)),
        (Rest.WEEK, datetime(2027, 3, 22, 9, tzinfo=UTC), datetime(2027, 3, 29, 6, 30, tzinfo=UTC)),
    ],
    ids=[
        "the next morning",
        "never a Saturday",
        "over a weekend",
        "where it is Tuesday already",
        "across a clock change",
    ],
)
def test_things_come_back_on_a_working_morning_where_somebody_is(rest: Rest, now: datetime, back: datetime) -> None:
    assert rest_until(rest, BERLIN, configuration(), now) == back


def test_things_come_back_on_a_day_and_at_the_hour_their_owner_works() -> None:
    config, sunday = configuration(), datetime(2026, 11, 29, 9, tzinfo=UTC)
    own = Hours(email=str(BERLIN.email).upper(), days=(Day.WED, Day.THU), digest_at=time(11, 0))
    away = Away(email=str(BERLIN.email), first=date(2026, 12, 2), last=date(2026, 12, 2))
    coverage = config.coverage.model_copy(update={"hours": (own,), "away": (away,)})

    back = rest_until(Rest.TOMORROW, BERLIN, config.model_copy(update={"coverage": coverage}), sunday)

    assert back == datetime(2026, 12, 3, 10, 0, tzinfo=UTC)


def test_somebody_whose_zone_nobody_knows_is_woken_in_the_morning_of_utc() -> None:
    nowhere = replace(BERLIN, tz="Mars/Olympus")

    back = rest_until(Rest.TOMORROW, nowhere, configuration(), datetime(2026, 11, 23, 9, tzinfo=UTC))

    assert back == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_a_motion_is_given_to_another_manager_whose_desk_it_is_then_on() -> None:
    made = awaiting()

    reply = do(made, Handling(owner=str(TOMAS.email)))

    assert f"Given to {TOMAS.email}" in reply.text
    assert home_for(TOMAS, EVERYTHING, made.ports).totals[Pile.DECIDE] == 1
    assert home_for(PRIYA, EVERYTHING, made.ports).totals[Pile.DECIDE] == 0


def test_an_exception_is_given_to_somebody_and_the_log_can_be_replayed() -> None:
    made = awaiting()
    made.durable.settle()
    subject, now = made.motion.id, made.clock.now()
    with made.store.transaction() as uow:
        raise_exception(
            uow,
            subject=subject,
            opportunity_id=DEAL,
            code="stuck",
            reason="why",
            next_act="act",
            owner=str(PRIYA.email),
            at=now,
        )
    [found] = home_for(PRIYA, EVERYTHING, made.ports).exceptions

    do(made, Handling(owner=str(DANA.email)), ref=f"exception:{found.id}")

    [given] = home_for(DANA, EVERYTHING, made.ports).exceptions
    assert given.owner == DANA.email
    assert "exception.given" in made.events()
    findings = made.read(lambda uow: replay(uow, made.messenger.render, made.messenger.renderer))
    assert findings.differences == []


@pytest.mark.parametrize("owner", ["mallory@elsewhere.example", SELLER.email, PRIYA.email])
def test_nothing_is_given_to_strangers_or_to_whom_it_is_already(owner: str) -> None:
    made = awaiting()

    reply = do(made, Handling(owner=owner))

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert made.motion.manager_email == PRIYA.email


def test_a_seller_gives_nothing_away() -> None:
    made = awaiting()

    reply = do(made, Handling(owner=str(TOMAS.email)), by=SELLER)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert made.motion.manager_email == PRIYA.email


def test_a_form_in_which_nothing_was_chosen_says_so() -> None:
    assert "Nothing was chosen." in do(awaiting(), Handling()).text


def test_what_is_settled_meanwhile_is_said_to_be() -> None:
    made = awaiting()
    ref, subject = stuck(made), made.motion.id
    with made.store.transaction() as uow:
        uow.exceptions.resolve(subject, at=made.clock.now())

    assert isinstance(gone := look_at(ref, PRIYA, made.ports), ClickReply)
    assert "settled" in gone.text
    unknown = look_at("motion:nobody", PRIYA, made.ports)
    assert isinstance(unknown, ClickReply)


def test_like_proposals_are_shown_together_and_approved_each_on_its_own() -> None:
    made = three()

    batch = batch_for(PRIYA, EVERYTHING, made.ports)
    assert isinstance(batch, Batch)
    tokens = [card.token for card in batch.cards if card.token]
    reply = approve_batch(tokens[:2], PRIYA, made.ports)

    assert (batch.partner_name, len(batch.cards), batch.left) == ("AWS", 3, 0)
    assert reply.text.startswith("2 of 2 approved.")
    assert sorted(states(made)) == [MotionState.AWAITING, MotionState.FILING, MotionState.FILING]


def test_one_that_changed_since_fails_alone() -> None:
    made = three()
    batch = batch_for(PRIYA, EVERYTHING, made.ports)
    assert isinstance(batch, Batch)
    tokens = [card.token for card in batch.cards if card.token]
    edit(tokens[0], PRIYA, {Field.NEXT_STEPS: "Another step"}, made.ports)

    reply = approve_batch(tokens, PRIYA, made.ports)

    assert reply.text.startswith("2 of 3 approved.")
    assert "replaced" in reply.text
    assert sorted(states(made)) == [MotionState.AWAITING, MotionState.FILING, MotionState.FILING]


def test_a_token_that_is_ticked_twice_counts_once_and_a_forged_one_not_at_all() -> None:
    made = three()
    batch = batch_for(PRIYA, EVERYTHING, made.ports)
    assert isinstance(batch, Batch)
    token = batch.cards[0].token or Token("")

    reply = approve_batch([token, token, Token("forged")], PRIYA, made.ports)

    assert reply.text.startswith("1 of 2 approved.")


def test_who_asked_for_a_motion_does_not_approve_it_in_a_batch_either() -> None:
    made = three()

    assert isinstance(batch_for(SELLER, EVERYTHING, made.ports), ClickReply)
    assert approve_batch([made.token], SELLER, made.ports).outcome is ClickOutcome.CHANGED_NOTHING


def test_nothing_to_approve_is_said_in_words() -> None:
    made = handed_off()

    assert isinstance(nothing := batch_for(PRIYA, EVERYTHING, made.ports), ClickReply)
    assert "Nothing here can be approved" in nothing.text
    assert "Nothing was chosen." in approve_batch([], PRIYA, made.ports).text
