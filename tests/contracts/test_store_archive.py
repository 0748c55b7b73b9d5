"""What every store promises about its archive, and about telling all of a deal's matches and a motion's requests."""

from typing import Any

import pytest

from motions.auditing import SUBJECTS
from motions.effects import Effect, Stop
from motions.model import ExceptionItem, Match, Motion, MotionId
from motions.proposals import Approval, Proposal, StandingApproval
from motions.records import LogEntry
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import (
    MINUTE,
    NOW,
    a_deal,
    a_decision,
    a_match,
    a_motion,
    a_standing,
    a_stop,
    an_effect,
    an_entry,
    an_exception,
)

AnyStore = FakeStore | SqlStore

HELD: dict[type[Any], list[str]] = {
    LogEntry: ["a:1", "b:2", "b:4", "é:3"],
    Motion: ["a", "b", "é"],
    Proposal: ["m1", "m1", "m1"],
    Approval: ["b", "m1", "m1"],
    Effect: ["a", "b", "b"],
    ExceptionItem: ["a", "b"],
    Match: [a_deal(1).id, a_deal(1).id, a_deal(2).id],
    StandingApproval: ["standing approvals"],
    Stop: ["effects"],
}


@pytest.mark.parametrize("kind", HELD, ids=lambda kind: kind.__name__)
def test_every_record_comes_once_in_the_order_of_what_it_is_about(store: AnyStore, kind: type[Any]) -> None:
    _fill(store)

    found = store.read(lambda uow: list(uow.archive.rows(kind)))

    assert [_told(record) for record in found] == HELD[kind]


def test_an_untouched_switch_is_no_record(store: AnyStore) -> None:
    assert store.read(lambda uow: list(uow.archive.rows(Stop))) == []


def test_the_records_of_one_subject_keep_the_order_they_were_written_in(store: AnyStore) -> None:
    _fill(store)

    effects = store.read(lambda uow: list(uow.archive.rows(Effect)))
    approvals = store.read(lambda uow: list(uow.archive.rows(Approval)))

    assert [each.key for each in effects] == ["2", "1", "3"]
    assert [each.token for each in approvals] == ["k2", "k1", "k3"]


def test_a_deal_s_matches_are_told_oldest_first(store: AnyStore) -> None:
    _fill(store)

    found = store.read(lambda uow: uow.matches.of(a_deal(1).id))

    assert [match.rule_version for match in found] == ["2", "3"]


def test_a_motion_s_requests_are_told_oldest_first_with_their_proposals(store: AnyStore) -> None:
    _fill(store)

    found = store.read(lambda uow: uow.decisions.of(MotionId("m1")))

    assert [(approval.token, proposal.id) for approval, proposal in found] == [("k1", "p1"), ("k3", "p3")]
    assert store.read(lambda uow: uow.decisions.of(MotionId("m9"))) == []


def _fill(store: AnyStore) -> None:
    with store.transaction() as uow:
        for name in ("é", "b", "a"):
            uow.motions.add(a_motion(name))
        for seq, name in enumerate(("a", "b", "é", "b"), 1):
            uow.log.append(an_entry(subject=name, n=seq))
        uow.effects.intend(an_effect(key="1", subject="b"))
        uow.effects.intend(an_effect(key="2", subject="a"))
        uow.effects.intend(an_effect(key="3", subject="b"))
        uow.decisions.add(*a_decision(1))
        uow.decisions.add(*a_decision(2, motion_id="b"))
        uow.decisions.add(*a_decision(3))
        uow.exceptions.open(an_exception(id="1", subject="b"))
        uow.exceptions.open(an_exception(id="2", subject="a"))
        uow.exceptions.resolve("a", at=NOW + MINUTE)
        uow.matches.add([a_match(opportunity_id=a_deal(2).id, rule_version="1"), a_match(rule_version="2")])
        uow.matches.add([a_match(rule_version="3")])
        uow.standings.add(a_standing())
        uow.switches.set_stop(a_stop())


def _told(record: object) -> str:
    subject = SUBJECTS[type(record)](record)
    return f"{subject}:{record.seq}" if isinstance(record, LogEntry) else subject
