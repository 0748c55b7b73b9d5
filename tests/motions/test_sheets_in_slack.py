"""A partner's sheet in an alliance channel: read once, shown on one card, or refused with the reason."""

from datetime import timedelta

import pytest

from motions.canonical import text_of, value_of
from motions.errors import Rejected, Unavailable, UserMistake
from motions.importing import carry_out
from motions.model import PartnerKey, Person
from motions.sheet_cards import latest, look_of
from motions.sheet_desk import drop
from motions.sheet_drops import Dropped, Look
from motions.sheet_looks import LINES
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.durable import QUICK_TRIES
from tests.fakes.messenger import Trouble
from tests.fakes.world import ALEX, AWS, CHANNEL, DEAL, PRIYA, SELLER, STRANGER, world
from tests.motions.dropped import (
    DROP,
    FILE,
    NAME,
    SCORES,
    TS,
    card,
    cards,
    csv,
    dropped,
    files,
    press_import,
    put,
    reply,
    token,
)

RETRY = timedelta(seconds=10)


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
