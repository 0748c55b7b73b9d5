"""The seeded company: the recorded data with its dirt, and a generated rest that says so."""

from datetime import date
from pathlib import Path

import pytest

from sandbox import cast
from sandbox.salesforce import query
from sandbox.salesforce.app import build_app
from sandbox.salesforce.ids import normalise, record_id
from sandbox.salesforce.org import Org
from sandbox.salesforce.recorded import load
from sandbox.salesforce.seed_people import BOT_USER_ID
from tests.sandbox.salesforce.salesforce_rig import START, Emulator, StillClock


@pytest.fixture
def org(whole_emulator: Emulator) -> Org:
    made: Org = whole_emulator.app.state.org
    return made


def _count(org: Org, text: str) -> int:
    size = query.run(org, BOT_USER_ID, f"SELECT COUNT() FROM {text}")["totalSize"]
    assert isinstance(size, int)
    return size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Opportunity", 8800),
        ("Opportunity WHERE AccountId = null", 1425),
        ("Opportunity WHERE Name LIKE '%GTXPro%'", 1480),
        ("Opportunity WHERE StageName = 'Closed Won'", 4238),
        ("Opportunity WHERE StageName = 'Closed Lost' AND Amount = 0", 2473),
        ("Opportunity WHERE StageName = 'Prospecting'", 500),
        ("Opportunity WHERE CloseDate = null", 0),
        ("Account", 85),
        ("Account WHERE ParentId != null", 15),
        ("Account WHERE SicDesc = 'technolgy' AND Industry = 'Technology'", 12),
        ("Account WHERE BillingCountry = 'Philipines' AND BillingCountryCode = 'PH'", 1),
        ("User WHERE Title = 'Account executive' AND ManagerId != null", 35),
        ("User WHERE Title = 'Sales manager'", 6),
        ("Opportunity WHERE IsClosed = false AND Cosell_Partners__c != null", 0),
    ],
)
def test_the_recorded_data_is_kept_dirt_and_all(org: Org, text: str, expected: int) -> None:
    assert _count(org, text) == expected


def test_the_data_ends_today_and_open_deals_close_later(org: Org) -> None:
    assert _count(org, "Opportunity WHERE IsClosed = true AND CloseDate > TODAY") == 0
    assert _count(org, "Opportunity WHERE IsClosed = true AND CloseDate = TODAY") > 0
    assert _count(org, "Opportunity WHERE IsClosed = false AND CloseDate <= TODAY") == 0
    assert _count(org, "Opportunity WHERE SystemModstamp > 2026-11-21T08:30:00Z") == 0


def test_some_open_deals_lack_an_amount_and_some_closed_ones_name_a_partner(org: Org) -> None:
    without = _count(org, "Opportunity WHERE IsClosed = false AND Amount = null")
    partnered = _count(org, "Opportunity WHERE IsClosed = true AND Cosell_Partners__c != null")

    assert 0.05 < without / 2089 < 0.11
    assert 0.10 < partnered / 6711 < 0.14


def test_some_descriptions_try_to_give_orders(org: Org) -> None:
    text = "SELECT Description FROM Opportunity WHERE IsClosed = false"
    records = query.run(org, BOT_USER_ID, text, page_size=2000)["records"]

    assert isinstance(records, list)
    assert any("Ignore previous instructions" in str(record["Description"]) for record in records)


def test_sellers_are_the_casts_people_with_their_regions_clock(org: Org) -> None:
    row = org.store.find("User", "Email", cast.email_of("Darcel Schlecht"))[0]

    assert (row["Name"], row["Department"], row["TimeZoneSidKey"]) == (
        "Darcel Schlecht",
        "Central",
        "America/Chicago",
    )
    assert {member.email for member in cast.NAMED if member.team == cast.MERIDIAN.id} <= {
        str(user[0]) for user in org.store.select('SELECT "Email" FROM "User"')
    }


def test_every_history_ends_where_its_deal_stands(org: Org) -> None:
    broken = org.store.select(
        'SELECT COUNT(*) FROM "Opportunity" o WHERE NOT EXISTS (SELECT 1 FROM "OpportunityHistory" h '
        'WHERE h."OpportunityId" = o."Id" AND h."StageName" = o."StageName" '
        'AND h."CreatedDate" = o."LastStageChangeDate" AND h."CreatedDate" <= o."SystemModstamp")'
    )

    assert broken == [(0,)]


def test_the_same_seed_makes_the_same_company(tmp_path: Path) -> None:
    one, two, other = (
        build_app(StillClock(), database=tmp_path / f"{name}.sqlite", deals=40, seed=seed).state.org
        for name, seed in (("one", 3), ("two", 3), ("other", 4))
    )
    rows = 'SELECT * FROM "Opportunity" ORDER BY "Id"'

    assert one.store.select(rows) == two.store.select(rows)
    assert one.store.select(rows) != other.store.select(rows)


def test_an_org_that_is_there_already_is_kept(tmp_path: Path) -> None:
    first = build_app(StillClock(), database=tmp_path / "org.sqlite", deals=40)
    first.state.org.store.update("Account", record_id("001", 1), {"Name": "Renamed"})
    first.state.org.store.close()

    again = build_app(StillClock(), database=tmp_path / "org.sqlite", deals=40)

    assert again.state.org.store.get("Account", record_id("001", 1))["Name"] == "Renamed"


def test_a_smaller_company_is_an_even_sample() -> None:
    sample = load(date(2026, 11, 21), 100)

    assert len(sample.deals) == 100
    assert len(sample.companies) == 85
    assert {deal.stage for deal in sample.deals} == {"Won", "Lost", "Engaging", "Prospecting"}


def test_the_emulator_says_what_is_made_up(emulator: Emulator) -> None:
    about = emulator.control("GET", "/about")

    assert any("no signal" in sentence for sentence in about)
    assert any("GTXPro" in sentence for sentence in about)


def test_the_summary_counts_deals(emulator: Emulator) -> None:
    summary = emulator.control("GET", "/summary")

    assert summary["deals"] == 300
    assert 0 < summary["open"] < 300
    assert summary["recent"][0]["changed_at"] < START.isoformat()


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("0019H00000H1RMD", "0019H00000H1RMDQA3"),
        ("0019H00000H1RMDQA3", "0019H00000H1RMDQA3"),
        ("0039H00000BbbFB", "0039H00000BbbFBQAZ"),
        ("0019H00000H1RMDQA4", None),
        ("short", None),
    ],
)
def test_ids_carry_salesforces_checksum(text: str, full: str | None) -> None:
    """The first three are recorded ids."""
    assert normalise(text) == full
