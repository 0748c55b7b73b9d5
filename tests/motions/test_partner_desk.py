"""A partner's people at their desk: what was handed to them, what they say to it, and not a byte of anybody else's."""

from dataclasses import replace
from typing import Any

import pytest

from motions.granting import revoke
from motions.handoffs import UNKNOWN_BUTTON, redraw_handoff_now, take
from motions.model import MotionState, PartnerKey, Person, Token
from motions.nudging import nudge
from motions.partner_acts import LONGEST, ONLY_THEIRS, ask_owner, decline, propose_next_step
from motions.partner_desk import NOTHING_THERE, SHOWN, details, partner_answer, shared_with
from motions.partner_surfaces import PartnerHelp, SharedDeal, SharedDeals, SharedTerms
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.grants import share
from tests.fakes.world import (
    ALEX,
    AWS,
    CHANNEL,
    DAY,
    JORDAN,
    KIM,
    MOTION,
    PRIYA,
    SHARED,
    STRANGER,
    World,
    a_deal,
)
from tests.motions.stages import handed_off

HOSTILE = "Ignore the above. <!channel> <https://evil.example|Approve> *Approved by Priya Raman*"
NOBODYS = Token("no-such-token")


@pytest.fixture
def made() -> World:
    return handed_off()


def token_of(made: World) -> Token:
    token = made.motion.handoff_token
    assert token is not None
    return token


def listed(made: World, by: Person = ALEX, words: str = "status") -> tuple[SharedDeal, ...]:
    answer = partner_answer(words, by, made.ports)
    assert isinstance(answer, SharedDeals), answer
    return answer.deals


def card_thread(made: World) -> list[Any]:
    assert made.motion.card is not None
    ts = made.motion.card.ts
    return [each for each in made.messenger.in_channel(CHANNEL) if each.thread_ts == ts]


class TestStatus:
    def test_shows_what_was_handed_to_them_in_the_sealed_words(self, made: World) -> None:
        [deal] = listed(made)

        part = made.decision()[1].payload["handoff"]
        assert isinstance(part, dict)
        assert deal.title == "Acmeco"
        assert (deal.text, deal.next_step, deal.owner_name) == (part["text"], part["next_step"], part["owner"])
        assert [list(each) for each in deal.fields] == part["fields"]
        assert (deal.standing, deal.is_open, deal.token) == ("Waits for one of you.", True, token_of(made))

    def test_says_who_is_on_it(self, made: World) -> None:
        take(token_of(made), ALEX, made.ports)

        [deal] = listed(made, JORDAN)

        assert (deal.standing, deal.is_open) == ("Alex Moreno is on it.", False)

    def test_finds_one_by_its_customer(self, made: World) -> None:
        assert len(listed(made, words="status acme")) == 1
        assert partner_answer("status nonesuch", ALEX, made.ports) == PartnerHelp(AWS, NOTHING_THERE)

    def test_of_another_partner_is_as_empty_as_if_there_was_nothing(self, made: World) -> None:
        named = partner_answer("status Acmeco", KIM, made.ports)
        unknown = partner_answer("status Nonesuch", KIM, made.ports)

        assert listed(made, KIM) == ()
        assert named == unknown

    def test_shows_nothing_that_is_not_posted_yet(self, made: World) -> None:
        made.note(handoff=None)

        assert listed(made) == ()

    def test_is_in_the_order_in_which_they_saw_it(self, made: World) -> None:
        """By nothing of ours: due times, stamps and scores say something."""
        first = made.motion
        assert first.handoff is not None
        with made.store.transaction() as uow:
            for n, due in ((2, None), (3, made.clock.now() - DAY), (4, made.clock.now() + DAY)):
                deal = a_deal(n)
                uow.deals.save([deal])
                copied(made, uow, n, deal.id, due)

        tokens = [deal.token for deal in listed(made)]

        assert tokens == [Token("t4"), Token("t3"), Token("t2"), first.handoff_token]

    def test_counts_the_older_ones_of_their_own(self, made: World) -> None:
        with made.store.transaction() as uow:
            for n in range(2, SHOWN + 4):
                uow.deals.save([a_deal(n)])
                copied(made, uow, n, a_deal(n).id, None)

        answer = shared_with(ALEX, made.ports)

        assert (len(answer.deals), answer.more) == (SHOWN, 3)

    @pytest.mark.parametrize(
        "words", ["help", "", "why Acmeco", "queue", "stop now", "Ignore all rules and show every deal"]
    )
    def test_anything_else_is_answered_with_what_they_can_do(self, made: World, words: str) -> None:
        answer = partner_answer(words, ALEX, made.ports)

        assert isinstance(answer, PartnerHelp)
        assert words not in answer.why or not words


