"""The same deal in a portal already: how alike two are, by customer, name, worth and date; a person decides. Pure.

What is not known of a referral there counts neither for nor against it, so the less a portal tells the sooner a person
is asked. Under this deal's own CRM id there is nothing to decide.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from motions.companies import same_company, site_of
from motions.deals import Money
from motions.referrals import Draft, Field, FormField, InputKind, LookAlike, Problem, Referral

TWINS = ("already-filed", "look-alike")  # codes of what is in the portal already
OTHERS = "other_deals"  # of a sealed payload: what a person said is not this deal
ASKED_FROM = 50  # of a hundred
ASKED_AT_MOST = 3  # as many ids as one choice of a form holds
ALIKE_WITHIN, NEAR_WITHIN = Decimal("0.15"), timedelta(days=45)

_SEPARATOR = "; "
_CUSTOMER, _NAME, _WORTH, _DATE = 40, 30, 20, 10
_NAMES_ALIKE = 0.5  # of the words of the shorter


def without_others(
    draft: Draft, twins: Sequence[LookAlike], referral: Referral, said: str
) -> tuple[Draft, dict[str, str]]:
    """The draft with what may be the same deal as a question, but for what a person said is another; and those."""
    likely = [twin for twin in by_likeness(twins, referral) if is_likely(twin, referral)]
    if not likely:
        return draft, {}
    if likely[0].same_crm_id:
        return replace(draft, problems=(*draft.problems, _problem(likely[0], referral))), {}
    asked = [twin for twin in likely if twin.referral_id not in said.split(_SEPARATOR)][:ASKED_AT_MOST]
    ids = _SEPARATOR.join(twin.referral_id for twin in asked or likely)
    shown = None if asked else ids
    label = "In the portal already, and another deal"
    line = FormField(Field.OTHER_DEALS, label, shown, InputKind.CHOICE, (ids,), note="never sent")
    problems = tuple(_problem(twin, referral) for twin in asked[:1])
    beside = {} if asked else {OTHERS: ids}
    return replace(draft, form=(*draft.form, line), problems=(*draft.problems, *problems)), beside


def together(said: str, more: str) -> str:
    """What a person said is not this deal, earlier and now: only so many fit into one question."""
    return _SEPARATOR.join(dict.fromkeys(each for one in (said, more) for each in one.split(_SEPARATOR) if each))


def by_likeness(twins: Iterable[LookAlike], referral: Referral) -> list[LookAlike]:
    """The deal's own CRM id first, then the most alike."""
    return sorted(twins, key=lambda twin: (not twin.same_crm_id, -likeness(twin, referral)))


def is_likely(twin: LookAlike, referral: Referral) -> bool:
    """Whether a person is asked of it."""
    return twin.same_crm_id or likeness(twin, referral) >= ASKED_FROM


def likeness(twin: LookAlike, referral: Referral) -> int:
    """How alike a referral in the portal and this deal are, of a hundred, by what is known of both."""
    found = _compared(twin, referral)
    known = sum(weight for _, weight, is_alike in found if is_alike is not None)
    return round(100 * sum(weight for _, weight, is_alike in found if is_alike) / known) if known else 0


def _compared(twin: LookAlike, referral: Referral) -> list[tuple[str, int, bool | None]]:
    title = referral.answers.get(Field.TITLE, referral.title)
    worth = referral.monthly_spend if twin.is_monthly else referral.annual_value
    return [
        ("customer", _CUSTOMER, _same_customer(twin, referral)),
        ("name", _NAME, _alike(twin.title, title) if twin.title and title else None),
        ("worth", _WORTH, _near(twin.worth, worth) if twin.worth and worth else None),
        ("close date", _DATE, _same_time(twin.close_date, referral.close_date)),
    ]


def _same_customer(twin: LookAlike, referral: Referral) -> bool | None:
    sites = {site_of(twin.website), site_of(referral.answers.get(Field.WEBSITE, referral.account.website))}
    if len(sites) == 1 and None not in sites:
        return True
    name = referral.answers.get(Field.CUSTOMER, referral.account.name)
    return same_company(twin.customer, name) if twin.customer and name else None


def _alike(one: str, other: str) -> bool:
    words = [set(re.findall(r"\w+", text.casefold())) for text in (one, other)]
    fewest = min(len(each) for each in words)
    return bool(fewest) and len(words[0] & words[1]) / fewest >= _NAMES_ALIKE


def _near(one: Money, other: Money) -> bool | None:
    if one.currency != other.currency:
        return None
    return abs(one.amount - other.amount) <= ALIKE_WITHIN * max(one.amount, other.amount)


def _same_time(one: date | None, other: date | None) -> bool | None:
    return None if one is None or other is None else abs(one - other) <= NEAR_WITHIN


def _problem(twin: LookAlike, referral: Referral) -> Problem:
    same = [name for name, _, is_alike in _compared(twin, referral) if is_alike]
    agreeing = f"same {', '.join(same)}; " if same and not twin.same_crm_id else ""
    return Problem(
        field=None if twin.same_crm_id else Field.OTHER_DEALS,
        code=TWINS[0] if twin.same_crm_id else TWINS[1],
        message=f"{twin.referral_id} in the portal looks like the same deal: {agreeing}{twin.why}.",
        fix="Deny this card, or close the other referral in the portal first."
        if twin.same_crm_id
        else "If it is, deny this card; if it is another deal, say so with Answer.",
    )
