"""Editions: what a week, a month or a quarter of co-sell brought, told to the alliance channel when it is over."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motions.audiences import INTERNAL
from motions.deals import OpportunityId
from motions.desk_records import Moments
from motions.edition_surfaces import Acceptance, Edition, Period, Span, Tally
from motions.effects import Recovery, Undo
from motions.model import MotionId
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import attach
from motions.records import Queue, Segment, UnitOfWork

SHOWN = {Span.WEEK: 8, Span.MONTH: 6, Span.QUARTER: 4}  # how many periods the picture compares
LARGEST = 5
# A channel whose people were all away on the first day hears of it on one of the next; later it is no news.
_TOLD_WITHIN = timedelta(days=4)


def due_editions(channel: str, day: date, zone: ZoneInfo) -> Iterator[Segment]:
    """Segments for what was over shortly before this morning; the id makes each one, however often it is due."""
    for span in Span:
        now = Period.around(span, day)
        if day < now.first + _TOLD_WITHIN:
            first = now.before().first.isoformat()
            key = f"edition:{channel}:{span}:{first}"
            yield Segment("send_edition", key, (channel, span.value, first, zone.key), Queue.SLACK, channel)


def edition_of(channel: str, period: Period, zone: ZoneInfo, ports: Ports) -> Edition:
    """The figures of a channel, counted by days of this zone."""
    periods = _up_to(period)

    def gather(uow: UnitOfWork) -> Edition:
        moments = uow.motions.moments(channel, _start(periods[0], zone))
        tallies = tuple(_tally(each, moments, zone) for each in periods)
        accepted = [each for each in moments if _is_in(each.accepted_at, period, zone)]
        names = dict.fromkeys(
            ports.config.name_of(row.partner) for row in ports.config.coverage.rows if row.channel == channel
        )
        return Edition(tuple(names), tallies, tuple(_largest(accepted, uow, ports)))

    return ports.durable.read(gather)


def send_edition(channel: str, span: str, first: str, zone: str, ports: Ports) -> None:
    """Segment: one picture in one alliance channel; a channel where nothing ever happened is left in peace."""
    period = Period.around(Span(span), date.fromisoformat(first))
    edition = edition_of(channel, period, ZoneInfo(zone), ports)
    if all(tally.is_empty for tally in edition.tallies):
        return
    picture, key = ports.messenger.depict(edition), f"edition:{channel}:{span}:{first}"
    plan = Plan(
        key=key,
        subject=key,
        kind="slack.file",
        destination=channel,
        audience=INTERNAL,
        payload={"name": picture.file.name, "words": picture.words, "alt": picture.alt},
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("edition", lambda: attach(plan, picture.file, ports))


def _up_to(period: Period) -> Sequence[Period]:
    periods = [period]
    while len(periods) < SHOWN[period.span]:
        periods.insert(0, periods[0].before())
    return periods


def _tally(period: Period, moments: Sequence[Moments], zone: ZoneInfo) -> Tally:
    return Tally(
        period,
        matched=sum(_is_in(each.matched_at, period, zone) for each in moments),
        approved=sum(_is_in(each.approved_at, period, zone) for each in moments),
        accepted=sum(_is_in(each.accepted_at, period, zone) for each in moments),
    )


def _largest(accepted: Sequence[Moments], uow: UnitOfWork, ports: Ports) -> Iterator[Acceptance]:
    deals = uow.deals.some([each.opportunity_id for each in accepted])

    def worth(each: Moments) -> tuple[bool, object, MotionId]:
        deal = deals.get(each.opportunity_id)
        amount = deal.amount.amount if deal and deal.amount else None
        return amount is None, -(amount or 0), each.id

    for each in sorted(accepted, key=worth)[:LARGEST]:
        motion, deal = uow.motions.get(each.id), deals.get(each.opportunity_id)
        assert motion is not None
        yield Acceptance(
            motion.account_name,
            motion.deal_name,
            ports.config.name_of(motion.partner),
            ports.deal_url(OpportunityId(each.opportunity_id)),
            deal.amount if deal else None,
        )


def _is_in(moment: datetime | None, period: Period, zone: ZoneInfo) -> bool:
    return moment is not None and period.first <= moment.astimezone(zone).date() < period.past


def _start(period: Period, zone: ZoneInfo) -> datetime:
    return datetime.combine(period.first, time(), zone)
