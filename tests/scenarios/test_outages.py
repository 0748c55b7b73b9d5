"""A portal that is away is told once when it goes and once when it is back, whatever fails meanwhile."""

import logging

import pytest

from sandbox.cast import PRIYA, TOMAS
from tests.scenarios.company import HAYDEN
from tests.scenarios.scene import Scene


def test_an_outage_is_two_lines_however_many_segments_and_jobs_run_into_it(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    deals = [scene.company.new_deal(), scene.company.new_deal(owner=HAYDEN), scene.company.new_deal()]
    motions = [scene.asked(deal) for deal in deals]
    caplog.set_level(logging.WARNING)
    scene.company.trouble("aws", "http_503_html", operation="*", times=10_000)

    for person, motion in zip((PRIYA, TOMAS, PRIYA), motions, strict=True):
        scene.approve(person, motion)
    for deal in deals:
        scene.trouble(deal, "file-failing", within=60)
    scene.company.calm()
    for deal in deals:
        scene.fast_forward(deal)
        scene.handed(deal, within=60)

    told = [record.getMessage().split(" error=")[0].split(" seconds=")[0] for record in caplog.records]
    assert told == ["outage.started system=AWS Partner Central", "outage.ended system=AWS Partner Central"]
    assert all(len(scene.company.filed(deal)) == 1 for deal in deals)
