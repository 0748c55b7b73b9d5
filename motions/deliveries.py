"""Deliveries nobody could handle: shown to a person instead of being tried for ever; knows no payload."""

from motions.journal import raise_exception
from motions.ports import Ports
from motions.records import Envelope


def give_up(envelope: Envelope, reference: str, ports: Ports) -> None:
    """Open an exception for an envelope that kept failing, and let go of it."""
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        raise_exception(
            uow,
            subject=f"envelope:{reference}",
            opportunity_id=None,
            code="not-handled",
            reason=f"What somebody did in Slack at {envelope.received_at:%H:%M} UTC ({envelope.kind}) failed "
            f"{envelope.tries} times. It was not done, or only in part.",
            next_act=f"look for {reference} in the log, mend what it shows, and ask the person to do it again",
            owner=ports.config.coverage.operators[0],
            at=now,
        )
        uow.inbox.handled(envelope.key, now)
