"""Filing packs: what is in one, what would bounce, how it is filed by a person, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.checking import NotReadable
from connectors.sheets import SheetPortal, check, open_portal
from connectors.sheets.layouts import SHIPPED, load_layout
from motions.deals import Account, Money, Stage
from motions.errors import NotVisible, Rejected, Unavailable, UserMistake
from motions.imports import Decision, FiledByHand
from motions.referrals import Field, InputKind, Referral, Review
from tests.connectors.microsoft.microsoft_world import READY
from tests.contracts.portal_worlds import FakeClock

KEY = "m1:file"


@pytest.fixture
def portal(tmp_path: Path) -> SheetPortal:
    return open_portal(folder=tmp_path / "packs", layout_file=tmp_path / "sheet.toml", clock=FakeClock())


def pack(portal: SheetPortal, referral: Referral = READY, key: str = KEY) -> str:
    [step] = portal.saga(portal.draft(referral, FakeClock().now().date()).payload, key)
    return step.send({})


def sheet_of(folder: Path, pack_id: str) -> Mapping[str, object]:
    book = load_workbook(folder / "packs" / f"{pack_id}.xlsx")
    headings, values = (list(row) for row in book["Referral"].iter_rows(values_only=True))
    return dict(zip(map(str, headings), values, strict=True))


def test_a_pack_holds_the_row_as_the_partner_keys_it(portal: SheetPortal, tmp_path: Path) -> None:
    row = sheet_of(tmp_path, pack(portal))

    assert row["Partner reference"] == READY.crm_id
    assert row["Domain"] == "isdom.com"
    assert row["Deal size"] == 48210.55
    assert row["Estimated close date"] == datetime(2027, 3, 31)  # noqa: DTZ001 - sheets know no zone
    assert row["Country"] == "US"


def test_a_pack_says_what_is_to_be_done_with_it(portal: SheetPortal, tmp_path: Path) -> None:
    pack_id = pack(portal)

    book = load_workbook(tmp_path / "packs" / f"{pack_id}.xlsx")
    steps = [str(row[1]) for row in book["Checklist"].iter_rows(values_only=True)]
    assert "Google Cloud" in steps[0]
    assert any(step.startswith("Deal size (qualificationInfo.dealSize): 48210.55 USD") for step in steps)
    assert f"cosell sheet filed {pack_id} REFERENCE" in steps[-1]


def test_what_somebody_wrote_into_a_name_stays_text(portal: SheetPortal, tmp_path: Path) -> None:
    pack_id = pack(portal, replace(READY, title='=HYPERLINK("https://evil.example")'))

    book = load_workbook(tmp_path / "packs" / f"{pack_id}.xlsx")
    cells = [cell for row in book["Referral"].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": ""}, Field.TITLE, "required"),
        ({"problem": "too short"}, Field.PROBLEM, "length"),
        ({"next_steps": "x" * 256}, Field.NEXT_STEPS, "length"),
        ({"annual_value": Money(Decimal(0), "USD")}, Field.AMOUNT, "money"),
        ({"close_date": date(2020, 1, 1)}, Field.CLOSE_DATE, "future-date"),
        ({"stage": Stage.DISCOVERY}, Field.STAGE, "unlisted"),
        ({"answers": {Field.AMOUNT: "54000"}}, Field.AMOUNT, "money"),
        ({"answers": {Field.AMOUNT: "a lot"}}, Field.AMOUNT, "money"),
        ({"answers": {Field.AMOUNT: f"{'9' * 30} USD"}}, Field.AMOUNT, "money"),
        ({"answers": {Field.CLOSE_DATE: "soon"}}, Field.CLOSE_DATE, "future-date"),
        ({"answers": {Field.COUNTRY: "Germany"}}, Field.COUNTRY, "country"),
        ({"answers": {Field.WEBSITE: "their site"}}, Field.WEBSITE, "domain"),
    ],
)
def test_what_would_bounce_is_named(
    portal: SheetPortal, changes: Mapping[str, object], field: Field, code: str
) -> None:
    draft = portal.draft(replace(READY, **changes), FakeClock().now().date())  # type: ignore[arg-type]  # one of its fields

    assert [(each.field, each.code) for each in draft.problems] == [(field, code)]
    assert all(each.message and each.fix for each in draft.problems)


def test_a_form_asks_for_each_field_as_it_is_typed(portal: SheetPortal) -> None:
    form = {line.field: line for line in portal.draft(READY, FakeClock().now().date()).form}

    kinds = [form[name].kind for name in (Field.PROBLEM, Field.CLOSE_DATE, Field.STAGE, Field.TITLE)]
    assert kinds == [InputKind.LONG_TEXT, InputKind.DATE, InputKind.CHOICE, InputKind.TEXT]


def test_a_pack_waits_for_a_person_until_it_has_a_reference(portal: SheetPortal) -> None:
    pack_id = pack(portal)
    before = portal.status(pack_id)

    portal.filed(pack_id, "DR-1001")
    portal.filed(pack_id, "DR-1001")

    after = portal.status(pack_id)
    assert isinstance(portal, FiledByHand)
    assert f"cosell sheet filed {pack_id} REFERENCE" in str(before.waits_for)
    assert (after.waits_for, after.referral_id, after.review) == (None, "DR-1001", Review.PENDING)
    assert portal.status("DR-1001") == after
    assert [name for name, _ in portal.changed_since(None)] == [pack_id, "DR-1001"]


def test_a_pack_has_one_reference(portal: SheetPortal) -> None:
    pack_id = pack(portal)
    portal.filed(pack_id, "DR-1001")

    with pytest.raises(UserMistake, match="filed as DR-1001 already"):
        portal.filed(pack_id, "DR-2")

    assert portal.status(pack_id).referral_id == "DR-1001"


def test_no_two_packs_have_one_reference(portal: SheetPortal) -> None:
    mine, other = pack(portal), pack(portal, referral=replace(READY, crm_id="006OTHER", title="Borealis"))
    portal.filed(other, "DR-1001")

    for taken in ("DR-1001", other):
        with pytest.raises(UserMistake, match="the reference of Borealis already"):
            portal.filed(mine, taken)

    assert portal.status(mine).referral_id == mine


def test_a_decision_may_bring_the_reference(portal: SheetPortal) -> None:
    pack_id = pack(portal)

    told = portal.decided(READY.crm_id, Decision(Review.ACCEPTED, reference="DR-7", contact="Kim Ode", stage="Won"))

    status = portal.status(pack_id)
    assert (told, status.referral_id, status.pam_name, status.partner_stage) == ("DR-7", "DR-7", "Kim Ode", "Won")
    assert status.waits_for is None


def test_a_decision_brings_no_second_reference_and_no_other_packs(portal: SheetPortal) -> None:
    mine, other = pack(portal), pack(portal, referral=replace(READY, crm_id="006OTHER", title="Borealis"))
    portal.filed(other, "DR-1001")

    with pytest.raises(UserMistake, match="the reference of Borealis already"):
        portal.decided(READY.crm_id, Decision(Review.REJECTED, reference="DR-1001"))
    with pytest.raises(UserMistake, match="filed as DR-1001 already"):
        portal.decided("006OTHER", Decision(Review.REJECTED, reference="DR-2"))

    assert [portal.status(each).review for each in (mine, other)] == [Review.PENDING] * 2


def test_our_own_id_given_back_in_a_decision_is_no_reference(portal: SheetPortal) -> None:
    pack_id = pack(portal)

    portal.decided(READY.crm_id, Decision(Review.ACTION_REQUIRED, reference=pack_id))
    portal.filed(pack_id, "DR-1001")

    assert portal.status(pack_id).referral_id == "DR-1001"


def test_a_decision_told_twice_is_no_second_change(portal: SheetPortal, tmp_path: Path) -> None:
    pack(portal)
    portal.decided(READY.crm_id, Decision(Review.ACCEPTED))
    book = next((tmp_path / "packs").glob("deal-*.json"))
    before = book.stat().st_mtime_ns

    portal.decided(READY.crm_id, Decision(Review.ACCEPTED))

    assert book.stat().st_mtime_ns == before


def test_of_what_was_never_packed_nothing_can_be_told(portal: SheetPortal) -> None:
    with pytest.raises(NotVisible):
        portal.decided("006NONE", Decision(Review.ACCEPTED))
    with pytest.raises(NotVisible):
        portal.filed("PACK-NONE", "DR-1")


def test_after_a_no_the_deal_may_be_packed_again(portal: SheetPortal) -> None:
    first = pack(portal)
    with pytest.raises(Rejected, match="already"):
        pack(portal, key="m1:file.1")
    portal.decided(READY.crm_id, Decision(Review.REJECTED))

    second = pack(portal, key="m1:file.1")

    assert second != first
    assert portal.status(second).review is Review.PENDING


def test_a_folder_that_cannot_be_written_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("a file, where a folder should be")
    portal = open_portal(folder=tmp_path / "packs", layout_file=SHIPPED, clock=FakeClock())

    with pytest.raises(Unavailable):
        pack(portal)


def test_an_operators_own_layout_is_filled_instead(tmp_path: Path) -> None:
    own = tmp_path / "sheet.toml"
    own.write_text('version = "north-1"\npartner = "Northstar"\n[[column]]\nheading = "Kunde"\nfield = "customer"\n')
    portal = open_portal(folder=tmp_path / "packs", layout_file=own, clock=FakeClock())

    pack_id = pack(portal)

    assert sheet_of(tmp_path, pack_id) == {"Kunde": READY.account.name}


@pytest.mark.parametrize("text", ["version = ", 'version = "1"\npartner = "x"\ncolumn = [{colour = "red"}]\n'])
def test_a_layout_that_cannot_be_used_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.toml"
    path.write_text(text)

    with pytest.raises(UserMistake, match=r"The layout sheet\.toml cannot be used"):
        load_layout(path)


def test_a_file_is_checked_without_a_folder() -> None:
    verdict = check({"crm_id": "006A", "title": "Lake"}, date(2026, 11, 22))

    assert not verdict.would_be_accepted
    assert {str(each.canonical) for each in verdict.findings} >= {"customer", "website", "amount", "close_date"}
    with pytest.raises(NotReadable):
        check(["no referral"], date(2026, 11, 22))


def test_a_referral_of_nothing_is_a_row_of_questions(portal: SheetPortal) -> None:
    nothing = replace(READY, account=Account(id="", name=""), annual_value=None, close_date=None, stage=None)

    problems = portal.draft(nothing, FakeClock().now().date()).problems

    assert {each.code for each in problems} == {"required"}
