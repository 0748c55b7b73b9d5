"""Those who click: a seller who moves a deal on, a manager who approves, partners who agree and send a sheet back."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

from bench.chaos.company import Company
from bench.portals.books import Filed
from bench.portals.setting import BY_HAND, SIDES, STAFF, Side, shares
from bot import sheets
from bot.settings import Settings
from motions.model import Motion

# In the United States, with a site, a size and an address: what the portals ask of a customer is there.
CUSTOMERS = ("Acme Corporation", "Codehow", "Conecom", "Doncon", "Donquadtech", "Konex")
APPROVER = "U0PRIYA"


def open_rooms(company: Company) -> None:
    """The channel shared with the partner that the sandbox knows nothing of."""
    wish = {"id": BY_HAND.shared, "name": "meridian-google", "teams": ["T0MERIDIAN", BY_HAND.team]}
    company.do("/slack/_control/channels", **wish, members=[*STAFF, BY_HAND.seller])


def agree(company: Company) -> None:
    """The partner nobody plays presses Agree on whatever asks."""
    for message in company.messages(BY_HAND.shared):
        if "grant.agree" in str(message.get("blocks")):
            place = {"channel": BY_HAND.shared, "message_ts": message["ts"]}
            company.act("action", BY_HAND.seller, **place, action_id="grant.agree")


def choose(company: Company, count: int) -> list[tuple[str, Side]]:
    """Open deals, each with the partner it is to be filed with; the partners take turns as far as their shares go."""
    left = dict(shares(count))
    turns = cycle(SIDES)
    rows = company.records("SELECT Id FROM Opportunity WHERE IsClosed = false ORDER BY Id")
    if len(rows) < count:
        raise SystemExit(f"the sandbox has only {len(rows)} open deals; asked for {count}")
    return [(str(row["Id"]), _next(turns, left)) for row in rows[:count]]


def move_on(company: Company, deals: Sequence[tuple[str, Side]]) -> None:
    """The sellers' edits: each deal is whole and promising afterwards."""
    named = company.records("SELECT Id, Name FROM Account")
    accounts = [row for row in named if row["Name"] in CUSTOMERS]
    for number, (deal, side) in enumerate(deals):
        account = accounts[number % len(accounts)]
        company.complete(deal, account["Id"], f"{account['Name']} {number + 1} - {side.product}", number)


def approve(company: Company, motion: Motion) -> bool:
    """Press Approve on a card; False when Slack did not take the click."""
    assert motion.card is not None
    place = {"channel": motion.card.channel, "message_ts": motion.card.ts}
    return bool(company.act("action", APPROVER, **place, action_id="motion.approve").get("ok"))


def send_back(packs: Sequence[Filed], folder: Path, settings: Settings) -> int:
    """The partner without an API sends its decisions on these packs in a sheet, and it is imported; how many rows."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("CRM ID", "Registration ID", "Status", "Partner manager"))
    rows.writerows((pack.crm_id, f"DR-{pack.id.removeprefix('PACK-')}", "Approved", "Kim Ode") for pack in packs)
    file = folder / f"decisions-{packs[0].id}.csv"
    file.write_text(text.getvalue())
    seen = sheets.look(file, BY_HAND.partner, settings)
    return sheets.bring_in(file, BY_HAND.partner, settings, expected=seen.sha256)


def _next(turns: Iterator[Side], left: dict[str, int]) -> Side:
    side = next(each for each in turns if left[each.partner])
    left[side.partner] -= 1
    return side
