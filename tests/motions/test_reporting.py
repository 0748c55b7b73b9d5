"""The partner's figures: told in a form or a sheet, by those the deal is shared with, or refused beside the input."""

from dataclasses import replace
from decimal import Decimal

import pytest

from motions.deals import Account, Money, Stage
from motions.errors import UserMistake
from motions.grant_terms import DealRule
from motions.joining import put
from motions.joint_forms import FiguresForm, Typed
from motions.model import Person, Token
from motions.referrals import Field
from motions.reporting import figures_form, import_sheet, read_sheet, report
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.world import ALEX, AWS, DANA, JORDAN, KIM, STRANGER, World, a_deal
from tests.motions.forecasts import deals, grant, joint_world, line_of, message, revoke, seen, stored, tell

SHEET = """deal,stage,amount,currency,close_date
Acme,St 5,"2,200,000",USD,2026-12-31
beacon,3,4500000,,2026-12-31

{cygnus},committed,2000000.00,USD,
"""


def test_the_form_offers_the_partner_its_deals_and_the_scale() -> None:
    made = joint_world()

    form = figures_form(seen(made).token, ALEX, made.ports)

    assert isinstance(form, FiguresForm)
    assert [name for _, name in form.deals] == ["Acme", "Beacon", "Cygnus", "Drift"]
    assert form.stages[3] == ("proposal", "4 (proposal)")
    assert form.our_name == "Meridian"


def test_what_is_typed_shows_at_once_with_who_said_it() -> None:
    made = joint_world()

    outcome = tell(made, "Acme", stage="committed", amount="2200000", close_date="2026-12-31")

    assert isinstance(outcome, ClickReply)
    assert outcome.outcome is ClickOutcome.DONE
    said = str(message(made).message)
    assert "AWS USD 2,200,000" in said
    assert "by Alex Moreno" in said
    [entry] = [e for e in made.read(lambda uow: uow.log.of(f"space:{AWS}")) if e.event == "line.moved"]
    assert (entry.detail["company"], entry.detail["by"], entry.detail["grant"]) == ("aws", ALEX.key, "aws.1")


def test_what_is_left_blank_stays_and_the_same_again_changes_nothing() -> None:
    made = joint_world()
    tell(made, "Acme", stage="5", amount="2200000")

    second = tell(made, "Acme", close_date="2027-01-15")
    again = tell(made, "Acme", stage="5")

    theirs = stored(made, "Acme").theirs
    assert (theirs.stage, theirs.amount) == (Stage.COMMITTED, Money(Decimal(2_200_000), "USD"))
    assert isinstance(second, ClickReply)
    assert isinstance(again, ClickReply)
    assert again.outcome is ClickOutcome.CHANGED_NOTHING


