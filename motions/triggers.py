"""Triggers: what changed in the CRM since the last read, once each, whoever saw it first; scores nothing.

The watermark is the newest *server* stamp ever committed here; every read overlaps it, so a row that appears late
with an old stamp is still seen, and a row read twice is dropped by its stamp and its content. A snapshot, its
triggers and the new watermark are written in one transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from motions.deals import Opportunity, OpportunityId
from motions.in_step import concerns
from motions.in_step import wake as wake_in_step
from motions.joining import follow
from motions.journal import raise_exception, write_log
from motions.matching import rank_partners
from motions.model import FieldChange, Match, Trigger, TriggerId, TriggerKind
from motions.offer_waking import is_requoted
from motions.offer_waking import wake as wake_offers
from motions.ports import Ports
from motions.proposals import sha256_of
from motions.records import Queue, Segment, UnitOfWork

FEED = "crm"
# A CRM transaction may run ten minutes and appear at its end with the stamp of its start.
OVERLAP = timedelta(minutes=15)
TRACKED = ("stage_name", "amount", "close_date", "account_id", "owner_id", "is_closed", "is_won", "kind", "competitors")


def read_changes(ports: Ports) -> int:
    """One poll: new triggers since the watermark; how many. The first poll ever is the baseline."""
    watermark = ports.durable.read(lambda uow: uow.deals.watermark(FEED))
    if watermark is None:
        return take_baseline(ports)
    changes = ports.feed.changed_since(watermark - OVERLAP)
    return _take(changes.deals, TriggerKind.CRM_CHANGE, ports)


def take_baseline(ports: Ports) -> int:
    """Read and score every open deal once, without starting a motion: what stood before we came is no change."""
    changes = ports.feed.open_deals()
    record = ports.feed.partner_record()
    now = ports.clock.now()
    matches = [
        Match(deal.id, None, rank_partners(deal, ports.config, record, now.date()), rules_version(ports), now)
        for deal in changes.deals
    ]
    with ports.store.transaction() as uow:
        uow.deals.save(changes.deals)
        uow.matches.add(matches)
        newest = max((deal.modified_at for deal in changes.deals), default=changes.server_now)
        uow.deals.set_watermark(FEED, newest)
        write_log(uow, now, "crm.baseline", "crm", "cosell", {"open_deals": len(changes.deals)})
    return 0


def sweep_late(ports: Ports) -> int:
    """Hourly: read again from the moment the CRM itself calls covered, when that lies before our overlap."""
    watermark = ports.durable.read(lambda uow: uow.deals.watermark(FEED))
    if watermark is None:
        return 0
    covered = ports.feed.covered_until()
    if covered >= watermark - OVERLAP:
        return 0
    return _take(ports.feed.changed_since(covered).deals, TriggerKind.CRM_CHANGE, ports)


def reconcile(ports: Ports) -> int:
    """Daily: compare every open deal's stamp with ours and repair; how many the poller missed (should be 0)."""
    standing = ports.feed.standing()
    ours = ports.durable.read(lambda uow: uow.deals.stamps(list(standing)))
    missed = [opportunity_id for opportunity_id, stamp in standing.items() if ours.get(opportunity_id) != stamp]
    if missed:
        _take(ports.feed.deals(missed), TriggerKind.CRM_CHANGE, ports)
    with ports.store.transaction() as uow:
        write_log(uow, ports.clock.now(), "crm.reconciled", "crm", "cosell", {"missed": len(missed)})
    return len(missed)


def receive_alert(opportunity_id: OpportunityId, stamped_at: datetime, ports: Ports) -> bool:
    """A signed alert says a deal changed: read it now. False when that change is known already."""
    with ports.store.transaction() as uow:
        if uow.deals.stamps([opportunity_id]).get(opportunity_id) == stamped_at:
            return False
        stamp = stamped_at.strftime("%Y%m%dT%H%M%S")
        uow.enqueue(Segment("read_deal", f"{opportunity_id}:{stamp}:read", (opportunity_id,), Queue.WORK))
    return True


