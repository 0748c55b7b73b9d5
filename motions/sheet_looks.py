"""Reading a dropped file into what its card shows: the first lines of each kind, the others counted; stores nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from motions.errors import Rejected, UserMistake
from motions.importing import Change, Preview, preview
from motions.partner_sheets import Mistake, Reading, SheetColumn
from motions.ports import Ports
from motions.sheet_drops import Drop, Look, Seen, SeenColumn, SharedFile, Told

LARGEST_BYTES = 10 * 1024 * 1024  # reading one is work for the process that also answers clicks
MOST_ROWS = 5_000  # taken at once beside everything else the bot does; a larger one is the terminal's, at a quiet time
LINES = 10  # of each kind; whoever wants more looks into the file, or at the terminal
COLUMNS = 40
_LINE = 200
_CELL = 60


def see(drop: Drop, ports: Ports) -> Seen:
    """What the file says now and would change, or why it cannot be read. Raises Unavailable, AuthExpired."""
    try:
        file = ports.files.fetch(drop.file_id, LARGEST_BYTES)
        told = ports.durable.read(lambda uow: uow.sheets.headings(drop.partner))
        reading = _read(file, drop, told, ports)
    except (UserMistake, Rejected) as error:
        return Seen(None, str(error))
    partner, hashed = ports.config.partner(drop.partner), file.sha256
    found = ports.durable.read(lambda uow: preview(reading, hashed, partner, uow, ports))
    return Seen(_look(drop, hashed, told, reading, found, ports))


def look_again(look: Look, ports: Ports) -> Preview:
    """What importing the same file by the same meanings of its headings changes now.

    Raises UserMistake when it is not what the card showed.
    """
    file = ports.files.fetch(look.drop.file_id, LARGEST_BYTES)
    if file.sha256 != look.sha256:
        raise UserMistake(f"{look.drop.name} is not the file any more that the card showed.")
    reading = _read(file, look.drop, look.told, ports)
    if columns_of(reading, ports) != look.columns:
        raise UserMistake(f"{look.drop.name} is read otherwise by now than the card showed.")
    partner = ports.config.partner(look.drop.partner)
    return ports.durable.read(lambda uow: preview(reading, look.sha256, partner, uow, ports))


def columns_of(reading: Reading, ports: Ports) -> tuple[SeenColumn, ...]:
    """The columns as the card shows them."""
    return tuple(
        SeenColumn(
            letter=each.letter,
            heading=_short(each.heading),
            spelt=ports.sheets.spelt(each.heading),
            column=each.column,
            percent=round(each.confidence * 100),
            how=each.how,
        )
        for each in reading.columns[:COLUMNS]
    )


def _read(file: SharedFile, drop: Drop, told: Mapping[str, SheetColumn], ports: Ports) -> Reading:
    reading = ports.sheets.read(file.data, drop.name, told)
    if len(reading.rows) > MOST_ROWS:
        how = f"Split it, or import it at the terminal: cosell sheet read {drop.name} --partner {drop.partner} --apply"
        raise UserMistake(f"It has {len(reading.rows):,} rows; {MOST_ROWS:,} are the most from Slack. {how}")
    return reading


def _look(
    drop: Drop, hashed: str, told: Mapping[str, SheetColumn], reading: Reading, found: Preview, ports: Ports
) -> Look:
    wanted = found.wanted
    quiet = [change for change in found.changes if not change.is_new]
    imported = found.imported
    return Look(
        drop=drop,
        sha256=hashed,
        sheet=_short(reading.sheet),
        told=dict(told),
        columns=columns_of(reading, ports),
        rows=len(reading.rows),
        mistakes=_told((_mistake(each) for each in reading.mistakes), len(reading.mistakes)),
        changes=_told((_change(each) for each in wanted), len(wanted)),
        left_out=_left_out(quiet, found),
        same=sum(each.problem is None and not each.is_stale for each in quiet),
        imported_at=imported.imported_at if imported is not None else None,
        imported_by=imported.imported_by if imported is not None else None,
        last=found.last.id if found.last is not None else None,
    )


def _left_out(quiet: Sequence[Change], found: Preview) -> Told:
    not_taken = [each for each in quiet if each.problem is not None or each.is_stale]
    return _told(_why(not_taken, found), len(not_taken) + len(found.gone))


def _why(not_taken: Iterable[Change], found: Preview) -> Iterator[str]:
    for each in not_taken:
        if each.problem is not None:
            yield f"row {each.row} {each.problem}"
        else:
            yield f"row {each.row}, {_named(each)}: the {each.kind} of {each.values.get('scored_on')} is too old"
    for item in found.gone:
        yield f"the {item.kind} of {item.opportunity_id} is no more in it; it stays as it is"


def _change(change: Change) -> str:
    return f"row {change.row}, {_named(change)}: {change.kind} {change.known or 'nothing'} → {change.after}"


def _mistake(mistake: Mistake) -> str:
    return f"{mistake.where}: {mistake.message}" + ("" if mistake.blocks else " (the row is taken all the same)")


def _named(change: Change) -> str:
    return _short(change.deal.name) if change.deal is not None else "no deal"


def _told(lines: Iterable[str], count: int) -> Told:
    return Told(tuple(line if len(line) <= _LINE else f"{line[: _LINE - 1]}…" for line in islice(lines, LINES)), count)


def _short(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
