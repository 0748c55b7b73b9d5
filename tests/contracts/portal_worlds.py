"""The portals the contract suite runs against: the fake, and the adapters over real HTTP."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pytest

from connectors.sheets.book import Book, Entry
from connectors.sheets.layouts import SHIPPED, load_layout
from connectors.sheets.portal import SheetPortal
from motions.errors import OutcomeUnknown, Unavailable
from motions.imports import Decision
from motions.ports import Clock, Portal
from motions.referrals import Field, Referral, Review
from tests.connectors.aws.aws_world import NOW, READY, Emulator
from tests.connectors.microsoft import microsoft_world as microsoft
from tests.fakes.portal import FakePortal
from tests.fakes.portal_draft import DELIVERY_MODELS, HELP, USE_CASES

PAM = "Jordan Blake"
STEPS = ("create", "associate", "submit", "submitted")
WRITES = ("create", "associate", "submit")
SPEND = (Field.MONTHLY_SPEND, "monthly_spend")


class World(Protocol):
    """What a test may do to a portal besides using it."""

    ready: Referral
    steps: tuple[str, ...]  # of the saga
    writes: tuple[str, ...]  # those of them that write
    money: tuple[Field, str]  # what it wants to know of the money, and where a referral has it
    listed: Field  # one that is chosen from a list
    decisions_against: tuple[Review, ...]
    pam: str

    @property
    def portal(self) -> Portal:
        """The portal under test."""

    @property
    def clock(self) -> Clock:
        """What it lives by."""

    def lose_answer(self, step: str) -> None:
        """The next call of this step is done, and nobody is told."""

    def be_unavailable(self, step: str) -> None:
        """The next call of this step finds nobody in."""

    def decide(self, referral_id: str, review: Review, comments: str = "") -> None:
        """The partner's reviewer decides."""

    def filed(self) -> list[str]:
        """The CRM id of everything filed."""

    def later(self, moment: datetime) -> None:
        """Let time pass until then."""


class FakeClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class FakeWorld:
    """The portal in memory."""

    steps: tuple[str, ...] = STEPS
    writes: tuple[str, ...] = WRITES
    money: tuple[Field, str] = SPEND
    listed = Field.SOLUTION
    decisions_against: tuple[Review, ...] = (Review.REJECTED, Review.ACTION_REQUIRED)
    pam = PAM

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.portal = FakePortal(self.clock)
        self.ready = replace(READY, use_case=USE_CASES[0], delivery_models=DELIVERY_MODELS[:1], help_wanted=HELP[:1])

    def lose_answer(self, step: str) -> None:
        self.portal.lose_answer(step)

    def be_unavailable(self, step: str) -> None:
        self.portal.be_unavailable(at=step)

    def decide(self, referral_id: str, review: Review, comments: str = "") -> None:
        pam = PAM if review is Review.ACCEPTED else None
        self.portal.review(referral_id, review, comments=comments or None, pam_name=pam)

    def filed(self) -> list[str]:
        return [one.crm_id for one in self.portal.referrals]

    def later(self, moment: datetime) -> None:
        self.clock.moment = moment


class AwsWorld:
    """The AWS adapter, over real HTTP."""

    _OPERATIONS: Mapping[str, str] = {
        "create": "CreateOpportunity",
        "associate": "AssociateOpportunity",
        "submit": "StartEngagementFromOpportunityTask",
        "status": "GetOpportunity",
        "draft": "ListSolutions",
        "change": "UpdateOpportunity",
    }
    _DECISIONS: Mapping[Review, str] = {
        Review.ACCEPTED: "approve",
        Review.REJECTED: "reject",
        Review.ACTION_REQUIRED: "action_required",
    }

    steps: tuple[str, ...] = STEPS
    writes: tuple[str, ...] = WRITES
    money: tuple[Field, str] = SPEND
    listed = Field.SOLUTION
    decisions_against: tuple[Review, ...] = (Review.REJECTED, Review.ACTION_REQUIRED)
    pam = PAM

    def __init__(self, emulator: Emulator) -> None:
        emulator.start_afresh()
        self._emulator = emulator
        self.clock = emulator.clock
        self.portal = emulator.portal()
        self.ready = READY

    def lose_answer(self, step: str) -> None:
        self._emulator.fault(self._OPERATIONS[step], "drop_after_commit")

    def be_unavailable(self, step: str) -> None:
        self._emulator.fault(self._OPERATIONS[step], "throttle")

    def decide(self, referral_id: str, review: Review, comments: str = "") -> None:
        self._emulator.control("/review", id=referral_id, decision=self._DECISIONS[review], comments=comments)

    def filed(self) -> list[str]:
        return [one["crm_id"] for one in self._emulator.seen("/summary")["opportunities"]]

    def later(self, moment: datetime) -> None:
        self.clock.advance(moment - self.clock.now())


