"""A partner that competes on a deal gets nothing of it: not matched, not asked, not filed with; a person is told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from motions.approvals import approve
from motions.competing import look_again
from motions.competitors import why_competitor, why_rival
from motions.editing import edit
from motions.effects import EffectStatus
from motions.explaining import tell
from motions.matching import rank_partners
from motions.model import Motion, MotionId, MotionState, PartnerKey
from motions.policy import Configuration, Partner
from motions.proposals import Verdict
from motions.referrals import Field, FilingStep, Review
from motions.surfaces import ClickOutcome
from motions.triggers import read_changes
from tests.fakes.clock import MONDAY
from tests.fakes.world import AWS, DEAL, MINUTE, MOTION, PRIYA, SECOND, World, a_deal, world
from tests.motions.stages import approved, awaiting, handed_off, in_review

AZURE = Partner(
    key=PartnerKey("microsoft"), name="Microsoft", portal="microsoft", aliases=("Azure",), competes_as=("Power BI",)
)
NAMED = "AWS is named a competitor on the deal in the CRM (“Amazon Web Services (AWS)”)"
THEM = ("Snowflake", "Amazon Web Services (AWS)")


def named(made: World, *competitors: str) -> None:
    """A seller names competitors on the deal, and the bot reads it."""
    made.change(competitors=competitors)
    read_changes(made.ports)


class Interrupted:
    """AWS's portal, while whose first call a seller names it a competitor."""

    def __init__(self, made: World) -> None:
        self._made = made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made.portal, name)

    def saga(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        first, *others = self._made.portal.saga(payload, key)

        def send(ids: Mapping[str, str]) -> str:
            done = first.send(ids)
            named(self._made, *THEM)
            return done

        return (replace(first, send=send), *others)


def the_exception(made: World) -> tuple[str, str, str]:
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    return item.code, item.reason, item.owner


@pytest.mark.parametrize(
    ("said", "is_meant"),
    [
        ("Microsoft", True),
        ("MICROSOFT AZURE", True),
        ("azure", True),
        ("Microsoft Power BI", True),
        ("Power", True),  # may mean Power BI: silence is safer
        ("Microsofts", False),
        ("Snowflake", False),
        ("-", False),
    ],
)
def test_a_name_means_a_partner_by_whole_words(said: str, *, is_meant: bool) -> None:
    found = why_competitor(a_deal(competitors=("Oracle", said)), AZURE)

    assert (found is not None) is is_meant


def test_a_competitor_is_excluded_whatever_rules_say_and_the_reason_is_kept() -> None:
    made = world()
    named(made, *THEM)
    made.durable.settle()

    match = made.read(lambda uow: uow.matches.latest(DEAL))
    aws = next(score for score in match.ranked if score.partner == AWS)
    assert aws.excluded_because == NAMED
    assert made.motions == []
    assert made.portal.calls == []


def test_naming_one_on_an_undecided_card_takes_the_card_off_the_table() -> None:
    made = awaiting()
    token = made.token
    asked = len(made.portal.calls)

    named(made, *THEM)
    made.durable.settle()

    assert made.state is MotionState.NEEDS_PERSON
    assert the_exception(made) == ("competitor-named", f"{NAMED}. Nothing was sent to AWS.", PRIYA.email)
    assert approve(token, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
    assert len(made.portal.calls) == asked
    story = made.read(lambda uow: tell(MOTION, uow))
    assert any("competitor-named" in line.detail for line in story.lines)


def test_taking_the_name_off_prepares_the_card_again() -> None:
    made = awaiting()
    named(made, *THEM)
    made.durable.settle()

    named(made)
    made.durable.settle()

    assert made.state is MotionState.AWAITING
    assert made.problems() == []


def test_it_stays_off_while_the_name_stays() -> None:
    made = awaiting()
    named(made, *THEM)
    made.durable.settle()

    made.change(stage_name="Committed")
    made.poll()

    assert made.state is MotionState.NEEDS_PERSON
    assert made.events().count("exception.opened") == 1


def test_one_that_is_named_between_approval_and_filing_stops_the_filing() -> None:
    made = approved()
    named(made, *THEM)

    made.durable.settle()

    assert made.state is MotionState.NEEDS_PERSON
    assert the_exception(made)[0] == "competitor-named"
    assert made.portal.referrals == ()
    assert made.decision()[0].verdict is Verdict.REVOKED
    assert made.motion.approved_at is None


def test_one_that_is_named_between_two_calls_stops_the_second_and_says_what_is_there() -> None:
    made = approved()
    made.ports = replace(made.ports, portals={"aws": Interrupted(made)})

    made.durable.settle()

    assert made.state is MotionState.IN_REVIEW
    code, reason, _ = the_exception(made)
    assert code == "competitor-named"
    assert "Already there: create O1" in reason
    done = [e.kind for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.status is EffectStatus.DONE]
    assert [kind for kind in done if kind.startswith("aws.")] == ["aws.create"]


def test_one_that_is_named_while_the_card_is_prepared_is_not_even_asked_of_its_portal() -> None:
    made = world()
    made.change(stage_name="Proposal")
    read_changes(made.ports)
    made.durable.run_named("evaluate")
    made.change(competitors=THEM)

    made.durable.run_named("prepare")

    assert made.state is MotionState.NEEDS_PERSON
    assert made.portal.calls == []


def test_one_that_is_named_while_somebody_edits_saves_nothing() -> None:
    made = awaiting()
    made.change(competitors=THEM)
    asked = len(made.portal.calls)

    reply = edit(made.token, PRIYA, {Field.TITLE: "Other"}, made.ports)

    assert "named a competitor" in str(reply)
    assert len(made.portal.calls) == asked


def test_one_that_is_named_afterwards_is_a_persons_to_close() -> None:
    made = in_review()
    named(made, *THEM)
    made.durable.settle()

    code, reason, _ = the_exception(made)
    assert (made.state, code) == (MotionState.IN_REVIEW, "competitor-named")
    assert "filed before as O1" in reason

    named(made)
    made.durable.settle()

    assert made.problems() == []


def test_what_moved_meanwhile_is_left_alone() -> None:
    made = awaiting()
    stale = replace(made.motion, epoch=1)
    with made.store.transaction() as uow:
        deal = a_deal(competitors=THEM)
        assert look_again(stale, deal, uow, made.ports)

    assert made.state is MotionState.AWAITING
    assert made.problems() == []


def competing(made: World) -> Configuration:
    """AWS and Microsoft compete, by Microsoft's row; both have a portal."""
    partners = tuple(
        each.model_copy(update={"competes_with": (AWS,), "portal": "aws"}) if each.key == "microsoft" else each
        for each in made.ports.config.partners
    )
    return made.ports.config.model_copy(update={"partners": partners})


def theirs(made: World, state: MotionState, **changes: Any) -> Motion:
    """Microsoft's motion of the same deal."""
    own = replace(made.motion, id=MotionId("other"), partner=PartnerKey("microsoft"), state=state)
    return replace(own, **changes)


def test_what_one_partner_has_is_not_filed_with_its_rival() -> None:
    made = awaiting()
    made.use(competing(made))
    other = theirs(made, MotionState.IN_REVIEW)
    with made.store.transaction() as uow:
        assert uow.motions.add(other)
    made.clock.advance(SECOND)
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE

    made.durable.settle()

    assert made.state is MotionState.NEEDS_PERSON
    assert the_exception(made)[1].startswith("Microsoft, which competes with AWS, has this deal already")
    assert made.portal.referrals == ()


@pytest.mark.parametrize("state", [MotionState.DENIED, MotionState.AWAITING, MotionState.REJECTED])
def test_a_rival_that_has_nothing_of_it_keeps_nobody_away(state: MotionState) -> None:
    made = awaiting()
    config = competing(made)

    assert why_rival(config.partner(AWS), [made.motion, theirs(made, state)], config) is None


def test_of_two_that_are_filed_at_the_same_time_who_was_approved_first_goes_on() -> None:
    made = approved()
    config = competing(made)
    own = replace(made.motion, approved_at=MONDAY + MINUTE)
    first, second = (
        theirs(made, MotionState.FILING, approved_at=MONDAY + MINUTE + after) for after in (-SECOND, SECOND)
    )

    assert why_rival(config.partner(AWS), [own, first], config) is not None
    assert why_rival(config.partner(AWS), [own, second], config) is None
    assert why_rival(config.partner(PartnerKey("microsoft")), [own, second], config) is not None


def test_partners_that_do_not_compete_may_both_have_it() -> None:
    made = approved()

    found = why_rival(made.ports.config.partner(AWS), [theirs(made, MotionState.IN_REVIEW)], made.ports.config)

    assert found is None


def test_no_motion_starts_with_the_rival_of_who_has_it_and_the_log_says_why() -> None:
    made = handed_off()
    config = competing(made)
    rules = tuple(rule.model_copy(update={"partners": (PartnerKey("microsoft"),)}) for rule in config.rulebook.rules)
    rulebook = config.rulebook.model_copy(update={"rules": rules})
    coverage = config.coverage.model_copy(
        update={"rows": tuple(row.model_copy(update={"partner": "microsoft"}) for row in config.coverage.rows)}
    )
    made.use(config.model_copy(update={"rulebook": rulebook, "coverage": coverage}))

    made.change(stage_name="Committed")
    made.poll()

    assert rank_partners(a_deal(), made.ports.config, {}, MONDAY.date())[0].partner == "microsoft"
    assert [motion.partner for motion in made.motions] == [AWS]
    [entry] = [e for e in made.read(lambda uow: uow.log.of(DEAL)) if e.event == "motion.not-opened"]
    assert entry.detail["why"] == "AWS, which competes with Microsoft, has this deal already"


def test_an_acceptance_goes_on_once_the_name_is_gone() -> None:
    made = in_review()
    named(made, *THEM)
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED)

    made.advance(10 * MINUTE)

    assert made.state is MotionState.HANDED_OFF
