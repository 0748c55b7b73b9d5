"""A sign-in nobody has renewed for long: the operator is told while there is time, and no longer once it is renewed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from motions.logins import TOLD_BEFORE, watch
from tests.fakes.portal import FakePortal
from tests.fakes.world import DANA, World, world

SUBJECT = "sign-in:microsoft"


class SignedIn(FakePortal):
    """A portal whose sign-in lapses."""

    ends_at: datetime | None = None

    def lapses_at(self) -> datetime | None:
        return self.ends_at


@pytest.fixture
def made() -> World:
    return world()


@pytest.fixture
def portal(made: World) -> SignedIn:
    return SignedIn(made.clock, "microsoft")


def look(made: World, portal: FakePortal) -> int:
    return watch(replace(made.ports, portals={"aws": made.portal, "microsoft": portal}))


def test_a_sign_in_that_was_renewed_lately_is_nobody_s_business(made: World, portal: SignedIn) -> None:
    portal.ends_at = made.clock.now() + TOLD_BEFORE + timedelta(seconds=1)

    assert look(made, portal) == 0
    assert made.problems() == []


def test_one_that_lapses_soon_is_told_once_with_its_day(made: World, portal: SignedIn) -> None:
    portal.ends_at = made.clock.now() + TOLD_BEFORE

    assert [look(made, portal), look(made, portal)] == [1, 0]
    [item] = made.read(lambda uow: uow.exceptions.of(SUBJECT))
    assert (item.code, item.owner) == ("sign-in-lapses", DANA.email)
    assert f"lapses on {portal.ends_at:%Y-%m-%d}" in item.reason
    assert "sign in again" in item.next_act


@pytest.mark.parametrize("renewed", [True, False])
def test_what_was_told_is_cleared_once_it_is_renewed_or_begun_anew(
    made: World, portal: SignedIn, renewed: bool
) -> None:
    portal.ends_at = made.clock.now() - timedelta(days=1)
    look(made, portal)

    portal.ends_at = made.clock.now() + timedelta(days=90) if renewed else None

    assert look(made, portal) == 0
    assert made.problems(SUBJECT) == []


def test_a_portal_without_a_sign_in_is_not_asked(made: World) -> None:
    assert look(made, FakePortal(made.clock, "microsoft")) == 0
