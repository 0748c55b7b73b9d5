"""What nobody could handle is shown to the operator once, with what to do, and let go of."""

from motions.deliveries import give_up
from motions.records import Arrival, Envelope
from tests.fakes.world import world


def test_what_kept_failing_is_an_operator_s_to_look_at() -> None:
    made = world()
    envelope = Envelope("event:Ev1", "event", "{}", made.clock.now(), tries=10)
    with made.store.transaction() as uow:
        uow.inbox.receive(envelope)

    give_up(envelope, "1a2b3c4d", made.ports)
    give_up(envelope, "1a2b3c4d", made.ports)

    with made.store.transaction() as uow:
        (item,) = uow.exceptions.of("envelope:1a2b3c4d")
        assert uow.inbox.receive(envelope) is Arrival.HANDLED
    assert item.owner == made.ports.config.coverage.operators[0]
    assert "10 times" in item.reason
    assert "1a2b3c4d" in item.next_act
