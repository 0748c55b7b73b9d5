"""Matching: which partner fits a deal, how sure we are and why; rules an operator edits plus shrunken win rates.

logit(p) = logit(base) + partner lift + segment lift (each rate shrunk to its parent: (wins + k * parent) / (n + k)),
then rule points as log-odds. The source of the formula is the hierarchical empirical-Bayes model of the CRM
reference, which equals an additive regression without a training stack and explains itself. Pure.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from motions.competitors import why_competitor
from motions.deals import Opportunity
from motions.model import Band, PartnerKey, PartnerScore, Reason
from motions.policy import Condition, Configuration, MatchRule, Op, Partner, Policy, RuleField

# (partner, segment) -> (won, closed); (None, None) is every closed deal.
Record = Mapping[tuple[PartnerKey | None, str | None], tuple[int, int]]

REASONS_AT_MOST = 4
WORTH_SAYING = 0.15  # log-odds: a win rate closer to the base than this is no reason


def rank_partners(
    deal: Opportunity, config: Configuration, record: Record, today: date, *, rules: Sequence[MatchRule] | None = None
) -> tuple[PartnerScore, ...]:
    """Every partner scored for one deal: eligible ones first, best first; ties go to more evidence, then the name."""
    live = [r for r in (config.rulebook.rules if rules is None else rules) if _is_live(r, today)]
    scores = [_score(deal, partner, config.policy, live, record, today) for partner in config.partners]
    scores.sort(key=lambda s: (s.excluded_because is not None, -s.score, -s.evidence_n, s.partner))
    return _with_margin(scores, config.policy.margin)


def holds(condition: Condition, deal: Opportunity, partner: Partner, today: date) -> bool:
    """Whether one condition of a rule is true of a deal; a value that is missing fails all but `is_empty`."""
    actual = _value(condition.field, deal, partner, today)
    return condition.op is Op.IS_EMPTY if actual is None else _compare(condition, actual)


def _is_live(rule: MatchRule, today: date) -> bool:
    return rule.enabled and (rule.expires is None or today <= rule.expires)


def _score(
    deal: Opportunity, partner: Partner, policy: Policy, rules: Sequence[MatchRule], record: Record, today: date
) -> PartnerScore:
    fired = [r for r in rules if _is_about(r, partner) and all(holds(c, deal, partner, today) for c in r.when)]
    excluded = _exclusion(deal, partner, rules, fired)
    segment = deal.account.industry if deal.account else None
    logit, history, evidence = _history(partner, segment, record, policy)
    points = [Reason(r.because, r.points, f"rule {r.id}") for r in fired if r.effect == "points"]
    probability = _sigmoid(math.fsum([logit, *(r.points for r in points)]))
    score = round(100 * probability)
    reasons = sorted([*points, *history], key=lambda r: (-abs(r.points), r.text))[:REASONS_AT_MOST]
    knows_nothing = not points and evidence < policy.minimum_evidence
    band = Band.UNKNOWN if knows_nothing else _band(score, policy)
    return PartnerScore(partner.key, score, band, tuple(reasons), evidence, excluded)


def _is_about(rule: MatchRule, partner: Partner) -> bool:
    return partner.key in rule.partners or "*" in rule.partners


def _exclusion(
    deal: Opportunity, partner: Partner, rules: Sequence[MatchRule], fired: Sequence[MatchRule]
) -> str | None:
    """A competitor is out whatever rules say; exclude beats require beats points."""
    if partner.portal is None:
        return f"no portal of {partner.name} is connected"
    if (competing := why_competitor(deal, partner)) is not None:
        return competing
    excluding = next((r for r in fired if r.effect == "exclude"), None)
    if excluding is not None:
        return excluding.because
    required = [r for r in rules if r.effect == "require" and _is_about(r, partner)]
    unmet = next((r for r in required if r not in fired), None)
    return f"not met: {unmet.because}" if unmet is not None else None


def _history(partner: Partner, segment: str | None, record: Record, policy: Policy) -> tuple[float, list[Reason], int]:
    """Log-odds from the closed deals, the line that says so, and how many deals with this partner stand behind it."""
    k = policy.shrinkage
    base_won, base_n = record.get((None, None), (0, 0))
    base = (base_won + 1) / (base_n + 2)
    with_partner = record.get((partner.key, None), (0, 0))
    in_segment = record.get((None, segment), (0, 0)) if segment else (0, 0)
    lifts = [_logit(_shrunk(cell, base, k)) - _logit(base) for cell in (with_partner, in_segment)]
    parent = _sigmoid(_logit(base) + sum(lifts))
    cell = record.get((partner.key, segment), (0, 0)) if segment else (0, 0)
    logit = _logit(_shrunk(cell, parent, k))
    if with_partner[1] < policy.minimum_evidence:
        return logit, [], with_partner[1]
    lift = logit - _logit(base)
    if abs(lift) < WORTH_SAYING:
        return logit, [], with_partner[1]
    said, where = (cell, f" in {segment}") if cell[1] >= policy.minimum_evidence else (with_partner, "")
    text = f"won {said[0]} of {said[1]} deals with {partner.name}{where} (all deals: {base:.0%})"
    return logit, [Reason(text, lift, "closed deals in the CRM")], with_partner[1]


def _shrunk(cell: tuple[int, int], parent: float, k: float) -> float:
    won, closed = cell
    return (won + k * parent) / (closed + k)


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _band(score: int, policy: Policy) -> Band:
    if score >= policy.high_from:
        return Band.HIGH
    return Band.GREY if score >= policy.grey_from else Band.LOW


def _with_margin(scores: Sequence[PartnerScore], margin: int) -> tuple[PartnerScore, ...]:
    """A best partner hardly better than the next is grey: a person chooses."""
    eligible = [s for s in scores if s.excluded_because is None]
    if len(eligible) > 1 and eligible[0].band is Band.HIGH and eligible[0].score - eligible[1].score < margin:
        return tuple(replace(s, band=Band.GREY) if s is eligible[0] else s for s in scores)
    return tuple(scores)


def _value(field: RuleField, deal: Opportunity, partner: Partner, today: date) -> str | Decimal | None:
    account = deal.account
    match field:
        case RuleField.INDUSTRY | RuleField.COUNTRY:
            return getattr(account, field.value) if account else None
        case RuleField.EMPLOYEES:
            return Decimal(account.employees) if account and account.employees is not None else None
        case RuleField.AMOUNT:
            return deal.amount.amount if deal.amount else None
        case RuleField.DAYS_TO_CLOSE:
            return Decimal((deal.close_date - today).days) if deal.close_date else None
        case RuleField.OWNER_REGION:
            return deal.owner.region if deal.owner else None
        case RuleField.PARTNER_TIER:
            return partner.tier
        case RuleField.STAGE | RuleField.PRODUCT | RuleField.KIND | RuleField.DESCRIPTION:
            value: str | None = getattr(deal, field.value)
            return value
        case _:  # pragma: no cover - the type checker proves that there is no other
            assert_never(field)


def _compare(condition: Condition, actual: str | Decimal) -> bool:
    wanted = condition.value
    many = wanted if isinstance(wanted, tuple) else (wanted,)
    match condition.op:
        case Op.EQ | Op.IN:
            return any(_same(actual, w) for w in many)
        case Op.NOT_IN:
            return not any(_same(actual, w) for w in many)
        case Op.CONTAINS_ANY:
            return any(str(w).casefold() in str(actual).casefold() for w in many)
        case Op.GTE:
            return _number(actual) >= _number(many[0])
        case Op.LTE:
            return _number(actual) <= _number(many[0])
        case Op.BETWEEN:
            low, high = sorted(_number(w) for w in many)
            return low <= _number(actual) <= high
        case Op.IS_EMPTY:
            return False
        case _:  # pragma: no cover - the type checker proves that there is no other
            assert_never(condition.op)


def _same(actual: str | Decimal, wanted: str | Decimal | None) -> bool:
    if isinstance(actual, Decimal):
        return actual == _number(wanted)
    return actual.casefold() == str(wanted).casefold()


def _number(value: str | Decimal | None) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
