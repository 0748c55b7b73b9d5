"""What waits for whom, told: `/cosell queue` and the morning digest; reads `desk` and posts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from motions.answer_surfaces import QueueAnswer
from motions.desk import SEES_ALL, done_alone, lists_for
from motions.effects import Recovery, Undo
from motions.model import Person
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import INTERNAL, post
from motions.records import Queue, Segment
from motions.surfaces import Digest

SHOWN = 50
DIGEST_WINDOW = timedelta(hours=3)  # a bot that was down all morning does not wake people in the afternoon


def queue_for(person: Person, ports: Ports) -> QueueAnswer:
    """What this person has to decide, or is waiting on."""
    found = lists_for(person, SHOWN, ports)
    whose = "everybody's" if person.role in SEES_ALL else "yours"
    return QueueAnswer((*found.to_decide, *found.going_cold, *found.under_way), found.exceptions, whose, found.beside)


def due_digests(ports: Ports) -> int:
    """Enqueue the digest of everybody whose morning it is; the id makes it once per person and local day."""
    now = ports.clock.now()
    coverage = ports.config.coverage
    emails = {*(row.manager for row in coverage.rows), *(row.backup for row in coverage.rows), *coverage.operators}
    people = [person for email in sorted(emails) if (person := ports.people.by_email(email))]
    due = [person for person in people if _is_morning(person, now, ports)]
    with ports.store.transaction() as uow:
        for person in due:
            day = now.astimezone(ZoneInfo(person.tz)).date().isoformat()
            key = f"digest:{person.key}:{day}"
            uow.enqueue(Segment("send_digest", key, (str(person.email), day), Queue.SLACK, f"digest:{person.key}"))
    return len(due)


def digest_for(person: Person, day: str, ports: Ports) -> Digest:
    """What one person is told on a morning."""
    found = lists_for(person, SHOWN, ports)
    alone = ports.durable.read(lambda uow: done_alone(person, date.fromisoformat(day), uow, ports))
    return Digest(day, found.to_decide, found.going_cold, found.exceptions, alone, found.beside)


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


def _is_morning(person: Person, now: datetime, ports: Ports) -> bool:
    local = now.astimezone(ZoneInfo(person.tz))
    start = datetime.combine(local.date(), ports.config.policy.digest_at, local.tzinfo)
    return local.isoweekday() <= 5 and start <= local < start + DIGEST_WINDOW  # noqa: PLR2004 - Monday to Friday
