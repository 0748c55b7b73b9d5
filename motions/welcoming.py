"""Added to a channel nobody set up: the two questions that make it an alliance channel, asked once."""

from motions.audiences import INTERNAL, is_meant
from motions.places import meant_for
from motions.policy import Configuration
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import Queue, Segment
from motions.setup_desk import token_for
from motions.surfaces import Welcome


def welcome(channel: str, ports: Ports) -> bool:
    """Have the questions asked in a channel the bot was added to; False: what it is for is known."""
    if _is_known(channel, ports.config):
        return False
    with ports.store.transaction() as uow:
        uow.enqueue(Segment("send_welcome", _key(channel), (channel,), Queue.SLACK, channel))
    return True


def send_welcome(channel: str, ports: Ports) -> None:
    """Segment: the questions, where only our own people read; elsewhere the bot does not speak unasked."""
    if _is_known(channel, ports.config) or not is_meant(INTERNAL, ports.messenger.audience(channel)):
        return
    admins = [ports.people.by_email(email) for email in ports.config.coverage.admins]
    asked = Welcome(token_for(channel, ports), tuple(each.user_id for each in admins if each))
    plan = for_our_people(_key(channel), "slack.welcome", channel, asked)
    ports.durable.step("welcome", lambda: post(plan, ports))


def _is_known(channel: str, config: Configuration) -> bool:
    return channel in meant_for(config) or channel == config.coverage.ops_channel


def _key(channel: str) -> str:
    return f"welcome:{channel}"
