"""The channels the configuration names: who reads them instead is an exception, before anything is held back."""

import pytest

from motions.coverage import CoverageRow
from motions.decision_records import ExceptionQuery
from motions.model import ExceptionItem, PartnerKey
from motions.places import look, meant_for, moved, recheck
from tests.fakes.world import AWS, CHANNEL, DANA, PRIYA, SHARED, World, world

NORTHSTAR = PartnerKey("northstar")


def exceptions(made: World) -> list[ExceptionItem]:
    items: list[ExceptionItem] = made.read(lambda uow: list(uow.exceptions.listing(ExceptionQuery())))
    return items


@pytest.mark.parametrize(
    ("channel", "readers", "owner", "file"),
    [
        (CHANNEL, (AWS,), PRIYA.email, "coverage.yml"),
        (SHARED, (), PRIYA.email, "partners.yml"),
        (SHARED, (AWS, NORTHSTAR), PRIYA.email, "partners.yml"),
    ],
    ids=["ours is shared", "theirs is ours alone", "another partner in it"],
)
def test_a_channel_others_read_is_an_exception_of_whoever_looks_after_it(
    channel: str, readers: tuple[PartnerKey, ...], owner: str, file: str
) -> None:
    made = world()
    made.messenger.rooms[channel] = readers

    assert not recheck(channel, made.ports)

    [item] = exceptions(made)
    assert (item.code, item.subject, item.owner) == ("audience-changed", f"channel:{channel}", owner)
    assert item.reason.startswith(f"{channel} is meant for ")
    assert file in item.next_act


def test_the_exception_goes_when_the_channel_is_as_it_was() -> None:
    made = world()
    made.messenger.rooms[CHANNEL] = (AWS,)
    recheck(CHANNEL, made.ports)

    made.messenger.rooms[CHANNEL] = ()

    assert recheck(CHANNEL, made.ports)
    assert exceptions(made) == []


def test_a_channel_nobody_named_is_nobodys_business() -> None:
    made = world()

    assert recheck("C0ELSEWHERE", made.ports)
    moved("C0ELSEWHERE", "C0NEW", made.ports)

    assert exceptions(made) == []


def test_a_channel_under_another_id_is_followed_by_a_person_only() -> None:
    made = world()

    moved(SHARED, "C0NEW", made.ports)

    [item] = exceptions(made)
    assert (item.code, item.subject) == ("channel-moved", f"channel:{SHARED}")
    assert f"name C0NEW instead of {SHARED} with /cosell setup or in partners.yml" in item.next_act


def test_every_named_channel_is_looked_at() -> None:
    made = world()
    made.messenger.rooms[CHANNEL] = (AWS,)

    wrong = look(made.ports)

    assert wrong == 1
    assert [item.subject for item in exceptions(made)] == [f"channel:{CHANNEL}"]


def test_a_channel_that_moved_is_forgotten_once_nobody_names_it() -> None:
    made = world()
    moved(SHARED, "C0NEW", made.ports)
    moved(CHANNEL, "C0OURS", made.ports)
    partners = tuple(
        p.model_copy(update={"shared_channel": "C0NEW"}) if p.key == AWS else p for p in made.ports.config.partners
    )
    made.messenger.rooms["C0NEW"] = (AWS,)
    made.use(made.ports.config.model_copy(update={"partners": partners}))

    look(made.ports)

    assert [item.subject for item in exceptions(made)] == [f"channel:{CHANNEL}"]


def test_a_channel_nobody_looks_after_is_the_operators() -> None:
    made = world()
    rows = tuple(row for row in made.ports.config.coverage.rows if row.partner != AWS)
    rows = (*rows, CoverageRow(partner=NORTHSTAR, channel="C0NST", manager=PRIYA.email or "", backup="x@x.example"))
    coverage = made.ports.config.coverage.model_copy(update={"rows": rows})
    made.use(made.ports.config.model_copy(update={"coverage": coverage}))

    moved(SHARED, "C0NEW", made.ports)

    [item] = exceptions(made)
    assert item.owner == DANA.email


def test_a_channel_that_is_named_twice_is_meant_for_our_own_people() -> None:
    made = world()
    row = made.ports.config.coverage.rows[0].model_copy(update={"channel": SHARED})
    coverage = made.ports.config.coverage.model_copy(update={"rows": (row,)})

    assert meant_for(made.ports.config.model_copy(update={"coverage": coverage}))[SHARED] == "internal"
