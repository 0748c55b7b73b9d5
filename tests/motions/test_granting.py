"""How grants come and go: who may do what, what both sides sign, and what the log and the card then say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motions.answer_surfaces import DoneAnswer, ProblemAnswer
from motions.drafting import grant_of, origins_in
from motions.grant_cards import prepare_again
from motions.grant_surfaces import GrantList, GrantOffer
from motions.grant_terms import DealRule, Grant, Purpose, Side, confirmed_text, proposed_text
from motions.granting import agree, propose, revoke, share, tend, unshare
from motions.model import MotionState, PartnerKey, Person, Token
from motions.ports import Ports
from motions.referrals import Field
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.grants import share as grant_to
from tests.fakes.world import ALEX, AWS, CHANNEL, DAY, JORDAN, KIM, PRIYA, SAM, SELLER, SHARED, World, a_deal, world
from tests.motions.stages import awaiting, handed_off

DONE, NOTHING = ClickOutcome.DONE, ClickOutcome.CHANGED_NOTHING


def grants(made: World) -> list[Grant]:
    """Every grant ever proposed to AWS."""
    return list(made.read(lambda uow: uow.grants.of(AWS)))


def offered(made: World, by: Person = PRIYA) -> Token:
    """The button of what `/cosell share aws` shows."""
    answer = share("aws", by, made.ports)
    assert isinstance(answer, GrantOffer)
    return answer.token


def proposed(**partner: object) -> tuple[World, Grant]:
    """A world in which Priya has proposed to AWS, and the card is out."""
    made = world(shares=False)
    alter(made, **partner)
    assert propose(offered(made), PRIYA, made.ports).outcome is DONE
    made.durable.settle()
    return made, grants(made)[-1]


def alter(made: World, **changes: object) -> None:
    """Change AWS in partners.yml under the running bot."""
    config = made.ports.config
    partners = tuple(p.model_copy(update=changes) if p.key == AWS else p for p in config.partners)
    made.use(config.model_copy(update={"partners": partners}))


def press(made: World, grant: Grant, by: Person = ALEX) -> ClickReply:
    """Agree."""
    reply = agree(Token(grant.id), by, made.ports)
    made.durable.settle()
    return reply


def card(made: World) -> str:
    """What the newest card in the shared channel says."""
    return str(made.messenger.in_channel(SHARED)[-1].message)


def test_what_would_be_proposed_is_shown_before_anything_is() -> None:
    made = world(shares=False)

    answer = share("Amazon Web Services", PRIYA, made.ports)

    assert isinstance(answer, GrantOffer)
    assert answer.terms.until == made.clock.now().date() + timedelta(days=365)
    assert answer.terms.purposes == frozenset(Purpose)
    assert (grants(made), made.messenger.in_channel(SHARED)) == ([], [])


def test_a_proposal_asks_the_partner_in_the_shared_channel_once() -> None:
    made, grant = proposed()

    assert (grant.partner, grant.version, grant.proposed_by, grant.is_open) == (AWS, 1, PRIYA.key, True)
    [message] = made.messenger.in_channel(SHARED)
    assert message.key == f"grant:{grant.id}:card"
    assert "grant.agree" in str(message.message)
    assert grant.id in str(message.message)
    assert not any(word in str(message.message) for word in ("Acmeco", "GTX"))


def test_both_sides_sign_the_same_terms() -> None:
    made, grant = proposed()
    press(made, grant)

    [agreed] = grants(made)

    signer = made.ports.signer
    assert agreed.their_signature is not None
    assert (agreed.our_signature.key, agreed.their_signature.key) == ("ours", "witness-aws")
    assert signer.is_signed(agreed.our_signature, proposed_text(agreed))
    assert signer.is_signed(agreed.their_signature, confirmed_text(agreed))
    assert not signer.is_signed(agreed.their_signature, proposed_text(agreed))


def test_an_agreement_stands_at_once_and_the_card_says_so() -> None:
    made, grant = proposed()

    reply = press(made, grant)

    assert reply.outcome is DONE
    assert grants(made)[0].stands(made.clock.now())
    assert "Agreed* by Alex Moreno" in card(made)
    assert "grant.agree" not in card(made)
    assert made.events(grant.id) == [
        "grant.proposed",
        "effect.intended",
        "effect.done",
        "grant.confirmed",
        "effect.intended",
        "effect.done",
    ]


@pytest.mark.parametrize("by", [PRIYA, SAM, KIM, SELLER], ids=lambda by: by.name)
def test_nobody_but_the_partner_agrees(by: Person) -> None:
    made, grant = proposed()

    assert press(made, grant, by).outcome is NOTHING
    assert grants(made)[0].is_open


def test_where_the_partner_names_who_may_agree_nobody_else_of_it_does() -> None:
    made, grant = proposed(grantors=(JORDAN.user_id,))

    assert press(made, grant, ALEX).outcome is NOTHING
    assert revoke(Token(grant.id), ALEX, made.ports).outcome is NOTHING
    assert press(made, grant, JORDAN).outcome is DONE


@pytest.mark.parametrize("click", [agree, revoke], ids=["agree", "revoke"])
def test_to_another_partner_a_grant_is_like_one_that_never_was(
    click: Callable[[Token, Person, Ports], ClickReply],
) -> None:
    made, grant = proposed()

    assert click(Token(grant.id), KIM, made.ports) == click(Token("made up"), KIM, made.ports)
    assert grants(made)[0].is_open


def test_it_is_agreed_to_once() -> None:
    made, grant = proposed()
    press(made, grant)

    assert press(made, grant, JORDAN).outcome is NOTHING
    assert grants(made)[0].confirmed_by == ALEX.key


def test_what_was_proposed_too_long_ago_is_not_agreed_to() -> None:
    made, grant = proposed()
    made.clock.advance(366 * DAY)

    assert "ended on" in press(made, grant).text


@pytest.mark.parametrize("by", [SELLER, ALEX, KIM], ids=lambda by: by.name)
def test_only_who_looks_after_the_partner_proposes(by: Person) -> None:
    made = world(shares=False)

    answer = share("aws", by, made.ports)
    reply = propose(offered(made), by, made.ports)

    assert isinstance(answer, ProblemAnswer)
    assert (reply.outcome, grants(made)) == (NOTHING, [])


def test_what_partners_yml_says_by_now_is_what_would_have_to_be_shown() -> None:
    made = world(shares=False)
    token = offered(made)
    block = made.ports.config.partner(AWS).grant
    assert block is not None
    alter(made, grant=block.model_copy(update={"fields": frozenset({Field.TITLE})}))

    assert "says something else now" in propose(token, PRIYA, made.ports).text
    assert grants(made) == []


@pytest.mark.parametrize(
    ("changes", "said"), [({"grant": None}, "grant:"), ({"shared_channel": None}, "shared_channel:")]
)
def test_without_terms_or_a_channel_there_is_nothing_to_propose(changes: dict[str, None], said: str) -> None:
    made = world(shares=False)
    token = offered(made)
    alter(made, **changes)

    answer = share("aws", PRIYA, made.ports)

    assert isinstance(answer, ProblemAnswer)
    assert said in answer.what
    assert propose(token, PRIYA, made.ports).outcome is NOTHING
    assert tend(made.ports) == 0


@pytest.mark.parametrize("line", ["nobody", "unshare"])
def test_a_partner_nobody_knows_is_named_and_nothing_happens(line: str) -> None:
    made = world()

    assert isinstance(share(line, PRIYA, made.ports), ProblemAnswer)
    assert isinstance(unshare(line, PRIYA, made.ports), ProblemAnswer)
    assert isinstance(unshare("", PRIYA, made.ports), ProblemAnswer)
    assert propose(Token("nobody:x"), PRIYA, made.ports).outcome is NOTHING
    assert agree(Token("aws.9"), ALEX, made.ports).outcome is NOTHING
    assert revoke(Token("aws.9"), ALEX, made.ports).outcome is NOTHING


def test_a_new_grant_takes_the_place_of_the_old_one() -> None:
    made, first = proposed()
    press(made, first)
    propose(offered(made), SAM, made.ports)
    second = grants(made)[-1]

    assert grants(made)[0].stands(made.clock.now())
    press(made, second)

    assert [(g.id, g.revoked_side) for g in grants(made)] == [(first.id, Side.REPLACED), (second.id, None)]
    assert (
        made.messenger.in_channel(SHARED)[0].message["text"]
        == "What we share with AWS: *Replaced* by another proposal or grant."
    )


def test_a_new_proposal_takes_the_place_of_one_nobody_agreed_to() -> None:
    made, first = proposed()
    propose(offered(made), SAM, made.ports)
    made.durable.settle()

    assert grants(made)[0].revoked_side is Side.REPLACED
    assert press(made, first).outcome is NOTHING


def test_of_two_who_propose_at_once_one_does() -> None:
    made = world(shares=False)
    token = offered(made)
    sign = made.ports.signer.sign

    class Slow(type(made.ports.signer)):  # type: ignore[misc]  # somebody else proposes while this one signs
        def sign(self, key: str, text: str) -> object:
            made.ports.signer.sign = sign  # type: ignore[method-assign]  # once
            propose(token, SAM, made.ports)
            return sign(key, text)

    made.ports.signer.sign = Slow().sign  # type: ignore[method-assign, assignment]  # the next signature takes long

    reply = propose(token, PRIYA, made.ports)

    assert "a moment ago" in reply.text
    assert [g.proposed_by for g in grants(made)] == [SAM.key]


@pytest.mark.parametrize(
    ("by", "side"), [(ALEX, Side.PARTNER), (JORDAN, Side.PARTNER), (PRIYA, Side.OURS), (SAM, Side.OURS)]
)
def test_either_side_ends_it_at_once(by: Person, side: Side) -> None:
    made, grant = proposed()
    press(made, grant)

    reply = revoke(Token(grant.id), by, made.ports)
    made.durable.settle()

    [ended] = grants(made)
    assert (reply.outcome, ended.revoked_by, ended.revoked_side) == (DONE, by.key, side)
    assert not ended.stands(made.clock.now())
    assert f"Ended* by {by.name}" in card(made)
    assert "grant.revoke" not in card(made)


@pytest.mark.parametrize("by", [KIM, SELLER], ids=lambda by: by.name)
def test_nobody_else_ends_it(by: Person) -> None:
    made, grant = proposed()
    press(made, grant)

    assert revoke(Token(grant.id), by, made.ports).outcome is NOTHING
    assert isinstance(unshare("aws", by, made.ports), ProblemAnswer)
    assert grants(made)[0].stands(made.clock.now())


def test_it_is_ended_once() -> None:
    made, grant = proposed()
    revoke(Token(grant.id), ALEX, made.ports)

    assert revoke(Token(grant.id), PRIYA, made.ports).outcome is NOTHING


def test_unshare_ends_everything_that_is_shared_or_proposed() -> None:
    made, grant = proposed()
    press(made, grant)
    propose(offered(made), SAM, made.ports)

    answer = unshare("AWS", PRIYA, made.ports)

    assert isinstance(answer, DoneAnswer)
    assert [g.revoked_side for g in grants(made)] == [Side.OURS, Side.OURS]
    assert isinstance(unshare("AWS", PRIYA, made.ports), ProblemAnswer)


def test_the_list_says_what_is_shared_and_what_was_only_proposed() -> None:
    made, first = proposed()
    press(made, first)
    propose(offered(made), SAM, made.ports)

    answer = share("", PRIYA, made.ports)

    assert isinstance(answer, GrantList)
    assert [(line.partner_name, line.stands) for line in answer.lines] == [("AWS", True), ("AWS", False)]


def test_a_policy_proposes_by_itself_where_an_admin_said_so() -> None:
    made = world(shares=False)

    assert tend(made.ports) == 1
    made.durable.settle()
    tend(made.ports)
    made.durable.settle()

    [grant] = grants(made)
    assert grant.proposed_by == f"policy {made.ports.config.policy.version}"
    assert len(made.messenger.in_channel(SHARED)) == 1


def test_what_a_person_ended_no_policy_proposes_again() -> None:
    made = world(shares=False)
    tend(made.ports)
    press(made, grants(made)[0])
    revoke(Token(grants(made)[0].id), ALEX, made.ports)

    assert tend(made.ports) == 0
    assert len(grants(made)) == 1


def test_a_partner_nobody_offers_anything_is_left_alone() -> None:
    made = world(shares=False)
    alter(made, grant=None)

    assert (tend(made.ports), grants(made)) == (0, [])


def test_a_card_the_engine_forgot_is_posted_after_all() -> None:
    made = world(shares=False)
    tend(made.ports)
    made.durable.lose_everything()

    assert tend(made.ports) == 1
    made.durable.settle()

    assert len(made.messenger.in_channel(SHARED)) == 1
    assert tend(made.ports) == 0


def test_after_its_last_day_it_is_over_and_proposed_anew() -> None:
    made = world(shares=False)
    grant_to(made.ports, ALEX, until=made.clock.now().date())
    assert tend(made.ports) == 0

    made.clock.advance(DAY)

    assert tend(made.ports) == 1
    assert [(g.revoked_side, g.revoked_by) for g in grants(made)] == [(Side.TIME, None)]
    assert tend(made.ports) == 1
    assert grants(made)[-1].is_open


def test_a_partner_that_left_the_file_has_no_say() -> None:
    made, grant = proposed()
    made.use(made.ports.config.model_copy(update={"partners": ()}))

    assert press(made, grant).outcome is NOTHING
    assert revoke(Token(grant.id), ALEX, made.ports).outcome is NOTHING


def test_a_proposal_withdrawn_before_its_card_was_out_is_never_posted() -> None:
    made = world(shares=False)
    tend(made.ports)
    revoke(Token(grants(made)[0].id), PRIYA, made.ports)

    made.durable.settle()

    assert made.messenger.in_channel(SHARED) == []


def test_a_motion_waits_for_the_partner_and_goes_on_when_it_agrees() -> None:
    made = world(shares=False)
    tend(made.ports)
    made.change(stage_name="Proposal")
    made.poll()
    [shown] = made.messenger.in_channel(CHANNEL)
    assert made.decision()[1].problems[0].code == "no-grant"
    assert made.decision()[1].payload["file"] == {}
    assert "AWS has not agreed yet" in str(shown.message)
    assert "motion.approve" not in str(shown.message)
    assert made.portal.calls == []

    press(made, grants(made)[0])

    [shown] = made.messenger.in_channel(CHANNEL)
    assert made.state is MotionState.AWAITING
    assert made.decision()[1].is_ready
    assert "motion.approve" in str(shown.message)


def test_a_grant_of_other_deals_leaves_a_card_waiting() -> None:
    made = world(shares=False)
    grant_to(made.ports, ALEX, deals=DealRule(regions=("West",)))
    made.change(stage_name="Proposal")
    made.poll()

    assert made.decision()[1].problems[0].message == "What AWS agreed to share does not cover this deal."


def test_what_the_grant_does_not_name_is_a_question_and_not_in_the_payload() -> None:
    made = world(shares=False)
    grant_to(made.ports, ALEX, fields=frozenset(Field) - {Field.PROBLEM, Field.WEBSITE, Field.STAGE})
    made.change(stage_name="Proposal")
    made.poll()

    proposal = made.decision()[1]
    file = proposal.payload["file"]
    assert isinstance(file, dict)
    assert {p.field for p in proposal.problems} == {Field.PROBLEM, Field.WEBSITE, Field.STAGE}
    assert (file["create"]["problem"], file["create"]["website"], file["create"]["title"]) == (
        None,
        None,
        "Acmeco GTX rollout",
    )
    assert "warehouse" not in str(proposal.payload)


def test_a_customer_that_stays_home_is_not_looked_for_in_the_portal() -> None:
    made = world(shares=False)
    grant_to(made.ports, ALEX, fields=frozenset(Field) - {Field.CUSTOMER})
    made.change(stage_name="Proposal")
    made.poll()

    file = made.decision()[1].payload["file"]
    assert isinstance(file, dict)
    assert "look_alikes" not in made.portal.calls
    assert file["create"]["customer"] is None


def test_a_grant_for_referrals_alone_seals_no_words_for_the_seller() -> None:
    made = world(shares=False)
    grant_to(made.ports, ALEX, purposes=frozenset({Purpose.REFERRAL}))
    made.change(stage_name="Proposal")
    made.poll()

    handoff = made.decision()[1].payload["handoff"]
    assert isinstance(handoff, dict)
    assert (handoff["text"], handoff["fields"], handoff["owner"]) == ("", [], "our seller")


def test_another_partner_s_grant_is_nothing_to_a_motion() -> None:
    made = world(shares=False)
    made.change(stage_name="Proposal")
    made.poll()

    assert made.read(lambda uow: uow.grants.of(PartnerKey("northstar"))) == []
    assert a_deal().name not in str(made.decision()[1].payload)


def test_a_partner_who_agrees_before_the_post_is_noted_sees_the_card_say_so() -> None:
    made = world(shares=False)
    tend(made.ports)
    [grant] = grants(made)
    posting = made.messenger.post

    def seen_at_once(*args: Any) -> Any:
        ref = posting(*args)
        agree(Token(grant.id), ALEX, made.ports)
        made.durable.run_named("redraw_grant")  # nobody knows yet where the card is
        return ref

    made.messenger.post = seen_at_once  # type: ignore[method-assign, assignment]  # quicker than the note of where it is
    made.durable.settle()

    assert "Agreed* by Alex Moreno" in card(made)


def test_a_motion_that_moved_on_meanwhile_is_left_alone() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    old = made.motion
    made.change(stage_name="Negotiation")
    made.poll()
    epoch = made.motion.epoch

    with made.store.transaction() as uow:
        prepare_again(old, "a test", uow, made.ports)

    assert made.motion.epoch == epoch


def test_a_handoff_is_blanked_where_it_is_though_the_channel_left_the_file() -> None:
    made = handed_off()
    alter(made, shared_channel=None)

    revoke(Token("aws.1"), PRIYA, made.ports)
    made.durable.settle()

    assert "no longer shared" in str(made.messenger.in_channel(SHARED)[0].message)


def test_without_a_channel_nothing_is_handed_over_when_the_partner_agrees() -> None:
    made = handed_off()
    made.note(handoff=None)
    alter(made, shared_channel=None)

    revoke(Token("aws.1"), PRIYA, made.ports)
    made.durable.settle()

    assert made.durable.waiting("post_handoff_now") == []
    assert len(made.messenger.in_channel(SHARED)) == 1


def test_a_partner_that_leaves_the_file_meanwhile_stops_what_would_follow() -> None:
    made, grant = proposed()
    agree(Token(grant.id), ALEX, made.ports)
    made.use(made.ports.config.model_copy(update={"partners": ()}))

    made.durable.settle()

    assert "grant.agree" in card(made)


def test_what_was_sealed_before_origins_were_known_comes_from_nowhere() -> None:
    made = awaiting()
    proposal = made.decision()[1]
    older = replace(proposal, payload={"file": {}, "handoff": {}})

    assert set(origins_in(older, "referral").values()) == {""}
    assert origins_in(older, "referral").keys() == {line.field.value for line in proposal.form if line.value}
    assert grant_of(older) is None
