"""The desk without its back office: a store that can go away, a still clock, use cases that write down their calls."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from handlers.desk import RuleCases, SetupCases, SheetCases, UseCases
from motions.answer_surfaces import Answer, HelpAnswer
from motions.deals import OpportunityId
from motions.desk_surfaces import Batch, DeskItem, HomeView, Look
from motions.model import Person, Token
from motions.partner_surfaces import PartnerAnswer, PartnerHelp, SharedDeal, SharedDeals
from motions.records import Envelope, UnitOfWork
from motions.referrals import Field, Problem
from motions.surfaces import ClickOutcome, ClickReply, EditForm
from tests.fakes.store import FakeStore
from tests.handlers import values

T = TypeVar("T")


class StillClock:
    """Stands until pushed."""

    def __init__(self, at: datetime = values.NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Push it."""
        self.at += by


class RefusingStore(FakeStore):
    """A store that is down while `is_down`."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """A transaction, or the failure of a database that is away."""
        if self.is_down:
            raise ConnectionError("the database is away")
        with super().transaction() as uow:
            yield uow

    def waiting(self) -> list[tuple[str, str, str]]:
        """The envelopes that were kept and not handled."""
        with self.transaction() as uow:
            return list(uow.inbox.pending(older_than=datetime.max.replace(tzinfo=UTC)))


class AtOnce(Executor):
    """Does what it is given before it returns."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Call it."""
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Recorder:
    """Use cases that answer what they are told to and write down how they were called."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    reply: ClickReply = field(default_factory=lambda: ClickReply(ClickOutcome.DONE, "Approved. Filing now."))
    form: EditForm | ClickReply = field(
        default_factory=lambda: EditForm(values.TOKEN, "Edit the referral", "Change it.", values.form())
    )
    problems: tuple[Problem, ...] = ()
    item: DeskItem | None = None
    batch: Batch | None = None
    said: Answer = field(default_factory=HelpAnswer)
    found: Answer | None = None
    named: OpportunityId | None = None
    is_started: bool = True
    is_handoff: bool = True
    deal: SharedDeal | None = field(default_factory=values.shared_deal)
    error: Exception | None = None
    returns: dict[str, Any] = field(default_factory=dict)  # of the use cases that have no answer of their own here

    def cases(self) -> UseCases:
        """The desk's use cases."""
        by_name: dict[str, Any] = {each.name: partial(self.click, each.name) for each in fields(UseCases)}
        of_rules = {each.name: partial(self.click, f"rules.{each.name}") for each in fields(RuleCases)}
        of_setup = {each.name: partial(self.click, f"setup.{each.name}") for each in fields(SetupCases)}
        of_sheets = {each.name: partial(self.click, f"sheets.{each.name}") for each in fields(SheetCases)}
        by_name |= {
            "sheets": SheetCases(**of_sheets),
            "rules": RuleCases(**of_rules),
            "setup": SetupCases(**of_setup),
            "approve": self.approve,
            "deny": self.deny,
            "edit_form": self.edit_form,
            "edit": self.edit,
            "answer": self.answer,
            "about_deal": self.about_deal,
            "about_message": self.about_message,
            "show_deal": self.about_deal,
            "start_deal": self.start_deal,
            "deal_named": self.deal_named,
            "home_for": self.home_for,
            "desk_item": self.desk_item,
            "desk_batch": self.desk_batch,
            "take": self.take,
            "replied": self.replied,
            "partner_answer": self.partner_answer,
            "shared_with": self.shared_with,
            "details": self.details,
            "recheck": self.recheck,
            "moved": self.moved,
            "give_up": self.give_up,
        }
        return UseCases(**by_name)

    def approve(self, token: Token, by: Person) -> ClickReply:
        self._note("approve", token, by)
        return self.reply

    def click(self, name: str, *said: Any) -> Any:
        self._note(name, *said)
        return self.returns.get(name, self.reply)

    def deny(self, token: Token, by: Person, reason: str) -> ClickReply:
        self._note("deny", token, by, reason)
        return self.reply

    def edit_form(self, token: Token, by: Person) -> EditForm | ClickReply:
        self._note("edit_form", token, by)
        return self.form

    def edit(self, token: Token, by: Person, given: Mapping[Field, str]) -> ClickReply | tuple[Problem, ...]:
        self._note("edit", token, by, dict(given))
        return self.problems or self.reply

    def answer(self, text: str, asker: Person) -> Answer:
        self._note("answer", text, asker)
        return self.said

    def start_deal(self, words: str, asker: Person) -> bool:
        self._note("start_deal", words, asker)
        return self.is_started

    def about_deal(self, words: str, asker: Person) -> Answer:
        self._note("about_deal", words, asker)
        return self.said

    def about_message(self, message: str, asker: Person) -> Answer | None:
        self._note("about_message", message, asker)
        return self.found

    def deal_named(self, link: str, asker: Person) -> OpportunityId | None:
        self._note("deal_named", link, asker)
        return self.named

    def home_for(self, person: Person, look: Look) -> HomeView:
        self._note("home_for", person, look)
        return values.home_view(look=look)

    def desk_item(self, ref: str, by: Person) -> DeskItem | ClickReply:
        self._note("desk_item", ref, by)
        return self.item or self.reply

    def desk_batch(self, by: Person, look: Look) -> Batch | ClickReply:
        self._note("desk_batch", by, look)
        return self.batch or self.reply

    def take(self, token: Token, by: Person) -> ClickReply:
        self._note("take", token, by)
        return self.reply

    def replied(self, channel: str, thread_ts: str, by: Person) -> bool:
        self._note("replied", channel, thread_ts, by)
        return self.is_handoff

    def partner_answer(self, text: str, asker: Person) -> PartnerAnswer:
        self._note("partner_answer", text, asker)
        return PartnerHelp(values.AWS)

    def shared_with(self, person: Person) -> SharedDeals:
        self._note("shared_with", person)
        return SharedDeals(values.AWS, (values.shared_deal(),))

    def details(self, token: Token, viewer: Person) -> SharedDeal | None:
        self._note("details", token, viewer)
        return self.deal

    def recheck(self, channel: str) -> bool:
        self._note("recheck", channel)
        return True

    def moved(self, old: str, new: str) -> None:
        self._note("moved", old, new)

    def give_up(self, envelope: Envelope, reference: str) -> None:
        self.calls.append(("give_up", envelope.key, reference))

    def _note(self, *call: Any) -> None:
        self.calls.append(call)
        if self.error:
            raise self.error
