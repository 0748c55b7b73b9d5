"""What people do with a partner's sheet in Slack: put it into an alliance channel, name columns, import it or leave it.

Each decision is claimed once, on exactly what the card showed; every other click is told why it changed nothing.
"""

from collections.abc import Mapping, Sequence

from motions.deciding import MAY_DECIDE, UNKNOWN_BUTTON, done, nothing
from motions.errors import Rejected, UserMistake
from motions.importing import FORBIDDEN, Preview, is_forbidden, keep
from motions.journal import decide, raise_exception, write_log
from motions.model import PartnerKey, Person, Role, Token
from motions.partner_sheets import SheetColumn
from motions.policy import Configuration
from motions.ports import Ports
from motions.proposals import Approval, Proposal, Verdict
from motions.records import Queue, Segment, UnitOfWork
from motions.sheet_cards import KIND, NOT_IMPORTED, latest, look_of, reading, redrawing
from motions.sheet_drops import Drop, Dropped, Look
from motions.sheet_looks import look_again
from motions.sheet_surfaces import ColumnsForm
from motions.surfaces import ClickOutcome, ClickReply

DROPPED, MAPPED = "sheet.dropped", "sheet.mapped"
_ALL_KNOWN = "It is known what all of its columns mean."
_ELSEWHERE = (
    "This file is of another conversation, where cosell does not read. "
    "If it is a partner's sheet, download it and upload the file itself here."
)
_LATE = "Somebody else decided a moment ago."
_OUTSIDERS = {Role.PARTNER, Role.STRANGER}


def drop(
    channel: str, thread: str, message: str, files: Sequence[Dropped], by: Person, ports: Ports
) -> ClickReply | None:
    """Have sheets read that somebody put into an alliance channel; None when that is nobody's business here."""
    partners = _partners_of(channel, ports.config)
    if not partners or by.role in _OUTSIDERS:
        return None
    here = [each for each in files if each.name]
    if not here:
        return nothing(_ELSEWHERE) if by.role in MAY_DECIDE else None  # it may as well be a picture
    if by.role not in MAY_DECIDE:
        return nothing("Only alliance managers and operators import partners' sheets. This one was not read.")
    if len(partners) > 1:
        whose = "the partner's name with --partner"
        return nothing(f"More than one partner is looked after here. Use `cosell sheet read`, and say {whose}.")
    with ports.store.transaction() as uow:
        for each in here:
            found = Drop(
                f"sheet:{each.file_id}:{message}", each.file_id, each.name, partners[0], channel, thread, by.name
            )
            _receive(found, by, uow, ports)
    return ClickReply(ClickOutcome.DONE, "")


