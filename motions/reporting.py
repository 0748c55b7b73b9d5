"""The partner's figures, told by somebody of theirs: in a form, in a sheet, or by their own program.

Each way ends in `tell`. Only lines a grant shares with whoever tells are known here; a figure the grant does not share
is not taken.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from motions.errors import UserMistake
from motions.forecasting import gather, grant_on, releases, shared_lines
from motions.grants import may_see
from motions.joining import move, told, wake
from motions.joint import in_words, joint_line, ref_of
from motions.joint_forms import FiguresForm, SheetRow, Typed
from motions.model import Person, Role, Token
from motions.policy import Partner
from motions.ports import Ports, Surroundings
from motions.records import UnitOfWork
from motions.spaces import JointField, Line, Side, Source, Value, spelling
from motions.stages import SCALE, stage_words
from motions.surfaces import ClickOutcome, ClickReply, Complaints
from motions.telling import read_figures

COLUMNS = ("deal", "stage", "amount", "currency", "close_date")
_MOST_ROWS = 1000
_UNKNOWN_BUTTON = "This button is not known here any more. Use the one on the newest joint forecast."
_NOT_THEIRS = "Only people of the partner this forecast is shared with tell the partner's figures. Nothing changed."


def figures_form(token: Token, by: Person, ports: Ports) -> FiguresForm | ClickReply:
    """The form behind 'Update your figures': for the partner's people, with the deals they may see."""
    with ports.store.transaction() as uow:
        lines = _lines_for(token, by, uow, ports)
        if isinstance(lines, ClickReply):
            return lines
        names = {ref: _name(line, uow, ports) for ref, line in lines.items()}
    deals = tuple(sorted(names.items(), key=lambda each: (each[1].casefold(), each[0])))
    stages = tuple((stage.value, stage_words(stage)) for stage in SCALE)
    return FiguresForm(token, ports.config.policy.company, deals, (*stages, ("lost", "lost")))


def report(token: Token, by: Person, typed: Typed, ports: Ports) -> ClickReply | Complaints:
    """Take what somebody of the partner typed, or say beside each input what is wrong with it."""
    with ports.store.transaction() as uow:
        lines = _lines_for(token, by, uow, ports)
        if isinstance(lines, ClickReply):
            return lines
        line = lines.get(typed.deal)
        if line is None:
            return {"deal": "This deal is no longer shared for the forecast."}
        values, complaints = read_figures(typed, line, releases(line, uow, ports))
        if complaints:
            return complaints
        if not tell(line, values, Source.FORM, uow, ports, by=by.name, key=by.key):
            return ClickReply(ClickOutcome.CHANGED_NOTHING, "Those are the figures you had. Nothing changed.")
        wake(line.partner, uow, ports)
        name = _name(line, uow, ports)
    return ClickReply(ClickOutcome.DONE, f"Your figures for {name} are noted; the forecast shows them in a moment.")


def read_sheet(text: str, partner: Partner, uow: UnitOfWork, ports: Surroundings) -> tuple[SheetRow, ...]:
    """What a sheet of the partner's would change, row by row; changes nothing. Raises UserMistake when it is none."""
    return tuple(row for row, _, _ in _rows(text, partner, uow, ports))


def import_sheet(text: str, partner: Partner, uow: UnitOfWork, ports: Surroundings) -> int:
    """Take every row of a sheet, or none when any has a problem; how many deals it moved. UserMistake says which."""
    rows = list(_rows(text, partner, uow, ports))
    bad = [row for row, _, _ in rows if row.problems]
    if bad:
        said = "; ".join(f"row {row.number}: {' '.join(row.problems)}" for row in bad[:10])
        raise UserMistake(f"{len(bad)} of {len(rows)} rows cannot be taken, so none was. {said}")
    by = f"{partner.name}'s sheet"
    return sum(tell(line, values, Source.SHEET, uow, ports, by=by, key=by) for _, line, values in rows if line)


def tell(
    line: Line,
    values: Mapping[JointField, Value | None],
    source: Source,
    uow: UnitOfWork,
    ports: Surroundings,
    *,
    by: str,
    key: str,
) -> bool:
    """Let the partner say other figures of a deal, logged with who did and the grant; False when nothing moves."""
    grant = grant_on(line, uow, ports)
    said = {"company": line.partner, "by": key, "grant": grant.id if grant else None}
    return move(line, Side.THEIRS, told(line, values), source, uow, ports, by=by, detail=said)


