"""The terms of a standing approval: what a line says, whom they let approve, and when they no longer hold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from motions.deals import Money
from motions.errors import UserMistake
from motions.model import Band, Person, Token, TriggerKind
from motions.policy import ActionKind, Autonomy
from motions.proposals import StandingApproval, seal_of_terms
from motions.terms import fits, may_give, read_terms, why_out, why_stale
from tests.fakes.clock import MONDAY
from tests.fakes.world import (
    ALEX,
    AWS,
    DANA,
    KIM,
    PRIYA,
    SAM,
    SELLER,
    STRANGER,
    TOMAS,
    World,
    configuration,
    default_configuration,
)
from tests.motions.stages import awaiting

TODAY = MONDAY.date()
CONFIG = default_configuration()


def given(**changes: Any) -> StandingApproval:
    """A standing approval of Priya's for USD 60,000 until the end of the year."""
    said: dict[str, Any] = {
        "play": "co-sell",
        "partner": AWS,
        "up_to": Money(Decimal(60000), "USD"),
        "until": date(2026, 12, 31),
        "policy_version": CONFIG.policy.version,
        "given_by": PRIYA.key,
        **{
            name: value
            for name, value in changes.items()
            if name in {"play", "partner", "up_to", "until", "policy_version", "given_by"}
        },
    }
    terms = [said[name] for name in ("play", "partner", "up_to", "until", "policy_version")]
    made = StandingApproval(
        token=Token("s1"),
        given_name=PRIYA.name,
        given_email=str(PRIYA.email),
        seal=seal_of_terms(*terms, by=said["given_by"]),
        asked_at=MONDAY,
        given_at=MONDAY,
        **said,
    )
    return replace(made, **{name: value for name, value in changes.items() if name not in said})


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("AWS up to 250000 EUR until 2026-12-31", Money(Decimal(250000), "EUR")),
        ("aws UP TO 250,000.50 eur UNTIL 2026-12-31", Money(Decimal("250000.50"), "EUR")),
        ("Amazon Web Services  up  to 1'000'000USD until 2026-12-31", Money(Decimal(1000000), "USD")),
        ("  AWS up to 1_000 GBP until 2026-12-31 ", Money(Decimal(1000), "GBP")),
    ],
)
def test_a_line_says_partner_amount_and_last_day(line: str, amount: Money) -> None:
    partner, up_to, until = read_terms(line, TODAY, CONFIG)

    assert (partner.key, up_to, until) == ("aws", amount, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("AWS", "Say the partner, the highest amount with its currency, and the last day"),
        ("AWS up to 250000 until 2026-12-31", "Say the partner"),
        ("AWS up to 250000 EUR until Friday", "Say the partner"),
        (
            "Umbrella up to 250000 EUR until 2026-12-31",
            "No partner is called “Umbrella”. Referrals are filed with: AWS",
        ),
        ("Northstar up to 250000 EUR until 2026-12-31", "has no connected portal"),
        ("AWS up to 0 EUR until 2026-12-31", "more than zero"),
        ("AWS up to 1 EUR until 2026-02-30", "2026-02-30 is no date"),
        ("AWS up to 1 EUR until 2026-11-22", "2026-11-22 is over"),
        ("AWS up to 1 EUR until 2028-01-01", "A standing approval lasts a year at most"),
    ],
)
def test_a_line_that_does_not_work_says_why(line: str, complaint: str) -> None:
    with pytest.raises(UserMistake, match=complaint):
        read_terms(line, TODAY, CONFIG)


def test_the_last_day_may_be_today_or_a_year_away() -> None:
    for day in (TODAY, TODAY + timedelta(days=366)):
        assert read_terms(f"AWS up to 1 EUR until {day}", TODAY, CONFIG)[2] == day


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (PRIYA, True),
        (TOMAS, True),
        (DANA, True),
        (SAM, True),
        (SELLER, False),
        (ALEX, False),
        (KIM, False),
        (STRANGER, False),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_the_partner_s_managers_operators_and_admins_may_give(who: Person, *, may: bool) -> None:
    assert may_give(who, AWS, CONFIG) is may


def test_a_manager_of_another_partner_may_not_give() -> None:
    coverage = CONFIG.coverage.model_copy(
        update={"rows": tuple(row.model_copy(update={"partner": "other"}) for row in CONFIG.coverage.rows)}
    )

    assert not may_give(PRIYA, AWS, CONFIG.model_copy(update={"coverage": coverage}))


