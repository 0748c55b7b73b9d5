"""The partner's figures, told by its own program: who it is and whether it is fresh, then each row for itself.

Only lines a grant of ours shares with that partner are known here, as in a sheet; what is ambiguous is refused by name.
Words inside are data. Somebody whose key is not in partners.yml learns nothing, not even whether a company is there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from motions.errors import Unavailable
from motions.forecasting import grant_on, releases
from motions.grant_terms import Signature
from motions.instance_journal import log_heard
from motions.instance_wire import (
    FRESH,
    Answer,
    FiguresMessage,
    FiguresRow,
    Outcome,
    RowAnswer,
    RowOutcome,
    Sent,
    answer_text,
    key_name,
    question_text,
    read,
    spelled,
)
from motions.joining import told, wake
from motions.joint import ref_of
from motions.joint_forms import Typed
from motions.mirrors import cells_of, hash_of
from motions.policy import Partner
from motions.ports import Outlet
from motions.proposals import sha256_of_text
from motions.records import Arrival, Envelope, UnitOfWork
from motions.reporting import named, tell
from motions.space_journal import subject_of
from motions.spaces import JointField, Line, Source, Value
from motions.telling import read_figures

_NOTHING = "Nothing was written here."


@dataclass(frozen=True)
class Heard:
    """The answer's bytes and our signature of them."""

    text: str
    signature: str
    partner: str
    outcome: Outcome


@dataclass(frozen=True)
class _Reading:
    """A row as it was read: the line it means and the figures it says, or what is wrong with it."""

    row: FiguresRow
    shares: tuple[JointField, ...] = ()
    line: Line | None = None
    values: Mapping[JointField, Value | None] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def hear(text: str, key: str, signature: str, ports: Outlet) -> Heard | None:
    """Take what a partner's program says; None: nobody of partners.yml signed it, and nothing more is said of it."""
    is_signed = ports.signer.is_signed(Signature("", key, signature), question_text(text))
    partner = next((each for each in ports.config.partners if each.public_key == key), None)
    if not is_signed or partner is None:
        return None
    answer = _answer(text, key, partner, ports)
    spelling = spelled(answer)
    signed = ports.signer.sign(key_name(partner.key), answer_text(spelling)).value
    return Heard(spelling, signed, partner.key, answer.outcome)


def _answer(text: str, key: str, partner: Partner, ports: Outlet) -> Answer:
    sent, now, request = read(Sent, text), ports.clock.now(), sha256_of_text(text)
    if sent is None:
        return _refused(request, "This is no message of figures as version 1 spells them.")
    message = sent.message
    if message.recipient != ports.signer.public_key(key_name(partner.key)):
        return _refused(request, "It is for another recipient: compare `public_key:` in partners.yml with our key.")
    if message.sender != key or not message.is_whole:
        return _refused(request, "Its sender or its id is not of what was signed.")
    if abs(now - sent.sent_at) > FRESH or message.at > now + FRESH:
        clocks = f"it says {sent.sent_at:%Y-%m-%d %H:%M:%S} UTC, here it is {now:%Y-%m-%d %H:%M:%S} UTC"
        return _refused(request, f"One of the two clocks is off, or it was sent too long ago: {clocks}.")
    with ports.store.transaction() as uow:
        return _taken(message, request, partner, now, uow, ports)


def _taken(
    message: FiguresMessage, request: str, partner: Partner, now: datetime, uow: UnitOfWork, ports: Outlet
) -> Answer:
    uow.spaces.locked(partner.key)  # one message of a partner after the other
    feed = f"figures:{partner.key}"
    latest = uow.deals.watermark(feed)
    envelope = Envelope(f"{feed}:{message.id}", "figures", "", now)
    is_known = uow.inbox.receive(envelope) is Arrival.HANDLED
    uow.inbox.handled(envelope.key, now)
    if not is_known and latest is not None and message.at <= latest:
        said = "A later message of yours was taken before this one. No figure was changed here."
        overtaken = Answer(request=request, outcome=Outcome.OVERTAKEN, said=said)
        log_heard(message, overtaken, partner.key, [], now, uow)
        return overtaken
    readings = _readings(message.rows, partner, uow, ports)
    rows = [_row(reading, message, partner, uow, ports, is_new=not is_known) for reading in readings]
    seen = {row.deal: row.cells for row in rows if row.cells}
    outcome = Outcome.REPEATED if is_known else Outcome.TAKEN
    view = hash_of(seen, message.sender, message.recipient)
    answer = Answer(request=request, outcome=outcome, rows=tuple(rows), view=view)
    if not is_known:
        uow.deals.set_watermark(feed, message.at)
        if any(row.outcome is RowOutcome.MOVED for row in rows):
            wake(partner.key, uow, ports)
        grants = {g.id for each in readings if each.line and (g := grant_on(each.line, uow, ports))}
        log_heard(message, answer, partner.key, sorted(grants), now, uow)
    return answer


