"""What every Messenger keeps: the fake in memory, and the real one against the Slack emulator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.channels import open_messenger
from motions.audiences import Audience, AudienceKind
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.model import PartnerKey
from motions.ports import Clock, Messenger
from motions.revisions import InForce
from motions.surfaces import Note
from sandbox import cast
from tests.fakes.messenger import FakeMessenger, Trouble
from tests.handlers import values
from tests.handlers.emulated_slack import US, World, running
from tests.handlers.fakes import StillClock

AWS, NORTHSTAR = PartnerKey("aws"), PartnerKey("northstar")
ALLIANCE, SHARED = "C0AWSCENT", "C0SHAREDAWS"


@dataclass
class Setting:
    """A messenger, the time there, and the ways to make trouble and to look."""

    messenger: Messenger
    clock: Clock
    lose_next_answer: Callable[[], None]
    throttle_next: Callable[[], None]
    texts: Callable[[str], list[Any]]

    def since(self) -> datetime:
        return self.clock.now() - timedelta(seconds=1)

    def message(self, words: str = "Hello") -> Any:
        return self.messenger.render(Note(words))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as slack:
        yield slack


def emulated(world: World) -> Setting:
    world.reset()
    world.control("channels", {"id": "C0BOTH", "teams": [cast.MERIDIAN.id, cast.AWS.id, cast.NORTHSTAR.id]})
    for room in ("C0BOTH",):
        world.control("channels", {"id": room, "members": [cast.BOT_USER_ID]})

    def fault(**wish: Any) -> None:
        world.control("faults", wish)

    return Setting(
        messenger=open_messenger(world.client(), InForce(values.configuration()), US),
        clock=world.clock,
        lose_next_answer=lambda: fault(kind="drop_after_accept", method="chat.postMessage"),
        throttle_next=lambda: fault(kind="ratelimited", method="chat.postMessage", retry_after=7),
        texts=lambda channel: [each["text"] for each in world.messages(channel)],
    )


def in_memory() -> Setting:
    rooms = {ALLIANCE: (), SHARED: (AWS,), "C0BOTH": (AWS, NORTHSTAR)}
    fake = FakeMessenger(StillClock(), rooms=rooms)
    return Setting(
        messenger=fake,
        clock=fake.clock,
        lose_next_answer=lambda: fake.troubles.append(Trouble(OutcomeUnknown("Slack", "lost"), after=True)),
        throttle_next=lambda: fake.troubles.append(Trouble(Unavailable("Slack", "throttled", retry_after=7))),
        texts=lambda channel: [each.message["text"] for each in fake.in_channel(channel)],
    )


@pytest.fixture(params=["fake", "emulator"])
def setting(request: pytest.FixtureRequest) -> Setting:
    return in_memory() if request.param == "fake" else emulated(request.getfixturevalue("world"))


def test_a_posted_message_is_found_by_its_key(setting: Setting) -> None:
    since = setting.since()
    setting.messenger.post(ALLIANCE, setting.message("One"), "m1:note")
    ref = setting.messenger.post(ALLIANCE, setting.message("Two"), "m1:card")

    assert setting.messenger.find_post(ALLIANCE, "m1:card", since) == ref


@pytest.mark.parametrize(("channel", "key"), [(ALLIANCE, "m2:card"), (SHARED, "m1:card")])
def test_what_was_not_posted_is_not_found(setting: Setting, channel: str, key: str) -> None:
    since = setting.since()
    setting.messenger.post(ALLIANCE, setting.message(), "m1:card")

    assert setting.messenger.find_post(channel, key, since) is None


def test_a_reply_is_found_in_its_thread(setting: Setting) -> None:
    since = setting.since()
    root = setting.messenger.post(SHARED, setting.message("Root"), "m1:handoff")
    ref = setting.messenger.post(SHARED, setting.message("Reminder"), "m1:nudge.1", root.ts)

    assert setting.messenger.find_post(SHARED, "m1:nudge.1", since, root.ts) == ref


def test_a_message_is_changed_in_place_and_keeps_its_key(setting: Setting) -> None:
    since = setting.since()
    ref = setting.messenger.post(ALLIANCE, setting.message("Before"), "m1:card")

    setting.messenger.update(ref, setting.message("After"))
    setting.messenger.update(ref, setting.message("After"))

    assert setting.texts(ALLIANCE) == ["After"]
    assert setting.messenger.find_post(ALLIANCE, "m1:card", since) == ref


@pytest.mark.parametrize(
    ("channel", "audience"),
    [
        (ALLIANCE, Audience(AudienceKind.INTERNAL)),
        (SHARED, Audience(AudienceKind.ONE_PARTNER, (AWS,))),
        ("C0BOTH", Audience(AudienceKind.SEVERAL, (AWS, NORTHSTAR))),
        ("C0NOWHERE", Audience(AudienceKind.UNKNOWN)),
    ],
)
def test_the_audience_is_who_would_read_it(setting: Setting, channel: str, audience: Audience) -> None:
    assert setting.messenger.audience(channel) == audience


def test_a_direct_message_to_one_of_ours_is_internal(setting: Setting) -> None:
    channel = setting.messenger.direct_channel(values.person())

    assert setting.messenger.audience(channel).kind is AudienceKind.INTERNAL
    assert setting.messenger.post(channel, setting.message(), "m1:told").channel == channel


def test_a_lost_answer_is_not_a_failure_and_the_message_is_found(setting: Setting) -> None:
    since = setting.since()
    setting.lose_next_answer()

    with pytest.raises(OutcomeUnknown):
        setting.messenger.post(ALLIANCE, setting.message(), "m1:card")

    assert setting.messenger.find_post(ALLIANCE, "m1:card", since) is not None


def test_a_throttled_post_was_not_sent_and_says_when_to_come_back(setting: Setting) -> None:
    setting.throttle_next()

    with pytest.raises(Unavailable) as throttled:
        setting.messenger.post(ALLIANCE, setting.message(), "m1:card")

    assert throttled.value.retry_after == 7
    assert setting.texts(ALLIANCE) == []


def test_a_channel_that_is_not_there_refuses_for_good(setting: Setting) -> None:
    with pytest.raises(Rejected, match="channel_not_found"):
        setting.messenger.post("C0NOWHERE", setting.message(), "m1:card")


def test_a_message_that_is_gone_cannot_be_changed(setting: Setting) -> None:
    ref = setting.messenger.post(ALLIANCE, setting.message(), "m1:card")

    with pytest.raises(Rejected, match="message_not_found"):
        setting.messenger.update(type(ref)(ref.channel, "1.000001"), setting.message())


def test_drawing_is_pure(setting: Setting) -> None:
    assert setting.messenger.render(values.card()) == setting.messenger.render(values.card())
