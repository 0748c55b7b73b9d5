"""The attention budget: how often one person is interrupted a day, and what happens to what is beyond it.

Slack keeps everybody's own quiet hours; what is counted here is what their day brings. What is held back is told in one
message on the next working morning, and stands in Home until then.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from motions.attention_records import Ping
from motions.journal import write_log
from motions.model import Person
from motions.mornings import morning_of
from motions.policy import Configuration
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import Queue, Segment, UnitOfWork
from motions.surfaces import Note

KEPT = timedelta(days=14)
SHOWN = 10  # of what was held back; Home has the rest


def may_interrupt(key: str, person: Person, said: str, ports: Ports, *, subject: str) -> bool:
    """Whether a note may go to somebody now; one that may not is held for their next morning, and the log says so.

    The same each time it is asked of one key.
    """
    who, now = named(person), ports.clock.now()
    with ports.store.transaction() as uow:
        known = uow.pings.get(key)
        if known is None:
            is_now = has_room(who, person.zone, now, uow, ports.config)
            known = Ping(key, who, now, said, tell_from=None if is_now else morning_of(person, 1, now, ports.config))
            uow.pings.add(known)
            if known.tell_from is not None:
                write_log(
                    uow, now, "note.held", subject, "cosell", {"effect": key, "until": known.tell_from.isoformat()}
                )
    return not known.is_held


def may_mention(key: str, person: Person, ports: Ports) -> bool:
    """Whether what is posted anyway may mention somebody."""
    who, now = named(person), ports.clock.now()
    with ports.store.transaction() as uow:
        may = uow.pings.get(key) is not None or has_room(who, person.zone, now, uow, ports.config)
        if may:
            uow.pings.add(Ping(key, who, now))
    return may


def has_room(person: str, zone: ZoneInfo, now: datetime, uow: UnitOfWork, config: Configuration) -> bool:
    """Whether somebody's day has room for one more."""
    most = config.policy.pings_a_day
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    return most is None or uow.pings.how_many(person, midnight) < most


def sweep_held(ports: Ports) -> int:
    """Enqueue the message for everybody whose morning has come and for whom something was held back; how many.

    What nobody needs any more is forgotten here as well.
    """
    now = ports.clock.now()
    due = ports.durable.read(lambda uow: uow.pings.due(now))
    people = [person for email in due if (person := ports.people.by_email(email)) is not None]
    with ports.store.transaction() as uow:
        uow.pings.forget(now - KEPT)
        for person in people:
            day = now.astimezone(person.zone).date().isoformat()
            key = f"held:{person.key}:{day}"
            uow.enqueue(Segment("send_held", key, (str(person.email), day), Queue.SLACK, key))
    return len(people)


def send_held(email: str, day: str, ports: Ports) -> None:
    """Segment: what was held back for somebody, as one direct message."""
    person = ports.people.by_email(email)
    if person is None:
        return
    told: list[list[str]] = ports.durable.transaction("gathered", lambda uow: _gather(person, uow))
    if not told:
        return
    key = f"held:{person.key}:{day}"
    plan = for_our_people(key, "slack.tell", ports.messenger.direct_channel(person), _note([said for _, said in told]))
    ports.durable.step("held", lambda: post(plan, ports))
    keys = [key for key, _ in told]
    ports.durable.transaction("told", lambda uow: uow.pings.tell(keys, ports.clock.now()))


def _gather(person: Person, uow: UnitOfWork) -> list[list[str]]:
    return [[each.key, each.said] for each in uow.pings.held(named(person))]


def _note(said: list[str]) -> Note:
    more = len(said) - SHOWN
    lines = (*said[:SHOWN], *((f"and {more} more",) if more > 0 else ()))
    what = "1 note" if len(said) == 1 else f"{len(said)} notes"
    return Note(f"Held back for you since yesterday: {what}", lines)


def named(person: Person) -> str:
    """Whom the pings of one of ours are counted for."""
    return (person.email or person.key).casefold()
