"""Replaying the log: the rows as they must stand after it, and the messages as they must look; changes nothing.

The doors in `moving`, `journal` and `performing` log whole what they write. Folding that gives the rows again; drawing
the kept surfaces again gives the messages. What the version before wrote is in the log only in part: it is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from motions.auditing import Difference, Findings, Held, go_through
from motions.canonical import fingerprint, spelled, spelled_changes
from motions.drawings import surface_of
from motions.effects import Effect, EffectStatus, Stop
from motions.grant_terms import Grant
from motions.invitations import Invitation
from motions.journal import EFFECTS, STANDINGS
from motions.model import ExceptionItem, Motion
from motions.offers import PrivateOffer
from motions.proposals import Approval, StandingApproval, sha256_of, sha256_of_text
from motions.records import LogEntry, UnitOfWork
from motions.spaces import Line, Space
from motions.surfaces import Surface

Row: TypeAlias = tuple[str, str, str]  # what kind, about which subject, which of them
Fields: TypeAlias = dict[str, tuple[object, int]]  # each with the entry that last set it
Rows: TypeAlias = dict[Row, Fields | None]  # None: written by the version before, so only that it is there is known
Teller: TypeAlias = Callable[[LogEntry, Rows], None]
Render: TypeAlias = Callable[[Surface], Mapping[str, object]]


def replay(uow: UnitOfWork, render: Render, renderer: str) -> Findings:
    """Fold the whole log and draw every message again: how much that was, and what is not as it must be."""
    findings = Findings()

    def look(held: Held) -> Iterator[Difference]:
        yield from _compared(fold(held.all(LogEntry)), _held_rows(held), findings.counts)
        yield from _redrawn(held, render, renderer, findings.counts)

    go_through(uow, findings, look)
    return findings


def fold(entries: Iterable[LogEntry]) -> Rows:
    """The rows as they must stand after these entries, whole subjects of them, each in its order; pure."""
    rows: Rows = {}
    for entry in entries:
        tell = _TELLERS.get(entry.event.partition(".")[0])
        if tell is not None:
            tell(entry, rows)
    return rows


def _motion(entry: LogEntry, rows: Rows) -> None:
    row = ("motion", entry.subject, "")
    if entry.event == "motion.opened":
        _write(rows, row, entry.detail.get("motion"), entry)
        return
    changes = entry.detail.get("changes")
    if not isinstance(changes, dict):
        _forget(rows, entry.subject)
        return
    if "to" in entry.detail:
        moved = {"epoch": entry.detail["epoch"], "next_act": entry.detail["next_act"]}
        at = spelled_changes(Motion, {"updated_at": entry.at})
        changes = {**changes, "state": entry.detail["to"], **moved, **at}
    _change(rows, row, changes, entry)


def _proposal(entry: LogEntry, rows: Rows) -> None:
    _write(rows, ("approval", entry.subject, str(entry.detail["proposal"])), entry.detail.get("approval"), entry)


def _approval(entry: LogEntry, rows: Rows) -> None:
    changes = entry.detail.get("changes")
    if isinstance(changes, dict):
        _change(rows, ("approval", entry.subject, str(entry.detail["proposal"])), changes, entry)
    else:
        _forget(rows, entry.subject)


def _standing(entry: LogEntry, rows: Rows) -> None:
    if entry.event == "standing.offered":
        offered = entry.detail["standing"]
        assert isinstance(offered, dict)
        _write(rows, ("standing approval", entry.subject, offered["token"]), offered, entry)
        return
    changes = entry.detail["changes"]
    assert isinstance(changes, dict)
    _change(rows, ("standing approval", entry.subject, str(entry.detail["standing"])), changes, entry)


def _one_row(kind: str, begins_with: str) -> Teller:
    """How a subject with one row is told: whole where it begins, by its changes after that."""

    def tell(entry: LogEntry, rows: Rows) -> None:
        row = (kind, entry.subject, "")
        if entry.event == begins_with:
            _write(rows, row, entry.detail[kind], entry)
            return
        changes = entry.detail["changes"]
        assert isinstance(changes, dict)
        _change(rows, row, changes, entry)

    return tell


def _effects(entry: LogEntry, rows: Rows) -> None:
    _write(rows, ("switch", entry.subject, ""), entry.detail["stop"], entry)


def _exception(entry: LogEntry, rows: Rows) -> None:
    code = str(entry.detail["code"])
    if entry.event == "exception.opened":
        before = sum(1 for row in rows if row[:2] == ("exception", entry.subject) and row[2].split("#")[0] == code)
        _write(rows, ("exception", entry.subject, f"{code}#{before + 1}"), entry.detail.get("exception"), entry)
        return
    is_given = entry.event == "exception.given"
    changes = {"owner": entry.detail["owner"]} if is_given else {"resolved_at": entry.at}
    for row, fields in rows.items():
        is_meant = row[:2] == ("exception", entry.subject) and code in {"all", row[2].split("#")[0]}
        if is_meant and fields is not None and fields["resolved_at"][0] is None:
            _change(rows, row, spelled_changes(ExceptionItem, changes), entry)


def _effect(entry: LogEntry, rows: Rows) -> None:
    detail = entry.detail
    row = ("effect", entry.subject, str(detail["key"]))
    if entry.event == "effect.intended":
        intended = {"kind": detail["kind"], "destination": detail["destination"], "sha256": detail["sha256"]}
        hashes = {"payload": detail["sha256"], "surface": detail.get("surface")}
        _write(rows, row, {**intended, **hashes, "is_done": False, "external_id": None}, entry)
    elif entry.event == "effect.done" and (fields := rows.get(row)) and not fields["is_done"][0]:
        _change(rows, row, {"is_done": True, "external_id": detail["external_id"]}, entry)  # the first outcome stays


def _line(entry: LogEntry, rows: Rows) -> None:
    line = entry.detail["line"]
    assert isinstance(line, dict)
    _write(rows, ("line", entry.subject, line["deal"]), line, entry)


def _space(entry: LogEntry, rows: Rows) -> None:
    _write(rows, ("space", entry.subject, ""), entry.detail["space"], entry)


_TELLERS: Mapping[str, Teller] = {
    "motion": _motion,
    "proposal": _proposal,
    "approval": _approval,
    "standing": _standing,
    "grant": _one_row("grant", "grant.proposed"),
    "invitation": _one_row("invitation", "invitation.received"),
    "offer": _one_row("offer", "offer.proposed"),
    "effects": _effects,
    "exception": _exception,
    "effect": _effect,
    "line": _line,
    "space": _space,
}


def _write(rows: Rows, row: Row, fields: object, entry: LogEntry) -> None:
    rows[row] = {name: (value, entry.seq) for name, value in fields.items()} if isinstance(fields, dict) else None


def _change(rows: Rows, row: Row, changes: Mapping[str, object], entry: LogEntry) -> None:
    fields = rows.get(row)
    if fields is not None:
        fields.update({name: (value, entry.seq) for name, value in changes.items()})


def _forget(rows: Rows, subject: str) -> None:
    """The version before changed something of this motion, and its log does not say all of it."""
    rows[("motion", subject, "")] = None
    rows.update({row: None for row in rows if row[:2] == ("approval", subject)})


def _held_rows(held: Held) -> dict[Row, dict[str, object]]:
    """The rows as they stand, under the same names."""
    rows: dict[Row, dict[str, object]] = {}
    rows |= {("motion", motion.id, ""): spelled(motion) for motion in held.all(Motion)}
    rows |= {("approval", held.subject, a.proposal_id): spelled(a) for a in held.all(Approval)}
    rows |= {("standing approval", STANDINGS, fingerprint(s.token)): spelled(s) for s in held.all(StandingApproval)}
    rows |= {("effect", held.subject, effect.key): _outcome(effect) for effect in held.all(Effect)}
    rows |= {("line", held.subject, line.deal): spelled(line) for line in held.all(Line)}
    for space in held.all(Space):
        rows["space", held.subject, ""] = spelled(space)
    for grant in held.all(Grant):
        rows["grant", held.subject, ""] = spelled(grant)
    for invitation in held.all(Invitation):
        rows["invitation", held.subject, ""] = spelled(invitation)
    for offer in held.all(PrivateOffer):
        rows["offer", held.subject, ""] = spelled(offer)
    for stop in held.all(Stop):
        rows["switch", EFFECTS, ""] = spelled(stop)
    codes: Counter[str] = Counter()
    for item in held.all(ExceptionItem):
        codes[item.code] += 1
        rows["exception", held.subject, f"{item.code}#{codes[item.code]}"] = spelled(item)
    return rows


def _outcome(effect: Effect) -> dict[str, object]:
    return {
        "kind": effect.kind,
        "destination": effect.destination,
        "sha256": effect.sha256,
        "payload": sha256_of(effect.payload),
        "surface": None if effect.surface is None else sha256_of_text(effect.surface),
        "is_done": effect.status is EffectStatus.DONE,
        "external_id": effect.external_id,
    }


def _compared(logged: Rows, present: Mapping[Row, Mapping[str, object]], counts: Counter[str]) -> Iterator[Difference]:
    for row, values in present.items():
        what, fields = row[0], logged.get(row)
        if row not in logged:
            yield Difference(_named(row), "no entry of the log tells of it: somebody else wrote it")
        elif fields is None:
            counts[f"{what} before"] += 1
        else:
            counts[what] += 1
            yield from _differing(row, fields, values)
    for row in logged:
        if row not in present:
            yield Difference(_named(row), "the log tells of it, and it is gone")


def _differing(row: Row, fields: Fields, values: Mapping[str, object]) -> Iterator[Difference]:
    for name, (value, seq) in fields.items():
        if values.get(name) != value:
            yield Difference(
                f"{_named(row)}, {name}", f"it is {values.get(name)!r}; after entry {seq} it must be {value!r}"
            )


def _redrawn(held: Held, render: Render, renderer: str, counts: Counter[str]) -> Iterator[Difference]:
    intended = {e.detail["key"]: e for e in held.all(LogEntry) if e.event == "effect.intended"}
    for effect in held.all(Effect):
        if effect.surface is None:
            if effect.kind.startswith("slack."):
                counts["message before"] += 1
            continue
        entry = intended.get(effect.key)
        drawn = _drawing(effect.surface, render)
        if drawn == effect.sha256:
            counts["message"] += 1
        elif entry is None or entry.detail.get("renderer") == renderer:
            yield Difference(f"message {effect.key}", f"drawn again it is {drawn}, and {effect.sha256} was sent")
        else:
            counts["message drawn by another version"] += 1


def _drawing(surface: str, render: Render) -> str:
    try:
        return sha256_of(render(surface_of(surface)))
    except ValueError as error:
        return f"nothing ({error})"


def _named(row: Row) -> str:
    what, subject, which = row
    return f"{what} {subject}" if what == "motion" else f"{what} {which or subject}"
