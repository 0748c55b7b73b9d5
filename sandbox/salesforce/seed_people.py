"""The seed's users, accounts and contacts: recorded ones with generated details; knows no deal."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox import cast
from sandbox.salesforce import vocabulary as words
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.recorded import Company, Recorded
from sandbox.salesforce.stamps import stamp
from sandbox.salesforce.store import Cell, Row

BOT_USER_ID = record_id("005", 1)
BOT_USERNAME = f"cosell.bot@{cast.MERIDIAN.domain}"
_MAX_CONTACTS = 4


@dataclass(frozen=True)
class People:
    """The rows, and the ids the deals refer to them by."""

    users: list[Row]
    accounts: list[Row]
    contacts: list[Row]
    user_ids: dict[str, str]
    account_ids: dict[str, str]
    contact_ids: dict[str, list[str]]


def people(recorded: Recorded, now: datetime, rng: Random) -> People:
    """Everybody the deals need."""
    since = stamp(now - timedelta(days=900))
    users = _users(recorded, since)
    user_ids = {str(row["Name"]): str(row["Id"]) for row in users}
    accounts = [_account(at, company, rng, since) for at, company in enumerate(recorded.companies, start=1)]
    account_ids = {str(row["Name"]): str(row["Id"]) for row in accounts}
    sellers = [user_ids[agent.name] for agent in recorded.agents]
    for row, company in zip(accounts, recorded.companies, strict=True):
        row["ParentId"] = account_ids.get(company.parent)
        row["OwnerId"] = rng.choice(sellers)
    contacts = _contacts(accounts, rng, since)
    contact_ids: dict[str, list[str]] = {}
    for row in contacts:
        contact_ids.setdefault(str(row["AccountId"]), []).append(str(row["Id"]))
    return People(users, accounts, contacts, user_ids, account_ids, contact_ids)


def domain_of(company: str) -> str:
    """'Gekko & Co' -> 'gekko-co.example': a domain nobody can own."""
    return re.sub(r"[^a-z0-9]+", "-", company.lower()).strip("-") + ".example"


def audit(created: str, modified: str, user_id: str) -> Row:
    """The stamps every row carries."""
    return {
        "CreatedDate": created,
        "CreatedById": user_id,
        "LastModifiedDate": modified,
        "LastModifiedById": user_id,
        "SystemModstamp": modified,
    }


def _users(recorded: Recorded, since: str) -> list[Row]:
    offices = {agent.manager: agent.office for agent in recorded.agents}
    rows = [_user(1, "Cosell Bot", BOT_USERNAME, "Integration user", None, "America/Chicago", since)]
    for member in cast.NAMED:
        if member.team == cast.MERIDIAN.id:
            rows.append(_user(len(rows) + 1, member.name, member.email, member.title, None, member.tz, since))
    for name, office in offices.items():
        zone = cast.REGION_TZ[office]
        rows.append(_user(len(rows) + 1, name, cast.email_of(name), "Sales manager", office, zone, since))
    ids = {str(row["Name"]): row["Id"] for row in rows}
    for agent in recorded.agents:
        zone = cast.REGION_TZ[agent.office]
        row = _user(
            len(rows) + 1, agent.name, cast.email_of(agent.name), "Account executive", agent.office, zone, since
        )
        rows.append(row | {"ManagerId": ids[agent.manager]})
    return rows


def _user(number: int, name: str, email: str, title: str, office: str | None, zone: str, since: str) -> Row:
    first, _, last = name.partition(" ")
    return {
        "Id": record_id("005", number),
        "Username": email,
        "Name": name,
        "FirstName": first,
        "LastName": last,
        "Email": email,
        "Alias": (first[:1] + last)[:8].lower(),
        "Title": title,
        "CompanyName": cast.MERIDIAN.name,
        "Department": office,
        "IsActive": 1,
        "TimeZoneSidKey": zone,
        "LocaleSidKey": "en_US",
        "UserType": "Standard",
        "ManagerId": None,
        **audit(since, since, BOT_USER_ID),
    }


def _account(number: int, company: Company, rng: Random, since: str) -> Row:
    place = words.PLACES_ABROAD.get(company.country) or rng.choice(words.US_PLACES)
    return {
        "Id": record_id("001", number),
        "Name": company.name,
        "Website": f"https://www.{domain_of(company.name)}",
        "Phone": f"+1 555 01{rng.randrange(100):02d}",
        "Industry": words.INDUSTRIES[company.sector],
        "SicDesc": company.sector,
        "YearStarted": company.founded,
        "AnnualRevenue": round(company.revenue_millions * 1_000_000, 2),
        "NumberOfEmployees": company.employees,
        "Ownership": "Subsidiary" if company.parent else rng.choice(("Public", "Private")),
        "BillingStreet": place.street,
        "BillingCity": place.city,
        "BillingPostalCode": place.postal_code,
        "BillingCountry": company.country,
        "BillingCountryCode": place.country_code,
        "BillingState": place.state,
        "BillingStateCode": place.state_code,
        "Type": "Prospect",
        **audit(since, since, BOT_USER_ID),
    }


def _contacts(accounts: list[Row], rng: Random, since: str) -> list[Row]:
    rows: list[Row] = []
    for account in accounts:
        count = rng.randint(1, _MAX_CONTACTS)
        for first, last in zip(rng.sample(words.FIRST_NAMES, count), rng.sample(words.LAST_NAMES, count), strict=True):
            rows.append(_contact(len(rows) + 1, account, first, last, rng) | audit(since, since, BOT_USER_ID))
    return rows


def _contact(number: int, account: Row, first: str, last: str, rng: Random) -> dict[str, Cell]:
    return {
        "Id": record_id("003", number),
        "AccountId": account["Id"],
        "FirstName": first,
        "LastName": last,
        "Name": f"{first} {last}",
        "Email": f"{first}.{last}@{domain_of(str(account['Name']))}".lower(),
        "Title": rng.choice(words.TITLES),
        "Phone": f"+1 555 01{rng.randrange(100):02d}",
        "OwnerId": account["OwnerId"],
    }
