"""What people do in Slack: ours by the story, a partner's out of curiosity: every button in sight, every question."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bench.noninterference.outside import Json, Outside
from bench.noninterference.vocabulary import CUSTOMERS
from sandbox import cast
from sandbox.slack.blocks import elements_of
from sandbox.slack.elements import INTERACTIVE

Tell = Callable[[str, object], None]

QUESTIONS = (
    "status", "shared", "help", "", "forecast", "queue", "why", "share", "unshare aws", "status nothing of the kind",
    "what do you do with Northstar Integrators?", "and with AWS?", "who else is on this deal?", "/cosell forecast aws",
    *(f"status {name}" for name in CUSTOMERS[:10]), *CUSTOMERS[6:12], *(f"why {name}" for name in CUSTOMERS[:3]),
)  # fmt: skip
WORDS = "We talked to them yesterday. Who else is in this? <@U0DANA> https://evil.example"


@dataclass(frozen=True)
class Button:
    """Something to press, where it is."""

    place: Mapping[str, str]  # channel and message_ts, or view_id
    action_id: str
    block_id: str
    value: str | None


@dataclass
class People:
    """Hands in one world's Slack. `settle` lets the bot do everything that follows."""

    outside: Outside
    settle: Callable[[], None]

    def act(self, person: str, gesture: str, **body: object) -> Json:
        """Do something, and let everything follow."""
        answer = self.outside.act(person, gesture, **body)
        self.settle()
        return answer

    def buttons(self, person: str) -> Sequence[Button]:
        """Everything this person could press now, where they see it."""
        return list(self._buttons(person))

    def press(self, person: str, button: Button) -> Json:
        """Press it."""
        choice = {"action_id": button.action_id, "block_id": button.block_id, "value": button.value}
        return self.act(person, "action", **button.place, **choice)

    def find(self, person: str, action_id: str, channel: str | None = None, ts: str | None = None) -> Button | None:
        """The newest button of a kind in sight, or in one message."""
        fitting = [
            button
            for button in self._buttons(person)
            if button.action_id == action_id
            and channel in {None, button.place.get("channel")}
            and ts in {None, button.place.get("message_ts")}
        ]
        return fitting[-1] if fitting else None

    def modal(self, person: str) -> Json | None:
        """The form on top, if one is open."""
        stack = self.outside.slack.state.modals.get(person, [])
        return {"id": stack[-1].id, **stack[-1].content} if stack else None

    def fill(self, person: str, values: Mapping[str, str], *, otherwise: str | None = None) -> Json:
        """Submit the form on top with these values by the ends of its blocks' ids; then close what is left of it."""
        modal = self.modal(person)
        if modal is None:
            return {}
        given: Json = {}
        for block in modal["blocks"]:
            if block["type"] == "input":
                name = block["block_id"].rpartition(":")[2]
                said = _typed(block["element"], values.get(name, otherwise))
                given |= {block["block_id"]: {block["element"]["action_id"]: said}} if said else {}
        answer = self.act(person, "submit", view_id=modal["id"], values=given) if modal.get("submit") else {}
        self.leave(person)
        return answer

    def leave(self, person: str) -> None:
        """Close every form."""
        while (modal := self.modal(person)) is not None:
            self.act(person, "close", view_id=modal["id"])

    def _buttons(self, person: str) -> Iterator[Button]:
        state = self.outside.slack.state
        for room in state.of_member(person):
            said = [*room.messages.values(), *room.whispers.get(person, [])]
            for message in sorted(said, key=lambda each: each.ts):
                place = {"channel": room.id, "message_ts": message.ts}
                yield from _in(message.blocks, place)
        if person in state.homes:
            home = state.homes[person]
            yield from _in(home.content["blocks"], {"view_id": home.id})


def be_curious(person: str, rng: Random, people: People, tell: Tell) -> None:
    """Press, ask, reply, open: whatever comes to mind and is in sight; what the client answers is seen too."""
    what = rng.choice(("press", "press", "press", "mention", "direct", "reply", "home", "elsewhere"))
    tell("client", [person, what, _one(person, what, rng, people)])


def _one(person: str, what: str, rng: Random, people: People) -> Json:
    state = people.outside.slack.state
    room = rng.choice([room for room in state.of_member(person) if not room.is_dm])
    question = rng.choice(QUESTIONS)
    match what:
        case "press":
            return _press_something(person, rng, people)
        case "mention":
            return people.act(person, "message", channel=room.id, text=f"<@{cast.BOT_USER_ID}> {question}")
        case "direct":
            return people.act(person, "message", channel=state.dm(state.people[person]).id, text=question or "hello")
        case "reply":
            roots = [ts for ts in room.roots if room.messages[ts].user == cast.BOT_USER_ID]
            at = {"thread_ts": rng.choice(roots)} if roots else {}
            words = rng.choice(("On it tomorrow.", f"<@{cast.BOT_USER_ID}> {question}"))
            return people.act(person, "message", channel=room.id, text=words, **at)
        case "home":
            return people.act(person, "home_open")
        case _:
            return people.act(person, "command", channel=room.id, command="/cosell", text=question)


def _press_something(person: str, rng: Random, people: People) -> Json:
    buttons = people.buttons(person)
    chosen = [button for button in buttons if rng.random() < 0.3 or not _ends(button)]  # noqa: PLR2004 - now and then
    if not chosen:
        return {"nothing": "to press"}
    answer = people.press(person, rng.choice(chosen))
    if people.modal(person) is None:
        return answer
    return {"pressed": answer, "sent": people.fill(person, {}, otherwise=rng.choice((WORDS, "", "12")))}


def _ends(button: Button) -> bool:
    return "revoke" in button.action_id or "decline" in button.action_id


def _in(blocks: Sequence[Json], place: Mapping[str, str]) -> Iterator[Button]:
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in INTERACTIVE and element["type"] == "button" and not element.get("url"):
                yield Button(place, element["action_id"], block["block_id"], element.get("value"))


def _typed(element: Json, said: str | None) -> Json:
    if said is None:
        return {}
    match element["type"]:
        case "static_select" | "radio_buttons":
            options = element.get("options") or [o for g in element["option_groups"] for o in g["options"]]
            return {"selected_option": next((o for o in options if o["value"] == said), options[0])}
        case "datepicker":
            return {"selected_date": said if said[:2] == "20" else "2027-03-31"}
        case "number_input":
            return {"value": said if said.isdigit() else "12"}
        case "plain_text_input":
            return {"value": said}
        case _:
            return {}
