"""Asking by a shortcut: a message's id or link is the deal that is meant, and typed words are never a command."""

import pytest

from motions.answer_surfaces import ChoiceAnswer, DealAnswer, ProblemAnswer
from motions.asking import about_deal, about_message, deal_named, show_deal
from motions.model import Person
from motions.records import MotionQuery
from motions.switches import why_stopped
from tests.fakes.world import ALEX, DANA, DEAL, SELLER, STRANGER, a_deal, configuration, world
from tests.motions.stages import awaiting
from tests.motions.test_asking import LOW, crowd

OTHERS = a_deal(20).id


def link(deal_id: str) -> str:
    """A deal as people paste it into a channel."""
    return f"Anybody? <https://meridian.example/lightning/r/Opportunity/{deal_id}/view|this one>"


@pytest.mark.parametrize("words", [link(DEAL), link(DEAL[:15]), f"deal {DEAL}, congratulations", f"{DEAL} {DEAL}"])
def test_a_message_that_names_one_deal_is_answered_about_it(words: str) -> None:
    found = about_message(words, SELLER, crowd().ports)

    assert isinstance(found, DealAnswer)
    assert found.deal.id == DEAL


def test_a_message_of_several_is_a_choice() -> None:
    found = about_message(f"{link(DEAL)} or {link(a_deal(2).id)}?", SELLER, crowd().ports)

    assert isinstance(found, ChoiceAnswer)
    assert [deal.id for deal in found.choices] == [DEAL, a_deal(2).id]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Who knows Acmeco?",
        "congratulations to all",
        f"x{DEAL}",
        f"{DEAL}x",
        link(OTHERS),
        link(a_deal(30).id),
        link("006000000000000"),
        "9" * 40_000,
    ],
    ids=["empty", "a name", "a long word", "inside a word", "longer", "a colleague's", "closed", "unknown", "digits"],
)
def test_a_message_that_names_none_of_ones_own_open_deals_is_asked_about(words: str) -> None:
    assert about_message(words, SELLER, crowd().ports) is None


@pytest.mark.parametrize("person", [ALEX, STRANGER])
def test_whoever_is_not_ours_learns_nothing(person: Person) -> None:
    made = crowd()

    for found in (about_message(link(DEAL), person, made.ports), about_deal("Acmeco", person, made.ports)):
        assert isinstance(found, ProblemAnswer)
        assert "Acmeco" not in str(found)


@pytest.mark.parametrize("words", ["stop everything", "resume", "unshare aws", "share aws", "queue", "help"])
def test_what_is_typed_as_a_deals_name_commands_nothing(words: str) -> None:
    made = crowd()

    found = about_deal(words, DANA, made.ports)

    assert isinstance(found, ProblemAnswer)
    assert f"No open deal matches “{words}”." in found.what
    assert made.read(lambda uow: why_stopped(uow, configuration())) is None


def test_nothing_typed_is_said_so() -> None:
    found = about_deal("  ", DANA, crowd().ports)

    assert isinstance(found, ProblemAnswer)
    assert found.what == "No deal was named."


def test_a_link_names_a_deal_to_those_who_may_ask_for_it() -> None:
    ports = crowd().ports

    assert deal_named(link(DEAL), SELLER, ports) == DEAL
    assert deal_named(link(OTHERS), DANA, ports) == OTHERS
    assert deal_named(link(OTHERS), SELLER, ports) is None
    assert deal_named(link(DEAL), ALEX, ports) is None
    assert deal_named(f"{link(DEAL)} {link(OTHERS)}", DANA, ports) is None


def test_who_only_looks_starts_nothing_and_is_told_how_to() -> None:
    made = world(a_deal(**LOW))

    found = show_deal(DEAL, SELLER, made.ports)
    made.durable.settle()

    assert isinstance(found, DealAnswer)
    assert not found.started
    assert f"`/cosell {DEAL}` starts it" in found.note
    assert made.read(lambda uow: list(uow.motions.find(MotionQuery()))) == []


def test_who_only_looks_is_told_where_a_motion_stands() -> None:
    made = awaiting()

    found = show_deal(DEAL, SELLER, made.ports)

    assert isinstance(found, DealAnswer)
    assert "awaiting approval" in found.note
    assert isinstance(show_deal(DEAL, ALEX, made.ports), ProblemAnswer)
