"""From the canonical referral to AWS's request: what is sent, and what a person sees of it."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.aws.mapping import create_request, lines_of
from connectors.aws.validation import enum_of
from connectors.places import host_of
from motions.deals import Account, Money, Stage
from motions.rates import Rate, Rates
from motions.referrals import Field, InputKind, Referral
from tests.connectors.aws.aws_world import READY, TODAY, account
from tests.connectors.aws.drafting import NOT_SHOWN, SOLUTIONS, answered, fields, payload, problems, seen, sent


def test_a_complete_deal_has_no_problem() -> None:
    assert problems(READY) == ()


def test_the_payload_is_plain_json_without_tokens() -> None:
    sealed = json.dumps(payload(READY))

    assert json.loads(sealed) == payload(READY)
    assert "ClientToken" not in sealed


def test_later_steps_stand_apart_from_the_request_that_creates() -> None:
    assert payload(READY)["associate"] == {"solution_id": "S-0051001"}
    assert payload(READY)["submit"] == {"involvement": "Co-Sell", "visibility": "Full"}
    assert "associate" not in create_request(payload(READY))


def test_the_form_has_every_field_once() -> None:
    shown = [line.form.field for line in lines_of(READY, SOLUTIONS, TODAY)]

    assert sorted(shown) == sorted(set(Field) - NOT_SHOWN)


def test_what_stays_home_is_asked_for_and_no_part_of_the_request() -> None:
    bare = replace(READY, title="", stage=None, account=Account("", ""), monthly_spend=None, annual_value=None)

    missing = {problem.field for problem in problems(bare)}

    assert missing >= {Field.TITLE, Field.STAGE, Field.CUSTOMER, Field.WEBSITE, Field.COUNTRY, Field.MONTHLY_SPEND}
    assert "Stage" not in str(payload(bare)["create"])


def test_a_value_shown_in_a_choice_is_one_of_its_options() -> None:
    for line in lines_of(READY, SOLUTIONS, TODAY):
        if line.form.kind is InputKind.CHOICE:
            assert line.form.value in line.form.options


def test_everything_sent_is_shown_somewhere() -> None:
    shown = " ".join(f"{line.form.value} {line.form.note}" for line in lines_of(READY, SOLUTIONS, TODAY))

    for value in ("1 N State St, Suite 400", "Chicago", "Initialized discussions with customer", "Co-Sell", "full"):
        assert value in shown


@pytest.mark.parametrize(
    ("referral", "path", "value"),
    [
        (READY, "create.Customer.Account.WebsiteUrl", "www.isdom.com"),
        (READY, "create.Customer.Account.Address.StateOrRegion", "Illinois"),
        (READY, "create.PartnerOpportunityIdentifier", READY.crm_id),
        (READY, "create.NationalSecurity", "No"),
        (READY, "create.Origin", "Partner Referral"),
        (account(country="AE", state="Dubai", postal_code="00000"), "create.Customer.Account.Address.PostalCode", None),
        (account(country="DE", state="BY", postal_code="80331"), "create.Customer.Account.Address.StateOrRegion", "BY"),
        (account(country="GB", postal_code="sw1a 1aa"), "create.Customer.Account.Address.PostalCode", "SW1A 1AA"),
        (account(industry="Energy - Oil & Gas"), "create.Customer.Account.Industry", "Energy - Oil and Gas"),
        (replace(READY, stage=Stage.DEMO), "create.LifeCycle.Stage", "Technical Validation"),
        (replace(READY, stage=Stage.PROPOSAL), "create.LifeCycle.Stage", "Business Validation"),
        (replace(READY, stage=Stage.COMMITTED), "create.LifeCycle.Stage", "Business Validation"),
        (replace(READY, kind="Existing Customer - Upgrade"), "create.OpportunityType", "Expansion"),
        (replace(READY, kind=None), "create.OpportunityType", "Net New Business"),
        (replace(READY, help_wanted=("Deal Support",)), "create.PrimaryNeedsFromAws", ["Co-Sell - Deal Support"]),
        (replace(READY, help_wanted=("For Visibility Only",)), "create.PrimaryNeedsFromAws", None),
        (replace(READY, help_wanted=("For Visibility Only",)), "submit.involvement", "For Visibility Only"),
        (replace(READY, solution_name="mg analytics"), "associate.solution_id", "S-0051002"),
        (replace(READY, next_steps=None), "create.LifeCycle.NextSteps", None),
        (replace(READY, title="A &amp; B\x00\t deal\u202e"), "create.Project.Title", "A & B deal"),
    ],
)
def test_what_is_sent(referral: Referral, path: str, value: object) -> None:
    assert sent(referral, path) == value


@pytest.mark.parametrize(
    ("spend", "amount"),
    [("1205.25", "1205.25"), ("1205.255", "1205.26"), ("7", "7.00"), ("0.01", "0.01"), ("999999999999999", None)],
)
def test_money_is_exact_with_two_places(spend: str, amount: str | None) -> None:
    entries = sent(replace(READY, monthly_spend=Money(Decimal(spend), "EUR")), "create.Project.ExpectedCustomerSpend")

    entry = {"CurrencyCode": "EUR", "Frequency": "Monthly", "TargetCompany": "AWS"}
    assert entries == [entry | {"Amount": amount or f"{spend}.00"}]


@pytest.mark.parametrize(
    ("answer", "amount", "currency"),
    [
        ("1250.5", "1250.50", "USD"),
        ("1,250.50", "1250.50", "USD"),
        ("$1,250", "1250.00", "USD"),
        ("1250 eur", "1250.00", "EUR"),
        ("€ 99", "99.00", "EUR"),
    ],
)
def test_an_amount_is_read_as_people_type_it(answer: str, amount: str, currency: str) -> None:
    (entry,) = sent(answered(monthly_spend=answer), "create.Project.ExpectedCustomerSpend")

    assert (entry["Amount"], entry["CurrencyCode"]) == (amount, currency)


@pytest.mark.parametrize("answer", ["1.250,50", "12,50", "1250 GBP", "-5", "1e3", "\u0661\u0662"])
def test_an_amount_that_could_be_two_numbers_is_asked_again(answer: str) -> None:
    assert fields(problems(answered(monthly_spend=answer))) == [(Field.MONTHLY_SPEND, "INVALID_STRING_FORMAT")]


def test_a_deal_in_another_currency_asks_for_dollars_by_label() -> None:
    pounds = replace(READY, monthly_spend=Money(Decimal(900), "GBP"), annual_value=Money(Decimal(36000), "GBP"))
    cured = replace(pounds, answers={Field.MONTHLY_SPEND: "1140"})

    assert seen(pounds, Field.MONTHLY_SPEND).label == "Monthly AWS spend (USD)"
    assert problems(cured) == ()
    assert sent(cured, "create.Project.ExpectedCustomerSpend")[0]["CurrencyCode"] == "USD"


def test_an_answer_wins_over_the_crm() -> None:
    referral = answered(title="Freight tracking", next_steps="", state="Texas")

    assert sent(referral, "create.Project.Title") == "Freight tracking"
    assert sent(referral, "create.LifeCycle.NextSteps") is None
    assert sent(referral, "create.Customer.Account.Address.StateOrRegion") == "Texas"


def test_several_values_travel_in_one_answer() -> None:
    referral = answered(delivery_model="SaaS or PaaS; Managed Services")

    assert sent(referral, "create.Project.DeliveryModels") == ["SaaS or PaaS", "Managed Services"]
    assert seen(referral, Field.DELIVERY_MODEL).value == "SaaS or PaaS; Managed Services"


def test_other_industry_is_explained_by_the_crms_own_word() -> None:
    referral = replace(account(industry="Alchemy"), answers={Field.INDUSTRY: "Other"})

    assert problems(referral) == ()
    assert sent(referral, "create.Customer.Account.OtherIndustry") == "Alchemy"


def test_other_industry_is_not_offered_when_nothing_explains_it() -> None:
    assert "Other" not in seen(account(industry=None), Field.INDUSTRY).options
    assert seen(account(industry="Alchemy"), Field.INDUSTRY).options == enum_of("Industry")


def test_an_unknown_industry_is_shown_beside_the_empty_choice() -> None:
    form = seen(account(industry="Energy"), Field.INDUSTRY)

    assert form.value is None
    assert form.note == "given as “Energy”"


def test_a_long_text_is_cut_at_a_word_and_says_so() -> None:
    referral = replace(READY, next_steps="workshop " * 60, problem="freight " * 400)

    assert problems(referral) == ()
    assert len(str(sent(referral, "create.LifeCycle.NextSteps"))) <= 255
    assert str(sent(referral, "create.LifeCycle.NextSteps")).endswith("workshop…")
    assert "cut to fit" in str(seen(referral, Field.PROBLEM).note)


def test_the_first_active_solution_is_taken_and_said_to_be() -> None:
    assert seen(READY, Field.SOLUTION).value == "GTX Platform on AWS"
    assert seen(READY, Field.SOLUTION).note == "the first of 2 active solutions"
    assert seen(READY, Field.SOLUTION).options == ("GTX Platform on AWS", "MG Analytics")


def test_without_an_active_solution_words_stand_in() -> None:
    assert problems(READY, solutions=()) == ()
    assert sent(READY, "create.Project.OtherSolutionDescription", solutions=()) == "GTX Pro"
    assert sent(READY, "associate.solution_id", solutions=()) is None


def test_a_committed_deal_is_filed_one_stage_earlier_and_says_so() -> None:
    assert "one stage earlier" in str(seen(replace(READY, stage=Stage.COMMITTED), Field.STAGE).note)


def test_the_note_on_the_spend_says_how_it_was_derived() -> None:
    assert seen(READY, Field.MONTHLY_SPEND).note == READY.monthly_spend_note
    assert seen(answered(monthly_spend="5"), Field.MONTHLY_SPEND).note == "as entered"


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("https://www.Acme.com/about?x=1#y", "www.acme.com"),
        ("acme.com", "acme.com"),
        ("acme.com:8443/x", "acme.com"),
        ("http://user:secret@acme.co.uk", "acme.co.uk"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("acme.com.", "acme.com"),
        ("acme", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("http://[::1", None),
        ("a..b", None),
        ("-acme.com", None),
        ("me@acme", None),
        ("ac me.com", None),
        ("", None),
    ],
)
def test_only_the_host_of_a_web_address_is_kept(given: str, host: str | None) -> None:
    assert host_of(given) == host


RATE = Rate.model_validate({"currency": "GBP", "to": "USD", "rate": "1.2684", "date": "2026-11-19", "source": "ECB"})
POUNDS = replace(READY, monthly_spend=Money(Decimal(1000), "GBP"), monthly_spend_note="by policy")


def test_money_in_another_currency_is_converted_and_the_line_says_how() -> None:
    referral = replace(POUNDS, rates=Rates((RATE,)))
    form = seen(referral, Field.MONTHLY_SPEND)

    assert problems(referral) == ()
    assert sent(referral, "create.Project.ExpectedCustomerSpend")[0]["Amount"] == "1268.40"
    assert form.label == "Monthly AWS spend (USD)"
    assert form.note == "by policy; GBP 1,000.00 at 1.2684 of 2026-11-19 (ECB)"


def test_money_at_an_old_rate_is_asked_for() -> None:
    (problem,) = problems(replace(POUNDS, rates=Rates((RATE,))), today=date(2026, 12, 20))

    assert (problem.field, problem.code) == (Field.MONTHLY_SPEND, "INVALID_VALUE")
    assert "too old to use" in problem.message


def test_a_currency_aws_takes_is_not_converted() -> None:
    euros = replace(READY, monthly_spend=Money(Decimal(1000), "EUR"))
    rates = Rates((RATE.model_copy(update={"currency": "EUR"}),))

    assert sent(replace(euros, rates=rates), "create.Project.ExpectedCustomerSpend")[0]["CurrencyCode"] == "EUR"


def test_the_customers_website_is_none_of_ours() -> None:
    (problem,) = problems(replace(READY, our_domains=("isdom.com",)))

    assert problem.field is Field.WEBSITE
    assert "our own" in problem.message
