"""What every store promises about the files in force: the fake and both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from motions.revisions import Revision
from store.unit import SqlStore
from tests.fakes.store import FakeStore

AnyStore = FakeStore | SqlStore
FIRST = Revision(
    1, {"policy.yml": "version: é\n", "rules.yml": ""}, "T1/U1", "Dana", "why", datetime(2026, 11, 23, tzinfo=UTC)
)


def test_the_newest_is_in_force_and_every_one_stays_as_it_was(store: AnyStore) -> None:
    second = replace(FIRST, number=2, files={"policy.yml": "version: b\n"})
    assert store.read(lambda uow: (uow.revisions.newest(), uow.revisions.get(1))) == (0, None)

    with store.transaction() as uow:
        assert uow.revisions.add(FIRST)
        assert uow.revisions.add(second)

    assert store.read(lambda uow: (uow.revisions.newest(), uow.revisions.get(1), uow.revisions.get(2))) == (
        2,
        FIRST,
        second,
    )


def test_of_two_of_one_number_the_first_stays(store: AnyStore) -> None:
    with store.transaction() as uow:
        assert uow.revisions.add(FIRST)
    with store.transaction() as uow:
        assert not uow.revisions.add(replace(FIRST, why="another"))

    assert store.read(lambda uow: uow.revisions.get(1)) == FIRST
