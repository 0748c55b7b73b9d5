"""How a score comes about: win rates shrunk to their parents, rule points on top, and a band that admits ignorance."""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motions.matching import REASONS_AT_MOST, rank_partners
from motions.model import Band, Match, PartnerKey, PartnerScore, Reason
from motions.policy import Configuration, MatchRule, Partner, Rulebook
from tests.fakes.clock import MONDAY
from tests.fakes.world import AWS, DEAL, a_deal, configuration

TODAY = date(2026, 11, 23)
Record = Mapping[tuple[PartnerKey | None, str | None], tuple[int, int]]
RECORD: Record = {
    (None, None): (59, 118),
    (AWS, None): (24, 32),
    (None, "technology"): (12, 32),
    (AWS, "technology"): (10, 12),
}
THREE = [PartnerKey("aws"), PartnerKey("northstar"), PartnerKey("microsoft")]


def a_rule(number: int, points: float, partners: Sequence[str] = ("aws",)) -> MatchRule:
    return MatchRule(
        id=f"r{number}",
        when=(),
        partners=tuple(PartnerKey(p) for p in partners),
        effect="points",
        points=points,
        because=f"reason {number}",
        owner="dana",
    )


def config_with(
    rules: Sequence[MatchRule] = (), partners: Sequence[PartnerKey] = THREE, **policy: object
) -> Configuration:
    listed = tuple(Partner(key=key, name=key.upper(), portal="some") for key in partners)
    return configuration(**policy).model_copy(update={"rulebook": Rulebook(rules=tuple(rules)), "partners": listed})


def score_of(config: Configuration, record: Record, partner: PartnerKey = AWS) -> PartnerScore:
    return next(s for s in rank_partners(a_deal(), config, record, TODAY) if s.partner == partner)


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def test_the_score_is_the_shrunken_rate_worked_out_by_hand() -> None:
    # base (59+1)/(118+2) = 1/2. Shrunk with k = 8: partner (24+4)/40 = 0.7, segment (12+4)/40 = 0.4,
    # so the parent of the cell has odds (0.7/0.3) * (0.4/0.6) = 14/9, that is p = 14/23;
    # cell (10 + 8*14/23)/20 = 0.74348. One rule adds 0.5: odds 2.89831 * e^0.5 = 4.77850, p = 0.82695.
    plain = score_of(config_with(), RECORD)
    with_points = score_of(config_with([a_rule(1, 0.5)]), RECORD)

    assert (plain.score, with_points.score) == (74, 83)
    [points, history] = sorted(with_points.reasons, key=lambda reason: reason.points)
    assert (points.text, points.points, points.evidence) == ("reason 1", 0.5, "rule r1")
    assert history.points == pytest.approx(logit((10 + 8 * 14 / 23) / 20) - logit(0.5))
    assert history.text == "won 10 of 12 deals with AWS in technology (all deals: 50%)"


def test_a_thin_segment_borrows_from_the_partner_and_does_not_speak_for_itself() -> None:
    record = {**RECORD, (AWS, "technology"): (1, 2)}

    score = score_of(config_with(), record)

    [history] = score.reasons
    assert history.text == "won 24 of 32 deals with AWS (all deals: 50%)"
    assert score.evidence_n == 32


def test_a_deal_without_an_industry_is_scored_by_its_partner_alone() -> None:
    [score, *_] = rank_partners(a_deal(account=None), config_with(), RECORD, TODAY)

    assert (score.partner, score.score) == (AWS, 70)


def test_without_a_single_closed_deal_the_base_is_even() -> None:
    assert score_of(config_with(), {}).score == 50


@pytest.mark.parametrize(
    ("closed", "rules", "is_unknown"),
    [(9, 0, True), (10, 0, False), (0, 0, True), (9, 1, False)],
)
def test_neither_a_rule_nor_ten_closed_deals_is_unknown(closed: int, rules: int, is_unknown: bool) -> None:
    record: Record = {(None, None): (50, 100), (AWS, None): (closed, closed)}
    config = config_with([a_rule(n, 0.1) for n in range(rules)])

    score = score_of(config, record)

    assert (score.band is Band.UNKNOWN, score.evidence_n) == (is_unknown, closed)


def test_a_win_rate_speaks_only_with_enough_deals_behind_it() -> None:
    record: Record = {(None, None): (50, 100), (AWS, None): (9, 9)}

    assert score_of(config_with(), record).reasons == ()


def test_a_win_rate_like_everybodys_is_no_reason() -> None:
    record: Record = {(None, None): (50, 100), (AWS, None): (20, 40)}

    score = score_of(config_with(), record)

    assert (score.reasons, score.score) == ((), 50)


