"""People at work: sellers change deals, managers decide, the partner brings deals and takes handoffs; clumsily."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import httpx

from bench.chaos.company import MANAGERS, Company, Json
from bench.chaos.forms import buttons, corrected, denial, edited, of, referenced, select_of
from bench.chaos.packs import Packs
from bench.chaos.setting import CARDS, PARTNERS, PRODUCTS

DECIDED = ("Approved.", "already approved", "already denied", "a moment ago", "Denied.", "Saved.", "out of date")
ANSWERED = ("Accepting it", "Rejecting it", "This invitation", "a moment ago")
CORRECTING = ("Approved.", "Nothing changed")  # "Nothing was saved" is said while the CRM is away
DRAFTED = ("Having it drafted", "already", "a moment ago", "out of date")
TAKEN = ("it is yours", "already taken on")
FILED = ("is filed as", "out of date")
IMPORTED = ("Importing", "already imported", "changes nothing")
AGAIN_AFTER, AGAIN_AT_LATEST = 2.0, 30.0
HANDS_FULL = 20  # things people still have to do, at which the world brings nothing more: cores may be busy
AT_ONCE = 8  # promising deals neither handed over nor denied; more would only queue
LOOK_EVERY = 0.4
PATIENCE = 1.0  # seconds for an answer or a form; an answer that comes later is found in the books


@dataclass(frozen=True)
class Click:
    """One button pressed, or a form sent: what Slack's client made of it, and what the clicker was told."""

    action: str
    token: str
    person: str
    was_acknowledged: bool
    said: str
    channel: str = ""
    at: float = 0.0  # seconds since 1970, before it was pressed


@dataclass
class Task:
    """Something a person is about to do."""

    due: float
    act: Callable[[], bool]  # True when it is done; else the person tries again
    pause: float = AGAIN_AFTER  # till then, longer each time: people do not hammer


