"""From the canonical referral to Microsoft's requests: what is sent, and what a person sees of it."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.microsoft import taxonomy, values
from connectors.microsoft.mapping import wire_body
from connectors.microsoft.people_lines import person_in
from connectors.microsoft.portal import schema_version
from connectors.microsoft.requirements import FIXES, LABELS, REQUIREMENTS, field_at
from motions.deals import Money, Stage
from motions.referrals import Field
from tests.connectors.microsoft.drafting import answered, fields, payload, problems, seen, sent
from tests.connectors.microsoft.microsoft_world import OURS, PLAY, READY, TODAY, account


def test_a_complete_deal_has_no_problem() -> None:
    assert problems(READY) == ()


def test_every_canonical_field_that_microsoft_asks_for_is_a_line() -> None:
    # The kind of business and the monthly spend Microsoft does not ask for; our person is named in microsoft.toml.
    not_asked = {Field.KIND, Field.MONTHLY_SPEND, Field.SELLER, Field.OTHER_DEALS, Field.LOSS_REASON}
    assert set(LABELS) == set(FIXES) == set(Field) - not_asked


def test_each_field_goes_where_the_resource_has_it() -> None:
    body = payload(READY)["create"]

    assert body["externalReferenceId"] == READY.crm_id
    assert (body["name"], body["type"], body["qualification"]) == (READY.title, "Shared", "SalesQualified")
    assert body["customerProfile"]["address"] == {
        "addressLine1": "1 N State St, Suite 400",
        "city": "Chicago",
        "country": "US",
        "state": "IL",
        "postalCode": "60601-1234",
    }
    assert body["customerProfile"]["size"] == "1001to5000employees"
    assert body["customerProfile"]["team"][0] == {
        "contactPreference": {"locale": "en-us", "disableNotifications": False},
        "firstName": "Sue",
        "lastName": "Smith",
        "email": "sue.smith@isdom.example",
        "phoneNumber": "+13125550100",
    }
    assert body["team"][0]["email"] == OURS.contact.email
    assert body["details"]["closingDateTime"] == "2027-03-31T00:00:00Z"
    assert body["details"]["requirements"] == {
        "industries": [{"id": "Travel & Transportation"}],
        "services": [{"id": "IPServices(ISV)"}],
        "solutions": [{"type": "Name", "id": "SOL-51001-GTX", "name": "GTX Platform on Azure"}],
    }
    assert body["target"] == [{"type": "SolutionProfile", "id": "SOL-51001-GTX"}]
    assert (body["solutionArea"], body["solutionPlay"]) == ("Cloud & AI Platforms", PLAY)


def test_the_notes_hold_what_has_no_field_of_its_own() -> None:
    notes = sent(READY, "details.notes")

    assert notes.startswith(
        "Dispatchers cannot see where freight is & lose hours a day; they need tracking\nand alerts"
    )
    assert "Help wanted: General or other; Customer technical architecture" in notes
    assert "Next step: Workshop with the data team on 3 December" in notes
    assert "Website: www.isdom.com" in notes


def test_the_value_is_the_deal_s_own_and_exact() -> None:
    assert sent(READY, "details.dealValue") == "48210.55"
    assert sent(READY, "details.currency") == "USD"
    assert json.dumps(wire_body(payload(READY)["create"])["details"]).count('"dealValue": 48210.55') == 1
    assert "sealed" not in payload(READY)
    assert seen(READY, Field.AMOUNT).label == "Deal value (USD)"


def test_an_answer_in_another_currency_is_taken_with_it() -> None:
    told = answered(amount="EUR 1,200.5")

    assert (sent(told, "details.dealValue"), sent(told, "details.currency")) == ("1200.50", "EUR")


def test_an_unknown_currency_is_named() -> None:
    pounds = replace(READY, annual_value=Money(Decimal(900), "XYZ"))

    assert fields(problems(pounds)) == [(Field.AMOUNT, "invalidValue")]
    assert sent(pounds, "details.dealValue") is None


@pytest.mark.parametrize(
    ("wanted", "kind", "sellers_see_it", "calls"),
    [
        ("Quotes or licensing", "Shared", True, {"create", "invite"}),
        (values.PARTNER_LED, "Independent", True, {"create"}),
        ("For Visibility Only", "Independent", True, {"create"}),
        (values.PRIVATE, "Independent", False, {"create"}),
    ],
)
def test_the_kind_of_deal_is_made_of_help_and_consent(
    wanted: str, kind: str, sellers_see_it: bool, calls: set[str]
) -> None:
    deal = answered(help_wanted=wanted)

    assert (sent(deal, "type"), sent(deal, "consent.consentToShareReferralWithMicrosoftSellers")) == (
        kind,
        sellers_see_it,
    )
    assert set(payload(deal)) == calls
    assert problems(deal) == ()


def test_only_the_invitation_targets_microsoft() -> None:
    made = payload(READY)

    assert made["invite"]["target"] == [{"type": "BusinessProfileLocation", "id": "msft"}]
    assert {**made["invite"], "target": None} == {**made["create"], "target": None}


def test_nobody_is_named_on_a_private_deal() -> None:
    private = answered(help_wanted=values.PRIVATE)

    assert sent(private, "customerProfile.team") is None
    assert sent(private, "consent.consentToContact") is False
    assert "sue" not in json.dumps(payload(private)).lower()


def test_nobody_is_named_without_consent_and_co_sell_asks_for_it() -> None:
    silent = replace(READY, consent=None)

    assert "sue" not in json.dumps(payload(silent)).lower()
    assert {Field.CONTACT, Field.CONSENT} >= {problem.field for problem in problems(silent)} >= {Field.CONSENT}


def test_what_lets_us_name_somebody_is_not_sent() -> None:
    assert "clause 9" not in json.dumps(payload(READY))
    assert "clause 9" in (seen(READY, Field.CONSENT).value or "")


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("Sue Smith <Sue@Acme.com> +1 (312) 555-0100", ("Sue", "Smith", "sue@acme.com"), "+13125550100"),
        ("Jo van der Berg <j@acme.nl>", ("Jo van der", "Berg", "j@acme.nl"), ""),
        ("Sue Smith <sue@acme.com> 312 555 0100", ("Sue", "Smith", "sue@acme.com"), ""),
    ],
)
def test_a_contact_is_read_from_one_line(text: str, name: tuple[str, str, str], phone: str) -> None:
    found = person_in(text)

    assert found is not None
    assert ((found.first_name, found.last_name, found.email), found.phone) == (name, phone)


def test_a_phone_that_is_left_out_is_said() -> None:
    assert "left out" in (seen(replace(READY, contact="Sue Smith <s@a.co> 555 0100"), Field.CONTACT).note or "")


@pytest.mark.parametrize(
    ("employees", "band"),
    [(1, "1to9employees"), (9, "1to9employees"), (10, "10to50employees"), (20001, "Morethan20000employees")],
)
def test_people_are_counted_in_bands(employees: int, band: str) -> None:
    assert sent(account(employees=employees), "customerProfile.size") == band


@pytest.mark.parametrize(
    ("said", "industry"),
    [
        ("banking", "Financial Services"),
        ("Retail & Consumer Goods", "Retail & Consumer Goods"),
        ("Energy - Oil and Gas", "Power & Utilities"),
        ("Mining", None),
        ("Other", None),
    ],
)
def test_an_industry_is_translated_or_asked_for(said: str, industry: str | None) -> None:
    assert values.industry(said) == industry
    assert [problem.field for problem in problems(account(industry=said))] == ([] if industry else [Field.INDUSTRY])


@pytest.mark.parametrize(
    ("country", "state", "sent_state"), [("Germany", "Bavaria", "Bavaria"), ("USA", "new york", "NY"), ("US", "", None)]
)
def test_a_state_is_a_code_in_the_united_states_only(country: str, state: str, sent_state: str | None) -> None:
    deal = account(country=country, state=state)

    assert sent(deal, "customerProfile.address.state") == sent_state
    assert [problem.field for problem in problems(deal)] == ([] if sent_state else [Field.STATE])


def test_a_country_without_postal_codes_gets_none() -> None:
    deal = account(country="AE", postal_code="00000", state=None)

    assert sent(deal, "customerProfile.address.postalCode") is None
    assert "no postal codes" in (seen(deal, Field.POSTAL_CODE).note or "")
    assert problems(deal) == ()


def test_our_solution_is_the_product_s_unless_somebody_chooses() -> None:
    by_product = replace(READY, product="mg special", solution_name="Meridian GTX on AWS")

    assert seen(by_product, Field.SOLUTION).value == "MG Analytics"
    assert seen(answered(solution="GTK Migration Services"), Field.SOLUTION).value == "GTK Migration Services"
    assert fields(problems(replace(READY, product="Unheard of"))) == [(Field.SOLUTION, "required")]


def test_a_product_of_ours_names_no_play() -> None:
    ip = replace(READY, product="MG Special", use_case=None)

    assert problems(ip) == ()
    assert sent(ip, "solutionPlay") is None


def test_a_play_is_asked_for_when_the_year_s_list_does_not_hold_it() -> None:
    unknown = replace(READY, use_case="Business Applications & Contact Center")
    ours_instead = replace(unknown, product=None, solution_name="GTK Migration Services")

    assert fields(problems(unknown)) == [(Field.USE_CASE, "invalidValue")]
    assert "FY27" in problems(unknown)[0].message
    assert sent(ours_instead, "solutionPlay") == "Migrate and Modernize Your Estate"


@pytest.mark.parametrize(("day", "label"), [(date(2026, 6, 30), "FY26"), (date(2026, 7, 1), "FY27"), (TODAY, "FY27")])
def test_the_plays_change_with_microsoft_s_fiscal_year(day: date, label: str) -> None:
    assert taxonomy.year_of(day).label == label
    assert label in schema_version(OURS, day)


def test_a_list_nobody_has_compared_says_so() -> None:
    assert taxonomy.year_of(date(2001, 1, 1)).label == "FY26"
    assert "not compared" in (seen(READY, Field.USE_CASE).note or "")


def test_the_schema_version_changes_with_our_solutions() -> None:
    assert schema_version(OURS, TODAY) != schema_version(replace(OURS, solutions=OURS.solutions[:1]), TODAY)


@pytest.mark.parametrize("stage", [Stage.WON, Stage.LOST])
def test_a_deal_that_is_over_is_not_filed(stage: Stage) -> None:
    assert fields(problems(replace(READY, stage=stage))) == [(Field.STAGE, "tooLate")]


def test_a_contradiction_is_named() -> None:
    both = answered(help_wanted=f"{values.HELP[0]}; {values.PARTNER_LED}")

    assert fields(problems(both)) == [(Field.HELP_WANTED, "contradiction")]


def test_every_requirement_can_be_missed_and_names_its_source() -> None:
    bare = replace(
        READY,
        title="",
        account=replace(READY.account, name="", city="", street="", postal_code="", state="", country="US"),
        stage=None,
        annual_value=None,
        close_date=None,
        problem=None,
        contact=None,
        consent=None,
        product=None,
        solution_name=None,
        use_case=None,
    )
    missing = {problem.field for problem in problems(bare)}

    assert missing == {row.field for row in REQUIREMENTS} - {Field.COUNTRY, Field.HELP_WANTED, Field.USE_CASE}
    assert fields(problems(replace(READY, help_wanted=()))) == [(Field.HELP_WANTED, "required")]
    assert fields(problems(account(country="", state="")))[0] == (Field.COUNTRY, "required")
    assert fields(problems(replace(READY, use_case=None))) == [(Field.USE_CASE, "required")]
    assert all(row.source for row in REQUIREMENTS)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("details.closingDateTime", Field.CLOSE_DATE),
        ("customerProfile.address.state", Field.STATE),
        ("customerProfile.address.region", Field.COUNTRY),
        ("CustomerProfile.Team", Field.CONTACT),
        ("details.notesX", None),
        ("", None),
    ],
)
def test_a_path_means_a_canonical_field(path: str, field: Field | None) -> None:
    assert field_at(path) is field