class MicrosoftWorld:
    """The Microsoft adapter, over real HTTP."""

    steps: tuple[str, ...] = ("create", "invite")
    writes: tuple[str, ...] = steps
    money: tuple[Field, str] = (Field.AMOUNT, "annual_value")
    listed = Field.SOLUTION
    decisions_against: tuple[Review, ...] = (Review.REJECTED,)  # Microsoft asks nobody to correct anything
    pam = "Riley Chen"
    _DECISIONS: Mapping[Review, str] = {Review.ACCEPTED: "accept", Review.REJECTED: "decline"}
    _OPERATIONS: Mapping[str, str] = {"change": "update"}

    def __init__(self, emulator: microsoft.Emulator, folder: Path) -> None:
        emulator.start_afresh()
        self._emulator = emulator
        self._folder = folder
        self.clock = emulator.clock
        self.portal = emulator.portal(folder)
        self.ready = microsoft.READY

    def lose_answer(self, step: str) -> None:
        self._emulator.fault(self._OPERATIONS.get(step, step), "drop_after_commit")

    def be_unavailable(self, step: str) -> None:
        self._emulator.fault(self._OPERATIONS.get(step, step), "throttle")

    def decide(self, referral_id: str, review: Review, comments: str = "") -> None:
        self._emulator.control("/review", id=referral_id, decision=self._DECISIONS[review], reason=comments)

    def filed(self) -> list[str]:
        return [each["crm_id"] for each in self._emulator.filed()]

    def later(self, moment: datetime) -> None:
        self.clock.advance(moment - self.clock.now())
        self.portal = self._emulator.portal(self._folder)  # signed in anew: a sign-in lapses after 90 days unused


class _Shelf(Book):
    """A folder with bad days."""

    is_lossy = is_away = False

    def put(self, entry: Entry, workbook: bytes) -> None:
        if self.is_away:
            raise Unavailable("sheet", "the folder is not mounted")
        super().put(entry, workbook)
        if self.is_lossy:
            self.is_lossy = False
            raise OutcomeUnknown("sheet", "the disk did not answer")


class SheetWorld:
    """The folder of filing packs."""

    steps: tuple[str, ...] = ("pack",)
    writes: tuple[str, ...] = steps
    money: tuple[Field, str] = (Field.AMOUNT, "annual_value")
    listed = Field.STAGE
    decisions_against: tuple[Review, ...] = (Review.REJECTED, Review.ACTION_REQUIRED)
    pam = PAM

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.shelf = _Shelf(folder / "packs")
        self.portal = SheetPortal(self.shelf, load_layout(SHIPPED), self.clock)
        self.ready = microsoft.READY

    def lose_answer(self, step: str) -> None:
        self.shelf.is_lossy = True

    def be_unavailable(self, step: str) -> None:
        self.shelf.is_away = True

    def decide(self, referral_id: str, review: Review, comments: str = "") -> None:
        contact = PAM if review is Review.ACCEPTED else None
        crm_id = self.shelf.of_referral(referral_id).crm_id
        self.portal.decided(crm_id, Decision(review, comment=comments or None, contact=contact))

    def filed(self) -> list[str]:
        return [entry.crm_id for entry in self.shelf.all()]

    def later(self, moment: datetime) -> None:
        self.clock.moment = moment


def opened(name: str, request: pytest.FixtureRequest, folder: Path) -> World:
    """The portal of this name, over its running emulator where it has one."""
    match name:
        case "aws":
            return AwsWorld(request.getfixturevalue("emulator"))
        case "microsoft":
            return MicrosoftWorld(request.getfixturevalue("microsofts"), folder)
        case "sheet":
            return SheetWorld(folder)
        case _:
            return FakeWorld()
