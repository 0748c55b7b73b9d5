"""What waits for whom, told: `/cosell queue` and the morning digest; reads `desk` and posts."""

from dataclasses import replace
from datetime import date

from motions.answer_surfaces import QueueAnswer
from motions.channel_mornings import due_in_channels
from motions.desk import HAVE_A_DESK, SEES_ALL, Reader, done_alone
from motions.desk_surfaces import EVERYTHING, Pile
from motions.model import Person
from motions.mornings import Mornings
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import Queue, Segment, UnitOfWork
from motions.surfaces import Digest

SHOWN = 50  # of each list by `/cosell queue`
LINES = 4  # of each list in a digest: it fits a screen
_IN_A_QUEUE = (Pile.DECIDE, Pile.COLD, Pile.UNDER_WAY)


def queue_for(person: Person, ports: Ports) -> QueueAnswer:
    """What this person has to decide, or is waiting on; nothing for a partner or a stranger."""
    if person.role not in HAVE_A_DESK:
        return QueueAnswer((), (), "yours")

    def gather(uow: UnitOfWork) -> QueueAnswer:
        reader = Reader(person, uow, ports)
        queries = [replace(reader.query(pile, EVERYTHING), limit=SHOWN) for pile in _IN_A_QUEUE]
        lines = [line for query in queries for line in reader.lines(query)]
        whose = "everybody's" if person.role in SEES_ALL else "yours"
        stuck = reader.exceptions(replace(reader.stuck(EVERYTHING), limit=SHOWN))
        return QueueAnswer(tuple(lines), stuck, whose, reader.beside(EVERYTHING))

    return ports.durable.read(gather)


def due_digests(ports: Ports, mornings: Mornings) -> int:
    """Enqueue the digests of everybody whose morning it is, and of the channels they look after; how many they are.

    The id makes each of them once per person, or channel, and local day.
    """
    due = mornings.due(ports.clock.now(), ports.people, ports.config)
    if due:
        with ports.store.transaction() as uow:
            for each in due:
                args = (str(each.person.email), each.day)
                uow.enqueue(Segment("send_digest", each.key, args, Queue.SLACK, f"digest:{each.person.key}"))
            for segment in due_in_channels(due, ports.config.coverage):
                uow.enqueue(segment)
    for each in due:
        mornings.begin(each)
    return len(due)


def digest_for(person: Person, day: str, ports: Ports) -> Digest:
    """What one person is told on a morning: of each list what moves most money, or, of what is stuck, the oldest."""
    if person.role not in HAVE_A_DESK:
        return Digest(day, (), (), (), 0)

    def gather(uow: UnitOfWork) -> Digest:
        reader = Reader(person, uow, ports)
        queries = [replace(reader.query(pile, EVERYTHING), by_worth=True) for pile in (Pile.DECIDE, Pile.COLD)]
        to_decide, cold = (reader.lines(replace(query, limit=LINES)) for query in queries)
        stuck = reader.exceptions(replace(reader.stuck(EVERYTHING), limit=LINES))
        shown = {Pile.DECIDE: to_decide, Pile.COLD: cold, Pile.STUCK: stuck}
        more = {pile: reader.total(pile, EVERYTHING) - len(lines) for pile, lines in shown.items()}
        alone = done_alone(reader, date.fromisoformat(day))
        beside = reader.beside(EVERYTHING)
        return Digest(day, to_decide, cold, stuck, alone, beside, *more.values())

    return ports.durable.read(gather)


def send_digest(email: str, day: str, ports: Ports) -> None:
    """Segment: one person's morning, as one direct message."""
    person = ports.people.by_email(email)
    if person is None:
        return
    digest = digest_for(person, day, ports)
    key = f"digest:{person.key}:{day}"
    plan = for_our_people(key, "slack.digest", ports.messenger.direct_channel(person), digest)
    ports.durable.step("digest", lambda: post(plan, ports))
