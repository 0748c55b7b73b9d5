"""Three things to try: told once to each of our own people, whenever and however often they look."""

from dataclasses import replace
from datetime import timedelta

import pytest

from motions.errors import OutcomeUnknown
from motions.greeting import greet
from motions.model import Person, Role
from tests.fakes.messenger import Trouble
from tests.fakes.people import FakePeople
from tests.fakes.world import ALEX, DANA, PRIYA, SELLER, STRANGER, World, world

YEARS = timedelta(days=800)


def told(made: World, person: Person) -> list[str]:
    """What somebody was told directly."""
    made.durable.settle()
    return [str(each.message) for each in made.messenger.in_channel("D" + person.user_id[1:])]


def test_somebody_who_looks_for_the_first_time_is_told_three_things() -> None:
    made = world()

    assert greet(SELLER, made.ports)

    [message] = told(made, SELLER)
    assert all(words in message for words in ("/cosell", "Co-sell this", "Home"))


def test_they_are_told_once_however_often_they_look() -> None:
    made = world()
    greet(PRIYA, made.ports)
    assert len(told(made, PRIYA)) == 1

    made.clock.advance(YEARS)

    assert not greet(PRIYA, made.ports)
    assert greet(DANA, made.ports)
    assert (len(told(made, PRIYA)), len(told(made, DANA))) == (1, 1)


def test_a_lost_answer_is_looked_for_and_nothing_said_twice() -> None:
    made = world()
    made.messenger.troubles += [Trouble(OutcomeUnknown("Slack", "no answer"), after=True)]

    greet(PRIYA, made.ports)
    made.durable.settle()
    made.advance(timedelta(minutes=10))

    assert len(told(made, PRIYA)) == 1


@pytest.mark.parametrize("person", [ALEX, STRANGER])
def test_whoever_is_not_ours_is_told_nothing(person: Person) -> None:
    made = world()

    assert not greet(person, made.ports)
    assert told(made, person) == []


def test_who_left_meanwhile_is_told_nothing() -> None:
    made = world()
    greet(PRIYA, made.ports)

    made.ports = replace(made.ports, people=FakePeople(replace(PRIYA, role=Role.STRANGER)))

    assert told(made, PRIYA) == []
