"""Fills an empty org with the sandbox's company, and says what of it is made up."""

from datetime import datetime
from random import Random

from sandbox.salesforce.ids import record_id
from sandbox.salesforce.recorded import Recorded, load
from sandbox.salesforce.seed_activities import activities
from sandbox.salesforce.seed_deals import deals as make_deals
from sandbox.salesforce.seed_people import BOT_USER_ID, audit, people
from sandbox.salesforce.stamps import stamp
from sandbox.salesforce.store import Row, Store
from sandbox.salesforce.vocabulary import TEXTS

ABOUT: list[str] = TEXTS["about"]


def dice(seed: int, part: str) -> Random:
    """Numbers that are the same for the same seed and part."""
    return Random(f"{seed}:{part}")  # noqa: S311 - a sandbox, not a secret


def fill(store: Store, now: datetime, *, deals: int | None, seed: int) -> None:
    """Insert the whole company, or the company with fewer deals; the store must be empty."""
    recorded = load(now.date(), deals)
    staff = people(recorded, now, dice(seed, "people"))
    made = make_deals(recorded, staff, now, dice(seed, "deals"))
    around = activities(made.rows, staff, now, dice(seed, "activities"))
    tables = {
        "User": staff.users,
        "Account": staff.accounts,
        "Contact": staff.contacts,
        "Product2": _products(recorded, now),
        "Opportunity": made.rows,
        "OpportunityHistory": made.history,
        "OpportunityContactRole": around.roles,
        "Task": around.tasks,
        "Event": around.events,
    }
    with store.transaction():
        for name, rows in tables.items():
            if rows:
                store.insert(name, rows, list(rows[0]))


def _products(recorded: Recorded, now: datetime) -> list[Row]:
    written = stamp(now)
    return [
        {
            "Id": record_id("01t", number),
            "Name": name,
            "Family": name.split()[0],
            "Description": f"List price {price:.0f}",
            "IsActive": 1,
            **audit(written, written, BOT_USER_ID),
        }
        for number, (name, price) in enumerate(recorded.prices.items(), start=1)
    ]
