"""On both databases: whatever one thing somebody changes in the log, or in what it seals, the audit finds it."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from motions import journal, moving
from motions.auditing import Findings, verify
from motions.model import Motion
from motions.proposals import sha256_of, sha256_of_text
from motions.records import UnitOfWork
from store.unit import SqlStore, unit_of_work
from tests.store.databases import start
from tests.store.samples import MINUTE, NOW, PRIYA, a_deal, a_decision, a_match, a_motion, an_effect, an_exception

SURFACE = '{"note":{"headline":"Accepted","lines":["by AWS"],"link":null}}'
KNOWN = '{"deal":"Umbrella renewal"}'
ENTRIES = 9
LAST_SEALING = 4
LETTERS = st.sampled_from('aZ0é}" ')

# One database serves all examples of a test: each is rolled back.
examples = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def told(engine: Engine) -> Engine:
    """A database with a little of everything that the log seals."""
    with SqlStore(engine, start).transaction() as uow:
        _tell(uow)
    return engine


def test_what_nobody_touched_holds(told: Engine) -> None:
    found = SqlStore(told, start).read(verify)

    assert found.differences == []
    assert found.counts == {"entries": ENTRIES, "seals": 4}


def test_records_come_in_the_order_of_what_they_are_about(told: Engine) -> None:
    with SqlStore(told, start).transaction() as uow:
        for name in ("m-z", "M", "mé", "a"):
            uow.motions.add(a_motion(name))

    names = SqlStore(told, start).read(lambda uow: [motion.id for motion in uow.archive.rows(Motion)])

    assert names == sorted(names, key=lambda name: name.encode())


@examples
@given(seq=st.integers(1, ENTRIES), column=st.sampled_from(["event", "subject", "actor", "prev_hash", "hash"]))
def test_any_change_of_an_entry_is_found(told: Engine, seq: int, column: str) -> None:
    found = _after(told, f"UPDATE log SET {column} = {column} || '0' WHERE seq = {seq}")

    assert found.differences[0].where == f"entry {seq}"


@examples
@given(seq=st.integers(1, ENTRIES))
def test_an_entry_moved_in_time_is_found(told: Engine, seq: int) -> None:
    found = _after(told, f"UPDATE log SET at = '2020-01-01 00:00:00.000000' WHERE seq = {seq}")

    assert found.differences[0].where == f"entry {seq}"


@examples
@given(seq=st.integers(1, ENTRIES), place=st.integers(0, 10**6), letter=LETTERS)
def test_any_changed_letter_of_an_entry_s_particulars_is_found(told: Engine, seq: int, place: int, letter: str) -> None:
    found = _audited(told, _one_letter("log", "detail", place, letter, where=f"seq = {seq}"))

    assert found.differences[0].where == f"entry {seq}"


@examples
@given(seq=st.integers(1, ENTRIES))
def test_any_entry_removed_is_found(told: Engine, seq: int) -> None:
    assert _after(told, f"DELETE FROM log WHERE seq = {seq}").differences[0].where == f"entry {seq}"


@examples
@given(seq=st.integers(1, ENTRIES))
def test_a_tail_cut_off_is_found(told: Engine, seq: int) -> None:
    assert _after(told, f"DELETE FROM log WHERE seq >= {seq}").differences[0].where == f"entry {seq}"


@examples
@given(pair=st.lists(st.integers(1, ENTRIES), min_size=2, max_size=2, unique=True))
def test_two_entries_that_changed_places_are_found(told: Engine, pair: list[int]) -> None:
    one, other = pair
    swap = [f"UPDATE log SET seq = {to} WHERE seq = {of}" for of, to in ((one, 99), (other, one), (99, other))]

    assert _after(told, *swap).differences[0].where == f"entry {min(pair)}"


@examples
@given(seq=st.integers(1, LAST_SEALING))
def test_a_tail_cut_off_together_with_its_end_is_found_by_what_it_sealed(told: Engine, seq: int) -> None:
    """Who moves the end of the chain as well leaves payloads behind that no entry names."""
    end = "(SELECT seq, hash FROM log UNION SELECT 0, '' ORDER BY seq DESC LIMIT 1)"
    cut = [f"DELETE FROM log WHERE seq >= {seq}", f"UPDATE log_head SET (seq, hash) = {end}"]

    found = _after(told, *cut)

    assert all("no entry of the log names it" in each.said for each in found.differences)
    assert found.found > 0


@pytest.mark.parametrize(
    ("table", "column"),
    [("effects", "payload"), ("effects", "surface"), ("proposals", "payload"), ("matches", "known")],
)
@examples
@given(place=st.integers(0, 10**6), letter=LETTERS)
def test_any_changed_letter_of_what_is_sealed_is_found(
    told: Engine, table: str, column: str, place: int, letter: str
) -> None:
    assert _audited(told, _one_letter(table, column, place, letter)).found > 0


@pytest.mark.parametrize("table", ["effects", "proposals", "matches"])
def test_what_is_sealed_and_gone_is_found(told: Engine, table: str) -> None:
    found = _after(told, f"DELETE FROM {table}")

    assert found.found > 0
    assert all("it is gone" in each.said for each in found.differences)


def test_a_row_that_cannot_be_read_any_more_is_named(told: Engine) -> None:
    found = _after(told, "UPDATE effects SET payload = 'nothing' WHERE subject = 'm1'")

    [difference] = found.differences
    assert difference.where == "the first row of effects"
    assert "cannot be read" in difference.said


def _tell(uow: UnitOfWork) -> None:
    (proposal, approval), item = a_decision(), an_exception()
    payload = an_effect().payload
    effect = an_effect(sha256=sha256_of(payload), surface=SURFACE)
    sealed = {"key": effect.key, "sha256": effect.sha256, "surface": sha256_of_text(SURFACE)}
    uow.effects.intend(effect)
    uow.matches.add([a_match(known=KNOWN)])
    known = {"trigger": a_match().trigger_id, "known": sha256_of_text(KNOWN)}
    moving.open_motion(uow, a_motion(), at=NOW, actor="rules 3f2a")
    journal.write_log(uow, NOW, "deal.matched", a_deal().id, "rules 3f2a", known)
    journal.ask(uow, proposal, approval)
    journal.write_log(uow, NOW, "effect.intended", "m1", "cosell", sealed)
    moving.note(uow, a_motion().id, {"nudges": 1}, at=NOW)
    journal.endorse(uow, approval, by=PRIYA, at=NOW + MINUTE)
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
    journal.clear_exceptions(uow, item.subject, at=NOW + MINUTE)
    moving.note(uow, a_motion().id, {"nudges": 2}, at=NOW + MINUTE)


def _after(engine: Engine, *statements: str) -> Findings:
    def tamper(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return _audited(engine, tamper)


def _audited(engine: Engine, tamper: Callable[[Connection], None]) -> Findings:
    """What an audit finds after somebody tampered; nothing of it stays."""
    with Session(engine) as session:
        uow = unit_of_work(session, start)
        tamper(session.connection())
        found = verify(uow)
        session.rollback()
    return found


def _one_letter(table: str, column: str, place: int, letter: str, where: str = "1 = 1") -> Callable[[Connection], None]:
    def tamper(connection: Connection) -> None:
        was = connection.execute(text(f"SELECT {column} FROM {table} WHERE {where}")).scalar_one()
        at = place % len(was)
        other = letter.encode()[:1] if isinstance(was, bytes) else letter  # a packed text is bytes
        assume(was[at : at + 1] != other)
        values = {"now": was[:at] + other + was[at + 1 :], "was": was}
        connection.execute(text(f"UPDATE {table} SET {column} = :now WHERE {column} = :was"), values)

    return tamper
