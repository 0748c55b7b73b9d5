"""Somebody's first look at the bot: three things to try, told once; knows nobody's queue."""

from motions.desk import HAVE_A_DESK
from motions.journal import write_log
from motions.model import Person
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import Queue, Segment, UnitOfWork
from motions.surfaces import FirstSteps

GREETED = "person.greeted"


def greet(person: Person, ports: Ports) -> bool:
    """Have one of our own people told what to try, the first time they look; the log remembers, for good."""
    if person.role not in HAVE_A_DESK:
        return False
    if ports.durable.read(lambda uow: _was_greeted(person, uow)):  # nearly always: nobody waits for a writer's turn
        return False
    with ports.store.transaction() as uow:
        if _was_greeted(person, uow):
            return False
        write_log(uow, ports.clock.now(), GREETED, person.key, "cosell", {})
        args = (person.team_id, person.user_id)
        uow.enqueue(Segment("send_first_steps", _key(person), args, Queue.SLACK, _key(person)))
    return True


def send_first_steps(team_id: str, user_id: str, ports: Ports) -> None:
    """Segment: the three things, as a direct message."""
    person = ports.people.person(team_id, user_id)
    if person.role not in HAVE_A_DESK:
        return
    plan = for_our_people(
        _key(person), "slack.first-steps", ports.messenger.direct_channel(person), FirstSteps(person.role)
    )
    ports.durable.step("first steps", lambda: post(plan, ports))


def _was_greeted(person: Person, uow: UnitOfWork) -> bool:
    return any(entry.event == GREETED for entry in uow.log.of(person.key))


def _key(person: Person) -> str:
    return f"first-steps:{person.key}"
