"""What waits for whom, told: `/cosell queue` and the morning digest; reads `desk` and posts."""

from datetime import date
from decimal import Decimal

from motions.answer_surfaces import QueueAnswer
from motions.desk import SEES_ALL, done_alone, lists_for
from motions.effects import Recovery, Undo
from motions.model import Person
from motions.mornings import Mornings
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import INTERNAL, post
from motions.records import Queue, Segment
from motions.surfaces import Digest, QueueLine

SHOWN = 50


def queue_for(person: Person, ports: Ports) -> QueueAnswer:
    """What this person has to decide, or is waiting on."""
    found = lists_for(person, SHOWN, ports)
    whose = "everybody's" if person.role in SEES_ALL else "yours"
    return QueueAnswer((*found.to_decide, *found.going_cold, *found.under_way), found.exceptions, whose, found.beside)


def due_digests(ports: Ports, mornings: Mornings) -> int:
    """Enqueue the digest of everybody whose morning it is; the id makes it once per person and local day."""
    due = mornings.due(ports.clock.now(), ports.people, ports.config)
    if due:
        with ports.store.transaction() as uow:
            for each in due:
                args = (str(each.person.email), each.day)
                uow.enqueue(Segment("send_digest", each.key, args, Queue.SLACK, f"digest:{each.person.key}"))
    for each in due:
        mornings.begin(each)
    return len(due)


def digest_for(person: Person, day: str, ports: Ports) -> Digest:
    """What one person is told on a morning."""
    found = lists_for(person, SHOWN, ports)
    alone = ports.durable.read(lambda uow: done_alone(person, date.fromisoformat(day), uow, ports))
    to_decide, cold = (tuple(sorted(lines, key=_worth, reverse=True)) for lines in (found.to_decide, found.going_cold))
    return Digest(day, to_decide, cold, found.exceptions, alone, found.beside)


def _worth(line: QueueLine) -> Decimal:
    """What moves most money stands first; nobody converts currencies for an order of reading."""
    return line.worth.amount if line.worth else Decimal(0)


def send_digest(email: str, day: str, ports: Ports) -> None:
    """Segment: one person's morning, as one direct message."""
    person = ports.people.by_email(email)
    if person is None:
        return
    digest = digest_for(person, day, ports)
    key = f"digest:{person.key}:{day}"
    plan = Plan(
        key=key,
        subject=key,
        kind="slack.digest",
        destination=ports.messenger.direct_channel(person),
        audience=INTERNAL,
        surface=digest,
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("digest", lambda: post(plan, ports))
