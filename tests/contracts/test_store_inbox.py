"""What every store promises about the inbox: the fake and both databases."""

import pytest

from motions.records import Arrival
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import MINUTE, NOW, an_envelope

AnyStore = FakeStore | SqlStore


def test_an_envelope_is_new_once_waits_and_is_then_handled(store: AnyStore) -> None:
    with store.transaction() as uow:
        arrivals = [uow.inbox.receive(an_envelope()), uow.inbox.receive(an_envelope())]
        uow.inbox.handled("e1", NOW)
        arrivals.append(uow.inbox.receive(an_envelope()))

    assert arrivals == [Arrival.NEW, Arrival.WAITING, Arrival.HANDLED]


@pytest.mark.parametrize("same", [{"moment": "message:C1:1.1"}, {"message": "message:uuid"}])
def test_the_same_gesture_under_another_key_is_known(store: AnyStore, same: dict[str, str]) -> None:
    with store.transaction() as uow:
        uow.inbox.receive(an_envelope("e1", **same))
        arrivals = [uow.inbox.receive(an_envelope("e2", **same))]
        uow.inbox.handled("e1", NOW)
        arrivals.append(uow.inbox.receive(an_envelope("e3", **same)))

    assert arrivals == [Arrival.WAITING, Arrival.HANDLED]


def test_envelopes_that_name_no_gesture_are_not_alike(store: AnyStore) -> None:
    with store.transaction() as uow:
        arrivals = [uow.inbox.receive(an_envelope(key)) for key in ("e1", "e2")]

    assert arrivals == [Arrival.NEW, Arrival.NEW]


def test_unhandled_envelopes_wait_oldest_first(store: AnyStore) -> None:
    with store.transaction() as uow:
        for key, at in (("e2", NOW), ("e1", NOW), ("e3", NOW), ("e4", NOW + MINUTE)):
            uow.inbox.receive(an_envelope(key, payload=f"payload of {key}", received_at=at))
        uow.inbox.handled("e3", NOW)

        pending = uow.inbox.pending(older_than=NOW)
        first = uow.inbox.pending(older_than=NOW, limit=1)

    assert pending == [("e2", "event", "payload of e2"), ("e1", "event", "payload of e1")]
    assert first == pending[:1]


def test_what_is_due_is_taken_by_one_for_a_while_and_counted(store: AnyStore) -> None:
    with store.transaction() as uow:
        for key in ("e2", "e1", "e3"):
            uow.inbox.receive(an_envelope(key, due_at=NOW))

        first = uow.inbox.take(now=NOW, until=NOW + MINUTE, limit=2)
        second = uow.inbox.take(now=NOW, until=NOW + MINUTE, limit=2)
        later = uow.inbox.take(now=NOW + MINUTE, until=NOW + 2 * MINUTE, limit=1)

    assert first == [an_envelope(key, due_at=NOW + MINUTE, tries=2) for key in ("e2", "e1")]
    assert [each.key for each in second] == ["e3"]
    assert later == [an_envelope("e2", due_at=NOW + 2 * MINUTE, tries=3)]


def test_what_is_not_due_handled_or_forgotten_is_not_taken(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.inbox.receive(an_envelope("later", due_at=NOW + MINUTE))
        uow.inbox.receive(an_envelope("never"))
        uow.inbox.receive(an_envelope("handled", due_at=NOW))
        uow.inbox.handled("handled", NOW)
        uow.inbox.receive(an_envelope("forgotten", due_at=NOW, received_at=NOW - MINUTE))
        uow.inbox.forget(before=NOW)

        taken = uow.inbox.take(now=NOW, until=NOW + MINUTE, limit=10)

    assert taken == []


def test_what_is_held_is_not_due(store: AnyStore) -> None:
    with store.transaction() as uow:
        for key in ("e1", "e2"):
            uow.inbox.receive(an_envelope(key, due_at=NOW))
        uow.inbox.hold(["e1"], until=NOW + MINUTE)

        taken = uow.inbox.take(now=NOW, until=NOW + MINUTE, limit=10)

    assert [each.key for each in taken] == ["e2"]


def test_holding_what_was_handled_wakes_nothing(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.inbox.receive(an_envelope(due_at=NOW))
        uow.inbox.handled("e1", NOW)
        uow.inbox.hold(["e1"], until=NOW)

        assert uow.inbox.take(now=NOW, until=NOW + MINUTE, limit=10) == []
        assert uow.inbox.receive(an_envelope()) is Arrival.HANDLED


def test_a_handled_payload_is_blank_at_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.inbox.receive(an_envelope())
        uow.inbox.handled("e1", NOW)

        forgotten = uow.inbox.forget(before=NOW + MINUTE)

    assert forgotten == 0


def test_old_payloads_are_forgotten_and_their_keys_kept(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.inbox.receive(an_envelope("old", received_at=NOW - MINUTE))
        uow.inbox.receive(an_envelope("new"))

        forgotten = [uow.inbox.forget(before=NOW), uow.inbox.forget(before=NOW)]

        pending = uow.inbox.pending(older_than=NOW)
    assert forgotten == [1, 0]
    assert pending == [("new", "event", "{}")]


def test_what_was_forgotten_unhandled_and_comes_again_is_new(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.inbox.receive(an_envelope(received_at=NOW - MINUTE))
        uow.inbox.forget(before=NOW)

        arrival = uow.inbox.receive(an_envelope(payload='{"again": 1}', due_at=NOW))

        taken = uow.inbox.take(now=NOW, until=NOW + MINUTE, limit=1)
    assert arrival is Arrival.NEW
    assert [each.payload for each in taken] == ['{"again": 1}']


def test_bare_keys_are_pruned_and_payloads_are_not(store: AnyStore) -> None:
    with store.transaction() as uow:
        for key, at in (("bare", NOW - MINUTE), ("waiting", NOW - MINUTE), ("young", NOW)):
            uow.inbox.receive(an_envelope(key, received_at=at))
        uow.inbox.handled("bare", NOW)
        uow.inbox.handled("young", NOW)

        pruned = uow.inbox.prune(before=NOW)

        arrivals = [uow.inbox.receive(an_envelope(key)) for key in ("bare", "waiting", "young")]
    assert pruned == 1
    assert arrivals == [Arrival.NEW, Arrival.WAITING, Arrival.HANDLED]
