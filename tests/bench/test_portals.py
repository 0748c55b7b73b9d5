"""The replay of referrals: what it calls right and wrong, and a few referrals through the real bot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.chaos.company import Company
from bench.portals.books import Filed, Write
from bench.portals.reckoning import Played, holds, reckon
from bench.portals.replay import play
from bench.portals.setting import SIDES, shares
from bot.embedded import start_world

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
RIGHT = Played(
    wanted={"d1": "aws", "d2": "google"},
    filed=[Filed("aws", "O1", "d1", is_accepted=True), Filed("google", "DR-2", "d2", is_accepted=True)],
    written={"d1": "O1", "d2": "DR-2"},
    writes=[Write("aws", AT + timedelta(seconds=n), is_refused=False) for n in (0, 1, 2)],
    typed=0,
    sweep=30.0,
    resolution=2.0,
    filed_at={"d1": 10.0, "d2": 11.0},
    accepted_at={"d1": 20.0, "d2": 21.0},
    written_at={"d1": 25.0, "d2": 51.0},
)


def test_what_is_filed_once_accepted_and_written_in_time_holds() -> None:
    report = reckon(RIGHT)

    assert holds(report, 2)
    assert report["crm_after_s"] == {"p50": 30.0, "max": 30.0}
    assert report["per_portal"] == {
        "aws": {"filed": 1, "per_s": 0.5, "writes": 3, "quota_share": 1.5, "crm_after_max_s": 5.0},
        "microsoft": {"filed": 0, "per_s": None, "writes": 0, "quota_share": None, "crm_after_max_s": None},
        "google": {"filed": 1, "per_s": None, "writes": 0, "quota_share": None, "crm_after_max_s": 30.0},
    }


TWICE = Filed("aws", "O2", "d1", is_accepted=False)


@pytest.mark.parametrize(
    ("wrong", "name", "value"),
    [
        (replace(RIGHT, filed=RIGHT.filed[:1]), "filed", 1),
        (replace(RIGHT, wanted={"d1": "microsoft", "d2": "google"}), "filed", 1),
        (replace(RIGHT, filed=[*RIGHT.filed, TWICE]), "doubled", 1),
        (replace(RIGHT, writes=[Write("aws", AT, is_refused=True)]), "bounced", 1),
        (replace(RIGHT, filed=[*RIGHT.filed[1:], replace(RIGHT.filed[0], is_turned_down=True)]), "bounced", 1),
        (replace(RIGHT, typed=3), "typed_fields", 3),
        (replace(RIGHT, written={"d1": "O1"}), "in_crm", 1),
        (replace(RIGHT, written={"d1": "O1", "d2": "another"}), "in_crm", 1),
        (replace(RIGHT, written_at={"d1": 25.0, "d2": 51.1}), "crm_within_one_sweep", False),
    ],
)
def test_each_kind_of_wrong_is_told(wrong: Played, name: str, value: object) -> None:
    report = reckon(wrong)

    assert report[name] == value
    assert not holds(report, 2)


def test_what_stood_there_before_is_nobodys() -> None:
    report = reckon(replace(RIGHT, filed=[*RIGHT.filed, Filed("aws", "O9", "d9", is_accepted=False)]))

    assert holds(report, 2)


def test_every_referral_has_a_portal() -> None:
    assert [sum(shares(count).values()) for count in (1, 7, 350)] == [1, 7, 350]
    assert shares(350).keys() == {side.partner for side in SIDES}


def test_a_few_referrals_go_all_the_way_in_three_portals(tmp_path: Path) -> None:
    world = start_world(0, tick_seconds=None, deals=300)
    company = Company(world.url)
    try:
        report = reckon(play(5, tmp_path, company, within=240))
    finally:
        company.close()
        world.stop()

    assert {name: report[name] for name in ("filed", "doubled", "bounced", "typed_fields", "in_crm")} == {
        "filed": 5,
        "doubled": 0,
        "bounced": 0,
        "typed_fields": 0,
        "in_crm": 5,
    }
