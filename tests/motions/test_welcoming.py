"""Added to a channel nobody set up, the bot asks its two questions once, where only our own people read."""

from dataclasses import replace

from bot.configuration import ConfigFolder
from bot.settings import DEFAULTS
from motions.model import Token
from motions.revisions import InForce
from motions.setup_desk import save_setup, setup_form
from motions.setup_surfaces import SetupForm
from motions.surfaces import ClickOutcome, ClickReply
from motions.welcoming import welcome
from tests.fakes.messenger import Posted
from tests.fakes.world import ALEX, AWS, CHANNEL, PRIYA, SAM, SHARED, TOMAS, World, configuration, world

NEW = "C0BRANDNEW"
TYPED = {"partner": "aws", "region": "South", "channel": NEW, "manager": PRIYA.user_id, "backup": TOMAS.user_id}


def added(*partners: str) -> World:
    """A world whose bot was added to a channel; with partners reading there."""
    made = world()
    files = ConfigFolder(DEFAULTS)
    made.ports = replace(made.ports, config_files=files, in_force=InForce(configuration()))
    made.messenger.rooms[NEW] = tuple(AWS for _ in partners)
    welcome(NEW, made.ports)
    made.durable.settle()
    return made


def asked(made: World) -> list[Posted]:
    return made.messenger.in_channel(NEW)


def _token(made: World) -> Token:
    [message] = asked(made)
    return Token(str(message.message).split("'value': '")[1].split("'")[0])


def test_it_asks_which_partner_and_who_once() -> None:
    made = added()
    welcome(NEW, made.ports)
    made.durable.settle()

    [message] = asked(made)
    assert "Which partner is this channel for?" in str(message.message)
    assert f"<@{SAM.user_id}>" in str(message.message)


def test_what_is_known_is_not_asked() -> None:
    made = world()

    assert [welcome(channel, made.ports) for channel in (CHANNEL, SHARED)] == [False, False]


def test_where_a_partner_reads_it_does_not_speak_unasked() -> None:
    assert asked(added("aws")) == []


def test_the_answer_is_the_form_with_this_channel_in_it_and_then_it_is_set_up() -> None:
    made = added()
    form = setup_form(_token(made), SAM, made.ports)
    assert isinstance(form, SetupForm)
    assert {each.name: each.value for each in form.inputs}["channel"] == NEW

    saved = save_setup(form.token, SAM, TYPED, made.ports)

    assert isinstance(saved, ClickReply)
    assert saved.outcome is ClickOutcome.DONE
    assert "The channel is read by exactly those it is meant for." in saved.text
    assert made.ports.config.coverage.row(AWS, "South") is not None
    again = setup_form(_token(made), SAM, made.ports)
    assert isinstance(again, ClickReply)
    assert "set up already" in again.text


def test_only_admins_answer() -> None:
    made = added()

    for person in (PRIYA, ALEX):
        refused = setup_form(_token(made), person, made.ports)
        assert isinstance(refused, ClickReply)
        assert "Admins set cosell up" in refused.text
