"""Salesforce records -> our deals, accounts, people and activities; pure, every vendor word of a record ends here."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.salesforce.countries import country_code
from connectors.salesforce.fields import QUOTE_APPROVED, FieldMap, plain_number
from motions.deals import (
    Account,
    Activity,
    Contact,
    CosellFields,
    Money,
    Opportunity,
    OpportunityId,
    Owner,
    Quote,
    Stage,
)

Record = Mapping[str, Any]

_SEVERAL = re.compile(r"[;,\n]")

ACTIVITY_MARK = "cosell: "


def opportunity_from(record: Record, fields: FieldMap) -> Opportunity:
    """One deal from a query's row; columns that were not selected are simply unknown."""
    name = text_of(record.get("Name")) or str(record["Id"])
    return Opportunity(
        id=OpportunityId(record["Id"]),
        name=name,
        stage=stage_of(record, fields.stages),
        stage_name=str(record["StageName"]),
        is_closed=bool(record["IsClosed"]),
        is_won=bool(record["IsWon"]),
        modified_at=moment_of(record["SystemModstamp"]),
        created_at=moment_of(record["CreatedDate"]),
        modified_by=text_of(record.get("LastModifiedById")),
        owner=_owner_from(record, fields.owner_region),
        account=_account_from(record),
        amount=_money_from(record, fields.currency),
        close_date=day_of(record.get("CloseDate")),
        kind=text_of(record.get("Type")),
        product=_product_of(record, name, fields.product),
        next_step=text_of(record.get("NextStep")),
        description=text_of(record.get("Description")),
        competitors=_competitors_of(record, fields.competitors),
        loss_reason=text_of(record.get(fields.loss_reason)),
        cosell=cosell_from(record, fields.cosell),
        quote=quote_from(record, fields),
    )


def cosell_from(record: Record, names: Mapping[str, str]) -> CosellFields:
    """What the CRM shows of the motion, as text."""
    return CosellFields(**{ours: text_of(record.get(theirs)) for ours, theirs in names.items()})


def quote_from(record: Record, fields: FieldMap) -> Quote | None:
    """What was quoted for a deal; None while its status says nothing."""
    said = {ours: record.get(theirs) for ours, theirs in fields.quote.items()}
    status = text_of(said.get("status"))
    if status is None:
        return None
    amount, months = said.get("amount"), text_of(said.get("months")) or ""
    currency = text_of(record.get("CurrencyIsoCode"))
    figures = [f"Opportunity.{theirs}" for ours, theirs in fields.quote.items() if ours != "buyer_account"]
    return Quote(
        number=text_of(said.get("number")),
        is_approved=status.casefold() in QUOTE_APPROVED,
        amount=None if amount is None else Money(Decimal(amount), currency or fields.currency),
        months=int(months) if months.isdecimal() else None,
        valid_until=day_of(said.get("valid_until")),
        product=text_of(said.get("product")),
        buyer_account=text_of(said.get("buyer_account")),
        amount_from=", ".join([*figures, *(["Opportunity.CurrencyIsoCode"] if currency else [])]),
        buyer_from=f"Opportunity.{fields.quote['buyer_account']}",
    )


def contact_from(record: Record, role: str | None = None) -> Contact | None:
    """One contact; None when there is nothing to call it by."""
    name = text_of(record.get("Name"))
    if name is None:
        return None
    return Contact(
        id=str(record["Id"]),
        name=name,
        title=text_of(record.get("Title")),
        email=text_of(record.get("Email")),
        phone=text_of(record.get("Phone")),
        role=role,
    )


def contact_in_role(record: Record) -> Contact | None:
    """The contact of one row of the deal's contact roles."""
    contact = record.get("Contact")
    return contact_from(contact, text_of(record.get("Role"))) if contact else None


def activity_from(record: Record, kind: str) -> Activity:
    """One task or event."""
    subject = text_of(record.get("Subject")) or "(no subject)"
    return Activity(id=str(record["Id"]), kind=kind, subject=subject, on=day_of(record.get("ActivityDate")))


def is_ours(record: Record, key: str | None = None) -> bool:
    """Whether a task is one that we filed (under this key)."""
    lines = (text_of(record.get("Description")) or "").splitlines()
    if key is not None:
        return f"{ACTIVITY_MARK}{key}" in lines
    return any(line.startswith(ACTIVITY_MARK) for line in lines)


def stage_of(record: Record, stages: Mapping[str, Stage]) -> Stage:
    """Won and lost by the flags, everything else by the table; an open stage we do not know is qualified."""
    if record["IsWon"]:
        return Stage.WON
    if record["IsClosed"]:
        return Stage.LOST
    known = {name.casefold(): stage for name, stage in stages.items()}
    return known.get(str(record["StageName"]).casefold(), Stage.QUALIFIED)


def moment_of(text: str) -> datetime:
    """'2026-11-21T00:00:00.000+0000' -> an aware moment in UTC; raises ValueError without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC)


def day_of(value: object) -> date | None:
    """A calendar day, or None."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def text_of(value: object) -> str | None:
    """Any plain value as people read it; blank is None."""
    if value is None:
        return None
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return plain_number(str(value))
    return str(value).replace("\r\n", "\n").strip() or None


def _owner_from(record: Record, region: str | None) -> Owner | None:
    owner, owner_id = record.get("Owner") or {}, text_of(record.get("OwnerId"))
    if owner_id is None:
        return None
    return Owner(
        id=owner_id,
        name=text_of(owner.get("Name")) or owner_id,
        email=text_of(owner.get("Email")),
        region=text_of(owner.get(region)) if region else None,
    )


def _account_from(record: Record) -> Account | None:
    account, account_id = record.get("Account") or {}, text_of(record.get("AccountId"))
    if account_id is None:
        return None
    employees = account.get("NumberOfEmployees")
    return Account(
        id=account_id,
        name=text_of(account.get("Name")) or account_id,
        website=text_of(account.get("Website")),
        industry=text_of(account.get("Industry")),
        employees=None if employees is None else int(employees),
        country=country_code(account.get("BillingCountryCode")) or country_code(account.get("BillingCountry")),
        state=text_of(account.get("BillingState")) or text_of(account.get("BillingStateCode")),
        city=text_of(account.get("BillingCity")),
        postal_code=text_of(account.get("BillingPostalCode")),
        street=text_of(account.get("BillingStreet")),
    )


def _money_from(record: Record, currency: str) -> Money | None:
    amount = record.get("Amount")
    if amount is None:
        return None
    return Money(Decimal(amount), text_of(record.get("CurrencyIsoCode")) or currency)


def _competitors_of(record: Record, column: str | None) -> tuple[str, ...]:
    said = text_of(record.get(column)) if column else None
    named = (one.strip() for one in _SEVERAL.split(said or ""))
    return tuple(one for one in named if one)


def _product_of(record: Record, name: str, column: str | None) -> str | None:
    if column is not None:
        named = text_of(record.get(column))
        if named is not None:
            return named
    # 'Isdom - GTX Pro': account, then product. Without an account the name is made of other things.
    before, _, after = name.rpartition(" - ")
    return after.strip() or None if before and record.get("AccountId") else None
