"""The card of a dropped sheet: drawn from what was sealed, posted once in its message's thread, redrawn in place."""

from collections import Counter
from datetime import timedelta

from motions.audiences import INTERNAL
from motions.canonical import spelled, text_of, value_of
from motions.effects import Recovery, Undo
from motions.imports import ImportItem, SheetImport
from motions.journal import ask, write_log
from motions.model import MessageRef, MotionId, ProposalId, Token
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import place_of, post, rewrite
from motions.proposals import Approval, Proposal, ProposalKind, Verdict, canonical_json
from motions.records import Queue, Segment, UnitOfWork
from motions.sheet_drops import Drop, Look, Seen
from motions.sheet_looks import see
from motions.sheet_surfaces import SheetCard

KIND = ProposalKind.IMPORT_SHEET
SEEN, REFUSED, NOT_IMPORTED = "sheet.seen", "sheet.refused", "sheet.not-imported"
_GOOD_FOR = timedelta(days=14)
_YET, _ROWS = "yet to be written", "rows"
_FIRST_LOOK, _LONGEST_LOOK, _ROUNDS = timedelta(seconds=15), timedelta(minutes=10), 20
_ASKS = "Nothing is imported yet. Import is for an alliance manager, on exactly this file, read as shown."
_NO_NEWS = "Nothing in it changes what is known already, so there is nothing to import."
_STANDING = {
    Verdict.DENIED: "Left by {who}. Nothing was imported.",
    Verdict.REPLACED: "{who} said what its columns mean. It is being read again.",
    Verdict.EXPIRED: "Nobody decided in time. Nothing was imported. Drop it again.",
}


def read_dropped_sheet(drop_id: str, n: int, told: str, ports: Ports) -> None:
    """Segment: fetch and read a dropped file, ask whether it is imported, and show all of that on its card."""
    drop = value_of(Drop, told)
    seen = value_of(Seen, ports.durable.step("seen", lambda: text_of(Seen, see(drop, ports))))
    ports.durable.transaction("asked", lambda uow: _ask(drop, seen, n, uow, ports))
    card = ports.durable.read(lambda uow: _drawn(drop, seen, n, uow, ports))
    if n == 0:
        plan = _plan(drop, card, f"{drop_id}:card", "slack.sheet", Recovery.LOOK_UP)
        ports.durable.step("card", lambda: post(plan, ports, thread=drop.thread))
        return
    place = ports.durable.read(lambda uow: place_of(f"{drop_id}:card", uow))
    assert place is not None  # it was read again because somebody pressed a button of the card
    _rewrite(drop, card, place, f"read{n}", ports)


def redraw_dropped_sheet(drop_id: str, n: int, what: str, ports: Ports) -> None:
    """Segment: make the card say what became of it."""
    found = ports.durable.read(lambda uow: _asked(drop_id, n, uow))
    place = ports.durable.read(lambda uow: place_of(f"{drop_id}:card", uow))
    if found is None or place is None:
        return  # a newer reading shows itself
    look = look_of(found[1])
    card = ports.durable.read(lambda uow: card_of(drop_id, look, uow, ports))
    _rewrite(look.drop, card, place, f"{what}{n}", ports)
    if (again := ports.durable.read(lambda uow: _looking_on(look, n, what, uow))) is not None:
        ports.durable.transaction("rows", lambda uow: uow.enqueue(again))


def reading(drop: Drop, n: int) -> Segment:
    """The segment that reads a dropped file for the n-th time; files are read one after the other."""
    told = text_of(Drop, drop)
    name = "read_dropped_sheet"
    return Segment(name, f"{drop.id}:{n}:{name}", (drop.id, n, told), Queue.SLACK, "sheets")


def redrawing(drop_id: str, n: int, what: str, delay: timedelta | None = None) -> Segment:
    """The segment that brings the card up to date."""
    name = "redraw_dropped_sheet"
    return Segment(name, f"{drop_id}:{n}:{name}.{what}", (drop_id, n, what), Queue.SLACK, f"card:{drop_id}", delay)


def latest(drop_id: str, uow: UnitOfWork) -> tuple[Approval, Proposal] | None:
    """The newest request to import a dropped file."""
    return uow.decisions.latest(MotionId(drop_id), KIND)


def look_of(proposal: Proposal) -> Look:
    """What a card showed, as it was sealed."""
    return value_of(Look, canonical_json(proposal.payload))


def card_of(drop_id: str, look: Look, uow: UnitOfWork, ports: Ports) -> SheetCard:
    """The card as it is true in this transaction."""
    found = latest(drop_id, uow)
    is_open = found is not None and found[0].verdict is None
    return SheetCard(
        name=look.drop.name,
        partner_name=ports.config.name_of(look.drop.partner),
        standing=_standing(look, found[0] if found is not None else None, uow),
        look=look,
        token=found[0].token if found is not None and is_open else None,
        problems=tuple(uow.exceptions.of(drop_id)),
    )


