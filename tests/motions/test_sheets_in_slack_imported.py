"""A sheet that somebody pressed Import on: imported once, on exactly what its card showed, and followed to the end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motions.importing import carry_out, keep
from motions.imports import ImportItem, ItemKind, SheetImport
from motions.partner_sheets import SheetColumn
from motions.sheet_cards import redraw_dropped_sheet
from motions.sheet_desk import import_dropped_sheet, import_it
from motions.sheet_drops import Look
from motions.sheet_looks import look_again
from motions.surfaces import ClickOutcome
from tests.fakes.world import AWS, DANA, DEAL, PRIYA
from tests.motions.dropped import (
    DROP,
    FILE,
    NAME,
    SCORES,
    card,
    cards,
    csv,
    dropped,
    files,
    forbid_writing,
    press_import,
    put,
    sha,
    tamper,
    token,
)


def test_import_writes_the_scores_once_and_says_by_whom() -> None:
    made = dropped()

    outcome = press_import(made)
    carry_out(made.ports)

    assert outcome.outcome is ClickOutcome.DONE
    assert made.org.get(DEAL).cosell.score == "81"
    assert "Imported by Priya Raman" in card(made)
    assert "sheet.import" not in card(made)
    assert made.events(DROP).count("approval.approved") == 1


def test_the_card_follows_until_every_row_is_written() -> None:
    made = dropped(csv(f"{DEAL},A,81", "006NOBODY,A,3"))
    press_import(made)
    before = card(made)

    carry_out(made.ports)
    made.advance(timedelta(seconds=20))
    looked_at = len(made.messenger.updates)
    made.advance(timedelta(hours=1))

    assert "1 yet to be written" in before
    assert "Imported by Priya Raman" in card(made)
    assert "1 written" in card(made)
    assert len(made.messenger.updates) == looked_at


def test_a_card_whose_rows_wait_for_days_is_not_looked_at_for_ever() -> None:
    made = dropped()
    press_import(made)

    made.advance(timedelta(days=2))
    looked_at = len(made.messenger.updates)
    made.advance(timedelta(days=2))

    assert looked_at < 30
    assert len(made.messenger.updates) == looked_at


def test_a_decision_a_sheet_brings_is_told_and_counted() -> None:
    made = dropped(csv(f"{DEAL},A,81"))
    with made.ports.store.transaction() as uow:
        item = ImportItem("aws:x", 2, ItemKind.STATUS, DEAL, {"review": "accepted"}, "told as DR-1")
        refused = replace(item, number=3, outcome="refused: there is no pack")
        uow.sheets.add(SheetImport("aws:x", AWS, sha(SCORES), NAME, "Priya Raman", made.clock.now()), [item, refused])

    put(made, file="F0AGAIN", ts="1763640001.000100")
    press_import(made)

    assert "1 refused, 1 told" in str(cards(made)[0].message)


def test_the_same_file_in_another_message_changes_nothing_and_says_so() -> None:
    made = dropped()
    press_import(made)

    put(made, file="F0AGAIN", ts="1763640001.000100")

    second = str(cards(made)[1].message)
    assert "Exactly this file was imported on" in second
    assert "sheet.import" not in second


def test_a_corrected_file_shows_the_difference() -> None:
    made = dropped(csv(f"{DEAL},A,81"))
    press_import(made)
    carry_out(made.ports)

    put(made, csv(f"{DEAL},A,85"), file="F0BETTER", ts="1763640001.000100")

    assert "score 81 → 85" in str(cards(made)[1].message)


def test_of_two_cards_of_one_file_one_imports() -> None:
    made = dropped()
    put(made, file="F0AGAIN", ts="1763640001.000100")
    second = token(made, "sheet:F0AGAIN:1763640001.000100")

    press_import(made)
    outcome = import_it(second, DANA, made.ports)
    made.durable.settle()

    assert outcome.outcome is ClickOutcome.DONE
    assert made.read(lambda uow: len(uow.sheets.items(f"{AWS}:{sha(SCORES)[:16]}"))) == 1
    assert "Imported by Priya Raman" in str(cards(made)[1].message)


def test_of_two_cards_of_one_file_pressed_at_once_both_say_what_became_of_it() -> None:
    made = dropped()
    put(made, file="F0AGAIN", ts="1763640001.000100")
    again = "sheet:F0AGAIN:1763640001.000100"
    import_it(token(made), PRIYA, made.ports)
    import_it(token(made, again), DANA, made.ports)
    redraw_dropped_sheet(DROP, 0, "approved", made.ports)
    redraw_dropped_sheet(again, 0, "approved", made.ports)
    before = str(cards(made)[1].message)

    made.durable.settle()

    assert "It is being imported" in before
    assert all("Imported by Priya Raman" in str(each.message) for each in cards(made))
    assert files(made).fetched == 3


def test_an_older_sheet_does_not_go_over_one_imported_since_it_was_shown() -> None:
    made = dropped(csv(f"{DEAL},A,81"))
    put(made, csv(f"{DEAL},A,85"), file="F0LATER", ts="1763640001.000100")
    import_it(token(made, "sheet:F0LATER:1763640001.000100"), PRIYA, made.ports)
    made.durable.settle()
    carry_out(made.ports)

    press_import(made)
    carry_out(made.ports)

    older = str(cards(made)[0].message)
    assert made.org.get(DEAL).cosell.score == "85"
    assert "approved and not imported: scores.csv was imported from AWS since" in older
    assert "score 85 → 81" in older
    press_import(made)
    carry_out(made.ports)
    assert made.org.get(DEAL).cosell.score == "81"


def test_what_was_changed_after_the_approval_is_not_imported() -> None:
    made = dropped()
    import_it(token(made), PRIYA, made.ports)
    tamper(made)

    made.durable.settle()

    assert carry_out(made.ports) == 0
    assert made.read(lambda uow: uow.sheets.latest(AWS)) is None
    assert made.problems(DROP) == ["seal-broken"]


def test_policy_may_forbid_it_after_the_click() -> None:
    made = dropped()
    import_it(token(made), PRIYA, made.ports)
    forbid_writing(made)

    made.durable.settle()

    assert "It was approved and not imported: Policy forbids" in card(made)
    assert made.read(lambda uow: uow.sheets.latest(AWS)) is None


def test_a_file_that_is_another_by_now_is_not_imported_but_shown_and_asked_anew() -> None:
    made = dropped()
    files(made).put(FILE, NAME, csv(f"{DEAL},A,99"))
    first = token(made)

    press_import(made)

    assert "approved and not imported: scores.csv is not the file any more" in card(made)
    assert "score nothing → 99" in card(made)
    assert carry_out(made.ports) == 0
    assert token(made) != first
    press_import(made)
    carry_out(made.ports)
    assert made.org.get(DEAL).cosell.score == "99"


def test_a_file_that_is_gone_by_now_is_not_imported_and_says_so() -> None:
    made = dropped()
    files(made).stored.clear()

    press_import(made)

    assert "It was not read. It is not in Slack any more" in card(made)
    assert "sheet.import" not in card(made)
    assert made.events(DROP).count("sheet.not-imported") == 1


def test_a_file_that_would_be_read_otherwise_by_now_is_asked_anew() -> None:
    made = dropped()
    made.ports = replace(made.ports, sheets=_Otherwise(made.ports.sheets))

    press_import(made)

    assert "read otherwise by now" in card(made)
    assert "B “Whitespace” is title" in card(made)
    assert carry_out(made.ports) == 0


def test_the_mapping_that_was_shown_is_the_one_imported_by() -> None:
    made = dropped()
    with made.ports.store.transaction() as uow:
        uow.sheets.remember(AWS, "score", SheetColumn.STAGE)

    press_import(made)
    carry_out(made.ports)

    assert made.org.get(DEAL).cosell.score == "81"


def test_bytes_imported_at_the_terminal_while_they_are_fetched_are_imported_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = dropped()

    def meanwhile(look: Look, ports: Any) -> Any:
        found = look_again(look, ports)
        with ports.store.transaction() as uow:
            keep(found, look.sha256, NAME, uow, ports, by="the command line")
        return found

    monkeypatch.setattr("motions.sheet_desk.look_again", meanwhile)
    press_import(made)

    assert "Imported by the command line" in card(made)
    assert made.read(lambda uow: len(uow.sheets.items(f"{AWS}:{sha(SCORES)[:16]}"))) == 1


def test_an_import_that_runs_again_imports_nothing_more() -> None:
    made = dropped()
    press_import(made)

    import_dropped_sheet(DROP, 0, made.ports)
    import_dropped_sheet(DROP, 1, made.ports)

    assert files(made).fetched == 2


class _Otherwise:
    """A newer version, which knows one more heading."""

    def __init__(self, before: Any) -> None:
        self._before = before

    def read(self, data: bytes, name: str, told: Mapping[str, SheetColumn]) -> Any:
        return self._before.read(data, name, {**told, "whitespace": SheetColumn.TITLE})

    def spelt(self, heading: str) -> str:
        return str(self._before.spelt(heading))
