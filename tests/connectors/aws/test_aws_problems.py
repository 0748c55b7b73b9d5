"""Everything that would bounce is named before anybody approves: each thing once, on its own field."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from motions.deals import Account, Money, Stage
from motions.referrals import Field, Referral
from tests.connectors.aws.aws_world import READY, TODAY, account
from tests.connectors.aws.drafting import answered, fields, problems, seen

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
