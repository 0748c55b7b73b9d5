"""The morning of an alliance channel: what waits in it, told when the day of whoever looks after it begins."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from motions.coverage import Coverage
from motions.desk import BESIDE, STATES, beside_line, queue_lines, waiting_beside
from motions.desk_surfaces import Pile
from motions.editions import due_editions
from motions.mornings import Morning
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import MotionQuery, Queue, Segment, UnitOfWork
from motions.surfaces import Digest

LINES = 4  # of each list: it fits a screen


def due_in_channels(mornings: Sequence[Morning], coverage: Coverage) -> Iterator[Segment]:
    """Segments for the channels of those whose morning it is; the ids make each one, whoever it is asked for."""
    for morning in mornings:
        day = date.fromisoformat(morning.day)
        for channel in _channels_of(morning, day, coverage):
            key = f"digest:{channel}:{morning.day}"
            yield Segment("send_channel_digest", key, (channel, morning.day), Queue.SLACK, channel)
            yield from due_editions(channel, day, morning.person.zone)


def channel_digest(channel: str, day: str, ports: Ports) -> Digest:
    """What waits in one channel, whoever it waits for: of each list what moves most money."""

    def gather(uow: UnitOfWork) -> Digest:
        here = MotionQuery(channel=channel, by_worth=True, limit=LINES)
        queries = {
            Pile.DECIDE: _of(here, Pile.DECIDE),
            Pile.COLD: _of(here, Pile.COLD, cold_at=ports.clock.now()),
        }
        lines = {pile: tuple(queue_lines(uow.motions.find(query), uow, ports)) for pile, query in queries.items()}
        more = {pile: uow.motions.how_many(query) - len(lines[pile]) for pile, query in queries.items()}
        waiting = waiting_beside([each.key for each in ports.config.partners], uow)
        beside = tuple(beside_line(each, ports) for each in waiting if each.channel == channel)[:BESIDE]
        return Digest(day, lines[Pile.DECIDE], lines[Pile.COLD], (), None, beside, more[Pile.DECIDE], more[Pile.COLD])

    return ports.durable.read(gather)


def send_channel_digest(channel: str, day: str, ports: Ports) -> None:
    """Segment: one channel's morning, as one message; a channel in which nothing waits is left in peace."""
    digest = channel_digest(channel, day, ports)
    if not (digest.to_decide or digest.going_cold or digest.beside):
        return
    key = f"digest:{channel}:{day}"
    plan = for_our_people(key, "slack.digest", channel, digest)
    ports.durable.step("channel digest", lambda: post(plan, ports))


def _of(here: MotionQuery, pile: Pile, cold_at: datetime | None = None) -> MotionQuery:
    return replace(here, states=STATES[pile], cold_at=cold_at)


def _channels_of(morning: Morning, day: date, coverage: Coverage) -> Sequence[str]:
    who = (morning.person.email or "").casefold()
    theirs = (row.channel for row in coverage.rows if coverage.manager_on(row, day).casefold() == who)
    return list(dict.fromkeys(theirs))
