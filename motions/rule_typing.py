"""A match rule between its form and its row of rules.yml; puts nothing in force."""

from decimal import Decimal, InvalidOperation

from pydantic import ValidationError

from motions.errors import UserMistake
from motions.model import Person
from motions.naming import fresh_name
from motions.policy import Condition, Configuration, MatchRule, Scalar
from motions.revisions import Edit
from motions.rule_surfaces import RuleTyped
from motions.rule_words import conditions_of, spelled
from motions.surfaces import Complaints

FILE = "rules.yml"
EVERYBODY = "*"
_WHEN, _PARTNERS, _POINTS, _BECAUSE, _EXPIRES = "when", "partners", "points", "because", "expires"
_PLACES = frozenset({_WHEN, _PARTNERS, _POINTS, _BECAUSE, _EXPIRES})


def typed_of(rule: MatchRule | None) -> RuleTyped:
    """A rule as its form shows it; a new one's is empty."""
    if rule is None:
        return RuleTyped("", (), "points", "", "", "")
    return RuleTyped(
        when="\n".join(map(spelled, rule.when)),
        partners=tuple(rule.partners),
        effect=rule.effect,
        points=f"{rule.points:g}" if rule.effect == "points" else "",
        because=rule.because,
        expires=rule.expires.isoformat() if rule.expires else "",
        is_enabled=rule.enabled,
    )


def read_rule(before: MatchRule | None, typed: RuleTyped, by: Person, config: Configuration) -> MatchRule | Complaints:
    """The rule as typed, in the place of the one before, or what is wrong with it beside each input."""
    wrong: dict[str, str] = {}
    said: dict[str, object] = {
        "id": before.id if before else fresh_name(typed.because, {rule.id for rule in config.rulebook.rules}, "rule"),
        "when": _conditions(typed.when, wrong),
        "partners": (EVERYBODY,) if EVERYBODY in typed.partners else typed.partners,
        "effect": typed.effect,
        "points": _points(typed, wrong),
        "because": typed.because.strip(),
        "owner": before.owner if before else by.email or by.name,
        "enabled": typed.is_enabled,
        "expires": typed.expires or None,
    }
    if not typed.partners:
        wrong[_PARTNERS] = "Pick whom the rule is for."
    try:
        rule = MatchRule.model_validate(said)
    except ValidationError as error:
        found = ((str(each["loc"][0]) if each["loc"] else _WHEN, each["msg"]) for each in error.errors())
        wrong |= {place if place in _PLACES else _WHEN: _said(message) for place, message in found}
    return wrong or rule


def _conditions(text: str, wrong: dict[str, str]) -> tuple[Condition, ...]:
    try:
        found = conditions_of(text)
    except UserMistake as mistake:
        wrong[_WHEN] = str(mistake)
        return ()
    if not found:
        wrong[_WHEN] = "Say at least one condition: a rule without any would hold for every deal."
    return found


def _points(typed: RuleTyped, wrong: dict[str, str]) -> float:
    if typed.effect != "points":
        return 0.0
    try:
        return float(Decimal(typed.points.strip().replace(",", ".").replace("\u2212", "-")))
    except InvalidOperation:
        wrong[_POINTS] = "Type a number from -2 to 2: 0.3 is weak, 0.7 strong."
        return 0.0


def _said(message: str) -> str:
    words = message.removeprefix("Value error, ")
    return f"{words[:1].upper()}{words[1:]}."


def edit_of(rule: MatchRule) -> Edit:
    """The rule as its row of the file; what a row says by saying nothing is left out."""
    row: dict[str, object] = {
        "id": rule.id,
        "when": [_row(condition) for condition in rule.when],
        "partners": [str(key) for key in rule.partners],
        "effect": rule.effect,
    }
    row |= {"points": rule.points} if rule.effect == "points" else {}
    row |= {"because": rule.because, "owner": rule.owner}
    row |= {} if rule.enabled else {"enabled": False}
    row |= {"expires": rule.expires.isoformat()} if rule.expires else {}
    return Edit(FILE, ("rules", rule.id), row)


def _row(condition: Condition) -> dict[str, object]:
    row: dict[str, object] = {"field": condition.field.value, "op": condition.op.value}
    if isinstance(condition.value, tuple):
        return row | {"value": [_plain(each) for each in condition.value]}
    return row if condition.value is None else row | {"value": _plain(condition.value)}


def _plain(value: Scalar) -> str | int | float:
    if isinstance(value, str):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
