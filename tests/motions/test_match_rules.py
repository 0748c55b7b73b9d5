"""What a condition of a match rule means: every operation, every field of the catalogue, and what a rule may do."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from motions.deals import Account, Money, Owner, Stage
from motions.matching import holds, rank_partners
from motions.model import Band, PartnerKey, PartnerScore
from motions.policy import Condition, Configuration, MatchRule, Op, Partner, Rulebook, RuleField
from tests.fakes.world import AWS, a_deal, configuration

TODAY = date(2026, 11, 23)
PARTNER = Partner(key=AWS, name="AWS", portal="aws", tier="advanced")
BARE = a_deal(account=Account("001A", "Acmeco"), owner=Owner("005A", "Darcel"), amount=None, close_date=None, kind=None)
EMPTY = replace(BARE, account=None, owner=None, product=None, description=None)


def rule(**changes: Any) -> MatchRule:
    given: dict[str, Any] = {
        "id": "r1",
        "when": (),
        "partners": ("aws",),
        "effect": "points",
        "points": 0.5,
        "because": "it is so",
        "owner": "dana",
        **changes,
    }
    return MatchRule.model_validate(given)


def with_rules(*rules: MatchRule) -> Configuration:
    return configuration().model_copy(update={"rulebook": Rulebook(rules=rules)})


def score_of(config: Configuration, partner: PartnerKey = AWS, today: date = TODAY) -> PartnerScore:
    return next(s for s in rank_partners(a_deal(), config, {}, today) if s.partner == partner)


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("industry", "eq", "Technology", True),
        ("industry", "eq", "retail", False),
        ("industry", "in", ["retail", "TECHNOLOGY"], True),
        ("industry", "not_in", ["retail"], True),
        ("industry", "not_in", ["technology"], False),
        ("country", "eq", "US", True),
        ("amount", "eq", 54000, True),
        ("amount", "eq", "54000.00", True),
        ("amount", "in", [1, 54000], True),
        ("amount", "gte", 54000, True),
        ("amount", "gte", "54000.01", False),
        ("amount", "lte", 54000, True),
        ("amount", "lte", 53999, False),
        ("amount", "between", [54000, 60000], True),
        ("amount", "between", [60000, 50000], True),
        ("amount", "between", [55000, 60000], False),
        ("stage", "in", ["qualified", "demo"], True),
        ("stage", "eq", "won", False),
        ("employees", "gte", 2000, True),
        ("employees", "between", [1, 1999], False),
        ("product", "contains_any", ["gtx", "mg"], True),
        ("product", "contains_any", ["MG"], False),
        ("kind", "eq", "new business", True),
        ("owner_region", "eq", "Central", True),
        ("description", "contains_any", ["warehouse", "lake"], True),
        ("days_to_close", "eq", 84, True),
        ("days_to_close", "lte", 83, False),
        ("partner_tier", "in", ["advanced", "premier"], True),
        ("industry", "is_empty", None, False),
    ],
)
def test_a_condition_holds_when_the_deal_is_so(field: str, op: str, value: object, expected: bool) -> None:
    condition = Condition.model_validate({"field": field, "op": op, "value": value})

    assert holds(condition, a_deal(), PARTNER, TODAY) is expected


MISSING = sorted(set(RuleField) - {RuleField.STAGE, RuleField.PARTNER_TIER})


@pytest.mark.parametrize("field", MISSING)
@pytest.mark.parametrize("deal", [BARE, EMPTY], ids=["empty account", "no account"])
def test_only_is_empty_holds_for_what_the_deal_does_not_have(deal: Any, field: RuleField) -> None:
    lacking = replace(deal, product=None, description=None)
    is_empty = Condition(field=field, op=Op.IS_EMPTY)
    not_in = Condition(field=field, op=Op.NOT_IN, value=("7",))

    assert holds(is_empty, lacking, PARTNER, TODAY)
    assert not holds(not_in, lacking, PARTNER, TODAY)


def test_a_numeric_value_is_the_same_number_however_it_is_written() -> None:
    written = Condition(field=RuleField.AMOUNT, op=Op.EQ, value=Decimal("54000.00"))

    assert holds(written, a_deal(amount=Money(Decimal("5.4E4"), "USD")), PARTNER, TODAY)


def test_all_conditions_of_a_rule_must_hold() -> None:
    stage = {"field": "stage", "op": "eq", "value": Stage.QUALIFIED}
    industry = {"field": "industry", "op": "eq", "value": "retail"}

    both = score_of(with_rules(rule(when=[stage, industry])))
    one = score_of(with_rules(rule(when=[stage])))

    assert (both.reasons, [r.text for r in one.reasons]) == ((), ["it is so"])


def test_a_rule_for_everybody_is_about_every_partner() -> None:
    config = with_rules(rule(partners=["*"]))

    scores = rank_partners(a_deal(), config, {}, TODAY)

    assert {s.partner: len(s.reasons) for s in scores} == {"aws": 1, "microsoft": 1, "northstar": 1}


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    assert score_of(with_rules(rule(enabled=False))).reasons == ()


@pytest.mark.parametrize(("expires", "fires"), [(TODAY, True), (date(2026, 11, 22), False), (None, True)])
def test_a_rule_counts_to_the_end_of_its_last_day(expires: date | None, fires: bool) -> None:
    assert bool(score_of(with_rules(rule(expires=expires))).reasons) is fires


def test_exclusion_beats_a_requirement_that_is_met_and_any_points() -> None:
    config = with_rules(
        rule(id="a", points=2.0),
        rule(id="b", effect="require", because="the deal is qualified"),
        rule(id="c", effect="exclude", because="they compete here"),
    )

    assert score_of(config).excluded_because == "they compete here"


def test_an_unmet_requirement_excludes_whatever_the_points_say() -> None:
    never = [{"field": "industry", "op": "eq", "value": "retail"}]
    config = with_rules(rule(id="a", points=2.0), rule(id="b", effect="require", when=never, because="retail only"))

    score = score_of(config)

    assert score.excluded_because == "not met: retail only"
    assert score.score == 88


def test_a_requirement_that_is_met_excludes_nobody_and_earns_nothing() -> None:
    score = score_of(with_rules(rule(effect="require", points=1.0)))

    assert (score.excluded_because, score.score, score.band) == (None, 50, Band.UNKNOWN)


def test_a_partner_without_a_portal_is_ranked_and_excluded() -> None:
    score = score_of(with_rules(rule(partners=["*"])), PartnerKey("microsoft"))

    assert score.excluded_because == "no portal of Microsoft is connected"
    assert score.score == 62


def test_rules_may_be_tried_that_are_not_in_the_rulebook() -> None:
    [tried, *_] = rank_partners(a_deal(), with_rules(), {}, TODAY, rules=[rule(points=1.0)])

    assert (tried.partner, tried.score) == (AWS, 73)
