"""What a partner's sheet would change, and carrying it out row by row once a person has said yes.

A score goes into our own field of the CRM, through the ledger, and never over a person's edit. A status goes to the
portal that a person files at by hand, and from there the way every portal's news goes. Reads no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from motions.deals import CosellFields, Opportunity, OpportunityId
from motions.effects import Effect, EffectStatus, Recovery, Undo
from motions.errors import NotVisible, Rejected, UserMistake
from motions.imports import Decision, FiledByHand, ImportItem, ItemKind, SheetImport
from motions.journal import write_log
from motions.model import Band, Motion, PartnerKey
from motions.partner_sheets import Reading, SheetColumn, SheetRow
from motions.performing import Plan, perform
from motions.policy import ActionKind, Autonomy, Configuration, Partner
from motions.ports import Ports, Surroundings
from motions.records import MotionQuery, UnitOfWork
from motions.referrals import Review
from motions.sheet_rows import about, in_review
from motions.switches import why_stopped

AT_ONCE = 200  # rows in one run: a stop or a shutdown waits for no more
KEPT = "kept: a person wrote something else there"
SAME = "known already"
STALE = "too old to be written"
FORBIDDEN = "Policy forbids writing to the CRM. An operator can change it in policy.yml."
REFUSED = "refused"  # what an outcome begins with, before the reason
_WHAT = {ItemKind.SCORE: "score", ItemKind.STATUS: "review"}


@dataclass(frozen=True)
class Change:
    """What one row would change, or why it changes nothing."""

    row: int
    kind: ItemKind | None
    deal: Opportunity | None
    values: Mapping[str, str]
    before: str | None = None  # as the CRM, or the motion, has it
    after: str | None = None
    last: str | None = None  # as the last import of this partner's said
    problem: str | None = None  # why it cannot be taken
    is_stale: bool = False

    @property
    def is_new(self) -> bool:
        """Whether importing it would change something."""
        return self.problem is None and not self.is_stale and self.known != self.after

    @property
    def known(self) -> str | None:
        """What it would change: what was imported last, else what stands there."""
        return self.last if self.last is not None else self.before


@dataclass(frozen=True)
class Preview:
    """What a whole sheet would change."""

    partner: Partner
    changes: tuple[Change, ...]
    imported: SheetImport | None  # exactly these bytes, imported before
    gone: tuple[ImportItem, ...]  # what the last import said, and this sheet does not
    last: SheetImport | None = None  # which one that was

    @property
    def wanted(self) -> tuple[Change, ...]:
        """What importing it would carry out."""
        return tuple(change for change in self.changes if change.is_new)


def preview(reading: Reading, sha256: str, partner: Partner, uow: UnitOfWork, here: Surroundings) -> Preview:
    """What importing a sheet would change, row by row, and what it leaves out of the last one; changes nothing."""
    today, fresh_for = here.clock.now().date(), here.config.policy.score_fresh_for
    oldest = today - fresh_for
    last = uow.sheets.latest(partner.key)
    before = uow.sheets.items(last.id) if last is not None else ()
    earlier = {(i.kind, i.opportunity_id): i.values.get(_WHAT[i.kind]) for i in before if _is_known_since(i)}
    changes = tuple(
        replace(change, last=earlier.get((change.kind, change.deal.id))) if change.kind and change.deal else change
        for row in reading.rows
        for change in _changes(row, partner, uow, today, oldest)
    )
    said = {(change.kind, change.deal.id) for change in changes if change.deal is not None}
    gone = tuple(item for item in before if (item.kind, item.opportunity_id) not in said)
    return Preview(partner, changes, uow.sheets.imported(partner.key, sha256), gone, last)


def take(
    reading: Reading, sha256: str, name: str, partner: Partner, uow: UnitOfWork, here: Surroundings, *, by: str
) -> int:
    """Import what the sheet changes, once for these bytes; how many rows. The bot carries it out."""
    return keep(preview(reading, sha256, partner, uow, here), sha256, name, uow, here, by=by)


def keep(found: Preview, sha256: str, name: str, uow: UnitOfWork, here: Surroundings, *, by: str) -> int:
    """Import what was previewed, once for these bytes; how many rows. Looking rows up takes long, keeping them not."""
    if is_forbidden(here.config):
        raise UserMistake(f"{FORBIDDEN} Nothing was changed.")
    partner, now = found.partner, here.clock.now()
    before = uow.sheets.imported(partner.key, sha256)
    if before is not None:
        raise UserMistake(f"{name} was imported on {before.imported_at:%Y-%m-%d}. Nothing was changed.")
    imported = SheetImport(f"{partner.key}:{sha256[:16]}", partner.key, sha256, name, by, now)
    items = [
        ImportItem(imported.id, change.row, change.kind, change.deal.id, change.values, _ended(change))
        for change in found.changes
        if change.kind is not None and change.deal is not None and change.problem is None
    ]
    if not uow.sheets.add(imported, items):
        raise UserMistake(f"{name} was imported a moment ago. Nothing was changed.")
    detail = {"partner": partner.key, "sha256": sha256, "name": name, "rows": len(found.wanted)}
    write_log(uow, now, "sheet.imported", imported.id, by, detail)
    return len(found.wanted)


def carry_out(ports: Ports) -> int:
    """Sweep: write what was imported, oldest first; how many rows ended. Raises Unavailable: the rest waits."""
    done = 0
    if ports.durable.read(lambda uow: why_stopped(uow, ports.config)) is not None:
        return done
    for item in ports.durable.read(lambda uow: uow.sheets.waiting(AT_ONCE)):
        outcome = _write_score(item, ports) if item.kind is ItemKind.SCORE else _tell_status(item, ports)
        with ports.store.transaction() as uow:
            uow.sheets.settle(item, outcome)
        done += 1
    return done


def is_forbidden(config: Configuration) -> bool:
    """Whether policy lets nothing that a sheet says into the CRM."""
    return config.policy.autonomy_for(ActionKind.CRM_WRITE, Band.HIGH) is Autonomy.FORBID


def imported_score(opportunity_id: OpportunityId, uow: UnitOfWork) -> str | None:
    """The partner's own score of a deal as it was last imported, or None; it stands above what we reckon."""
    done = [each for each in uow.effects.of(_scores_of(opportunity_id)) if each.status is EffectStatus.DONE]
    fresh = [each for each in done if each.external_id != KEPT]
    return str(_fields(fresh[-1])["score"]) if fresh else None