def named(partner: Partner, uow: UnitOfWork, ports: Surroundings) -> dict[str, list[str]]:
    """The refs each name may mean: of the deals shared with a partner, by ref and by the customer's shared name."""
    found: dict[str, list[str]] = {}
    for each in gather(partner, uow, ports).lines:
        for name in (each.ref, *([each.customer.casefold()] if each.customer else [])):
            found.setdefault(name, []).append(each.ref)
    return found


def _lines_for(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> dict[str, Line] | ClickReply:
    """The lines somebody of the partner may tell figures of, by ref."""
    space = uow.spaces.by_token(token)
    if space is None:
        return ClickReply(ClickOutcome.CHANGED_NOTHING, _UNKNOWN_BUTTON)
    if by.role is not Role.PARTNER or by.partner != space.partner:
        return ClickReply(ClickOutcome.CHANGED_NOTHING, _NOT_THEIRS)
    shared = shared_lines(space.partner, uow, ports)
    mine = {ref_of(line): line for line, grant in shared if may_see(grant, by)}
    if not mine:
        nothing = "No deal is shared with you for the forecast. Nothing changed."
        return ClickReply(ClickOutcome.CHANGED_NOTHING, nothing)
    return mine


def _name(line: Line, uow: UnitOfWork, ports: Surroundings) -> str:
    return joint_line(line, releases(line, uow, ports)).name


def _rows(
    text: str, partner: Partner, uow: UnitOfWork, ports: Surroundings
) -> Iterator[tuple[SheetRow, Line | None, Mapping[JointField, Value]]]:
    lines = {ref_of(line): line for line in uow.spaces.open_lines(partner.key)}
    known = named(partner, uow, ports)
    seen: set[str] = set()
    for number, typed in _typed_rows(text):
        refs = known.get(typed.deal.strip().casefold(), [])
        problem = _which(typed.deal, refs, seen)
        if problem is not None:
            yield SheetRow(number, typed.deal, problems=(problem,)), None, {}
            continue
        seen.update(refs)
        line = lines[refs[0]]
        values, complaints = read_figures(typed, line, releases(line, uow, ports))
        problems = tuple(f"{place}: {said}" for place, said in complaints.items())
        yield SheetRow(number, typed.deal, _changes(line, values), problems), line, values


def _which(asked: str, refs: Sequence[str], seen: set[str]) -> str | None:
    if not refs:
        return f"no deal “{asked[:60]}” is shared in this forecast; use the names or ids of the export."
    if len(refs) > 1:
        return f"{len(refs)} deals are called “{asked[:60]}”: use one of the ids {', '.join(refs)}."
    return "this deal stands in an earlier row already." if refs[0] in seen else None


def _changes(line: Line, values: Mapping[JointField, Value]) -> tuple[tuple[str, str, str], ...]:
    before = {name: spelling(line.theirs.of(name)) for name in values}
    return tuple(
        (name.value, in_words(name, before[name]), in_words(name, spelling(value)))
        for name, value in values.items()
        if before[name] != spelling(value)
    )


def _typed_rows(text: str) -> Iterator[tuple[int, Typed]]:
    """Each row with the number a spreadsheet shows; empty rows are left out."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise UserMistake(f"This is no CSV file ({error}). Save the sheet as CSV and try again.") from None
    header = [name.strip().casefold().replace(" ", "_") for name in rows[0]] if rows else []
    if "deal" not in header or not set(header) <= {*COLUMNS, "customer", ""} or len(set(header)) != len(header):
        raise UserMistake(f"The first row must name the columns: {', '.join(COLUMNS)}. It says: {', '.join(header)}.")
    if len(rows) > _MOST_ROWS:
        raise UserMistake(f"The sheet has more than {_MOST_ROWS} rows. Split it.")
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(header, row, strict=False))
        if any(cell.strip() for cell in row):
            yield number, Typed(**{name: cells.get(name, "") for name in COLUMNS})