def read_deal(opportunity_id: OpportunityId, ports: Ports) -> None:
    """Segment: read one deal an alert named and take its change."""
    deals = ports.feed.deals([opportunity_id])
    if deals:
        _take(deals, TriggerKind.ALERT, ports)
        return
    with ports.store.transaction() as uow:
        raise_exception(
            uow,
            subject=opportunity_id,
            opportunity_id=None,
            code="unknown-deal",
            reason=f"A deal alert named {opportunity_id}, which the CRM does not show to our user.",
            next_act="Check the id in the alert, or give the integration user access to the deal.",
            owner=ports.config.coverage.operators[0],
            at=ports.clock.now(),
        )


def changed_fields(before: Opportunity | None, after: Opportunity) -> tuple[FieldChange, ...]:
    """The business fields that differ; what our own writes touch is not among them, so an echo changes nothing."""
    old = _tracked(before) if before else {}
    new = _tracked(after)
    return tuple(FieldChange(name, old.get(name), new[name]) for name in TRACKED if old.get(name) != new[name])


def rules_version(ports: Ports) -> str:
    """A fingerprint of the rulebook and the policy numbers a score depends on."""
    rulebook = ports.config.rulebook.model_dump(mode="json")
    return sha256_of([rulebook, ports.config.policy.model_dump_json()])[:8]


def _take(deals: Sequence[Opportunity], kind: TriggerKind, ports: Ports) -> int:
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        news = _news(deals, uow)
        fresh = [deal for deal, _ in news]
        started = sum(_trigger(deal, before, kind, now, uow) for deal, before in news)
        uow.deals.save(fresh)
        for deal, before in news:
            follow(deal, uow, ports)
            wake_offers(deal, uow, ports)
            if concerns(before, deal):
                wake_in_step(deal, uow, ports)
        _raise_watermark(uow, fresh)
    return started


def _news(deals: Sequence[Opportunity], uow: UnitOfWork) -> list[tuple[Opportunity, Opportunity | None]]:
    """The rows that are newer than ours, each with ours: an alert may overtake a poll, whose row must undo nothing."""
    known = uow.deals.stamps([deal.id for deal in deals])
    later = [deal for deal in deals if deal.id not in known or deal.modified_at >= known[deal.id]]
    found = [(deal, uow.deals.get(deal.id)) for deal in later]
    return [(deal, before) for deal, before in found if _is_news(deal, before)]


def _is_news(deal: Opportunity, before: Opportunity | None) -> bool:
    # The CRM stamps by the second: what changed again within the second of our last read bears the same stamp.
    is_newer = before is None or deal.modified_at > before.modified_at
    return is_newer or bool(changed_fields(before, deal)) or concerns(before, deal) or is_requoted(before, deal)


def _trigger(deal: Opportunity, before: Opportunity | None, kind: TriggerKind, now: datetime, uow: UnitOfWork) -> bool:
    changes = changed_fields(before, deal)
    if not changes:
        return False
    trigger = Trigger(
        id=TriggerId(sha256_of([deal.id, deal.modified_at.isoformat(), *map(str, changes)])[:20]),
        opportunity_id=deal.id,
        kind=kind,
        source_at=deal.modified_at,
        seen_at=now,
        changes=changes,
    )
    if not uow.matches.add_trigger(trigger):
        return False
    uow.enqueue(Segment("evaluate", f"{trigger.id}:evaluate", (deal.id, trigger.id), Queue.WORK))
    write_log(uow, now, "trigger.seen", deal.id, "crm", {"trigger": trigger.id, "fields": [c.field for c in changes]})
    return True


def _raise_watermark(uow: UnitOfWork, deals: Sequence[Opportunity]) -> None:
    newest = max((deal.modified_at for deal in deals), default=None)
    current = uow.deals.watermark(FEED)
    if newest is not None and (current is None or newest > current):
        uow.deals.set_watermark(FEED, newest)


def _tracked(deal: Opportunity) -> dict[str, str | None]:
    values: dict[str, object] = {
        "stage_name": deal.stage_name,
        "amount": deal.amount,
        "close_date": deal.close_date,
        "account_id": deal.account.id if deal.account else None,
        "owner_id": deal.owner.id if deal.owner else None,
        "is_closed": deal.is_closed,
        "is_won": deal.is_won,
        "kind": deal.kind,
        "competitors": "; ".join(deal.competitors) or None,
    }
    return {name: None if value is None else str(value) for name, value in values.items()}
