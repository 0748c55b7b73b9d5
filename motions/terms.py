"""The terms of a standing approval: read from a line, held against a proposal, and whether they still hold."""

import re
from datetime import date, timedelta
from decimal import Decimal

from motions.deals import Money
from motions.deciding import is_requester
from motions.endorsing import people_needed, worth
from motions.errors import UserMistake
from motions.model import Band, Motion, PartnerKey, Person, Role
from motions.policy import ActionKind, Autonomy, Configuration, Partner
from motions.proposals import Proposal, StandingApproval
from motions.records import UnitOfWork

PLAY = "co-sell"
EXAMPLE = "/cosell standing AWS up to 250000 EUR until 2026-12-31"
LONGEST = timedelta(days=366)
BANDS = {Band.HIGH, Band.GREY}
OVERSEERS = {Role.OPERATOR, Role.ADMIN}

_LINE = re.compile(
    r"(?P<partner>.+?)\s+up\s+to\s+(?P<amount>\d[\d,_']*(?:\.\d{1,2})?)\s*(?P<currency>[a-z]{3})"
    r"\s+until\s+(?P<until>\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)


def read_terms(line: str, today: date, config: Configuration) -> tuple[Partner, Money, date]:
    """Partner, highest amount and last day; UserMistake says what is wrong with the line."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise UserMistake(f"Say the partner, the highest amount with its currency, and the last day: `{EXAMPLE}`.")
    partner = _partner(found["partner"], config)
    amount = Decimal(re.sub(r"[,_']", "", found["amount"]))
    if amount <= 0:
        raise UserMistake("The highest amount has to be more than zero.")
    return partner, Money(amount, found["currency"].upper()), _last_day(found["until"], today)


def may_give(by: Person, partner: PartnerKey, config: Configuration) -> bool:
    """Whether this person approves this partner's referrals: its alliance managers, operators, admins."""
    if by.role in OVERSEERS:
        return True
    return by.role is Role.ALLIANCE_MANAGER and by.email is not None and _looks_after(by.email, partner, config)


def why_out(standing: StandingApproval, today: date, config: Configuration) -> str | None:
    """Why a standing approval counts no more, in words that follow its name; or None."""
    if standing.revoked_at is not None:
        return f"was revoked by {standing.revoked_name}"
    if standing.given_at is None:
        return "was never given"
    return why_stale(standing, today, config)


def why_stale(standing: StandingApproval, today: date, config: Configuration) -> str | None:
    """Why what was offered or given is not what would be given now, or None."""
    if today > standing.until:
        return f"ended on {standing.until}"
    if not standing.is_sealed:
        return "is not what was given: its stored terms were changed"
    if standing.policy_version != config.policy.version:
        return f"was given under policy {standing.policy_version}; the policy is now {config.policy.version}"
    if not _may_still_give(standing, config):
        return f"was given by somebody who no longer looks after {standing.partner}"
    return None


def fits(
    standing: StandingApproval, motion: Motion, proposal: Proposal, uow: UnitOfWork, config: Configuration
) -> bool:
    """Whether these terms cover this referral; what needs two people, or its giver asked for, is never covered."""
    amount = worth(proposal)
    if standing.play != PLAY or standing.partner != proposal.audience or motion.band not in BANDS:
        return False
    if amount is None or amount.currency != standing.up_to.currency or amount.amount > standing.up_to.amount:
        return False
    if config.policy.autonomy_for(ActionKind.PORTAL_FILING, motion.band) is Autonomy.FORBID:
        return False
    if people_needed(proposal, config.policy) > 1:
        return False
    return config.policy.requester_may_approve or not is_requester(motion, standing.given_by, uow)


def _partner(said: str, config: Configuration) -> Partner:
    name = said.strip().casefold()
    for partner in config.partners:
        if name in {each.casefold() for each in (partner.key, partner.name, *partner.aliases)}:
            if partner.portal is None:
                raise UserMistake(f"Nothing is filed with {partner.name}: it has no connected portal.")
            return partner
    known = ", ".join(partner.name for partner in config.partners if partner.portal)
    raise UserMistake(f"No partner is called “{said.strip()}”. Referrals are filed with: {known}.")


def _last_day(said: str, today: date) -> date:
    try:
        until = date.fromisoformat(said)
    except ValueError as error:
        raise UserMistake(f"{said} is no date. Write it as 2026-12-31.") from error
    if until < today:
        raise UserMistake(f"{until} is over. Name a day to come.")
    if until > today + LONGEST:
        raise UserMistake(f"{until} is too far away. A standing approval lasts a year at most.")
    return until


def _may_still_give(standing: StandingApproval, config: Configuration) -> bool:
    email, coverage = standing.given_email.casefold(), config.coverage
    if email in {each.casefold() for each in (*coverage.operators, *coverage.admins)}:
        return True
    return _looks_after(email, standing.partner, config)


def _looks_after(email: str, partner: PartnerKey, config: Configuration) -> bool:
    rows = [row for row in config.coverage.rows if row.partner == partner]
    return email.casefold() in {each.casefold() for row in rows for each in (row.manager, row.backup)}
