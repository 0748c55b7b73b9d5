"""Two companies, one quarter, four deals: the live joint forecast instead of a reconciled spreadsheet."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from bot import spaces
from bot.audits import print_replay, print_verdict
from bot.spaces import As
from motions.joint import SHOWN, Total, view_hash
from motions.spaces import JointField
from sandbox.cast import ALEX, PRIYA
from tests.scenarios.pipelines import agree, apart, joined, shows, tell, view
from tests.scenarios.scene import Scene, said
from tests.waiting import wait_until

MILLION = 1_000_000
# Company A's CRM, and company B's: millions and stages.
DEALS = {
    "Acme": (("2.0", 4), ("2.2", 5)),
    "Beacon": (("4.5", 3), ("4.5", 3)),
    "Cygnus": (("1.8", 5), ("2.0", 5)),
    "Drift": (("3.1", 2), ("3.1", 2)),
}
RUNGS = {2: "qualified", 3: "demo", 4: "proposal", 5: "committed"}


@pytest.fixture(scope="module")
def told(running: Scene) -> Scene:
    """Both companies have told their figures."""
    for customer, ((millions, rung), _) in DEALS.items():
        joined(running, customer, rung, int(Decimal(millions) * MILLION))
    shows(running, *DEALS)
    for customer, (_, (millions, rung)) in DEALS.items():
        amount = str(int(Decimal(millions) * MILLION))
        answer = tell(running, ALEX, customer, stage=RUNGS[rung], amount=amount, close_date="2026-12-31")
        assert "are noted" in answer, answer
    return running


def test_it_shows_both_totals_and_exactly_the_three_conflicts_and_then_they_agree(told: Scene) -> None:
    words = shows(told, "3 differences", "Meridian: 11,400,000", "AWS: 11,800,000")

    assert view(told).totals == (Total("USD", Decimal(11_400_000), Decimal(11_800_000)),)
    assert apart(told) == {
        ("Acme", JointField.STAGE),
        ("Acme", JointField.AMOUNT),
        ("Cygnus", JointField.AMOUNT),
    }
    assert words.count("differs") == 3
    _both_companies_see_the_same(told)

    for person in (PRIYA, ALEX):
        for customer, choices in (("Acme", {"stage": "theirs", "amount": "theirs"}), ("Cygnus", {"amount": "theirs"})):
            answer = agree(told, person, customer, **choices)
            assert ("Agreed by both" if person is ALEX else "It waits for the partner") in answer, answer

    shows(told, "no differences", "both the same", "agreed by Priya Raman and Alex Moreno")
    assert apart(told) == set()
    assert view(told).totals == (Total("USD", Decimal(11_800_000), Decimal(11_800_000)),)
    _both_companies_see_the_same(told)
    wait_until(lambda: told.company.messages("D0DARCELSCHLECHT"), what="the note to our seller")
    assert print_verdict(told.settings)
    assert print_replay(told.settings)


def _both_companies_see_the_same(scene: Scene) -> None:
    """The message the partner reads, what our people are answered, and both exports: one state, and the same words."""
    seen = view(scene)
    ours, theirs = (spaces.export("aws", whose, scene.settings) for whose in As)
    in_channel = shows(scene, view_hash(seen)[:12])
    answered = scene.company.act("command", PRIYA, channel="C0AWSCENT", command="/cosell", text="forecast aws")

    assert {ours[1].state, theirs[1].state} == {view_hash(seen)}
    assert [line.split(",", 1)[1] for line in ours[0].splitlines()] == theirs[0].splitlines()
    assert _texts(scene.bot.ports.messenger.render(replace(seen, lines=seen.lines[:SHOWN]))["blocks"]) == _texts(
        json.loads(in_channel)
    )
    assert all(text in said(answered) for text in (view_hash(seen)[:12], *(line.name for line in seen.lines)))


def _texts(blocks: object) -> list[object]:
    """What blocks say, without the ids Slack gives them."""
    assert isinstance(blocks, list)
    return [{name: part for name, part in block.items() if name != "block_id"} for block in blocks]
