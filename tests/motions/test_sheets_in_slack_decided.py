"""The card of a dropped sheet: who imports it, leaves it or names its columns, once, and what a late click is told."""

from datetime import timedelta

import pytest

from motions.importing import carry_out
from motions.model import Person, Token
from motions.partner_sheets import SheetColumn
from motions.sheet_cards import redraw_dropped_sheet
from motions.sheet_desk import columns_form, import_it, leave, map_columns
from motions.sheet_surfaces import ColumnsForm
from motions.surfaces import ClickOutcome
from tests.fakes.store_decisions import FakeDecisions
from tests.fakes.world import AWS, DANA, DEAL, PRIYA, SELLER, STRANGER
from tests.motions.dropped import (
    DROP,
    card,
    csv,
    dropped,
    forbid_writing,
    name_columns,
    press_import,
    reply,
    tamper,
    token,
)


def test_the_second_click_changes_nothing_and_says_so() -> None:
    made = dropped()
    press_import(made)

    again = press_import(made, DANA)

    assert again.outcome is ClickOutcome.CHANGED_NOTHING
    assert "already imported by Priya Raman" in again.text


def test_a_file_left_is_not_imported() -> None:
    made = dropped()

    outcome = leave(token(made), PRIYA, made.ports)
    made.durable.settle()

    assert outcome.outcome is ClickOutcome.DONE
    assert "Left by Priya Raman" in card(made)
    assert "already left by Priya Raman" in press_import(made).text
    assert carry_out(made.ports) == 0


def test_a_file_that_says_nothing_new_cannot_be_imported() -> None:
    made = dropped(csv("006NOBODY,A,81"))

    outcome = press_import(made)

    assert "Nothing in it changes what is known" in card(made)
    assert "row 2 is about no deal of ours" in card(made)
    assert "changes nothing" in outcome.text


def test_columns_are_named_once_and_remembered_for_the_partner() -> None:
    made = dropped(csv(f"{DEAL},A,81,", headings="CRM ID,Whitespace,Propensity figure,As of"))
    form = columns_form(token(made), PRIYA, made.ports)
    assert isinstance(form, ColumnsForm)
    assert [each.letter for each in form.columns] == ["B", "C"]
    first = token(made)

    outcome = reply(name_columns(made, {"C": "score"}))

    assert outcome.outcome is ClickOutcome.DONE
    assert "C “Propensity figure” is score (100%: told by a person)" in card(made)
    assert "score nothing → 81" in card(made)
    assert token(made) != first
    assert "read again" in import_it(first, PRIYA, made.ports).text
    assert made.read(lambda uow: dict(uow.sheets.headings(AWS))) == {"propensity figure": SheetColumn.SCORE}
    press_import(made)
    carry_out(made.ports)
    assert made.org.get(DEAL).cosell.score == "81"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, {"B": "at least one"}),
        ({"B": "score", "C": "score"}, {"B": "cannot both be score", "C": "cannot both be score"}),
        ({"B": "colour"}, {"B": "no such column"}),
    ],
)
def test_what_columns_cannot_mean_is_said_beside_them(given: dict[str, str], said: dict[str, str]) -> None:
    made = dropped(csv(f"{DEAL},A,81,2026-01-01", headings="CRM ID,Whitespace,Figure,As of"))

    complaints = name_columns(made, given)

    assert isinstance(complaints, dict)
    assert complaints.keys() == said.keys()
    assert all(words in complaints[letter] for letter, words in said.items())
    assert made.read(lambda uow: dict(uow.sheets.headings(AWS))) == {}


def test_where_all_columns_are_known_there_is_nothing_to_name() -> None:
    made = dropped(csv(f"{DEAL},81", headings="CRM ID,Score"))

    assert "sheet.columns" not in card(made)
    assert "known what all" in reply(columns_form(token(made), PRIYA, made.ports)).text
    assert "known what all" in reply(name_columns(made, {"A": "score"})).text


@pytest.mark.parametrize("by", [SELLER, STRANGER])
def test_only_alliance_managers_and_operators_decide(by: Person) -> None:
    made = dropped()
    button = token(made)

    outcomes = [
        import_it(button, by, made.ports),
        leave(button, by, made.ports),
        reply(columns_form(button, by, made.ports)),
        reply(map_columns(button, by, {"B": "title"}, made.ports)),
    ]

    assert all("Only alliance managers" in each.text for each in outcomes)
    assert made.events(DROP).count("approval.approved") == 0


def test_whoever_is_overtaken_by_another_decision_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = dropped()
    monkeypatch.setattr(FakeDecisions, "claim", lambda *_, **__: False)

    outcomes = [
        press_import(made),
        leave(token(made), PRIYA, made.ports),
        reply(name_columns(made, {"B": "title"})),
    ]

    assert [each.outcome for each in outcomes] == [ClickOutcome.CHANGED_NOTHING] * 3
    assert all("a moment ago" in each.text for each in outcomes)
    assert made.read(lambda uow: dict(uow.sheets.headings(AWS))) == {}


def test_a_redraw_that_is_overtaken_by_another_reading_leaves_it_to_that() -> None:
    made = dropped()
    name_columns(made, {"B": "title"})
    before = len(made.messenger.updates)

    redraw_dropped_sheet(DROP, 0, "late", made.ports)

    assert len(made.messenger.updates) == before


def test_a_button_nobody_knows_says_so() -> None:
    made = dropped()

    assert "not known here" in import_it(Token("none"), PRIYA, made.ports).text


def test_a_card_expires() -> None:
    made = dropped()
    made.clock.advance(timedelta(days=15))

    assert "has expired" in press_import(made).text
    assert "sheet.import" not in card(made)
    assert "Nobody decided in time" in card(made)
    assert "withdrawn" in press_import(made).text


def test_nothing_is_imported_on_other_bytes_than_were_sealed() -> None:
    made = dropped()
    tamper(made)

    assert "An operator was told" in press_import(made).text
    assert made.problems(DROP) == ["seal-broken"]


def test_policy_may_forbid_what_an_import_writes() -> None:
    made = dropped()
    forbid_writing(made)

    assert "Policy forbids" in press_import(made).text
