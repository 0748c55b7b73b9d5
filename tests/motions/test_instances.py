"""Two companies' programs tell each other figures: both see the same, of the deals and fields that both share."""

from decimal import Decimal

import pytest

from motions.deals import Account, Money, Stage
from motions.errors import UserMistake
from motions.instance_telling import sweep
from motions.joining import put
from motions.referrals import Field
from motions.spaces import Figures, JointField
from tests.fakes.world import AWS, MINUTE, World, a_deal
from tests.motions.forecasts import SHARED_FIELDS, grant, message, revoke, seen, stored
from tests.motions.neighbours import entries, instances_of, neighbours, sent, set_ours


def test_both_see_the_same_figures_and_the_same_conflicts() -> None:
    both = neighbours()

    back, again = both.tell_both()

    assert back.is_equal
    assert again.is_equal
    assert back.answer.view == again.answer.view
    assert {row.outcome for row in again.answer.rows} == {"same"}
    apart = [
        {(line.customer, cell.field) for line in seen(made).lines for cell in line.conflicts}
        for made in (both.meridian, both.aws)
    ]
    assert apart[0] == apart[1] == {("Acme", "stage"), ("Acme", "amount"), ("Cygnus", "amount")}
    assert stored(both.aws, "Acme").theirs == stored(both.meridian, "Acme").ours
    assert "Meridian USD 2,000,000" in str(message(both.aws).message)


def test_before_the_other_has_told_the_places_that_differ_are_named() -> None:
    both = neighbours()

    told = both.tell(both.meridian)

    assert not told.is_equal
    assert "Acme: amount" in told.differs
    assert len(told.differs) == 12


def test_both_logs_hold_the_company_the_person_the_agent_the_grant_and_the_same_hash() -> None:
    both = neighbours()

    both.tell(both.meridian, "Sam Okafor")

    [told], [there] = entries(both.meridian, "figures.told"), entries(both.aws, "figures.heard")
    shared = ("by", "agent", "grant", "terms", "agreed_by", "agreed_at", "message", "message_at", "sha256", "rows")
    assert {name: told.detail[name] for name in shared} == {name: there.detail[name] for name in shared}
    assert (told.detail["company"], there.detail["company"]) == ("ours", "aws")
    assert (told.detail["by"], told.detail["agent"], told.detail["grant"]) == ("Sam Okafor", "cosell", "aws.1")
    [effect] = [e for e in both.meridian.read(lambda uow: uow.effects.of("space:aws")) if e.kind == "instance.figures"]
    assert (effect.sha256, effect.audience) == (told.detail["sha256"], "aws")


def test_rows_stand_for_themselves_and_a_name_nobody_shares_is_refused_by_name() -> None:
    both = neighbours()
    _another(both.meridian, 7, "Umbrella")

    told = both.tell(both.meridian)

    [refused] = told.answer.refused
    assert (refused.deal, refused.problems) == (
        "Umbrella",
        ("No deal of this name is shared with you in our forecast.",),
    )
    assert stored(both.aws, "Beacon").theirs.stage is not None
    assert "figures-refused" in both.meridian.problems()


def test_a_name_that_more_than_one_deal_has_is_never_guessed() -> None:
    both = neighbours()
    _another(both.meridian, 7, "ACME")
    _another(both.aws, 57, "Drift")

    told = both.tell(both.meridian)

    assert {row.deal for row in told.answer.refused} == {"Acme", "ACME", "Drift"}
    assert stored(both.aws, "Acme").theirs == Figures()


def test_refused_rows_are_told_again_and_the_exception_goes() -> None:
    both = neighbours()
    _another(both.meridian, 7, "Umbrella")
    both.tell(both.aws)
    assert sweep(both.meridian.ports) == 1
    both.meridian.durable.settle()
    assert "figures-refused" in both.meridian.problems()
    _another(both.aws, 57, "umbrella")

    both.aws.clock.advance(15 * MINUTE)
    both.meridian.advance(15 * MINUTE)

    assert "figures-refused" not in both.meridian.problems()
    assert stored(both.aws, "umbrella").theirs.amount == Money(Decimal(54000), "USD")


def test_only_fields_both_share_are_taken_and_counted() -> None:
    both = neighbours(grants=False)
    grant(both.meridian, fields=SHARED_FIELDS - {Field.CLOSE_DATE})
    grant(both.aws, fields=SHARED_FIELDS - {Field.AMOUNT})

    back, again = both.tell_both()

    theirs = stored(both.aws, "Acme").theirs
    assert (theirs.stage, theirs.amount, theirs.close_date) == (Stage.PROPOSAL, None, None)
    assert back.is_equal
    assert again.is_equal
    assert set(again.answer.rows[0].cells) == {JointField.STAGE}


def test_where_no_figure_is_shared_by_both_nothing_is_taken() -> None:
    both = neighbours(grants=False)
    grant(both.meridian, fields=frozenset({Field.CUSTOMER, Field.STAGE}))
    grant(both.aws, fields=frozenset({Field.CUSTOMER, Field.AMOUNT}))

    told = both.tell(both.meridian)

    assert all("None of these figures" in row.problems[0] for row in told.answer.rows)


def test_what_is_withheld_is_not_in_the_bytes() -> None:
    both = neighbours(grants=False)
    grant(both.meridian, fields=frozenset({Field.CUSTOMER, Field.STAGE}))
    grant(both.aws)

    both.tell(both.meridian)

    assert "2000000" not in sent(both)
    assert "2026-12-31" not in sent(both)
    assert "platform" not in sent(both)


def test_a_figure_that_is_gone_is_said_no_more() -> None:
    both = neighbours()
    both.tell(both.meridian)
    set_ours(both.meridian, "Acme", amount=None)
    set_ours(both.meridian, "Beacon", stage=None, amount=None, close_date=None)

    told = both.tell(both.meridian)

    assert stored(both.aws, "Acme").theirs.amount is None
    assert stored(both.aws, "Beacon").theirs == Figures()
    assert sum(row.outcome == "moved" for row in told.answer.rows) == 2


def test_what_was_revoked_is_neither_told_nor_taken() -> None:
    both = neighbours(grants=False)
    ours, theirs = grant(both.meridian), grant(both.aws)
    revoke(both.aws, theirs)

    refused = both.tell(both.meridian)
    revoke(both.meridian, ours)

    assert len(refused.answer.refused) == 4
    with pytest.raises(UserMistake, match="nothing was sent"):
        both.tell(both.meridian)
    assert sweep(both.meridian.ports) == 0
    assert len(instances_of(both.meridian).sent) == 1


def _another(made: World, n: int, customer: str) -> None:
    deal = a_deal(n, account=Account(f"001{n}", customer))
    with made.store.transaction() as uow:
        uow.deals.save([deal])
        put(deal, AWS, uow, made.ports, by="cosell")
