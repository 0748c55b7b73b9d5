"""A partner's sheet in an alliance channel: read once, shown on one card, imported once on exactly what it showed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from motions.canonical import text_of, value_of
from motions.errors import Rejected, Unavailable, UserMistake
from motions.importing import carry_out, keep
from motions.imports import ImportItem, ItemKind, SheetImport
from motions.model import PartnerKey, Person, Token
from motions.partner_sheets import SheetColumn
from motions.policy import ActionKind, Autonomy
from motions.sheet_cards import latest, look_of, redraw_dropped_sheet
from motions.sheet_desk import columns_form, drop, import_dropped_sheet, import_it, leave, map_columns
from motions.sheet_drops import Dropped, Look
from motions.sheet_looks import LINES, look_again
from motions.sheet_surfaces import ColumnsForm
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.durable import QUICK_TRIES
from tests.fakes.files import FakeFiles
from tests.fakes.messenger import Posted, Trouble
from tests.fakes.store_decisions import FakeDecisions
from tests.fakes.world import (
    ALEX,
    AWS,
    CHANNEL,
    DANA,
    DEAL,
    PRIYA,
    SELLER,
    STRANGER,
    World,
    configuration,
    world,
)

TS = "1763640000.000100"
FILE, NAME = "F0SCORES", "scores.csv"
DROP = f"sheet:{FILE}:{TS}"
RETRY = timedelta(seconds=10)


def csv(*rows: str, headings: str = "CRM ID,Whitespace,Score") -> bytes:
    return "\n".join((headings, *rows, "")).encode()


SCORES = csv(f"{DEAL},A,81")


def files(made: World) -> FakeFiles:
    found = made.ports.files
    assert isinstance(found, FakeFiles)
    return found


def put(made: World, data: bytes = SCORES, *, by: Person = PRIYA, file: str = FILE, ts: str = TS) -> ClickReply | None:
    """Somebody drops a file, and everything that follows at once happens."""
    files(made).put(file, NAME, data)
    reply = drop(CHANNEL, ts, ts, (Dropped(file, NAME),), by, made.ports)
    made.durable.settle()
    return reply


def dropped(data: bytes = SCORES) -> World:
    made = world()
    put(made, data)
    return made


def cards(made: World) -> list[Posted]:
    return [each for each in made.messenger.in_channel(CHANNEL) if each.key.startswith("sheet:")]


def card(made: World) -> str:
    [posted] = cards(made)
    return str(posted.message)


def token(made: World, drop_id: str = DROP) -> Token:
    found = made.read(lambda uow: latest(drop_id, uow))
    assert found is not None
    result: Token = found[0].token
    return result


def reply(outcome: object) -> ClickReply:
    assert isinstance(outcome, ClickReply)
    return outcome


def press_import(made: World, by: Person = PRIYA) -> ClickReply:
    outcome = import_it(token(made), by, made.ports)
    made.durable.settle()
    return outcome


def name_columns(made: World, given: Mapping[str, str], by: Person = PRIYA) -> ClickReply | dict[str, str]:
    outcome = map_columns(token(made), by, given, made.ports)
    made.durable.settle()
    return outcome


def test_a_dropped_sheet_becomes_one_card_in_its_thread() -> None:
    made = world()

    outcome = reply(put(made))

    [posted] = cards(made)
    assert outcome == ClickReply(ClickOutcome.DONE, "")
    assert posted.thread_ts == TS
    for words in ("A “CRM ID” is crm_id", "B “Whitespace”: not known", "score nothing → 81", "sheet.import"):
        assert words in str(posted.message)
    assert made.org.get(DEAL).cosell.score is None


def test_the_same_message_twice_is_dropped_once() -> None:
    made = dropped()

    put(made)

    assert len(cards(made)) == 1
    assert files(made).fetched == 1
    assert made.events(DROP).count("sheet.dropped") == 1


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
        uow.sheets.add(SheetImport("aws:x", AWS, _sha(SCORES), NAME, "Priya Raman", made.clock.now()), [item, refused])

    put(made, file="F0AGAIN", ts="1763640001.000100")
    press_import(made)

    assert "1 refused, 1 told" in str(cards(made)[0].message)


def test_the_second_click_changes_nothing_and_says_so() -> None:
    made = dropped()
    press_import(made)

    again = press_import(made, DANA)

    assert again.outcome is ClickOutcome.CHANGED_NOTHING
    assert "already imported by Priya Raman" in again.text


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
    assert made.read(lambda uow: len(uow.sheets.items(f"{AWS}:{_sha(SCORES)[:16]}"))) == 1
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


def test_what_cannot_be_read_is_refused_with_the_reason() -> None:
    made = dropped(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old")

    assert "It was not read" in card(made)
    assert ".xls of before 2007" in card(made)
    assert "sheet.import" not in card(made)
    assert "sheet.refused" in made.events(DROP)


@pytest.mark.parametrize("trouble", [UserMistake("It is larger than 50 MB."), Rejected("Slack", "missing_scope")])
def test_what_slack_does_not_hand_out_is_refused_with_the_reason(trouble: Exception) -> None:
    made = world()
    files(made).troubles.append(trouble)

    put(made)

    assert str(trouble) in card(made)


def test_while_slack_does_not_answer_the_file_waits() -> None:
    made = world()
    files(made).troubles += [Unavailable("Slack", "away") for _ in range(QUICK_TRIES)]

    put(made)
    before = len(cards(made))
    made.advance(RETRY)

    assert (before, files(made).fetched, len(cards(made))) == (0, QUICK_TRIES + 1, 1)
    assert "score nothing → 81" in card(made)


def test_a_card_that_goes_out_late_is_one_card_whose_button_imports() -> None:
    """The segment ends and begins again: it does not ask twice."""
    made = world()
    made.messenger.troubles += [Trouble(Unavailable("Slack", "away")) for _ in range(QUICK_TRIES)]

    put(made)
    before = len(cards(made))
    made.advance(RETRY)
    asked = str(token(made)) in card(made)
    press_import(made)

    assert (before, asked) == (0, True)
    assert "Imported by Priya Raman" in card(made)
    assert made.events(DROP).count("proposal.made") == 1


def test_a_card_goes_nowhere_but_to_our_own_people() -> None:
    made = world()
    made.messenger.rooms[CHANNEL] = (AWS,)

    put(made)

    assert cards(made) == []
    assert "audience-changed" in made.problems(DROP)


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


def test_a_sellers_sheet_is_not_read_and_they_are_told_why() -> None:
    made = world()

    outcome = reply(put(made, by=SELLER))

    assert outcome.outcome is ClickOutcome.CHANGED_NOTHING
    assert "was not read" in outcome.text
    assert files(made).fetched == 0


@pytest.mark.parametrize("by", [ALEX, STRANGER])
def test_somebody_elses_sheet_is_nobodys_business(by: Person) -> None:
    made = world()

    assert put(made, by=by) is None
    assert files(made).fetched == 0


def test_a_file_in_another_channel_is_nobodys_business() -> None:
    made = world()

    assert drop("C0SHAREDAWS", TS, TS, (Dropped(FILE, NAME),), PRIYA, made.ports) is None


def test_a_forwarded_sheet_is_not_read_and_whoever_did_it_is_told_what_to_do() -> None:
    made = world()

    outcome = reply(drop(CHANNEL, TS, TS, (Dropped(FILE, ""),), PRIYA, made.ports))

    assert outcome.outcome is ClickOutcome.CHANGED_NOTHING
    assert "download it and upload the file itself here" in outcome.text
    assert cards(made) == []


def test_a_forwarded_file_of_a_seller_or_elsewhere_is_nobodys_business() -> None:
    made = world()

    assert drop(CHANNEL, TS, TS, (Dropped(FILE, ""),), SELLER, made.ports) is None
    assert drop("C0ELSEWHERE", TS, TS, (Dropped(FILE, ""),), PRIYA, made.ports) is None


def test_beside_a_forwarded_one_an_uploaded_sheet_is_read() -> None:
    made = world()
    files(made).put(FILE, NAME, SCORES)

    drop(CHANNEL, TS, TS, (Dropped("F0OTHER", ""), Dropped(FILE, NAME)), PRIYA, made.ports)
    made.durable.settle()

    assert len(cards(made)) == 1


def test_a_channel_of_two_partners_does_not_say_whose_sheet_it_is() -> None:
    made = world()
    coverage = made.ports.config.coverage
    other = coverage.rows[0].model_copy(update={"partner": PartnerKey("northstar")})
    made.use(
        made.ports.config.model_copy(update={"coverage": coverage.model_copy(update={"rows": (*coverage.rows, other)})})
    )

    outcome = reply(put(made))

    assert "More than one partner" in outcome.text
    assert files(made).fetched == 0


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
    _tamper(made)

    assert "An operator was told" in press_import(made).text
    assert made.problems(DROP) == ["seal-broken"]


def test_what_was_changed_after_the_approval_is_not_imported() -> None:
    made = dropped()
    import_it(token(made), PRIYA, made.ports)
    _tamper(made)

    made.durable.settle()

    assert carry_out(made.ports) == 0
    assert made.read(lambda uow: uow.sheets.latest(AWS)) is None
    assert made.problems(DROP) == ["seal-broken"]


def test_policy_may_forbid_what_an_import_writes() -> None:
    made = dropped()
    forbid_writing(made)

    assert "Policy forbids" in press_import(made).text


def test_policy_may_forbid_it_after_the_click() -> None:
    made = dropped()
    import_it(token(made), PRIYA, made.ports)
    forbid_writing(made)

    made.durable.settle()

    assert "It was approved and not imported: Policy forbids" in card(made)
    assert made.read(lambda uow: uow.sheets.latest(AWS)) is None


def forbid_writing(made: World) -> None:
    table = configuration().policy.model_dump()["autonomy"]
    made.configure(autonomy={**table, ActionKind.CRM_WRITE: {"high": Autonomy.FORBID}})


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
    assert made.read(lambda uow: len(uow.sheets.items(f"{AWS}:{_sha(SCORES)[:16]}"))) == 1


def test_an_import_that_runs_again_imports_nothing_more() -> None:
    made = dropped()
    press_import(made)

    import_dropped_sheet(DROP, 0, made.ports)
    import_dropped_sheet(DROP, 1, made.ports)

    assert files(made).fetched == 2


def test_of_many_lines_the_first_are_shown_and_the_others_counted() -> None:
    made = dropped(csv(*(f"006NOBODY{n},A,{200 + n}" for n in range(LINES + 5))))

    assert f"What is wrong in it ({LINES + 5})" in card(made)
    assert "and 5 more" in card(made)


def test_more_rows_than_the_bot_takes_at_once_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motions.sheet_looks.MOST_ROWS", 2)

    made = dropped(csv(*(f"006{n:012d},A,1" for n in range(3))))

    assert "It has 3 rows; 2 are the most from Slack" in card(made)
    assert "cosell sheet read scores.csv --partner aws --apply" in card(made)


def test_what_is_too_old_and_what_is_gone_is_said() -> None:
    made = dropped(csv(f"{DEAL},81,", headings="CRM ID,Score,As of"))
    press_import(made)
    carry_out(made.ports)

    put(made, csv("006NOBODY,40,", headings="CRM ID,Score,As of"), file="F0LATER", ts="1763640001.000100")
    put(made, csv(f"{DEAL},40,2020-01-01", headings="CRM ID,Score,As of"), file="F0STALE", ts="1763640002.000100")

    gone, stale = (str(each.message) for each in cards(made)[1:])
    assert f"the score of {DEAL} is no more in it" in gone
    assert "the score of 2020-01-01 is too old" in stale


def test_a_look_is_kept_whole() -> None:
    made = dropped()
    found = made.read(lambda uow: latest(DROP, uow))
    look = look_of(found[1])

    assert value_of(Look, text_of(Look, look)) == look


class _Otherwise:
    """A newer version, which knows one more heading."""

    def __init__(self, before: Any) -> None:
        self._before = before

    def read(self, data: bytes, name: str, told: Mapping[str, SheetColumn]) -> Any:
        return self._before.read(data, name, {**told, "whitespace": SheetColumn.TITLE})

    def spelt(self, heading: str) -> str:
        return str(self._before.spelt(heading))


def _tamper(made: World) -> None:
    """Somebody writes to the store past the program."""
    button = token(made)
    with made.store.transaction() as uow:
        decisions = uow.decisions
        assert isinstance(decisions, FakeDecisions)
        approval, proposal = decisions.rows.decisions[button]
        forged = replace(proposal, payload={**proposal.payload, "sha256": _sha(b"forged")})
        decisions.rows.decisions[approval.token] = (approval, forged)


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()
