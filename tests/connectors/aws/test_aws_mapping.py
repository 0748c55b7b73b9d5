"""From the canonical referral to AWS's request: what is sent, what a person sees of it, what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.aws import values
from connectors.aws.account_lines import host_of
from connectors.aws.mapping import create_request, lines_of, payload_of, problems_with, submit_request
from connectors.aws.project_lines import Solution
from connectors.aws.requirements import at
from connectors.aws.validation import enum_of, faults
from motions.deals import Account, Money, Stage
from motions.referrals import Field, FormField, InputKind, Problem, Referral
from tests.connectors.aws.aws_world import READY, TODAY, account

SOLUTIONS = (Solution("S-0051001", "GTX Platform on AWS"), Solution("S-0051002", "MG Analytics"))
MODEL = ServiceModel(Loader().load_service_model("partnercentral-selling", "service-2"))


def payload(referral: Referral, solutions: Sequence[Solution] = SOLUTIONS, today: date = TODAY) -> dict[str, Any]:
    return payload_of(lines_of(referral, solutions, today), catalog="AWS", crm_id=referral.crm_id)


def sent(referral: Referral, path: str, solutions: Sequence[Solution] = SOLUTIONS) -> Any:
    return at(payload(referral, solutions), path)


def problems(referral: Referral, solutions: Sequence[Solution] = SOLUTIONS, today: date = TODAY) -> tuple[Problem, ...]:
    lines = lines_of(referral, solutions, today)
    return problems_with(payload_of(lines, catalog="AWS", crm_id=referral.crm_id), lines)


def fields(found: Sequence[Problem]) -> list[tuple[Field | None, str]]:
    return [(problem.field, problem.code) for problem in found]


def seen(referral: Referral, field: Field, solutions: Sequence[Solution] = SOLUTIONS) -> FormField:
    forms = [line.form for line in lines_of(referral, solutions, TODAY)]
    return next(form for form in forms if form.field is field)


def answered(**answers: str) -> Referral:
    return replace(READY, answers={Field(name): value for name, value in answers.items()})


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

    assert sorted(shown) == sorted(Field)


def test_a_value_shown_in_a_choice_is_one_of_its_options() -> None:
    for line in lines_of(READY, SOLUTIONS, TODAY):
        if line.form.kind is InputKind.CHOICE:
            assert line.form.value in line.form.options


def test_everything_sent_is_shown_somewhere() -> None:
    shown = " ".join(f"{line.form.value} {line.form.note}" for line in lines_of(READY, SOLUTIONS, TODAY))

    for value in ("1 N State St, Suite 400", "Chicago", "Initialized discussions with customer", "Co-Sell", "full"):
        assert value in shown


MISSING: Mapping[Field, Referral] = {
    Field.TITLE: replace(READY, title=" "),
    Field.CUSTOMER: account(name=""),
    Field.WEBSITE: account(website=None),
    Field.COUNTRY: account(country=None),
    Field.STATE: account(state=None),
    Field.POSTAL_CODE: account(postal_code=None),
    Field.INDUSTRY: account(industry=None),
    Field.PROBLEM: replace(READY, problem=None),
    Field.USE_CASE: replace(READY, use_case=None),
    Field.DELIVERY_MODEL: replace(READY, delivery_models=()),
    Field.HELP_WANTED: replace(READY, help_wanted=()),
    Field.MONTHLY_SPEND: replace(READY, monthly_spend=None),
    Field.CLOSE_DATE: replace(READY, close_date=None),
}


@pytest.mark.parametrize("field", MISSING)
def test_a_missing_piece_is_one_problem_on_its_own_field(field: Field) -> None:
    found = problems(MISSING[field])

    assert fields(found) == [(field, "REQUIRED_FIELD_MISSING")]
    assert found[0].fix


def test_without_any_solution_and_product_the_solution_is_missing() -> None:
    assert fields(problems(replace(READY, product=None), solutions=())) == [(Field.SOLUTION, "REQUIRED_FIELD_MISSING")]


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        (Field.TITLE, "Isdom rollout"),
        (Field.CUSTOMER, "Isdom Logistics"),
        (Field.WEBSITE, "isdom.com"),
        (Field.COUNTRY, "United States"),
        (Field.STATE, "Illinois"),
        (Field.POSTAL_CODE, "60601"),
        (Field.INDUSTRY, "Retail"),
        (Field.PROBLEM, "They cannot see where their freight is."),
        (Field.USE_CASE, "Database"),
        (Field.DELIVERY_MODEL, "Managed Services"),
        (Field.HELP_WANTED, "Co-Sell - Deal Support"),
        (Field.MONTHLY_SPEND, "1200.5"),
        (Field.CLOSE_DATE, "2027-01-31"),
    ],
)
def test_one_answer_cures_a_missing_piece(field: Field, answer: str) -> None:
    cured = replace(MISSING[field], answers={field: answer})

    assert problems(cured) == ()
    assert seen(cured, field).value in {answer, f"{answer}0"}


def test_several_missing_pieces_are_all_named_at_once() -> None:
    bare = replace(READY, account=Account(id="001", name="Isdom"), problem=None, monthly_spend=None, close_date=None)

    assert [field for field, _ in fields(problems(bare))] == [
        Field.WEBSITE,
        Field.COUNTRY,
        Field.INDUSTRY,
        Field.PROBLEM,
        Field.MONTHLY_SPEND,
        Field.CLOSE_DATE,
    ]


@pytest.mark.parametrize(
    ("referral", "field", "code"),
    [
        (account(state="Ontario"), Field.STATE, "INVALID_ENUM_VALUE"),
        (account(postal_code="ABC"), Field.POSTAL_CODE, "INVALID_STRING_FORMAT"),
        (account(website="our intranet"), Field.WEBSITE, "INVALID_STRING_FORMAT"),
        (account(website="http://10.0.0.1"), Field.WEBSITE, "INVALID_STRING_FORMAT"),
        (account(country="Atlantis"), Field.COUNTRY, "INVALID_ENUM_VALUE"),
        (account(industry="Energy"), Field.INDUSTRY, "INVALID_ENUM_VALUE"),
        (account(industry="Other"), Field.INDUSTRY, "INVALID_ENUM_VALUE"),
        (account(name="x" * 121), Field.CUSTOMER, "INVALID_STRING_FORMAT"),
        (replace(READY, title="x" * 256), Field.TITLE, "INVALID_STRING_FORMAT"),
        (replace(READY, problem="too short"), Field.PROBLEM, "INVALID_STRING_FORMAT"),
        (replace(READY, use_case="Fishing"), Field.USE_CASE, "INVALID_ENUM_VALUE"),
        (replace(READY, solution_name="Retired"), Field.SOLUTION, "INVALID_ENUM_VALUE"),
        (replace(READY, delivery_models=("SaaS",)), Field.DELIVERY_MODEL, "INVALID_ENUM_VALUE"),
        (replace(READY, help_wanted=("Everything",)), Field.HELP_WANTED, "INVALID_ENUM_VALUE"),
        (
            replace(READY, help_wanted=("For Visibility Only", "Co-Sell - Deal Support")),
            Field.HELP_WANTED,
            "ACTION_NOT_PERMITTED",
        ),
        (replace(READY, monthly_spend=Money(Decimal(0), "USD")), Field.MONTHLY_SPEND, "VALUE_OUT_OF_RANGE"),
        (replace(READY, monthly_spend=Money(Decimal(-5), "USD")), Field.MONTHLY_SPEND, "VALUE_OUT_OF_RANGE"),
        (replace(READY, monthly_spend=Money(Decimal("NaN"), "USD")), Field.MONTHLY_SPEND, "VALUE_OUT_OF_RANGE"),
        (replace(READY, monthly_spend=Money(Decimal(900), "GBP")), Field.MONTHLY_SPEND, "INVALID_VALUE"),
        (replace(READY, close_date=TODAY - timedelta(days=1)), Field.CLOSE_DATE, "VALUE_OUT_OF_RANGE"),
        (replace(READY, close_date=date(2099, 1, 1)), Field.CLOSE_DATE, "VALUE_OUT_OF_RANGE"),
        (replace(READY, stage=Stage.DISCOVERY), Field.STAGE, "TOO_EARLY"),
        (replace(READY, stage=Stage.LOST), Field.STAGE, "ACTION_NOT_PERMITTED"),
        (replace(READY, kind="Renewal"), Field.KIND, "INVALID_ENUM_VALUE"),
        (answered(close_date="next spring"), Field.CLOSE_DATE, "INVALID_STRING_FORMAT"),
        (answered(monthly_spend="a lot"), Field.MONTHLY_SPEND, "INVALID_STRING_FORMAT"),
        (answered(stage="Launched"), Field.STAGE, "INVALID_ENUM_VALUE"),
        (replace(READY, crm_id="x" * 65), None, "INVALID_STRING_FORMAT"),
    ],
)
def test_a_value_that_would_bounce_is_one_problem_on_its_own_field(
    referral: Referral, field: Field | None, code: str
) -> None:
    assert fields(problems(referral)) == [(field, code)]


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


def _texts() -> st.SearchStrategy[str | None]:
    return st.none() | st.text(max_size=300) | st.text(alphabet="ab &;<\n\t.", max_size=60)


def _picked(options: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(options) | st.text(max_size=12)


REFERRALS = st.builds(
    Referral,
    crm_id=st.text(alphabet="0123456789abcdef", min_size=15, max_size=18),
    title=st.text(min_size=1, max_size=280),
    account=st.builds(
        Account,
        id=st.just("001"),
        name=st.text(min_size=1, max_size=130),
        website=st.sampled_from(["acme.com", "https://ACME.co.uk/x", "acme", None]) | _texts(),
        industry=_picked(("Banking", "Retail", "Energy", "Other", "Software and Internet")),
        country=st.sampled_from(["US", "DE", "AE", "GB", "JP", "Germany", "Atlantis", None]),
        state=st.sampled_from(["CA", "Texas", "Bavaria", None]) | _texts(),
        city=_texts(),
        postal_code=st.sampled_from(["94105", "80331", "SW1A 1AA", "100-0001", "x", None]) | _texts(),
        street=_texts(),
    ),
    stage=st.sampled_from(Stage),
    annual_value=st.none(),
    monthly_spend=st.none()
    | st.builds(Money, st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(["USD", "EUR", "GBP"])),
    monthly_spend_note=st.none(),
    close_date=st.none() | st.dates(min_value=date(2026, 1, 1), max_value=date(2100, 1, 1)),
    problem=_texts() | st.text(min_size=20, max_size=2500),
    next_steps=_texts(),
    kind=st.none() | _picked(tuple(values.KINDS)),
    product=_texts(),
    use_case=st.none() | _picked(values.use_cases()),
    delivery_models=st.lists(_picked(enum_of("DeliveryModel")), max_size=3).map(tuple),
    help_wanted=st.lists(_picked((*enum_of("PrimaryNeedFromAws"), "For Visibility Only")), max_size=3).map(tuple),
    solution_name=st.none() | _picked([one.name for one in SOLUTIONS]),
    answers=st.dictionaries(st.sampled_from(Field), st.text(max_size=40), max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(REFERRALS)
def test_whatever_the_crm_holds_a_draft_is_json_and_names_each_problem_once(referral: Referral) -> None:
    json.dumps(payload(referral), ensure_ascii=False).encode()
    found = [problem.field for problem in problems(referral) if problem.field]

    assert len(found) == len(set(found))


GOOD_ANSWERS = {line.form.field: line.form.value or "" for line in lines_of(READY, SOLUTIONS, TODAY)}


@settings(max_examples=150, deadline=None)
@given(REFERRALS, st.sets(st.sampled_from(sorted(Field)), max_size=3))
def test_a_draft_without_problems_fits_the_service_model(referral: Referral, as_it_came: set[Field]) -> None:
    # Good answers to all but a few fields, or hardly any of these would be without problems.
    answers = {field: answer for field, answer in GOOD_ANSWERS.items() if field not in as_it_came}
    referral = replace(referral, answers=answers)
    filed = payload(referral)

    if not problems(referral):
        for operation, request in (
            ("CreateOpportunity", create_request(filed) | {"ClientToken": "t"}),
            ("StartEngagementFromOpportunityTask", submit_request(filed, "O1") | {"ClientToken": "t"}),
        ):
            assert faults(operation, request) == ()
            shape = MODEL.operation_model(operation).input_shape
            assert shape is not None
            assert not ParamValidator().validate(request, shape).has_errors()