def _is_known_since(item: ImportItem) -> bool:
    """Whether the same said again is no news: what was too old, or refused where it belongs, went nowhere."""
    return item.outcome != STALE and not (item.outcome or "").startswith(REFUSED)


def _changes(row: SheetRow, partner: Partner, uow: UnitOfWork, today: date, oldest: date) -> Sequence[Change]:
    subject = about(row, partner, uow)
    if isinstance(subject, str):
        return (_not_taken(row, None, None, subject),)
    deal, motion = subject
    found = []
    if SheetColumn.SCORE in row.values:
        found.append(_score(row, deal, today, oldest))
    if SheetColumn.STATUS in row.values:
        found.append(_status(row, deal, motion or in_review(deal.id, partner, uow)))
    return found or (_not_taken(row, None, deal, "has neither a score nor a status"),)


def _ended(change: Change) -> str | None:
    """How a row ends that nothing is to be done for; None: it waits."""
    if change.is_stale:
        return STALE
    return None if change.is_new else SAME


def _score(row: SheetRow, deal: Opportunity, today: date, oldest: date) -> Change:
    if deal.is_closed:
        return _not_taken(row, ItemKind.SCORE, deal, "is about a deal that is closed")
    after, on = row.values[SheetColumn.SCORE], row.values.get(SheetColumn.SCORED_ON)
    day = date.fromisoformat(on) if on else today
    if day > today:
        return _not_taken(row, ItemKind.SCORE, deal, f"is dated {on}, which is yet to come")
    values = {"score": after, **({"scored_on": on} if on else {})}
    return Change(row.number, ItemKind.SCORE, deal, values, deal.cosell.score, after, is_stale=day < oldest)