@dataclass
class People:
    """Everybody at work, on a thread of their own."""

    company: Company
    rng: Random
    deals: list[str]
    every: float  # seconds between two promising deals
    clicks: list[Click] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)
    _quoted: set[str] = field(default_factory=set)
    _tasks: list[Task] = field(default_factory=list)
    _known: set[tuple[str, str]] = field(default_factory=set)
    packs: Packs = field(init=False)
    _over: threading.Event = field(default_factory=threading.Event)
    _no_new_deals: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _next_deal: float = 0.0
    _over_with: int = 0

    def __post_init__(self) -> None:
        self.packs = Packs(self.company)

    def start(self) -> None:
        """Begin the day."""
        self._thread = threading.Thread(target=self._work, name="people", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Change no more deals, but decide what is asked."""
        self._no_new_deals.set()

    def stop(self) -> None:
        """Go home."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def has_work(self) -> bool:
        """Whether somebody is still about to do something."""
        self.must_be_there()
        return bool(self._tasks)

    def must_be_there(self) -> None:
        """RuntimeError when nobody is at work any more."""
        if self._thread is None or not self._thread.is_alive():
            raise RuntimeError("nobody is at work any more; see above")

    def _work(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self._sell()
            for channel in (*CARDS, *PARTNERS):
                for message in self.company.messages(channel):
                    for action, token in buttons(message):
                        self._plan(action, token, message)
            due = [task for task in self._tasks if task.due <= time.monotonic()]
            for task in due:
                if task.act():
                    self._tasks.remove(task)
                else:
                    task.due, task.pause = time.monotonic() + task.pause, min(task.pause * 2, AGAIN_AT_LATEST)

    def _sell(self) -> None:
        if self._no_new_deals.is_set() or time.monotonic() < self._next_deal:
            return
        self._next_deal = time.monotonic() + self.every * self.rng.uniform(0.3, 1.7)
        if self.deals and len(self.promised) - self._over_with < AT_ONCE:
            deal = self.deals.pop(self.rng.randrange(len(self.deals)))
            self._tasks.append(Task(0, lambda: self._promise(deal)))
        for share, act in self._now_and_then:
            if len(self._tasks) < HANDS_FULL and self.rng.random() < share:
                self._tasks.append(Task(0, act))

    @property
    def _now_and_then(self) -> Iterator[tuple[float, Callable[[], bool]]]:
        """What happens beside a new deal, and how often."""
        yield 0.2, self.company.change_something
        yield 0.3, self.company.invite
        yield 0.5, self.company.send_back
        if self.promised:
            yield 0.15, self._reprice
            yield 0.25, self._slip
            yield 0.5, self._quote

    def _reprice(self) -> bool:
        """Another amount, often under a card."""
        return self.company.change(self.rng.choice(self.promised[-4:]), Amount=self.rng.randrange(50_000, 90_000))

    def _slip(self) -> bool:
        """Another close date, often of a deal that is filed."""
        day = date(2027, 6, 1) + timedelta(self.rng.randrange(90))
        return self.company.change(self.rng.choice(self.promised), CloseDate=day.isoformat())

    def _quote(self) -> bool:
        """One quote for each deal, filed or not yet."""
        unquoted = [deal for deal in self.promised if deal not in self._quoted]
        if unquoted and self.company.quote(unquoted[0]):
            self._quoted.add(unquoted[0])
        return True

    def _promise(self, deal: str) -> bool:
        is_done = self.company.promise(deal, PRODUCTS[len(self.promised) % len(PRODUCTS)])
        if is_done:
            self.promised.append(deal)
        return is_done

    def _plan(self, action: str, token: str, message: Json) -> None:
        ways: dict[str, Callable[[str, Json], Callable[[], bool]]] = {
            "motion.approve": self._decision,
            "motion.correct": self._correction,
            "handoff.take": self._handoff,
            "invitation.accept": self._answer,
            "offer.draft": self._draft,
            "motion.filed": self._by_hand,
            "sheet.import": lambda token, place: self._import(token, place, str(message.get("thread_ts"))),
        }
        if (action, token) in self._known or action not in ways:
            return
        self._known.add((action, token))
        place = {"channel": message["channel"], "message_ts": message["ts"]}
        self._over_with += action == "handoff.take"
        self._tasks.append(Task(time.monotonic() + self.rng.uniform(0, 3), ways[action](token, place)))

    def _decision(self, token: str, place: Json) -> Callable[[], bool]:
        ways: dict[str, tuple[float, Callable[[], bool]]] = {
            "approve": (0.58, lambda: self._approve(token, place, [self.rng.choice(MANAGERS)])),
            "click twice": (0.12, lambda: self._approve(token, place, [self.rng.choice(MANAGERS)] * 2)),
            "click together": (0.10, lambda: self._approve(token, place, list(MANAGERS))),
            "deny": (0.10, lambda: self._fill_in("motion.deny", token, place, denial)),
            "edit": (0.10, lambda: self._fill_in("motion.edit", token, place, edited)),
        }
        name = self.rng.choices(list(ways), [share for share, _ in ways.values()])[0]
        return ways[name][1]

    def _correction(self, token: str, place: Json) -> Callable[[], bool]:
        return lambda: self._fill_in("motion.correct", token, place, corrected, CORRECTING)

    def _draft(self, token: str, place: Json) -> Callable[[], bool]:
        return lambda: self._press("offer.draft", token, place, self.rng.choice(MANAGERS), DRAFTED)

    def _answer(self, token: str, place: Json) -> Callable[[], bool]:
        """What AWS brings is accepted, as one of our deals or a new one, or rejected."""
        ways = (("invitation.reject", denial), ("invitation.accept", self._accepted))
        action, answers = self.rng.choice(ways)
        return lambda: self._fill_in(action, token, place, answers, ANSWERED)

    def _accepted(self, modal: Json) -> Json:
        select = select_of(modal)
        option = self.rng.choice(select["element"]["options"])
        self._over_with += option["value"] != "new"  # its own card, if it has one, is withdrawn
        return {select["block_id"]: {"value": {"selected_option": option}}}

    def _handoff(self, token: str, place: Json) -> Callable[[], bool]:
        chance = self.rng.random()
        if chance < 0.15:  # noqa: PLR2004 - nobody reacts
            return lambda: True
        if chance < 0.3:  # noqa: PLR2004 - a reply is a reaction too
            return lambda: self._reply(token, place)
        who = self.rng.choice(PARTNERS[place["channel"]])
        return lambda: self._press("handoff.take", token, place, who, TAKEN)

    def _by_hand(self, token: str, place: Json) -> Callable[[], bool]:
        """The pack is filed with the partner, whose decision comes in a sheet."""
        reference = self.packs.reference_of(token)

        def file() -> bool:
            is_said = self._fill_in("motion.filed", token, place, lambda modal: referenced(modal, reference), FILED)
            if is_said:
                self._tasks.append(Task(time.monotonic(), lambda: self.packs.send_back(reference)))
            return is_said

        return file

    def _import(self, token: str, place: Json, thread: str) -> Callable[[], bool]:
        def press() -> bool:
            is_done = self._press("sheet.import", token, place, self.rng.choice(MANAGERS), IMPORTED)
            if is_done:
                self.packs.imported(thread)
            return is_done

        return press

    def _approve(self, token: str, place: Json, people: list[str]) -> bool:
        """Several at once in truth, on a thread each."""
        with ThreadPoolExecutor(len(people)) as crowd:
            pressed = crowd.map(lambda person: self._press("motion.approve", token, place, person, DECIDED), people)
            return any(list(pressed))

    def _press(self, action: str, token: str, place: Json, person: str, settled: tuple[str, ...]) -> bool:
        at = time.time()
        answer = self._act("action", person, **place, action_id=action, value=token, patience=PATIENCE)
        if answer.get("error") == "action_not_found":
            return self._gone(action, token)
        click = Click(action, token, person, channel=place["channel"], at=at, **of(answer))
        return self._note(click, settled, heard=str(answer.get("shown")))  # forms of before may be open

    def _fill_in(
        self,
        action: str,
        token: str,
        place: Json,
        answers: Callable[[Json], Json],
        settled: tuple[str, ...] = DECIDED,
    ) -> bool:
        person = self.rng.choice(MANAGERS)
        opened = self._act("action", person, **place, action_id=action, value=token, patience=PATIENCE)
        if opened.get("error") == "action_not_found":
            return self._gone(action, token)
        modal = next((view for view in opened.get("modals", []) if view["private_metadata"] == token), None)
        if modal is None:  # what is shown instead may be the late answer to something else
            return False
        at = time.time()
        sent = self._act("submit", person, view_id=modal["id"], values=answers(modal))
        click = Click(action, token, person, channel=place["channel"], at=at, **of(sent))
        is_done = self._note(click, settled, heard=click.said)
        for view in self._act("home", person).get("modals", []):
            self._act("close", person, view_id=view["id"])
        return is_done

    def _reply(self, token: str, place: Json) -> bool:
        who, thread = PARTNERS[place["channel"]][0], place["message_ts"]
        answer = self._act("message", who, channel=place["channel"], thread_ts=thread, text="On it.")
        self.clicks.append(Click("reply", token, who, was_acknowledged=False, said=str(answer.get("ts"))))
        return True

    def _gone(self, action: str, token: str) -> bool:
        """Somebody else was first, or the deal changed; should the button come back, it is pressed."""
        self._known.discard((action, token))
        return True

    def _note(self, click: Click, settled: tuple[str, ...], heard: str) -> bool:
        self.clicks.append(click)
        self._over_with += "Denied." in heard
        return click.was_acknowledged and any(word in heard for word in settled)

    def _act(self, gesture: str, person: str, **body: object) -> Json:
        try:
            return self.company.act(gesture, person, **body)
        except httpx.HTTPStatusError as refused:
            answer: Json = refused.response.json()
            return answer
