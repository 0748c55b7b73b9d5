"""A partner taken out of partners.yml: what is left of it is withdrawn or stands, and everybody else's goes on."""

from dataclasses import replace

import pytest

from motions.approvals import approve
from motions.desk import home_for
from motions.desk_acts import look_at
from motions.desk_surfaces import EVERYTHING, DeskItem
from motions.model import MotionId, MotionState, PartnerKey
from motions.offer_cards import request
from motions.offer_journal import propose
from motions.offering import look
from motions.offers import OfferState, offer_id_of
from motions.surfaces import ClickOutcome
from motions.sweeping import IDLE, restart_lost
from tests.fakes.world import AWS, DANA, DAY, DEAL, PRIYA, World
from tests.motions.invited import invited, say_yes
from tests.motions.quoted import OFFER, QUOTE, card_text, market, offer, quoted, say_draft, the_offer
from tests.motions.stages import approved, awaiting, handed_off, in_review

GONE = PartnerKey("gone")
THEIRS = MotionId("theirs")


def left(made: World) -> World:
    """An operator takes AWS out of partners.yml and coverage.yml."""
    config = made.ports.config
    made.use(config.model_copy(update={"partners": tuple(p for p in config.partners if p.key != AWS)}))
    return made


def beside_one_that_left(made: World) -> World:
    """Another motion of the same deal, with a partner that partners.yml names no more."""
    theirs = replace(made.motion, id=THEIRS, partner=GONE)
    with made.store.transaction() as uow:
        uow.motions.add(theirs)
    return made


def test_its_private_offer_is_withdrawn_and_the_card_has_no_button() -> None:
    made = left(quoted())

    look(made.ports)
    made.durable.settle()

    assert offer(made).state is OfferState.WITHDRAWN
    assert "offer.draft" not in card_text(made)
    assert "partners.yml names no marketplace of the partner" in offer(made).next_act


def test_the_offers_of_others_go_on() -> None:
    made = beside_one_that_left(quoted(months=None))
    before, config = offer(made), made.ports.config
    theirs = replace(before, id=offer_id_of(THEIRS), motion_id=THEIRS, partner=GONE, seen_at=before.seen_at - DAY)
    known = config.partner(AWS).model_copy(update={"key": GONE})
    deal = made.read(lambda uow: uow.deals.get(DEAL))
    made.use(config.model_copy(update={"partners": (*config.partners, known)}))
    with made.store.transaction() as uow:
        propose(uow, theirs, actor="cosell")
        request(theirs, uow, made.ports)
        uow.deals.save([replace(deal, quote=QUOTE)])
    made.use(config)

    look(made.ports)

    assert offer(made).is_ready


def test_one_that_was_being_drafted_tells_a_person_and_asks_the_marketplace_nothing() -> None:
    made = quoted()
    say_draft(made)
    left(made)

    made.durable.settle()

    assert (made.problems(OFFER), market(made).asked) == (["draft-offer-failing"], {})


@pytest.mark.parametrize("quote", [QUOTE, None])
def test_a_change_of_its_deal_is_read_all_the_same(quote: object) -> None:
    made = left(handed_off())

    made.change(quote=quote, next_step="Sign")
    made.poll()

    assert made.read(lambda uow: uow.deals.get(DEAL)).next_step == "Sign"
    assert the_offer(made) is None


def test_what_the_engine_lost_of_others_starts_again() -> None:
    made = beside_one_that_left(in_review())
    made.durable.lose_waiting()
    made.clock.advance(2 * IDLE)

    assert restart_lost(made.ports) == 2


@pytest.mark.parametrize("state", [MotionState.AWAITING, MotionState.FILING])
def test_home_shows_what_waits_of_others(state: MotionState) -> None:
    made = beside_one_that_left(approved())
    with made.store.transaction() as uow:
        uow.motions.note(THEIRS, {"state": state})

    home = home_for(DANA, EVERYTHING, made.ports)

    assert "gone" in {line.partner_name for line in (*home.to_decide, *home.under_way)}


def test_a_card_of_its_can_no_longer_be_approved_and_says_why() -> None:
    made = awaiting()
    token = made.token
    left(made)

    reply = approve(token, PRIYA, made.ports)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert "partners.yml names no portal of this partner any more" in reply.text
    assert made.state is MotionState.AWAITING


def test_a_filing_under_way_stops_at_its_next_call_and_a_person_is_asked() -> None:
    made = left(approved())

    made.durable.settle()

    assert made.state is MotionState.NEEDS_PERSON
    assert "create" not in made.portal.calls
    assert made.problems() == ["portal-refused"]


def test_its_line_on_a_desk_opens_all_the_same() -> None:
    made = beside_one_that_left(in_review())

    item = look_at(f"motion:{THEIRS}", DANA, made.ports)

    assert isinstance(item, DeskItem)
    assert item.title.endswith("with gone")


def test_its_invitation_can_no_longer_be_answered_here_and_says_where() -> None:
    made = left(invited())

    reply = say_yes(made)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert "Answer it in the portal's own pages" in reply.text