def _status(row: SheetRow, deal: Opportunity, motion: Motion | None) -> Change:
    if motion is None:
        return _not_taken(row, ItemKind.STATUS, deal, "is about a deal that is not in review with this partner")
    columns = {
        "review": SheetColumn.STATUS,
        "reference": SheetColumn.REFERENCE,
        "comment": SheetColumn.COMMENT,
        "contact": SheetColumn.PARTNER_CONTACT,
        "email": SheetColumn.PARTNER_EMAIL,
        "stage": SheetColumn.STAGE,
        "next_step": SheetColumn.NEXT_STEPS,
    }
    values = {name: row.values[column] for name, column in columns.items() if column in row.values}
    return Change(row.number, ItemKind.STATUS, deal, values, motion.state.value, values["review"])


def _not_taken(row: SheetRow, kind: ItemKind | None, deal: Opportunity | None, why: str) -> Change:
    return Change(row.number, kind, deal, {}, problem=why)


def _write_score(item: ImportItem, ports: Ports) -> str:
    if is_forbidden(ports.config):  # since it was imported
        return f"{REFUSED}: {FORBIDDEN}"
    plan = Plan(
        key=f"sheet:{item.import_id}:{item.number}:crm.score",
        subject=_scores_of(item.opportunity_id),
        kind="crm.score",
        destination=item.opportunity_id,
        audience="internal",
        payload={"fields": {"score": item.values["score"]}, "scored_on": item.values.get("scored_on")},
        recovery=Recovery.REPEAT,
        undo=Undo.REVERSIBLE,
    )
    try:
        ended = perform(plan, ports, send=partial(_send_score, item, ports))
    except (Rejected, NotVisible) as error:
        return f"{REFUSED}: {error}"
    return ended if ended == KEPT else "written"


def _send_score(item: ImportItem, ports: Ports, sent: Mapping[str, object]) -> str:
    fields = sent["fields"]
    assert isinstance(fields, dict)
    before = ports.durable.read(lambda uow: _last_score(item.opportunity_id, uow))
    kept = ports.crm.write_cosell(item.opportunity_id, CosellFields(**fields), CosellFields(score=before))
    return KEPT if kept else item.opportunity_id


def _last_score(opportunity_id: OpportunityId, uow: UnitOfWork) -> str | None:
    """The score that we wrote last, whether imported or reckoned: anything else there is a person's."""
    motions = uow.motions.find(MotionQuery(opportunity_id=opportunity_id))
    subjects = [_scores_of(opportunity_id), *(motion.id for motion in motions)]
    written = [
        effect
        for subject in subjects
        for effect in uow.effects.of(subject)
        if effect.kind in {"crm.deal", "crm.score"} and effect.status is EffectStatus.DONE
        if effect.external_id != KEPT and "score" in _fields(effect)
    ]
    newest = max(written, key=lambda effect: effect.first_started_at, default=None)
    return str(_fields(newest)["score"]) if newest is not None else None


def _tell_status(item: ImportItem, ports: Ports) -> str:
    key = PartnerKey(item.import_id.rpartition(":")[0])
    named = (partner.portal for partner in ports.config.partners if partner.key == key)
    portal = ports.portals.get(next(named, None) or "")
    if not isinstance(portal, FiledByHand):
        return f"{REFUSED}: nothing is filed by hand with this partner, whose portal tells its decisions itself"
    values = dict(item.values)
    decision = Decision(review=Review(values.pop("review")), **values)
    try:
        return f"told as {portal.decided(item.opportunity_id, decision)}"
    except (NotVisible, UserMistake) as error:
        return f"{REFUSED}: {error}"


def _fields(effect: Effect) -> Mapping[str, object]:
    fields = effect.payload.get("fields")
    return fields if isinstance(fields, dict) else {}


def _scores_of(opportunity_id: OpportunityId) -> str:
    return f"{opportunity_id}:scores"
