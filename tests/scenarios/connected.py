"""A company and its partner over the emulated Slack: real listeners and use cases, everything else in memory."""

from dataclasses import dataclass, replace
from typing import Any

from bot.use_cases import use_cases
from handlers.channels import open_messenger
from handlers.desk import Desk
from handlers.directory import Directory
from handlers.listeners import build_bolt, register
from handlers.people import SlackPeople
from motions.approvals import approve
from motions.policy import Configuration
from motions.referrals import Review
from sandbox import cast
from sandbox.slack.settings import BOT_EVENTS
from tests.fakes import world as fakes
from tests.handlers.emulated_slack import SECRET, US
from tests.handlers.emulated_slack import World as Slack
from tests.handlers.fakes import AtOnce
from tests.motions.stages import PAM, POLL

CARD_ROOM, SHARED = fakes.CHANNEL, fakes.SHARED


@dataclass
class Stage:
    """One company and its partner, with everybody in the shared channel."""

    slack: Slack
    made: fakes.World

    def act(self, gesture: str, who: cast.Member, **body: Any) -> Any:
        """Do something as a person, and let everything that follows happen."""
        outcome = self.slack.act(gesture, who, **body)
        self.settle()
        return outcome

    def deliver(self, kind: str, payload: dict[str, Any]) -> Any:
        """What no client of Slack would send."""
        outcome = self.slack.control("envelopes", {"kind": kind, "payload": payload})["acknowledged"][0]
        self.settle()
        return outcome

    def change(self, channel: str, **wish: Any) -> None:
        """Change a channel."""
        assert self.slack.control("channels", {"id": channel, **wish})["ok"]
        self.settle()

    def settle(self) -> None:
        """Wait until Slack has an answer to everything."""
        self.slack.settle()
        self.made.durable.settle()

    def seen(self, who: cast.Member) -> list[dict[str, Any]]:
        """What a person was shown that they did not say themselves."""
        items = self.slack.look(f"seen/{who.id}")["items"]
        return [each for each in items if each["content"].get("user") in {None, cast.BOT_USER_ID}]

    def events(self) -> list[str]:
        """What the log holds."""
        return [entry.event for entry in self.made.store.read(lambda uow: list(uow.log.of(fakes.MOTION)))]

    def problems(self) -> list[str]:
        """What is open about channels."""
        return [item for item in self.made.problems() if item in {"audience-changed", "channel-moved"}]

    def card_asks(self) -> None:
        """The deal changes, and its card is out."""
        self.made.change(stage_name="Proposal")
        self.made.poll()

    def approve_and_file(self) -> None:
        """Approved, filed; the partner has not decided."""
        approve(self.made.token, fakes.PRIYA, self.made.ports)
        self.made.durable.settle()

    def accept(self) -> None:
        """The partner accepts, and what follows is tried."""
        self.made.portal.review("O1", Review.ACCEPTED, **PAM)
        self.made.advance(POLL)

    def posted(self, channel: str) -> list[dict[str, Any]]:
        """What the bot has in a channel."""
        return [each for each in self.slack.messages(channel) if each["user"] == cast.BOT_USER_ID]

    def looks(self) -> int:
        """How often anybody's readers were asked for."""
        return len(self.slack.look("calls", method="conversations.info")["calls"])


def wired(slack: Slack, *everybody: cast.Member) -> Stage:
    """Wired as the bot wires it; these are in the shared channel, and nobody but our own staff is in ours."""
    slack.reset()
    slack.control("settings", {"bot_events": []})  # until somebody listens: Slack would try again for seconds
    made = fakes.world()
    made.use(_on_grid(made.ports.config))
    client, directory = slack.client(), Directory(slack.client())
    messenger = open_messenger(client, made.ports.in_force, US, directory)
    people = SlackPeople(directory, made.ports.in_force, US)
    made.ports = replace(made.ports, messenger=messenger, people=people)
    bolt = build_bolt(client, US, signing_secret=SECRET)
    desk = Desk(US, people, messenger, made.store, made.clock, lanes={"": AtOnce()}, has_work_objects=True)
    register(bolt, use_cases(made.ports), desk)
    slack.bolt = bolt
    slack.control(
        "channels",
        {"id": SHARED, "teams": [US.team_id, cast.AWS.id, cast.AWS_GRID.id], "members": [who.id for who in everybody]},
    )
    listening = {"request_url": f"{slack.url}/events", "signing_secret": SECRET, "bot_events": list(BOT_EVENTS)}
    slack.control("settings", listening)
    return Stage(slack, made)


def _on_grid(config: Configuration) -> Configuration:
    partners = tuple(
        p.model_copy(update={"team_ids": (*p.team_ids, cast.AWS_ENTERPRISE)}) if p.key == fakes.AWS else p
        for p in config.partners
    )
    return config.model_copy(update={"partners": partners})