def test_what_was_given_holds_through_its_last_day() -> None:
    assert why_out(given(), TODAY, CONFIG) is None
    assert why_out(given(until=TODAY), TODAY, CONFIG) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"revoked_at": MONDAY, "revoked_name": "Dana Whitfield"}, "was revoked by Dana Whitfield"),
        ({"given_at": None}, "was never given"),
        ({"until": date(2026, 11, 22)}, "ended on 2026-11-22"),
        ({"seal": "0" * 64}, "is not what was given: its stored terms were changed"),
        ({"policy_version": "2020-01"}, f"was given under policy 2020-01; the policy is now {CONFIG.policy.version}"),
        ({"given_email": "gone@meridian.example"}, "was given by somebody who no longer looks after aws"),
    ],
)
def test_what_holds_no_longer_says_why(changes: dict[str, Any], why: str) -> None:
    assert why_out(given(**changes), TODAY, CONFIG) == why


def test_terms_changed_behind_the_seal_do_not_hold() -> None:
    for changed in (
        {"up_to": Money(Decimal(600000), "USD")},
        {"until": date(2027, 6, 1)},
        {"partner": "other"},
        {"play": "renewal"},
        {"given_by": TOMAS.key},
    ):
        tampered = replace(given(), **changed)
        assert "its stored terms were changed" in str(why_stale(tampered, TODAY, CONFIG))


@pytest.mark.parametrize("giver", [DANA, SAM, TOMAS], ids=lambda person: person.name)
def test_operators_admins_and_backups_may_still_give(giver: Person) -> None:
    assert why_out(given(given_by=giver.key, given_email=str(giver.email).upper()), TODAY, CONFIG) is None


@pytest.mark.parametrize(
    ("changes", "does"),
    [
        ({}, True),
        ({"up_to": Money(Decimal(54000), "USD")}, True),
        ({"up_to": Money(Decimal(53999), "USD")}, False),
        ({"up_to": Money(Decimal(60000), "EUR")}, False),
        ({"partner": "northstar"}, False),
        ({"play": "renewal"}, False),
    ],
)
def test_terms_cover_a_referral_of_their_play_partner_amount_and_currency(
    changes: dict[str, Any], *, does: bool
) -> None:
    assert covered(awaiting(), given(**changes)) is does


@pytest.mark.parametrize(
    ("band", "does"), [(Band.HIGH, True), (Band.GREY, True), (Band.LOW, False), (Band.UNKNOWN, False)]
)
def test_only_a_match_of_some_confidence_is_covered(band: Band, *, does: bool) -> None:
    made = awaiting()
    made.note(band=band)

    assert covered(made, given()) is does


def test_a_deal_of_unknown_amount_is_never_covered() -> None:
    made = awaiting()
    approval, proposal = made.decision()
    made.store._rows.decisions[approval.token] = (approval, replace(proposal, payload={"file": {}, "handoff": {}}))

    assert not covered(made, given())


def test_what_policy_forbids_is_never_covered() -> None:
    made = awaiting()
    table = made.ports.config.policy.autonomy
    made.use(configuration(autonomy={**table, ActionKind.PORTAL_FILING: {Band.HIGH: Autonomy.FORBID}}))

    assert not covered(made, given())


def test_what_needs_two_people_is_never_covered() -> None:
    made = awaiting()
    made.use(configuration(two_people_from=54000))

    assert not covered(made, given())


def test_what_its_giver_asked_for_is_covered_only_where_policy_lets_them_approve_it() -> None:
    made = awaiting()
    trigger_id = made.motion.trigger_id
    with made.store.transaction() as uow:
        found = uow.matches.trigger(trigger_id)
        assert found is not None
        uow.matches.add_trigger(replace(found, id="asked", kind=TriggerKind.PERSON, asked_by=PRIYA.key))  # type: ignore[arg-type]
    made.note(trigger_id="asked")

    before = covered(made, given())
    made.use(configuration(requester_may_approve=True))

    assert (before, covered(made, given())) == (False, True)


def covered(made: World, standing: StandingApproval) -> bool:
    _, proposal = made.decision()
    motion = made.motion
    covers: bool = made.read(lambda uow: fits(standing, motion, proposal, uow, made.ports.config))
    return covers
