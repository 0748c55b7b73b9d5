"""Records as Salesforce sends them, and the deals we make of them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.countries import country_code
from connectors.salesforce.fields import COSELL_FIELDS, FieldMap
from connectors.salesforce.mapping import (
    activity_from,
    contact_from,
    contact_in_role,
    day_of,
    is_ours,
    moment_of,
    opportunity_from,
    text_of,
)
from motions.deals import Contact, Money, Owner, Stage
from motions.labels import Label, label_of_origin
from tests.fakes.world import configuration

ROW = """{
  "attributes": {"type": "Opportunity", "url": "/services/data/v66.0/sobjects/Opportunity/0065e00000000Q1AAI"},
  "Id": "0065e00000000Q1AAI", "Name": "Isdom - GTX Pro", "StageName": "Value Proposition",
  "IsClosed": false, "IsWon": false, "CreatedDate": "2026-10-01T08:00:00.000+0000",
  "SystemModstamp": "2026-11-21T00:00:00.000+0000", "LastModifiedById": "0055e000000000AAAQ",
  "Amount": 4821.10, "CloseDate": "2026-12-31", "Type": "New Business", "NextStep": "Call", "Description": "",
  "AccountId": "0015e000000000BAAQ", "OwnerId": "0055e000000000CAAQ",
  "Account": {"attributes": {"type": "Account"}, "Name": "Isdom", "Website": "isdom.example", "Industry": "Medical",
    "NumberOfEmployees": 4540, "BillingStreet": null, "BillingCity": "Austin", "BillingState": "Texas",
    "BillingPostalCode": "78701", "BillingCountry": "United States"},
  "Owner": {"attributes": {"type": "User"}, "Name": "Darcel Schlecht", "Email": "d@meridian.example",
    "Department": "Central"},
  "Cosell_Status__c": "Matched", "Cosell_P2B_Score__c": 72.0
}"""


def row(**changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(ROW, parse_float=Decimal)
    return {**record, **changes}


def test_a_row_becomes_a_whole_deal() -> None:
    deal = opportunity_from(row(), FieldMap())

    assert deal.id == "0065e00000000Q1AAI"
    assert deal.stage is Stage.DEMO
    assert deal.modified_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert deal.amount == Money(Decimal("4821.10"), "USD")
    assert deal.close_date == date(2026, 12, 31)
    assert deal.product == "GTX Pro"
    assert deal.description is None
    assert deal.owner == Owner("0055e000000000CAAQ", "Darcel Schlecht", "d@meridian.example", "Central")
    assert deal.account is not None
    assert (deal.account.employees, deal.account.country, deal.account.state) == (4540, "US", "Texas")
    assert (deal.cosell.status, deal.cosell.score, deal.cosell.partners) == ("Matched", "72", None)


def test_an_amount_keeps_every_digit_of_the_answer() -> None:
    record = row(Amount=json.loads("12345678901234.57", parse_float=Decimal))

    deal = opportunity_from(record, FieldMap())

    assert deal.amount == Money(Decimal("12345678901234.57"), "USD")


def test_a_multi_currency_org_names_the_currency() -> None:
    deal = opportunity_from(row(CurrencyIsoCode="EUR"), FieldMap(currency="GBP"))

    assert deal.amount is not None
    assert deal.amount.currency == "EUR"


def test_columns_that_were_not_selected_are_unknown() -> None:
    vital = ("Id", "Name", "StageName", "IsClosed", "IsWon", "CreatedDate", "SystemModstamp")

    deal = opportunity_from({name: row()[name] for name in vital}, FieldMap())

    assert (deal.amount, deal.account, deal.owner, deal.close_date) == (None, None, None, None)


@pytest.mark.parametrize(
    ("flags", "stage_name", "stage"),
    [
        ((False, False), "Prospecting", Stage.DISCOVERY),
        ((False, False), "qualification", Stage.QUALIFIED),
        ((False, False), "Needs Analysis", Stage.QUALIFIED),
        ((False, False), "Proposal/Price Quote", Stage.PROPOSAL),
        ((False, False), "Negotiation/Review", Stage.COMMITTED),
        ((False, False), "Waiting for the board", Stage.QUALIFIED),
        ((True, True), "Prospecting", Stage.WON),
        ((True, True), "Signed!", Stage.WON),
        ((True, False), "Closed Won", Stage.LOST),
    ],
)
def test_the_flags_decide_won_and_lost_and_the_table_decides_the_rest(
    flags: tuple[bool, bool], stage_name: str, stage: Stage
) -> None:
    is_closed, is_won = flags

    deal = opportunity_from(row(IsClosed=is_closed, IsWon=is_won, StageName=stage_name), FieldMap())

    assert (deal.stage, deal.stage_name) == (stage, stage_name)


@pytest.mark.parametrize(
    ("name", "column", "product"),
    [
        ("Isdom - GTX Pro", None, "GTX Pro"),
        ("Hewlett - Packard - MG Special", None, "MG Special"),
        ("Isdom GTX", None, None),
        (" - GTX Pro", None, None),
        ("Isdom - GTX Pro", "Product_Line__c", "GTXPro 2"),
        ("Isdom - GTX Pro", "Nothing__c", "GTX Pro"),
    ],
)
def test_the_product_is_the_configured_field_or_the_end_of_the_name(
    name: str, column: str | None, product: str | None
) -> None:
    deal = opportunity_from(row(Name=name, Product_Line__c="GTXPro 2"), FieldMap(product=column))

    assert deal.product == product


def test_the_name_of_a_deal_without_an_account_names_no_product() -> None:
    deal = opportunity_from(row(Name="MG Advanced - A194RP0I", AccountId=None, Account=None), FieldMap())

    assert deal.product is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("United States", "US"),
        ("us", "US"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("UK", "GB"),
        ("Korea", "KR"),
        ("Philipines", "PH"),
        ("Côte d\u2019Ivoire", "CI"),
        ("COTE D'IVOIRE", "CI"),
        ("The Netherlands", "NL"),
        ("Bosnia and Herzegovina", "BA"),
        ("Austria", "AT"),
        ("Australia", "AU"),
        ("Slovakia", "SK"),
        ("Slovenia", "SI"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("N/A", None),
        ("Atlantis", None),
        ("日本", None),
        ("", None),
        (None, None),
    ],
)
def test_a_country_is_looked_up_and_never_guessed_from_its_first_letters(text: str | None, code: str | None) -> None:
    assert country_code(text) == code


def test_a_country_code_field_beats_the_name() -> None:
    account = {**row()["Account"], "BillingCountry": "Deutschland (Zentrale)", "BillingCountryCode": "DE"}

    deal = opportunity_from(row(Account=account), FieldMap())

    assert deal.account is not None
    assert deal.account.country == "DE"


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        moment_of("2026-11-21T00:00:00")


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_every_stamp_of_whole_seconds_survives_the_way_here(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)

    assert moment_of(f"{whole:%Y-%m-%dT%H:%M:%S}.000+0000") == whole


def test_an_absent_day_is_none() -> None:
    assert day_of(None) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", None), ("  a\r\nb ", "a\nb"), (Decimal("72.0"), "72"), (7, "7"), (True, "True")],
)
def test_values_read_as_people_would_write_them(value: object, text: str | None) -> None:
    assert text_of(value) == text


def test_a_contact_of_a_role_carries_the_role() -> None:
    contact = contact_in_role(
        {"Role": "Decision Maker", "Contact": {"Id": "003", "Name": "Ada Okafor", "Title": "CIO", "Email": None}}
    )

    assert contact == Contact("003", "Ada Okafor", "CIO", None, None, "Decision Maker")


def test_a_role_whose_contact_we_may_not_see_is_nobody() -> None:
    assert contact_in_role({"Role": "Decision Maker", "Contact": None}) is None
    assert contact_from({"Id": "003", "Name": None}) is None


def test_an_activity_without_a_subject_still_shows() -> None:
    activity = activity_from({"Id": "00T", "Subject": None, "ActivityDate": "2026-11-20"}, "task")

    assert (activity.subject, activity.on) == ("(no subject)", date(2026, 11, 20))


def test_our_own_task_is_known_by_its_last_line_and_by_its_key() -> None:
    task = {"Description": "Accepted by AWS\r\n\r\ncosell: m1:crm.activity.accepted"}

    assert is_ours(task)
    assert is_ours(task, "m1:crm.activity.accepted")
    assert not is_ours(task, "m1:crm.activity")
    assert not is_ours({"Description": "we talked about cosell: later"})


def test_every_co_sell_field_of_the_domain_has_a_name_in_the_map() -> None:
    deal = opportunity_from(row(**dict.fromkeys(COSELL_FIELDS.values(), "x")), FieldMap())

    assert set(vars(deal.cosell).values()) == {"x"}


QUOTED = {
    "Quote_Number__c": "Q-17",
    "Quote_Status__c": "Approved",
    "Quote_Amount__c": Decimal("48000.00"),
    "Quote_Term_Months__c": Decimal("12.0"),
    "Quote_Valid_Until__c": "2027-01-31",
    "Quote_Marketplace_Product__c": "prod-gtx",
    "Buyer_AWS_Account__c": "111122223333",
}


def test_a_quote_is_read_whole_with_where_it_comes_from() -> None:
    quote = opportunity_from(row(**QUOTED, CurrencyIsoCode="EUR"), FieldMap()).quote

    assert quote is not None
    assert (quote.number, quote.is_approved, quote.months) == ("Q-17", True, 12)
    assert (quote.amount, quote.valid_until) == (Money(Decimal("48000.00"), "EUR"), date(2027, 1, 31))
    assert (quote.product, quote.buyer_account) == ("prod-gtx", "111122223333")
    assert quote.buyer_from == "Opportunity.Buyer_AWS_Account__c"
    assert "Opportunity.Quote_Amount__c" in quote.amount_from
    assert quote.amount_from.endswith(", Opportunity.CurrencyIsoCode")


@pytest.mark.parametrize(("status", "is_approved"), [("accepted", True), ("In Review", False), ("Denied", False)])
def test_only_what_our_people_approved_counts(status: str, *, is_approved: bool) -> None:
    quote = opportunity_from(row(**{**QUOTED, "Quote_Status__c": status}), FieldMap()).quote

    assert quote is not None
    assert quote.is_approved is is_approved


def test_without_a_status_there_is_no_quote_and_without_figures_an_empty_one() -> None:
    bare = opportunity_from(row(Quote_Status__c="Approved", Quote_Term_Months__c=Decimal("1.5")), FieldMap()).quote

    assert opportunity_from(row(**{**QUOTED, "Quote_Status__c": None}), FieldMap()).quote is None
    assert bare is not None
    assert (bare.number, bare.amount, bare.months, bare.valid_until, bare.product) == (None,) * 5
    assert "CurrencyIsoCode" not in bare.amount_from


def test_the_shipped_catalogue_lets_a_quote_cross_under_a_grant() -> None:
    quote = opportunity_from(row(**QUOTED), FieldMap()).quote

    assert quote is not None
    catalogue = configuration().fields
    labels = {label_of_origin(origin, catalogue) for origin in (quote.amount_from, quote.buyer_from)}
    assert labels == {Label.SHAREABLE}