def import_it(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Import exactly what the card showed."""
    with ports.store.transaction() as uow:
        request = _open(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        approval, look = request
        if not look.changes.count:
            return nothing("It changes nothing that is not known already.")
        if is_forbidden(ports.config):
            return nothing(FORBIDDEN)
        if not decide(uow, approval, Verdict.APPROVED, by=by, at=ports.clock.now()):
            return nothing(_LATE)
        drop_id, n = look.drop.id, approval.epoch
        uow.enqueue(redrawing(drop_id, n, "approved"))
        uow.enqueue(_importing(drop_id, n))
    return done(f"Importing {look.drop.name}. The card says when it is done.")


def leave(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Import nothing of it."""
    with ports.store.transaction() as uow:
        request = _open(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        approval, look = request
        if not decide(uow, approval, Verdict.DENIED, by=by, at=ports.clock.now()):
            return nothing(_LATE)
        uow.enqueue(redrawing(look.drop.id, approval.epoch, "left"))
    return done(f"{look.drop.name} is left. Nothing was imported.")


def columns_form(token: Token, by: Person, ports: Ports) -> ColumnsForm | ClickReply:
    """The columns nobody has said the meaning of; nothing is said yet."""
    with ports.store.transaction() as uow:
        request = _open(token, by, uow, ports)
    if isinstance(request, ClickReply):
        return request
    drop_, unmapped = request[1].drop, request[1].unmapped
    if not unmapped:
        return nothing(_ALL_KNOWN)
    return ColumnsForm(token, drop_.name, ports.config.name_of(drop_.partner), unmapped)


def map_columns(token: Token, by: Person, given: Mapping[str, str], ports: Ports) -> ClickReply | dict[str, str]:
    """Remember what headings of this partner mean, and read the file again; or complaints by the column's letter."""
    with ports.store.transaction() as uow:
        request = _open(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        approval, look = request
        if not look.unmapped:
            return nothing(_ALL_KNOWN)
        if complaints := _complaints(given, look):
            return complaints
        said = {each.spelt: given[each.letter] for each in look.unmapped if each.letter in given}
        now, partner = ports.clock.now(), look.drop.partner
        if not decide(uow, approval, Verdict.REPLACED, by=by, at=now):
            return nothing(_LATE)
        for spelt, column in said.items():
            uow.sheets.remember(partner, spelt, SheetColumn(column))
        write_log(uow, now, MAPPED, look.drop.id, by.name, {"partner": partner, "headings": dict(said)})
        uow.enqueue(reading(look.drop, approval.epoch + 1))
    name = ports.config.name_of(look.drop.partner)
    return done(f"Remembered for every sheet of {name}. {look.drop.name} is read again; its card shows how.")


def import_dropped_sheet(drop_id: str, n: int, ports: Ports) -> None:
    """Segment: fetch the file again and import it; when it is not what somebody approved, it is asked anew instead."""
    found = ports.durable.read(lambda uow: _approved(drop_id, n, uow))
    if found is None:
        return
    approval, proposal = found
    if proposal.seal != approval.seal:
        ports.durable.transaction("broken", lambda uow: _report_broken_seal(approval, uow, ports))
        return
    look = look_of(proposal)
    if ports.durable.read(lambda uow: uow.sheets.imported(look.drop.partner, look.sha256)) is not None:
        # By another card of the same file, or at the terminal; this card says "It is being imported".
        ports.durable.transaction("known", lambda uow: uow.enqueue(redrawing(drop_id, n, "imported")))
        return
    try:
        now: Preview | str = look_again(look, ports)
    except (UserMistake, Rejected) as error:
        now = str(error)
    ports.durable.transaction("taken", lambda uow: _take(approval, look, now, uow, ports))


def _importing(drop_id: str, n: int) -> Segment:
    name = "import_dropped_sheet"
    return Segment(name, f"{drop_id}:{n}:{name}", (drop_id, n), Queue.SLACK, "sheets")


def _receive(found: Drop, by: Person, uow: UnitOfWork, ports: Ports) -> None:
    if any(each.event == DROPPED for each in uow.log.of(found.id)):
        return  # the same message, delivered again
    detail = {"name": found.name, "partner": found.partner, "channel": found.channel, "by": by.key}
    write_log(uow, ports.clock.now(), DROPPED, found.id, by.name, detail)
    uow.enqueue(reading(found, 0))


def _partners_of(channel: str, config: Configuration) -> list[PartnerKey]:
    return list(dict.fromkeys(row.partner for row in config.coverage.rows if row.channel == channel))


def _open(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> tuple[Approval, Look] | ClickReply:
    """What this person may decide behind this token, or why they may not."""
    found = uow.decisions.get(token)
    if found is None or found[1].kind is not KIND:
        return nothing(UNKNOWN_BUTTON)
    approval, proposal = found
    if why := _why_not(approval, by):
        return nothing(why)
    if (now := ports.clock.now()) >= approval.expires_at:
        decide(uow, approval, Verdict.EXPIRED, by=None, at=now)
        uow.enqueue(redrawing(approval.motion_id, approval.epoch, "expired"))  # without its buttons
        return nothing("This card has expired. Drop the file again.")
    if proposal.seal != approval.seal:
        _report_broken_seal(approval, uow, ports)
        return nothing("This card is not what was read of the file any more. An operator was told. Drop it again.")
    return approval, look_of(proposal)


def _why_not(approval: Approval, by: Person) -> str | None:
    if by.role not in MAY_DECIDE:
        return "Only alliance managers and operators import partners' sheets."
    if approval.verdict is Verdict.EXPIRED:
        return "This card was withdrawn: nobody decided in time. Drop the file again."
    if approval.verdict is not None:
        return f"This sheet was already {_WORD[approval.verdict]} by {approval.decided_name}."
    return None


def _report_broken_seal(approval: Approval, uow: UnitOfWork, ports: Ports) -> None:
    raise_exception(
        uow,
        subject=approval.motion_id,
        opportunity_id=None,
        code="seal-broken",
        reason="The stored reading of a partner's sheet is not the one its card was sealed with. Nothing was imported.",
        next_act="find out who wrote to the store; drop the file again",
        owner=ports.config.coverage.operators[0],
        at=ports.clock.now(),
    )


def _complaints(given: Mapping[str, str], look: Look) -> dict[str, str]:
    asked = {each.letter for each in look.unmapped}
    if not given.keys() & asked:
        return {look.unmapped[0].letter: "Say what at least one of them means, or go back."}
    strange = {letter: "There is no such column." for letter, column in given.items() if column not in set(SheetColumn)}
    columns = list(given.values())
    twice = {
        letter: f"Two of them cannot both be {column}." for letter, column in given.items() if columns.count(column) > 1
    }
    return {**strange, **twice}


def _approved(drop_id: str, n: int, uow: UnitOfWork) -> tuple[Approval, Proposal] | None:
    found = latest(drop_id, uow)
    is_it = found is not None and found[0].epoch == n and found[0].verdict is Verdict.APPROVED
    return found if is_it else None


def _take(approval: Approval, look: Look, now: Preview | str, uow: UnitOfWork, ports: Ports) -> None:
    drop_, n = look.drop, approval.epoch
    now = FORBIDDEN if is_forbidden(ports.config) else now
    now = _overtaken(look, uow, ports) or now
    if isinstance(now, str):
        write_log(uow, ports.clock.now(), NOT_IMPORTED, drop_.id, "cosell", {"n": n, "why": now})
        uow.enqueue(reading(drop_, n + 1))
        return
    if uow.sheets.imported(drop_.partner, look.sha256) is None:
        keep(now, look.sha256, drop_.name, uow, ports, by=approval.decided_name or "")
    uow.enqueue(redrawing(drop_.id, n, "imported"))


def _overtaken(look: Look, uow: UnitOfWork, ports: Ports) -> str | None:
    """Why what the card showed is not what importing it would change any more: another sheet came in between."""
    last = uow.sheets.latest(look.drop.partner)
    if last is None or last.id == look.last or last.sha256 == look.sha256:
        return None
    return f"{last.name} was imported from {ports.config.name_of(look.drop.partner)} since."


_WORD = {
    Verdict.APPROVED: "imported",
    Verdict.DENIED: "left",
    Verdict.REPLACED: "read again, after its columns were named",
    Verdict.REVOKED: "withdrawn",
    Verdict.COVERED: "imported",
}
