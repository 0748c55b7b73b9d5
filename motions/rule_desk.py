"""Match rules in Slack: read, changed in a form, and put in force after a look at what that would change.

Operators and admins change them; all of ours may read them. The form's token carries what was in force when it was
opened: when that is another by then, nothing is changed.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from motions.configuring import put_in_force, tried
from motions.deals import Opportunity
from motions.errors import UserMistake
from motions.matching import Record, rank_partners
from motions.model import Band, PartnerKey, Person, Token
from motions.opening import STARTS_MOTION
from motions.policy import Configuration, MatchRule
from motions.ports import Ports
from motions.rule_surfaces import LONGEST, RankChange, RuleForm, RuleLine, RuleList, RulePreview, RuleTyped
from motions.rule_typing import EVERYBODY, edit_of, read_rule, typed_of
from motions.rule_words import spelled
from motions.surfaces import ClickOutcome, ClickReply, Complaints
from motions.terms import OVERSEERS

LOOKED_AT, SHOWN = 500, 8  # deals: weighed for a preview, and named in it

Best = tuple[str, int, Band]  # the partner's name, its score and band


def rules(asked: str, asker: Person, ports: Ports) -> RuleList:
    """The rules that say what was asked for, in the file's order; for who may change them, with what buttons carry."""
    number, config, today = ports.in_force.number, ports.config, ports.clock.now().date()
    may_change = asker.role in OVERSEERS
    wanted = [rule for rule in config.rulebook.rules if asked.casefold() in _all_of(rule, config)]
    lines = [_line(rule, config, today, _token(number, rule.id) if may_change else Token("")) for rule in wanted]
    return RuleList(tuple(lines), _token(number, "") if may_change else None, asked)


def rule_form(token: Token, by: Person, ports: Ports) -> RuleForm | ClickReply:
    """The form for the rule a button names, or for a new one; or why there is none."""
    if by.role not in OVERSEERS:
        return _nothing("Operators and admins change match rules. Nothing was changed.")
    _, rule_id = _read(token)
    present = _token(ports.in_force.number, rule_id)  # before the rule is read: what changes in between is told of
    rule = _rule(rule_id, ports.config)
    if rule_id and rule is None:
        return _nothing("This rule is not there any more. Nothing was changed; `/cosell rules` lists those there are.")
    typed = typed_of(rule)
    if len(typed.when) > LONGEST:
        return _nothing(
            "This rule is too long for a form. Nothing was changed; change it in rules.yml (cosell config export)."
        )
    partners = tuple((partner.key, partner.name) for partner in ports.config.partners)
    return RuleForm(present, rule_id, typed, partners)


def preview_rule(token: Token, by: Person, typed: RuleTyped, ports: Ports) -> RulePreview | ClickReply | Complaints:
    """What the rule as typed would change among the open deals that changed last; nothing is changed yet."""
    found = _wanted(token, by, typed, ports)
    if not isinstance(found, MatchRule):
        return found
    based_on, rule_id = _read(token)
    config, today, record = (
        tried([edit_of(found)], based_on, ports),
        ports.clock.now().date(),
        ports.feed.partner_record(),
    )
    deals = ports.durable.read(lambda uow: uow.deals.changed_last(LOOKED_AT))
    changes = [change for deal in deals if (change := _change(deal, ports.config, config, record, today))]
    turns = [(_is_worth(change.before), _is_worth(change.after)) for _, change in changes]
    firsts = sorted(changes, key=_weight)[:SHOWN]
    return RulePreview(
        token=token,
        id=rule_id,
        typed=typed,
        looked_at=len(deals),
        changed=len(changes),
        firsts=tuple(change for _, change in firsts),
        gained=sum(after and not before for before, after in turns),
        lost=sum(before and not after for before, after in turns),
    )


