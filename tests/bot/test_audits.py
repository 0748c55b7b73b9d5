"""`cosell audit` in the terminal: of a store that holds, of one from before, and of one that was changed."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy.orm import Session

from bot.audits import print_replay, print_verdict
from bot.settings import Settings
from bot.stories import open_store, print_story
from motions import journal, moving
from motions.effects import Recovery
from motions.performing import Plan
from motions.posting import post
from motions.records import Segment, UnitOfWork
from motions.surfaces import Note
from store.engine import open_engine
from store.migrate import upgrade
from store.unit import SqlStore
from tests.fakes.world import CHANNEL, world
from tests.house.source_tree import ROOT
from tests.store.samples import NOW, a_decision, a_motion, an_exception


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cosell_database_url=f"sqlite:///{tmp_path}/cosell.db")


@pytest.fixture
def of_0_1_0(settings: Settings, tmp_path: Path) -> Settings:
    """A database as version 0.1.0 left it."""
    with sqlite3.connect(tmp_path / "cosell.db") as connection:
        connection.executescript((ROOT / "tests/releases/v0_1_0.sql").read_text("utf-8"))
    connection.close()
    return settings


def heard(say: Callable[[Settings, Console], bool], settings: Settings) -> tuple[bool, str]:
    out = StringIO()
    return say(settings, Console(file=out, width=300)), out.getvalue()


def test_an_empty_store_holds(settings: Settings) -> None:
    assert heard(print_verdict, settings)[0]
    held, said = heard(print_replay, settings)

    assert held
    assert "Replayed from 0 entries: nothing yet." in said
    assert "Everything is as the log says." in said
    assert "From before" not in said


def test_what_version_0_1_0_wrote_holds_and_is_counted(of_0_1_0: Settings) -> None:
    verified, verdict = heard(print_verdict, of_0_1_0)
    held, said = heard(print_replay, of_0_1_0)

    assert verified, verdict
    assert held, said
    assert "From before this could be replayed, and left out: 3 motions, 3 requests for a decision" in said


def test_what_version_0_1_0_sealed_cannot_be_changed_either(of_0_1_0: Settings, tmp_path: Path) -> None:
    open_store(of_0_1_0)
    _run(tmp_path, "UPDATE effects SET payload = replace(payload, 'AWS', 'AWZ') WHERE kind = 'slack.handoff'")

    assert not heard(print_verdict, of_0_1_0)[0]
    assert not heard(print_replay, of_0_1_0)[0]


def test_a_story_of_version_0_1_0_is_told_as_far_as_it_is_known(of_0_1_0: Settings) -> None:
    out = StringIO()

    found = print_story("Acmeco", of_0_1_0, Console(file=out, width=200))

    assert found
    assert "What was known is not kept" in out.getvalue()
    assert "role not kept" in out.getvalue()
    assert "The customer is Acmeco" in out.getvalue()


def test_differences_are_named_and_the_rest_is_counted(settings: Settings, tmp_path: Path) -> None:
    _fill(settings, lambda uow: moving.open_motion(uow, a_motion(), at=NOW, actor="rules 3f2a"))
    statement = "INSERT INTO exceptions (id, subject, code, reason, next_act, owner, opened_at) VALUES "
    rows = ", ".join(f"('x{n}', 'm{n}', 'forged', 'r', 'n', 'o', '2026-03-02 09:30:00')" for n in range(24))
    _run(tmp_path, statement + rows)

    held, said = heard(print_replay, settings)

    assert not held
    assert "The log says otherwise, in 24 places:" in said
    assert "exception forged#1: no entry of the log tells of it: somebody else wrote it" in said
    assert "and 4 more" in said


def test_messages_another_version_drew_otherwise_are_counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world()
    _fill(settings, lambda uow: None)
    store = open_store(settings)
    plan = Plan("m1:post", "m1", "slack.test", CHANNEL, "internal", Recovery.LOOK_UP, surface=Note("Hello"))
    post(plan, replace(made.ports, store=store))
    monkeypatch.setattr("bot.audits.render", lambda _surface: {"text": "Bye", "blocks": []})
    assert not heard(print_replay, settings)[0]

    monkeypatch.setattr("bot.audits.VERSION", "a later one")
    held, said = heard(print_replay, settings)

    assert held
    assert "Drawn by another version of the views, and different today: 1." in said


def test_one_difference_is_one_place(settings: Settings, tmp_path: Path) -> None:
    _fill(settings, lambda uow: journal.ask(uow, *a_decision()))
    _run(tmp_path, "UPDATE proposals SET destination = 'elsewhere'")

    held, said = heard(print_verdict, settings)

    assert not held
    assert "in 1 place:" in said
    assert "payload of proposal p1: it is not what entry 1 names" in said


def test_an_exception_and_its_end_are_replayed(settings: Settings) -> None:
    item = an_exception()

    def happen(uow: UnitOfWork) -> None:
        journal.raise_exception(
            uow,
            subject=item.subject,
            opportunity_id=item.opportunity_id,
            code=item.code,
            reason=item.reason,
            next_act=item.next_act,
            owner=item.owner,
            at=NOW,
        )
        journal.clear_exceptions(uow, item.subject, at=NOW)

    _fill(settings, happen)

    held, said = heard(print_replay, settings)

    assert held
    assert "1 exception" in said


def _fill(settings: Settings, work: Callable[[UnitOfWork], object]) -> None:
    engine = open_engine(settings.cosell_database_url)
    upgrade(engine)
    with SqlStore(engine, _never).transaction() as uow:
        work(uow)
    engine.dispose()


def _never(_session: Session, _segment: Segment) -> None:
    raise AssertionError("nothing is started here")


def _run(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "cosell.db") as connection:
        connection.execute(statement)
    connection.close()