@pytest.mark.parametrize(
    ("points", "band"),
    [(1.2, Band.HIGH), (1.1, Band.HIGH), (1.05, Band.GREY), (0.4, Band.GREY), (0.35, Band.LOW), (-1.0, Band.LOW)],
)
def test_a_score_falls_into_the_bands_of_the_policy(points: float, band: Band) -> None:
    assert score_of(config_with([a_rule(1, points)]), {}).band is band


def test_a_best_partner_hardly_better_than_the_next_is_grey() -> None:
    close = [a_rule(1, 1.3), a_rule(2, 1.2, ["northstar"])]
    apart = [a_rule(1, 1.3), a_rule(2, 1.1, ["northstar"])]

    grey, _, _ = rank_partners(a_deal(), config_with(close), {}, TODAY)
    high, _, _ = rank_partners(a_deal(), config_with(apart), {}, TODAY)

    assert (grey.score, grey.band) == (79, Band.GREY)
    assert (high.score, high.band) == (79, Band.HIGH)


def test_an_excluded_partner_close_behind_leaves_the_best_alone() -> None:
    partners = (Partner(key=AWS, name="AWS", portal="aws"), Partner(key=PartnerKey("nst"), name="NST"))
    rules = Rulebook(rules=(a_rule(1, 1.3, ["*"]),))
    config = configuration().model_copy(update={"rulebook": rules, "partners": partners})

    best, other = rank_partners(a_deal(), config, {}, TODAY)

    assert (best.partner, best.band) == (AWS, Band.HIGH)
    assert other.excluded_because


def test_at_most_four_reasons_are_given_the_weightiest_first() -> None:
    points = [0.1, -0.6, 0.3, 0.2, -0.5, 0.4]

    score = score_of(config_with([a_rule(n, p) for n, p in enumerate(points)]), RECORD)

    assert len(score.reasons) == REASONS_AT_MOST
    assert [round(abs(reason.points), 2) for reason in score.reasons] == [1.06, 0.6, 0.5, 0.4]


def test_eligible_partners_come_first_then_the_score_then_the_evidence_then_the_name() -> None:
    record: Record = {(PartnerKey("northstar"), None): (1, 2)}

    ranked = rank_partners(a_deal(), config_with([a_rule(1, 0.0, ["*"])]), record, TODAY)

    assert [score.partner for score in ranked] == ["northstar", "aws", "microsoft"]


def test_the_best_of_a_match_is_the_first_that_is_not_excluded() -> None:
    out = PartnerScore(AWS, 90, Band.HIGH, (), 0, "they compete")
    weak = PartnerScore(PartnerKey("b"), 10, Band.LOW, (Reason("x", -1.0, "y"),), 0)

    assert Match(DEAL, None, (out, weak), "v", MONDAY).best is weak
    assert Match(DEAL, None, (out,), "v", MONDAY).best is None


cells = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
records = st.fixed_dictionaries(
    {(partner, segment): cells for partner in (None, *THREE) for segment in (None, "technology")}
)
points = st.sampled_from([-2.0, -0.7, -0.3, 0.1, 0.2, 0.3, 0.7, 2.0])
rule_sets = st.lists(st.tuples(points, st.sampled_from([*THREE, "*"])), max_size=7)


@settings(max_examples=60)
@given(record=records, drawn=rule_sets, data=st.data())
def test_the_order_of_partners_and_rules_in_the_files_changes_nothing(
    record: Record, drawn: list[tuple[float, str]], data: st.DataObject
) -> None:
    rules = [a_rule(n, p, [partner]) for n, (p, partner) in enumerate(drawn)]
    shuffled = config_with(data.draw(st.permutations(rules)), data.draw(st.permutations(THREE)))

    ranked = rank_partners(a_deal(), config_with(rules), record, TODAY)

    assert rank_partners(a_deal(), shuffled, record, TODAY) == ranked


@settings(max_examples=60)
@given(record=records, drawn=rule_sets)
def test_every_partner_gets_a_score_between_nought_and_a_hundred_and_no_more_than_four_reasons(
    record: Record, drawn: list[tuple[float, str]]
) -> None:
    config = config_with([a_rule(n, p, [partner]) for n, (p, partner) in enumerate(drawn)])

    ranked = rank_partners(a_deal(), config, record, TODAY)

    assert {score.partner for score in ranked} == set(THREE)
    assert all(0 <= score.score <= 100 and len(score.reasons) <= REASONS_AT_MOST for score in ranked)
    assert [s.score for s in ranked] == sorted((s.score for s in ranked), reverse=True)