def change_rule(token: Token, by: Person, typed: RuleTyped, ports: Ports) -> ClickReply | Complaints:
    """Put the rule as typed in force."""
    found = _wanted(token, by, typed, ports)
    if not isinstance(found, MatchRule):
        return found
    based_on, rule_id = _read(token)
    why = f"rule {found.id} {'changed' if rule_id else 'added'}"
    try:
        put_in_force([edit_of(found)], based_on, why, by, ports)
    except UserMistake as mistake:
        return _nothing(str(mistake))
    return ClickReply(
        ClickOutcome.DONE,
        f"In force now: {why}. Deals are ranked by it from their next change on; what waits for a decision stays as it "
        "was. `cosell config export` writes it into the files.",
    )


def _wanted(token: Token, by: Person, typed: RuleTyped, ports: Ports) -> MatchRule | ClickReply | Complaints:
    form = rule_form(token, by, ports)
    if isinstance(form, ClickReply):
        return form
    if form.token != token:
        return _nothing("Somebody changed the rules meanwhile, so nothing was changed. Open the rule again.")
    return read_rule(_rule(form.id, ports.config), typed, by, ports.config)


def _change(
    deal: Opportunity, now: Configuration, then: Configuration, record: Record, today: date
) -> tuple[Opportunity, RankChange] | None:
    before, after = (_best(deal, config, record, today) for config in (now, then))
    if before == after:
        return None
    account = f"{deal.account.name}: " if deal.account else ""
    return deal, RankChange(deal.id, f"{account}{deal.name}", before, after)


def _best(deal: Opportunity, config: Configuration, record: Record, today: date) -> Best | None:
    ranked = rank_partners(deal, config, record, today)
    score = next((score for score in ranked if score.excluded_because is None), None)
    return None if score is None else (config.name_of(score.partner), score.score, score.band)


def _weight(both: tuple[Opportunity, RankChange]) -> tuple[bool, Decimal]:
    """What begins or stops to be worth a motion stands first, then what is the largest."""
    deal, change = both
    stays = _is_worth(change.before) is _is_worth(change.after)
    return stays, -deal.amount.amount if deal.amount else Decimal(0)


def _is_worth(best: Best | None) -> bool:
    return best is not None and best[2] in STARTS_MOTION


def _line(rule: MatchRule, config: Configuration, today: date, token: Token) -> RuleLine:
    is_over = rule.expires is not None and rule.expires < today
    why_off = "" if rule.enabled and not is_over else "switched off" if not rule.enabled else f"ended on {rule.expires}"
    return RuleLine(
        id=rule.id,
        token=token,
        says=f"{_for_whom(rule.partners, config)}: {_what(rule)}",
        conditions=tuple(map(spelled, rule.when)),
        because=rule.because,
        owner=rule.owner,
        expires=rule.expires,
        is_on=not why_off,
        why_off=why_off,
    )


def _all_of(rule: MatchRule, config: Configuration) -> str:
    """What a rule is looked for by."""
    said = (rule.id, _for_whom(rule.partners, config), rule.because, *map(spelled, rule.when))
    return "\n".join(said).casefold()


def _for_whom(keys: Iterable[PartnerKey], config: Configuration) -> str:
    return ", ".join("Every partner" if key == EVERYBODY else config.name_of(key) for key in keys)


def _what(rule: MatchRule) -> str:
    if rule.effect == "points":
        return f"{rule.points:+g} points"
    return "only deals like this" if rule.effect == "require" else "never deals like this"


def _rule(rule_id: str, config: Configuration) -> MatchRule | None:
    return next((rule for rule in config.rulebook.rules if rule.id == rule_id), None)


def _token(number: int, rule_id: str) -> Token:
    return Token(f"{number}.{rule_id}")


def _read(token: Token) -> tuple[int, str]:
    number, _, rule_id = token.partition(".")
    return int(number) if number.isdigit() else -1, rule_id


def _nothing(said: str) -> ClickReply:
    return ClickReply(ClickOutcome.CHANGED_NOTHING, said)
