"""A partner that a person files at: what waits there, its reference, and its pack's file."""

from dataclasses import replace
from datetime import datetime

from motions.errors import UserMistake
from motions.imports import Decision
from motions.in_step import Held
from motions.ports import Clock
from motions.referrals import ReferralStatus, Review
from motions.sheet_drops import SharedFile
from tests.fakes.portal import FakePortal
from tests.fakes.world import World
from tests.motions.stages import POLL, in_review

TO_DO = "file the pack, then say so"


class ByHand(FakePortal):
    """A portal in which the bot's own referral waits for a person."""

    reference: str | None = None

    def __init__(self, clock: Clock, behind: FakePortal) -> None:
        super().__init__(clock)
        self._behind = behind

    def held(self, referral_id: str) -> Held:
        return self._behind.held("O1")

    def status(self, referral_id: str) -> ReferralStatus:
        found = self._behind.status("O1")
        waits = None if self.reference or found.review is not Review.PENDING else TO_DO
        return replace(found, referral_id=self.reference or "O1", waits_for=waits)


class Packs(ByHand):
    """The same portal, which takes a reference as the folder of packs does."""

    filed_at: datetime | None = None

    def filed(self, _referral_id: str, reference: str) -> None:
        if self.reference not in {None, reference}:
            raise UserMistake(f"it was filed as {self.reference} already. Nothing was changed.")
        self.reference, self.filed_at = reference, self.clock.now()

    def workbook(self, pack: str) -> SharedFile:
        return SharedFile(f"{pack}.xlsx", f"the row of {pack}".encode())

    def status(self, referral_id: str) -> ReferralStatus:
        found = super().status(referral_id)
        return found if self.filed_at is None else replace(found, modified_at=self.filed_at)

    def decided(self, crm_id: str, decision: Decision) -> str:
        raise AssertionError(f"no sheet of decisions is read here: {crm_id}, {decision}")


def with_packs() -> World:
    """A motion whose pack waits, and whose card asks for the reference."""
    made = in_review()
    made.ports = replace(made.ports, portals={"aws": Packs(made.clock, made.portal)})
    made.advance(POLL)
    return made