def _readings(rows: Sequence[FiguresRow], partner: Partner, uow: UnitOfWork, ports: Outlet) -> Sequence[_Reading]:
    lines = {ref_of(line): line for line in uow.spaces.open_lines(partner.key)}
    known = named(partner, uow, ports)
    refs = {row.deal: known.get(row.deal.casefold(), []) for row in rows}
    times = Counter(ref for row in rows for ref in refs[row.deal])
    return [_reading(row, refs[row.deal], times, lines, uow, ports) for row in rows]


def _reading(
    row: FiguresRow,
    refs: Sequence[str],
    times: Mapping[str, int],
    lines: Mapping[str, Line],
    uow: UnitOfWork,
    ports: Outlet,
) -> _Reading:
    if not refs:
        return _Reading(row, problems=("No deal of this name is shared with you in our forecast.",))
    if len(refs) > 1 or times[refs[0]] > 1:
        return _Reading(row, problems=("More than one deal may be meant: give each a name of its own.",))
    line = lines[refs[0]]
    released = releases(line, uow, ports)
    shares = tuple(name for name in row.shares if name.value in released)
    if not shares:
        return _Reading(row, problems=("None of these figures is shared with you for this deal.",))
    values, problems = _values(row, shares, line)
    return _Reading(row, shares, line, values, problems)


def _values(
    row: FiguresRow, shares: tuple[JointField, ...], line: Line
) -> tuple[Mapping[JointField, Value | None], tuple[str, ...]]:
    """The figures of a row, each as a sheet's is read; one that is shared and null is not said any more."""
    typed = Typed(
        row.deal,
        stage=row.stage.value if row.stage and JointField.STAGE in shares else "",
        amount=row.amount.value if row.amount and JointField.AMOUNT in shares else "",
        currency=row.amount.currency if row.amount and JointField.AMOUNT in shares else "",
        close_date=row.close_date.isoformat() if row.close_date and JointField.CLOSE_DATE in shares else "",
    )
    unsaid: dict[JointField, Value | None] = dict.fromkeys(shares)
    if not (typed.stage or typed.amount or typed.close_date):
        return unsaid, ()
    values, complaints = read_figures(typed, line, [name.value for name in shares])
    return {**unsaid, **values}, tuple(f"{place}: {said}" for place, said in complaints.items())


def _row(
    reading: _Reading, message: FiguresMessage, partner: Partner, uow: UnitOfWork, ports: Outlet, *, is_new: bool
) -> RowAnswer:
    line, deal = reading.line, reading.row.deal
    if line is None or reading.problems:
        return RowAnswer(deal=deal, outcome=RowOutcome.REFUSED, problems=reading.problems)
    by = f"{partner.name}'s cosell"
    moved = is_new and tell(line, reading.values, Source.INSTANCE, uow, ports, by=by, key=message.person or by)
    now = uow.spaces.line(line.partner, line.deal)
    assert now is not None
    if is_new and now.theirs != told(line, reading.values):
        raise Unavailable(subject_of(line.partner), "somebody else moved the same figures; nothing was written")
    cells = cells_of(now, reading.shares, message.recipient, message.sender)
    return RowAnswer(deal=deal, outcome=RowOutcome.MOVED if moved else RowOutcome.SAME, cells=cells)


def _refused(request: str, why: str) -> Answer:
    return Answer(request=request, outcome=Outcome.REFUSED, said=f"{why} {_NOTHING}")
