"""What a brief may say: the facts of a deal with their sources, what is missing, what a partner may be told."""

from collections.abc import Iterator
from datetime import date

from motions.deals import DealContext, Opportunity
from motions.grants import Released
from motions.model import Motion
from motions.policy import Partner
from motions.proposals import Proposal
from motions.referrals import FormField
from motions.writing import BriefFacts, Fact, HandoffFacts


def facts_of(context: DealContext, motion: Motion, partner: Partner, today: date) -> BriefFacts:
    """Everything our own people may read about this deal before a call, each with the record it rests on."""
    return BriefFacts(
        deal_name=context.deal.name,
        partner_name=partner.name,
        facts=(*_deal_facts(context.deal), *_people_facts(context, today)),
        reasons=tuple(reason.text for reason in motion.reasons),
        missing=missing_of(context),
    )


def missing_of(context: DealContext) -> tuple[str, ...]:
    """What a good brief would want and the CRM does not have, named for people."""
    deal = context.deal
    wanted = {
        "amount": deal.amount,
        "close date": deal.close_date,
        "contacts": context.contacts or None,
        "recent activity": context.activities or None,
        "business problem": deal.description,
        "website": deal.account.website if deal.account else None,
    }
    absent = [name for name, value in wanted.items() if value is None]
    return (*absent, *context.unreadable)


def shown_of(form: tuple[FormField, ...], released: Released) -> tuple[FormField, ...]:
    """The lines of a form made of released values whose field is released for this purpose too."""
    return tuple(line for line in form if line.field in released.fields and line.value)


def handoff_facts(
    form: tuple[FormField, ...], released: Released, seller_name: str, next_step: str, due: str
) -> HandoffFacts:
    """What the partner's seller is told, from the released projection alone."""
    partner = released.partner.name
    shown = shown_of(form, released)
    facts = tuple(Fact(f.field.value, f.label, f.value or "", f"referral for {partner}") for f in shown)
    return HandoffFacts(partner, seller_name, facts, next_step, due)


def deal_lines(deal: Opportunity) -> tuple[tuple[str, str], ...]:
    """The four facts everybody looks for first."""
    return (
        ("Stage", deal.stage_name),
        ("Amount", str(deal.amount) if deal.amount else "not set"),
        ("Close date", deal.close_date.isoformat() if deal.close_date else "not set"),
        ("Seller", deal.owner.name if deal.owner else "nobody"),
    )


def handoff_part(proposal: Proposal) -> dict[str, object]:
    """The sealed words for the partner inside a proposal's payload."""
    part = proposal.payload["handoff"]
    assert isinstance(part, dict)
    return part


def _deal_facts(deal: Opportunity) -> Iterator[Fact]:
    source = f"Opportunity {deal.id} @ {deal.modified_at.isoformat()}"
    yield Fact("deal", "Deal", deal.name, source)
    yield Fact("stage", "Stage", deal.stage_name, source)
    if deal.amount is not None:
        yield Fact("amount", "Amount", str(deal.amount), source)
    if deal.close_date is not None:
        yield Fact("close_date", "Close date", deal.close_date.isoformat(), source)
    if deal.owner is not None:
        yield Fact("seller", "Seller", deal.owner.name, source)
    for name, label in (("product", "Product"), ("kind", "Type"), ("next_step", "Next step")):
        if value := getattr(deal, name):
            yield Fact(name, label, value, source)
    if deal.description:
        yield Fact("problem", "Business problem", deal.description, source)
    yield from _account_facts(deal)


def _account_facts(deal: Opportunity) -> Iterator[Fact]:
    account = deal.account
    if account is None:
        return
    source = f"Account {account.id}"
    yield Fact("account", "Account", account.name, source)
    for name, label in (("industry", "Industry"), ("country", "Country"), ("city", "City"), ("website", "Website")):
        if value := getattr(account, name):
            yield Fact(name, label, value, source)
    if account.employees is not None:
        yield Fact("employees", "Employees", f"{account.employees:,}", source)


def _people_facts(context: DealContext, today: date) -> Iterator[Fact]:
    for index, contact in enumerate(context.contacts[:3], 1):
        said = f"{contact.name}, {contact.title}" if contact.title else contact.name
        yield Fact(f"contact.{index}", contact.role or "Contact", said, f"Contact {contact.id}")
    for index, activity in enumerate(context.activities[:3], 1):
        when = f" on {activity.on.isoformat()}" if activity.on else ""
        label = "Planned" if activity.on and activity.on > today else "Last activity"
        yield Fact(f"activity.{index}", label, f"{activity.subject}{when}", f"{activity.kind} {activity.id}")