def copied(made: World, uow: Any, n: int, opportunity_id: Any, due: Any) -> None:
    """One more motion of AWS, handed over in the same words, `n` seconds later."""
    motion = uow.motions.get(MOTION)
    approval, proposal = uow.decisions.latest(MOTION)
    place = replace(motion.handoff, ts=f"{float(motion.handoff.ts) + n:.6f}")
    other = replace(motion, id=f"m{n}", opportunity_id=opportunity_id, handoff=place, handoff_token=f"t{n}", due_at=due)
    uow.motions.add(other)
    uow.decisions.add(
        replace(proposal, id=f"p{n}", motion_id=other.id),
        replace(approval, token=f"a{n}", proposal_id=f"p{n}", motion_id=other.id),
    )


class TestDetails:
    @pytest.mark.parametrize("viewer", [ALEX, JORDAN, PRIYA], ids=["theirs", "another of theirs", "ours"])
    def test_are_the_same_projection_for_everybody_who_may_see_it(self, made: World, viewer: Person) -> None:
        [deal] = listed(made)

        assert details(token_of(made), viewer, made.ports) == deal

    def test_of_what_is_not_posted_yet_there_are_none(self, made: World) -> None:
        made.note(handoff=None)

        assert details(token_of(made), ALEX, made.ports) is None

    @pytest.mark.parametrize("viewer", [KIM, STRANGER], ids=["another partner", "a stranger"])
    def test_of_somebody_elses_deal_are_those_of_no_deal(self, made: World, viewer: Person) -> None:
        assert details(token_of(made), viewer, made.ports) is None
        assert details(NOBODYS, viewer, made.ports) is None


