"""The morning of an alliance channel: told once, when its manager's day begins, and only when something waits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from motions.channel_mornings import LINES, channel_digest, send_channel_digest
from motions.coverage import Away
from motions.deals import Money
from motions.effects import EffectStatus
from motions.errors import OutcomeUnknown
from motions.model import MotionId, PartnerKey
from motions.mornings import Mornings
from motions.queues import due_digests
from tests.fakes.clock import MONDAY
from tests.fakes.messenger import Posted, Trouble
from tests.fakes.world import CHANNEL, PRIYA, SHARED, World, a_deal
from tests.motions.invited import invited
from tests.motions.stages import awaiting, handed_off

DAY = "2026-11-24"
TUESDAY = datetime(2026, 11, 24, 13, 31, tzinfo=UTC)  # half past eight in New York, where Priya is


def digests(made: World, channel: str = CHANNEL) -> list[Posted]:
    return [each for each in made.messenger.in_channel(channel) if each.key.startswith("digest:")]


def morning(made: World, at: datetime) -> None:
    made.clock.move_to(at)
    due_digests(made.ports, Mornings())
    made.durable.settle()


def test_the_channel_hears_what_waits_in_it_once() -> None:
    made = awaiting()

    for minutes in (0, 1, 60):
        morning(made, TUESDAY + timedelta(minutes=minutes))

    [told] = digests(made)
    assert told.key == f"digest:{CHANNEL}:{DAY}"
    assert "In this channel, 2026-11-24: 1 to decide, 0 going cold" in str(told.message["text"])
    assert "Waiting for a decision (1)" in str(told.message)
    assert "Acmeco" in str(told.message)


def test_a_channel_in_which_nothing_waits_is_left_in_peace() -> None:
    made = handed_off()

    morning(made, TUESDAY)

    assert digests(made) == []


def test_what_goes_cold_is_told_in_the_channel_of_its_card_and_never_in_the_partners() -> None:
    made = handed_off()

    morning(made, TUESDAY + timedelta(days=2))

    [told] = digests(made)
    assert "0 to decide, 1 going cold" in str(told.message["text"])
    assert digests(made, SHARED) == []


def test_while_the_manager_is_away_the_channels_day_is_the_backups() -> None:
    made = awaiting()
    config = made.ports.config
    away = Away(email=str(PRIYA.email), first=date(2026, 11, 24), last=date(2026, 11, 24))
    made.use(config.model_copy(update={"coverage": config.coverage.model_copy(update={"away": (away,)})}))

    morning(made, TUESDAY)
    assert digests(made) == []
    morning(made, TUESDAY + timedelta(hours=3))  # half past eight in Los Angeles, where Tomas is

    assert len(digests(made)) == 1


def test_the_largest_stand_first_and_the_rest_is_counted() -> None:
    made = awaiting()
    motion = made.motion
    with made.store.transaction() as uow:
        for number in range(9):
            deal = replace(a_deal(number + 10), amount=Money(Decimal(number * 1000), "USD"))
            uow.deals.save([deal])
            uow.motions.add(replace(motion, id=MotionId(f"m{number}"), opportunity_id=deal.id))
        uow.motions.add(replace(motion, id=MotionId("elsewhere"), channel="C0AWSEAST"))

    digest = channel_digest(CHANNEL, DAY, made.ports)

    assert (len(digest.to_decide), digest.more_to_decide) == (LINES, 10 - LINES)
    worths = [line.worth.amount for line in digest.to_decide if line.worth]
    assert worths == sorted(worths, reverse=True)
    assert "elsewhere" not in {line.motion.id for line in digest.to_decide}


def test_a_deal_a_partner_brings_waits_in_its_channel() -> None:
    made = invited()

    here, elsewhere = channel_digest(CHANNEL, DAY, made.ports), channel_digest("C0AWSEAST", DAY, made.ports)

    assert (len(here.beside), elsewhere.beside) == (1, ())


def test_a_lost_answer_is_looked_for_before_anything_is_told_again() -> None:
    made = awaiting()
    made.messenger.troubles += [Trouble(OutcomeUnknown("Slack", "no answer"), after=True)]

    morning(made, TUESDAY)
    made.advance(timedelta(minutes=10))

    assert len(digests(made)) == 1


def test_where_somebody_else_reads_nothing_is_told() -> None:
    made = awaiting()
    made.messenger.rooms[CHANNEL] = (PartnerKey("aws"),)

    morning(made, TUESDAY)

    assert digests(made) == []
    effects = made.read(lambda uow: uow.effects.of(f"digest:{CHANNEL}:{DAY}"))
    assert [each.status for each in effects] == [EffectStatus.HELD]


def test_it_is_read_at_the_moment_it_is_sent() -> None:
    made = awaiting()
    made.clock.move_to(MONDAY + timedelta(days=1))

    send_channel_digest(CHANNEL, DAY, made.ports)

    assert "1 to decide" in str(digests(made)[0].message["text"])