@pytest.mark.parametrize(
    ("typed", "place", "said"),
    [
        ({"stage": "soon"}, "stage", "no stage we know"),
        ({"amount": "two"}, "amount", "no amount"),
        ({"amount": "-5"}, "amount", "no amount"),
        ({"amount": "2,20"}, "amount", "no amount"),
        ({"amount": "5", "currency": "dollars"}, "currency", "three letters"),
        ({"currency": "EUR"}, "currency", "amount as well"),
        ({"close_date": "31.12.2026"}, "close_date", "no date"),
        ({"close_date": "0026-12-31"}, "close_date", "cannot be meant"),
        ({}, "stage", "Nothing was written"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_input(typed: dict[str, str], place: str, said: str) -> None:
    made = joint_world()

    complaints = tell(made, "Acme", ALEX, **typed)

    assert isinstance(complaints, dict)
    assert said in complaints[place]
    assert stored(made, "Acme").version == 1


def test_an_amount_is_in_the_currency_named_or_the_one_the_deal_has() -> None:
    made = joint_world()

    tell(made, "Acme", amount="5", currency="eur")
    tell(made, "Acme", amount="6")
    tell(made, "Beacon", amount="7")

    assert [stored(made, name).theirs.amount for name in ("Acme", "Beacon")] == [
        Money(Decimal(6), "EUR"),
        Money(Decimal(7), "USD"),
    ]


def test_a_deal_without_any_amount_needs_a_currency() -> None:
    made = joint_world()
    deal = a_deal(9, account=Account("0019", "Bare"), amount=None)
    with made.store.transaction() as uow:
        uow.deals.save([deal])
        put(deal, AWS, uow, made.ports, by="cosell")

    assert "currency" in tell(made, "Bare", amount="5")  # type: ignore[operator]  # complaints


def test_a_figure_that_is_not_shared_is_not_taken() -> None:
    made = joint_world(grants=False)
    grant(made, fields=frozenset({Field.CUSTOMER, Field.STAGE}))

    complaints = tell(made, "Acme", stage="5", amount="2200000")

    assert complaints == {"amount": "This is not shared for this deal, so it was not taken."}
    assert stored(made, "Acme").theirs.stage is None


@pytest.mark.parametrize("by", [DANA, KIM, STRANGER], ids=lambda by: by.name)
def test_nobody_but_the_partner_tells_the_partner_s_figures(by: Person) -> None:
    made = joint_world()

    form = figures_form(seen(made).token, by, made.ports)
    outcome = tell(made, "Acme", by, stage="5")

    assert isinstance(form, ClickReply)
    assert isinstance(outcome, ClickReply)
    assert outcome.outcome is ClickOutcome.CHANGED_NOTHING


def test_only_people_the_grant_names_tell_figures() -> None:
    made = joint_world(grants=False)
    grant(made, people=(ALEX.user_id,))

    refused = tell(made, "Acme", JORDAN, stage="5")

    assert isinstance(refused, ClickReply)
    assert refused.outcome is ClickOutcome.CHANGED_NOTHING
    assert tell(made, "Acme", ALEX, stage="5") != refused


def test_a_button_nobody_knows_opens_nothing() -> None:
    made = joint_world()

    assert isinstance(figures_form(Token("gone"), ALEX, made.ports), ClickReply)


def test_a_deal_that_is_shared_no_more_takes_no_figures() -> None:
    made = joint_world(grants=False)
    granted = grant(made)
    ref, token = line_of(made, "Acme").ref, seen(made).token
    revoke(made, granted)
    rule = DealRule(opportunities=(a_deal(2).id,))
    grant(made, rule=rule)

    assert report(token, ALEX, Typed(ref, stage="5"), made.ports) == {
        "deal": "This deal is no longer shared for the forecast."
    }


def test_a_sheet_is_shown_before_it_is_taken_and_taken_once() -> None:
    made = joint_world()
    partner = made.ports.config.partner(AWS)
    text = SHEET.format(cygnus=line_of(made, "Cygnus").ref)

    rows = made.read(lambda uow: read_sheet(text, partner, uow, made.ports))
    with made.store.transaction() as uow:
        first = import_sheet(text, partner, uow, made.ports)
    with made.store.transaction() as uow:
        again = import_sheet("\ufeff" + text, partner, uow, made.ports)

    assert [row.number for row in rows] == [2, 3, 5]
    assert rows[0].changes[1] == ("amount", "not told", "USD 2,200,000")
    assert (first, again) == (3, 0)
    assert stored(made, "Cygnus").theirs.stage is Stage.COMMITTED
    assert stored(made, "Acme").moves[-1].by == "AWS's sheet"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Umbrella,3,,,", "no deal"),
        ("Acme,,lots,USD,", "amount"),
        ("Acme,3,,,\nAcme,4,,,", "earlier row"),
        ("Twin,3,,,", "2 deals are called"),
    ],
)
def test_a_sheet_with_a_bad_row_is_not_taken_at_all(row: str, said: str) -> None:
    made = joint_world()
    partner = made.ports.config.partner(AWS)
    text = f"deal,stage,amount,currency,close_date\nBeacon,5,,,\n{row}\n"
    _twins(made)

    with pytest.raises(UserMistake, match=said), made.store.transaction() as uow:
        import_sheet(text, partner, uow, made.ports)

    assert stored(made, "Beacon").version == 1


@pytest.mark.parametrize(
    "text", ["", "name,stage\n", "deal,deal\n", "deal,secret\n", 'deal,stage\n"Acme,3\n', "deal\n" + "Acme\n" * 1001]
)
def test_what_is_no_sheet_of_figures_is_refused(text: str) -> None:
    made = joint_world()
    partner = made.ports.config.partner(AWS)

    with pytest.raises(UserMistake):
        made.read(lambda uow: read_sheet(text, partner, uow, made.ports))


def test_a_row_without_news_says_so_and_sheets_know_shared_names_only() -> None:
    made = joint_world(grants=False)
    grant(made, fields=frozenset({Field.STAGE}))
    partner = made.ports.config.partner(AWS)
    ref = seen(made).lines[0].ref

    rows = made.read(lambda uow: read_sheet(f"deal,stage\n{ref},3\nAcme,3\n", partner, uow, made.ports))

    assert rows[0].problems == ()
    assert "no deal" in rows[1].problems[0]


def _twins(made: World) -> None:
    with made.store.transaction() as uow:
        for n in (21, 22):
            deal = replace(deals()[0], id=a_deal(n).id, account=replace(deals()[0].account, name="Twin"))  # type: ignore[type-var]  # it has one
            uow.deals.save([deal])
            put(deal, AWS, uow, made.ports, by="cosell")