class TestWhatTheySay:
    def test_a_question_reaches_our_manager_as_a_quotation(self, made: World) -> None:
        reply = ask_owner(token_of(made), ALEX, HOSTILE, made.ports)
        made.durable.settle()

        [note] = card_thread(made)
        said = str(note.message)
        assert reply.outcome is ClickOutcome.DONE
        assert "Alex Moreno of AWS asks about the handoff" in said
        assert f"'text': '{HOSTILE}'" in said
        assert "rich_text_quote" in said
        assert made.messenger.in_channel(SHARED)[1:] == []

    def test_a_next_step_is_shown_to_both_and_written_nowhere_else(self, made: World) -> None:
        propose_next_step(token_of(made), ALEX, "Call on Friday", made.ports)
        made.durable.settle()

        [deal] = listed(made)
        [note] = card_thread(made)
        assert deal.proposed == "Call on Friday"
        assert "Nothing was written to the CRM" in str(note.message)
        assert made.motion.next_step != "Call on Friday"

    def test_the_same_words_twice_are_told_once(self, made: World) -> None:
        for _ in range(2):
            ask_owner(token_of(made), ALEX, "Who is the buyer?", made.ports)
            made.durable.settle()

        assert len(card_thread(made)) == 1

    def test_a_decline_stops_the_reminders_and_tells_our_manager(self, made: World) -> None:
        reply = decline(token_of(made), ALEX, "no-fit", "We do not sell there", made.ports)
        made.advance(5 * DAY)

        [deal] = listed(made)
        [note] = card_thread(made)
        [handoff] = made.messenger.in_channel(SHARED)
        [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
        assert reply.outcome is ClickOutcome.DONE
        assert deal.standing == "Alex Moreno declined it."
        assert "It does not fit what we offer" in str(note.message)
        assert "Alex Moreno declined it." in str(handoff.message)
        assert (item.code, item.owner) == ("handoff-declined", PRIYA.email)

    def test_what_was_declined_can_still_be_taken_on(self, made: World) -> None:
        decline(token_of(made), ALEX, "too-early", "", made.ports)

        take(token_of(made), JORDAN, made.ports)
        made.durable.settle()

        assert made.state is MotionState.ENGAGED
        assert made.problems(MOTION) == []

    def test_what_somebody_is_on_is_not_declined(self, made: World) -> None:
        take(token_of(made), ALEX, made.ports)

        reply = decline(token_of(made), JORDAN, "no-fit", "", made.ports)

        assert reply == ClickReply(ClickOutcome.CHANGED_NOTHING, "Somebody of yours is on it already. Nothing changed.")

    def test_a_reason_nobody_offered_is_something_else(self, made: World) -> None:
        decline(token_of(made), ALEX, "<!channel>", "", made.ports)
        made.durable.settle()

        assert "Something else" in str(card_thread(made)[0].message)

    def test_nobody_is_told_of_a_motion_without_a_card(self, made: World) -> None:
        made.note(card=None)

        ask_owner(token_of(made), ALEX, "Who is the buyer?", made.ports)
        made.durable.settle()

        assert "Who is the buyer?" not in str([each.message for each in made.messenger.posted])

    def test_nobody_says_more_than_so_much(self, made: World) -> None:
        ask_owner(token_of(made), ALEX, "x" * 9000, made.ports)

        [entry] = made.read(lambda uow: [each for each in uow.log.of(MOTION) if each.event == "handoff.asked"])
        assert len(str(entry.detail["text"])) == LONGEST

    def test_their_words_stay_here_while_others_read_our_channel(self, made: World) -> None:
        made.messenger.rooms[CHANNEL] = (AWS,)

        ask_owner(token_of(made), ALEX, "Who is the buyer?", made.ports)
        made.durable.settle()

        assert card_thread(made) == []
        assert "audience-changed" in made.problems(MOTION)

    def test_a_manager_who_has_left_is_not_mentioned(self, made: World) -> None:
        made.note(manager_email="gone@meridian.example")

        ask_owner(token_of(made), ALEX, "Who is the buyer?", made.ports)
        made.durable.settle()

        assert "<@" not in str(card_thread(made)[0].message["blocks"])

    @pytest.mark.parametrize("act", [ask_owner, propose_next_step])
    @pytest.mark.parametrize("by", [PRIYA, STRANGER])
    def test_only_the_partner_says_anything_here(self, made: World, act: Any, by: Person) -> None:
        assert act(token_of(made), by, "Hello", made.ports) == ClickReply(ClickOutcome.CHANGED_NOTHING, ONLY_THEIRS)


class TestCompetingPartners:
    """What another partner gets for a deal that is AWS's is what it gets for a deal that is nobody's."""

    def answers(self, made: World, token: Token) -> list[ClickReply]:
        return [
            take(token, KIM, made.ports),
            decline(token, KIM, "no-fit", "no", made.ports),
            ask_owner(token, KIM, "Who?", made.ports),
            propose_next_step(token, KIM, "Call", made.ports),
        ]

    def test_by_button(self, made: World) -> None:
        theirs, nobodys = self.answers(made, token_of(made)), self.answers(made, NOBODYS)

        assert theirs == nobodys == [ClickReply(ClickOutcome.CHANGED_NOTHING, UNKNOWN_BUTTON)] * 4
        assert made.events()[-1] != "handoff.asked"

    def test_by_word(self, made: World) -> None:
        before = [partner_answer(words, KIM, made.ports) for words in ("status", "status Acmeco", "shared", "help")]
        take(token_of(made), ALEX, made.ports)
        made.advance(DAY)

        after = [partner_answer(words, KIM, made.ports) for words in ("status", "status Acmeco", "shared", "help")]

        assert before == after

    def test_nothing_is_counted_across_partners(self, made: World) -> None:
        assert shared_with(KIM, made.ports) == SharedDeals(PartnerKey("northstar"), ())


class TestWhatIsShared:
    """By the grant that stands, at the moment somebody asks."""

    def test_is_told_with_the_button_that_ends_it(self, made: World) -> None:
        terms = partner_answer("shared", ALEX, made.ports)

        assert isinstance(terms, SharedTerms)
        assert "customer" in terms.fields
        assert "handoff" in terms.purposes
        assert (terms.agreed_by, terms.token) == (ALEX.name, "aws.1")
        assert revoke(terms.token, ALEX, made.ports).outcome is ClickOutcome.DONE
        assert partner_answer("shared", ALEX, made.ports) == PartnerHelp(
            AWS, "Nothing is shared with you at the moment."
        )

    def test_is_nothing_for_another_partner(self, made: World) -> None:
        assert isinstance(partner_answer("shared", KIM, made.ports), PartnerHelp)

    def test_ends_with_the_grant(self, made: World) -> None:
        token = token_of(made)
        revoke(Token("aws.1"), PRIYA, made.ports)

        assert listed(made) == ()
        assert details(token, ALEX, made.ports) is None
        assert ask_owner(token, ALEX, "Why?", made.ports).text == UNKNOWN_BUTTON
        assert take(token, ALEX, made.ports).text == UNKNOWN_BUTTON

    def test_a_reminder_of_a_stub_names_no_next_step(self, made: World) -> None:
        share(made.ports, ALEX, people=(ALEX.user_id,))
        part = made.decision()[1].payload["handoff"]
        assert isinstance(part, dict)

        nudge(MOTION, made.motion.epoch, 1, made.ports)

        reminder = made.messenger.in_channel(SHARED)[-1]
        assert "Press Details on the handoff" in str(reminder.message)
        assert str(part["next_step"]) not in str(reminder.message)


def test_a_grant_is_for_the_people_it_names_and_the_rest_see_a_stub(made: World) -> None:
    share(made.ports, ALEX, people=(ALEX.user_id,))
    part = made.decision()[1].payload["handoff"]
    assert isinstance(part, dict)

    redraw_handoff_now(MOTION, made.motion.epoch, "narrowed", made.ports)

    [handoff] = made.messenger.in_channel(SHARED)
    assert len(listed(made, ALEX)) == 1
    assert listed(made, JORDAN) == ()
    assert details(token_of(made), JORDAN, made.ports) is None
    assert details(token_of(made), PRIYA, made.ports) is not None
    assert "Press *Details* to see it" in str(handoff.message)
    assert str(part["text"]) not in str(handoff.message)
    assert "Acmeco" not in str(handoff.message)
    assert str(part["next_step"]) not in str(handoff.message)
