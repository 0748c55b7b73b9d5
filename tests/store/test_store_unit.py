"""Units of work: isolated from their first read, usable over a session of somebody else; reads outlive a hiccup."""

from threading import Event, Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from motions.errors import Unavailable
from motions.model import Motion, MotionId
from motions.records import Segment, UnitOfWork
from store.unit import SqlStore, unit_of_work
from tests.store.databases import start
from tests.store.samples import a_motion, an_entry

M1 = MotionId("m1")


def test_the_owner_of_the_session_commits_everything(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        uow = unit_of_work(session, start)
        uow.motions.add(a_motion())
        uow.log.append(an_entry())
        uow.enqueue(Segment("prepare", "m1:1:prepare", ("m1", 1)))

    motion, entries = SqlStore(engine, start).read(lambda uow: (uow.motions.get(M1), uow.log.of("m1")))
    assert motion == a_motion()
    assert [entry.seq for entry in entries] == [1]


def test_the_owner_of_the_session_rolls_everything_back(engine: Engine) -> None:
    with Session(engine) as session:
        uow = unit_of_work(session, start)
        uow.motions.add(a_motion())
        uow.log.append(an_entry())
        session.rollback()

    left = SqlStore(engine, start).read(lambda uow: (uow.motions.get(M1), uow.log.of("m1"), uow.log.first_break()))
    assert left == (None, [], None)


def test_a_segment_is_written_in_the_session_of_its_transaction(engine: Engine) -> None:
    seen: list[Session] = []

    with Session(engine) as session, session.begin():
        unit_of_work(session, lambda given, _segment: seen.append(given)).enqueue(Segment("s", "m1:1:s", ()))

    assert seen == [session]


def test_on_sqlite_nobody_writes_between_a_read_and_the_write_that_rests_on_it(sqlite_engine: Engine) -> None:
    store = SqlStore(sqlite_engine, start)
    with store.transaction() as uow:
        uow.motions.add(a_motion(nudges=0))
    has_read = Event()

    def count_up() -> None:
        has_read.wait()
        _count_up(store)

    other = Thread(target=count_up)
    other.start()
    with store.transaction() as uow:
        motion = uow.motions.get(M1)
        has_read.set()
        assert motion is not None
        uow.motions.note(M1, {"nudges": motion.nudges + 1})
    other.join()

    counted = store.read(lambda uow: uow.motions.get(M1))
    assert counted is not None
    assert counted.nudges == 2


def test_reading_waits_for_no_writer(engine: Engine) -> None:
    store, reader = SqlStore(engine, start), SqlStore(engine, start)
    seen: list[Motion | None] = []

    with store.transaction() as uow:
        uow.motions.add(a_motion())
        thread = Thread(target=lambda: seen.append(reader.read(lambda uow: uow.motions.get(M1))))
        thread.start()
        thread.join(timeout=20)

    assert seen == [None]


def test_what_a_read_writes_is_not_kept(engine: Engine) -> None:
    store = SqlStore(engine, start)
    if engine.dialect.name == "sqlite":
        store.read(lambda uow: uow.motions.add(a_motion()))
    else:
        with pytest.raises(Exception, match="read-only"):
            store.read(lambda uow: uow.motions.add(a_motion()))

    assert store.read(lambda uow: uow.motions.get(M1)) is None


def test_a_read_is_tried_again_when_the_database_stumbles(engine: Engine) -> None:
    pauses: list[float] = []
    attempts: list[int] = []
    store = SqlStore(engine, start, wait=pauses.append)

    def stumble_twice(_uow: UnitOfWork) -> str:
        attempts.append(1)
        if len(attempts) < 3:
            raise _hiccup()
        return "read"

    assert store.read(stumble_twice) == "read"
    assert len(pauses) == 2


def test_a_read_gives_up_on_a_database_that_stays_down(engine: Engine) -> None:
    pauses: list[float] = []
    store = SqlStore(engine, start, wait=pauses.append)

    def fail(_uow: UnitOfWork) -> None:
        raise _hiccup()

    with pytest.raises(Unavailable, match="the database"):
        store.read(fail)
    assert sum(pauses) < 10


def _hiccup() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("the server closed the connection"))


def _count_up(store: SqlStore) -> None:
    with store.transaction() as uow:
        motion = uow.motions.get(M1)
        assert motion is not None
        uow.motions.note(M1, {"nudges": motion.nudges + 1})
