"""What an operator may write into the five files, and how a wrong line is refused before it can do harm."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from motions.coverage import Coverage, CoverageRow
from motions.model import Band, PartnerKey
from motions.policy import ActionKind, Autonomy, Condition, MatchRule, Policy, ReferralDefaults, Rulebook
from tests.fakes.world import AWS, CHANNEL, PRIYA, TOMAS, configuration, default_configuration

RULE: dict[str, Any] = {
    "id": "r1",
    "when": [],
    "partners": ["aws"],
    "effect": "points",
    "points": 0.5,
    "because": "it is so",
    "owner": "dana",
}


def refusal(model: Any, values: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(values)
    return str(refused.value)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"field": "industry", "op": "in", "value": "retail"}, "industry in needs a list of values"),
        ({"field": "industry", "op": "not_in", "value": None}, "industry not_in needs a list"),
        ({"field": "product", "op": "contains_any", "value": "GTX"}, "product contains_any needs a list"),
        ({"field": "amount", "op": "between", "value": 5}, "amount between needs a list"),
        ({"field": "amount", "op": "between", "value": [1, 2, 3]}, "amount between needs exactly two values"),
        ({"field": "amount", "op": "gte", "value": [5]}, "amount gte needs one value"),
        ({"field": "industry", "op": "eq"}, "industry eq needs one value"),
        ({"field": "stage", "op": "gte", "value": "demo"}, "stage is not a number"),
        ({"field": "industry", "op": "between", "value": ["a", "b"]}, "industry is not a number"),
        ({"field": "amount", "op": "gte", "value": "a lot"}, "amount gte needs numbers"),
        ({"field": "employees", "op": "in", "value": [5, "many"]}, "employees in needs numbers"),
        ({"field": "days_to_close", "op": "between", "value": ["soon", 5]}, "days_to_close between needs numbers"),
        ({"field": "shoe_size", "op": "eq", "value": "44"}, "field"),
        ({"field": "stage", "op": "like", "value": "demo"}, "op"),
        ({"field": "stage", "op": "eq", "value": "demo", "unless": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_a_condition_that_could_not_be_judged_is_refused(condition: dict[str, Any], said: str) -> None:
    assert said in refusal(Condition, condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "amount", "op": "gte", "value": 5},
        {"field": "amount", "op": "gte", "value": "-5.50"},
        {"field": "amount", "op": "is_empty"},
        {"field": "days_to_close", "op": "between", "value": [-10, 10]},
    ],
)
def test_a_condition_on_numbers_may_be_written_either_way(condition: dict[str, Any]) -> None:
    assert Condition.model_validate(condition)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points": 2.1}, "log-odds between -2 and 2"),
        ({"points": -2.1}, "log-odds between -2 and 2"),
        ({"effect": "maybe"}, "'points', 'require' or 'exclude'"),
        ({"because": ""}, "at least 3"),
        ({"because": "x" * 141}, "at most 140"),
        ({"owner": None}, "owner"),
    ],
)
def test_a_rule_that_is_out_of_bounds_is_refused(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(MatchRule, {**RULE, **changes})


def test_two_rules_under_one_id_are_refused_by_name() -> None:
    said = refusal(Rulebook, {"rules": [RULE, RULE, {**RULE, "id": "r2"}]})

    assert "rule ids must be unique; twice: r1" in said


@pytest.mark.parametrize(
    "changes",
    [
        {"nudges_at_most": -1},
        {"nudges_at_most": 11},
        {"minimum_evidence": 0},
        {"shrinkage": 0},
        {"high_from": 101},
        {"margin": -1},
        {"monthly_spend_share": 0},
        {"monthly_spend_share": "1.01"},
        {"autonomy": {"crm_write": {"high": "always"}}},
        {"autonomy": {"portal_filing": {"high": "auto"}}},
        {"autonomy": {"partner_visible": {"low": "auto"}}},
        {"cold_after": "soon"},
        {"colour": "blue"},
    ],
)
def test_a_policy_number_out_of_range_is_refused(changes: dict[str, Any]) -> None:
    assert refusal(Policy, {"version": "1", "autonomy": {}, **changes})


def test_what_the_autonomy_table_does_not_name_is_forbidden() -> None:
    policy = Policy(version="1", autonomy={ActionKind.CRM_WRITE: {Band.HIGH: Autonomy.AUTO}})

    assert policy.autonomy_for(ActionKind.CRM_WRITE, Band.HIGH) is Autonomy.AUTO
    assert policy.autonomy_for(ActionKind.CRM_WRITE, Band.LOW) is Autonomy.FORBID
    assert policy.autonomy_for(ActionKind.PORTAL_FILING, Band.HIGH) is Autonomy.FORBID


def test_the_default_policy_files_nothing_and_shows_no_partner_anything_without_a_person() -> None:
    policy = default_configuration().policy
    outward = (ActionKind.PORTAL_FILING, ActionKind.PARTNER_VISIBLE)

    assert {policy.autonomy_for(action, band) for action in outward for band in Band} == {Autonomy.APPROVE}
    assert not policy.requester_may_approve
    assert not policy.kill_switch


def test_coverage_without_an_operator_is_refused() -> None:
    assert "exceptions must have an owner" in refusal(Coverage, {"rows": [], "operators": []})


def test_the_first_coverage_row_that_fits_wins() -> None:
    rows = tuple(
        CoverageRow(partner=AWS, region=region, channel=channel, manager="m", backup="b")
        for region, channel in [("East", "C1"), ("*", "C2"), ("West", "C3")]
    )
    coverage = Coverage(rows=rows, operators=("dana",))

    found = [coverage.row(AWS, region) for region in ("East", "West", None)]

    assert [row and row.channel for row in found] == ["C1", "C2", "C2"]
    assert coverage.row(PartnerKey("northstar"), "East") is None


@pytest.mark.parametrize(
    ("day", "manager"),
    [
        (date(2026, 11, 22), PRIYA),
        (date(2026, 11, 23), TOMAS),
        (date(2026, 11, 25), TOMAS),
        (date(2026, 11, 26), PRIYA),
    ],
)
def test_the_backup_stands_in_from_the_first_day_away_to_the_last(day: date, manager: Any) -> None:
    away = [{"email": PRIYA.email, "first": "2026-11-23", "last": "2026-11-25"}]
    coverage = Coverage.model_validate({**default_configuration().coverage.model_dump(), "away": away})
    row = coverage.row(AWS, "Central")
    assert row is not None

    assert (row.channel, coverage.manager_on(row, day)) == (CHANNEL, manager.email)


def test_an_unknown_partner_is_an_error_not_a_default() -> None:
    with pytest.raises(KeyError):
        configuration().partner(PartnerKey("nobody"))


def test_a_products_own_defaults_beat_those_of_every_product() -> None:
    rows = [
        ReferralDefaults(product=product, use_case=product, delivery_models=(), help_wanted=())
        for product in ("*", "GTX")
    ]
    config = configuration().model_copy(update={"referral_defaults": tuple(rows)})

    found = [config.defaults_for(product) for product in ("GTX", "MG", None)]

    assert [row and row.use_case for row in found] == ["GTX", "*", "*"]
    assert configuration().model_copy(update={"referral_defaults": ()}).defaults_for("GTX") is None


def test_durations_and_shares_are_read_as_an_operator_writes_them() -> None:
    policy = Policy.model_validate(
        {"version": "1", "autonomy": {}, "cold_after": "PT36H", "monthly_spend_share": "0.25"}
    )

    assert (policy.cold_after, policy.monthly_spend_share) == (timedelta(hours=36), Decimal("0.25"))
