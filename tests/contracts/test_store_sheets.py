"""What every store promises about partners' sheets: the fake and both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from motions.deals import OpportunityId
from motions.imports import ImportItem, ItemKind, SheetImport
from motions.model import PartnerKey
from motions.partner_sheets import SheetColumn
from store.unit import SqlStore
from tests.fakes.store import FakeStore

AnyStore = FakeStore | SqlStore
AWS, NORTHSTAR = PartnerKey("aws"), PartnerKey("northstar")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST = SheetImport("aws:1", AWS, "1" * 64, "p2b.xlsx", "the command line", AT)
ITEMS = [
    ImportItem("aws:1", number, ItemKind.SCORE, OpportunityId(f"006A{number}"), {"score": str(number)})
    for number in (2, 3, 10)
]


def test_what_a_heading_means_is_remembered_for_its_partner(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.sheets.remember(AWS, "tier", SheetColumn.STAGE)
        uow.sheets.remember(AWS, "tier", SheetColumn.COMMENT)
        uow.sheets.remember(NORTHSTAR, "tier", SheetColumn.STATUS)

    assert store.read(lambda uow: uow.sheets.headings(AWS)) == {"tier": SheetColumn.COMMENT}


def test_a_file_is_imported_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        added = [uow.sheets.add(FIRST, ITEMS), uow.sheets.add(FIRST, ITEMS)]

    assert added == [True, False]
    assert store.read(lambda uow: uow.sheets.items("aws:1")) == ITEMS
    assert store.read(lambda uow: uow.sheets.imported(AWS, "1" * 64)) == FIRST
    assert store.read(lambda uow: uow.sheets.imported(NORTHSTAR, "1" * 64)) is None


def test_the_latest_import_of_a_partner_is_the_last_that_was_added(store: AnyStore) -> None:
    second = replace(FIRST, id="aws:2", sha256="2" * 64)
    with store.transaction() as uow:
        uow.sheets.add(FIRST, [])
        uow.sheets.add(second, [])

    assert store.read(lambda uow: uow.sheets.latest(AWS)) == second
    assert store.read(lambda uow: uow.sheets.latest(NORTHSTAR)) is None


def test_an_item_waits_until_somebody_says_how_it_ended(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.sheets.add(FIRST, ITEMS)
        uow.sheets.settle(ITEMS[0], "written")
        uow.sheets.settle(ITEMS[0], "refused")

    assert store.read(lambda uow: uow.sheets.waiting(1)) == ITEMS[1:2]
    assert store.read(lambda uow: uow.sheets.waiting(9)) == ITEMS[1:]
    assert store.read(lambda uow: uow.sheets.items("aws:1"))[0].outcome == "written"