def _standing(look: Look, approval: Approval | None, uow: UnitOfWork) -> str:
    imported = uow.sheets.imported(look.drop.partner, look.sha256)
    if imported is not None:
        when = f"{imported.imported_at:%Y-%m-%d %H:%M} UTC"
        if approval is None or approval.verdict is not Verdict.APPROVED:
            return f"Exactly this file was imported on {when} by {imported.imported_by}. Nothing was changed."
        return f"Imported by {imported.imported_by} on {when}: {_outcomes(imported, uow)}."
    if approval is None or approval.verdict is None:
        return " ".join(filter(None, (_missed(look.drop, approval, uow), _ASKS if look.changes.count else _NO_NEWS)))
    if approval.verdict is Verdict.APPROVED:
        return f"{approval.decided_name} said yes. It is being imported."
    return _STANDING[approval.verdict].format(who=approval.decided_name or "Somebody")


def _outcomes(imported: SheetImport, uow: UnitOfWork) -> str:
    """How the rows ended so far, in words: '12 written, 1 kept, 3 yet to be written'."""
    ended = Counter(_word(item) for item in uow.sheets.items(imported.id))
    return ", ".join(f"{count} {word}" for word, count in sorted(ended.items())) or "no row of it changes anything"


def _word(item: ImportItem) -> str:
    if item.outcome is None:
        return _YET
    return "told" if item.outcome.startswith("told ") else item.outcome.partition(":")[0]


def _looking_on(look: Look, n: int, what: str, uow: UnitOfWork) -> Segment | None:
    """The segment that has the card follow until every row is written, ever more rarely; None when all are."""
    imported = uow.sheets.imported(look.drop.partner, look.sha256)
    round_ = int(what.removeprefix(_ROWS)) + 1 if what.startswith(_ROWS) else 1
    if imported is None or round_ > _ROUNDS or all(item.outcome for item in uow.sheets.items(imported.id)):
        return None
    return redrawing(look.drop.id, n, f"{_ROWS}{round_}", min(_FIRST_LOOK * 2 ** (round_ - 1), _LONGEST_LOOK))


def _missed(drop: Drop, approval: Approval | None, uow: UnitOfWork) -> str:
    """Why what was approved before this request was not imported, or ''."""
    missed = [each for each in uow.log.of(drop.id) if each.event == NOT_IMPORTED]
    is_last = bool(missed) and approval is not None and missed[-1].detail["n"] == approval.epoch - 1
    return f"It was approved and not imported: {missed[-1].detail['why']} It is asked anew." if is_last else ""


def _drawn(drop: Drop, seen: Seen, n: int, uow: UnitOfWork, ports: Ports) -> SheetCard:
    asked = _asked(drop.id, n, uow)
    look = look_of(asked[1]) if asked is not None else seen.look
    if look is not None:
        return card_of(drop.id, look, uow, ports)
    return SheetCard(drop.name, ports.config.name_of(drop.partner), f"It was not read. {seen.refusal}")


def _asked(drop_id: str, n: int, uow: UnitOfWork) -> tuple[Approval, Proposal] | None:
    found = latest(drop_id, uow)
    return found if found is not None and found[0].epoch == n else None


def _ask(drop: Drop, seen: Seen, n: int, uow: UnitOfWork, ports: Ports) -> None:
    """Keep what was seen, sealed, with the request for its decision; a file known already asks nothing."""
    now, look = ports.clock.now(), seen.look
    if _asked(drop.id, n, uow) is not None:
        return  # an earlier attempt to show it asked, and its card may be out
    if look is None:
        write_log(uow, now, REFUSED, drop.id, "cosell", {"name": drop.name, "why": seen.refusal})
        return
    said = {"name": drop.name, "sha256": look.sha256, "rows": look.rows, "changes": look.changes.count}
    write_log(uow, now, SEEN, drop.id, "cosell", said)
    if look.imported_at is not None:
        return
    proposal = Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=MotionId(drop.id),
        kind=KIND,
        destination=drop.id,
        audience=drop.partner,
        payload=spelled(look),
        form=(),
        problems=(),
        schema_version="1",
        policy_version=ports.config.policy.version,
        answers={},
        created_at=now,
    )
    approval = Approval(
        token=Token(ports.ids.new()),
        proposal_id=proposal.id,
        motion_id=proposal.motion_id,
        epoch=n,
        seal=proposal.seal,
        expires_at=now + _GOOD_FOR,
    )
    ask(uow, proposal, approval)


def _rewrite(drop: Drop, card: SheetCard, place: MessageRef, what: str, ports: Ports) -> None:
    plan = _plan(drop, card, f"{drop.id}:card.{what}", "slack.card.update", Recovery.REPEAT)
    ports.durable.step("redraw", lambda: rewrite(plan, place, ports))


def _plan(drop: Drop, card: SheetCard, key: str, kind: str, recovery: Recovery) -> Plan:
    return Plan(
        key=key,
        subject=drop.id,
        kind=kind,
        destination=drop.channel,
        audience=INTERNAL,
        surface=card,
        recovery=recovery,
        undo=Undo.REVERSIBLE,
    )
