"""What every store promises of pings: counted by person, held back until told, forgotten when they are old."""

from datetime import timedelta

from motions.attention_records import Ping
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import MINUTE, NOW

AnyStore = FakeStore | SqlStore
HOUR = timedelta(hours=1)
ANN, BOB = "ann@acme.example", "bob@acme.example"


def filled(store: AnyStore) -> AnyStore:
    """Two for Ann and one held back a minute apart, and one of each for Bob."""
    with store.transaction() as uow:
        for number, (person, is_held) in enumerate(((ANN, 0), (ANN, 0), (ANN, 1), (BOB, 0), (BOB, 1))):
            at = NOW + number * MINUTE
            uow.pings.add(Ping(f"k{number}", person, at, f"said {number}", at + HOUR if is_held else None))
    return store


def test_only_what_interrupted_somebody_since_is_counted(store: AnyStore) -> None:
    filled(store)

    counts = store.read(
        lambda uow: [uow.pings.how_many(*asked) for asked in ((ANN, NOW), (ANN, NOW + MINUTE), (BOB, NOW), ("x", NOW))]
    )

    assert counts == [2, 1, 1, 0]


def test_of_two_with_one_key_the_first_stays(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        uow.pings.add(Ping("k2", BOB, NOW, "another"))

    found = store.read(lambda uow: (uow.pings.get("k2"), uow.pings.get("k9")))

    assert found == (Ping("k2", ANN, NOW + 2 * MINUTE, "said 2", NOW + 2 * MINUTE + HOUR), None)


def test_what_is_held_back_waits_until_it_is_told(store: AnyStore) -> None:
    filled(store)

    assert store.read(lambda uow: [each.key for each in uow.pings.held(ANN)]) == ["k2"]
    assert store.read(lambda uow: uow.pings.due(NOW + HOUR)) == []
    assert store.read(lambda uow: uow.pings.due(NOW + HOUR + 2 * MINUTE)) == [ANN]
    assert store.read(lambda uow: uow.pings.due(NOW + 2 * HOUR)) == [ANN, BOB]
    with store.transaction() as uow:
        uow.pings.tell(["k2"], NOW)

    assert store.read(lambda uow: uow.pings.due(NOW + 2 * HOUR)) == [BOB]
    known = store.read(lambda uow: uow.pings.get("k2"))
    assert known is not None
    assert known.is_held


def test_what_is_old_is_forgotten(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        forgotten = uow.pings.forget(NOW + 3 * MINUTE)

    assert forgotten == 3
    assert store.read(lambda uow: [uow.pings.get(f"k{n}") is None for n in range(5)]) == [True] * 3 + [False] * 2


def test_how_often_somebody_asked_for_fewer_reminders_is_kept(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.pings.ask_less(ANN, 1)
        uow.pings.ask_less(ANN, 2)

    assert store.read(lambda uow: (uow.pings.less(ANN), uow.pings.less(BOB))) == (2, 0)
