"""A CRM in memory behind the same two ports as the real one: people change deals, the bot reads and writes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import origins_of
from motions.deals import Activity, Contact, CosellFields, DealContext, Opportunity, OpportunityId
from motions.errors import CosellError, NotVisible, OutcomeUnknown, Unavailable
from motions.model import PartnerKey
from motions.ports import Clock, DealChanges

SYSTEM = "FakeCRM"
ORIGINS = origins_of(FieldMap())  # as if it were the CRM of the catalogue
BOT = "005BOT"


@dataclass(frozen=True)
class FakeTask:
    """One completed task on a deal."""

    id: str
    opportunity_id: OpportunityId
    subject: str
    body: str


@dataclass(frozen=True)
class FakeMotion:
    """The motion's own record, keyed by external id."""

    id: str
    opportunity_id: OpportunityId
    values: Mapping[str, str]


@dataclass
class FakeOrg:
    """What people and the bot both see; stamps are whole seconds of its clock, which may differ from everybody's."""

    clock: Clock
    contacts: dict[OpportunityId, tuple[Contact, ...]] = field(default_factory=dict)
    activities: dict[OpportunityId, tuple[Activity, ...]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    tasks: list[FakeTask] = field(default_factory=list)
    motions: dict[str, FakeMotion] = field(default_factory=dict)
    _deals: dict[OpportunityId, Opportunity] = field(default_factory=dict)
    _held: list[Opportunity] = field(default_factory=list)
    _failures: list[CosellError] = field(default_factory=list)
    _answers_to_lose: int = 0

    def put(self, deals: Iterable[Opportunity]) -> None:
        """Seed deals as they are, stamps included."""
        self._deals.update({deal.id: deal for deal in deals})

    def get(self, opportunity_id: OpportunityId) -> Opportunity:
        """A deal as it is now; KeyError when there is none."""
        return self._deals[opportunity_id]

    def now(self) -> datetime:
        """The server's clock."""
        return self.clock.now().replace(microsecond=0)

    def change(self, opportunity_id: OpportunityId, *, by: str = "005PERSON", **changes: object) -> Opportunity:
        """A person saves fields of a deal; seen at once."""
        changed = self._stamped(opportunity_id, by, changes)
        self._deals[opportunity_id] = changed
        return changed

    def change_late(self, opportunity_id: OpportunityId, **changes: object) -> Opportunity:
        """A person's long transaction: stamped now, seen after `commit`."""
        changed = self._stamped(opportunity_id, "005PERSON", changes)
        self._held.append(changed)
        return changed

    def commit(self) -> None:
        """End every long transaction."""
        self.put(self._held)
        self._held.clear()

    def edit_cosell(self, opportunity_id: OpportunityId, **values: str | None) -> None:
        """A person types into our own fields."""
        self.change(opportunity_id, cosell=replace(self._deals[opportunity_id].cosell, **values))

    def delete(self, opportunity_id: OpportunityId) -> None:
        """A person deletes a deal, or takes it out of the bot's sight."""
        del self._deals[opportunity_id]

    def fail(self, error: CosellError, *, times: int = 1) -> None:
        """The next calls of either port raise this and do nothing."""
        self._failures += [error] * times

    def lose_answers(self, times: int = 1) -> None:
        """The next writes are done, and nobody is told."""
        self._answers_to_lose += times

    def visible(self) -> list[Opportunity]:
        """All deals in the order of their stamps."""
        return sorted(self._deals.values(), key=lambda deal: (deal.modified_at, deal.id))

    def covered_until(self) -> datetime:
        """Held back by the oldest transaction under way."""
        return min([self.now(), *(deal.modified_at for deal in self._held)])

    def begin(self) -> None:
        """Every call passes here first."""
        if self._failures:
            raise self._failures.pop(0)

    def end_write(self, *, repeatable: bool) -> None:
        """Every write passes here last."""
        if not self._answers_to_lose:
            return
        self._answers_to_lose -= 1
        if repeatable:
            raise Unavailable(SYSTEM, "did not answer")
        raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")

    def _stamped(self, opportunity_id: OpportunityId, by: str, changes: Mapping[str, object]) -> Opportunity:
        return replace(
            self._deals[opportunity_id],
            modified_at=self.now(),
            modified_by=by,
            **changes,  # type: ignore[arg-type]  # the caller's keywords are the dataclass's own fields
        )


class FakeDealFeed:
    """`DealFeed` over a `FakeOrg`."""

    def __init__(self, org: FakeOrg, partners: Mapping[str, PartnerKey] | None = None) -> None:
        self._org = org
        self._partners = {name.casefold(): key for name, key in (partners or {}).items()}

    def changed_since(self, since: datetime) -> DealChanges:
        self._org.begin()
        floor = since.replace(microsecond=0)
        return self._changes(deal for deal in self._org.visible() if deal.modified_at >= floor)

    def open_deals(self) -> DealChanges:
        self._org.begin()
        return self._changes(deal for deal in self._org.visible() if not deal.is_closed)

    def standing(self) -> Mapping[OpportunityId, datetime]:
        self._org.begin()
        return {deal.id: deal.modified_at for deal in self._org.visible() if not deal.is_closed}

    def deals(self, ids: Sequence[OpportunityId]) -> Sequence[Opportunity]:
        self._org.begin()
        found = {deal.id: deal for deal in self._org.visible()}
        return [found[each] for each in dict.fromkeys(ids) if each in found]

    def covered_until(self) -> datetime:
        self._org.begin()
        return self._org.covered_until()

    def partner_record(self) -> Mapping[tuple[PartnerKey | None, str | None], tuple[int, int]]:
        self._org.begin()
        counts: dict[tuple[PartnerKey | None, str | None], tuple[int, int]] = {}
        for deal in self._org.visible():
            if not deal.is_closed:
                continue
            industry = deal.account.industry if deal.account else None
            for key in [(p, s) for p in {None, *self._partners_of(deal)} for s in {None, industry}]:
                won, closed = counts.get(key, (0, 0))
                counts[key] = (won + deal.is_won, closed + 1)
        return counts

    def _changes(self, deals: Iterable[Opportunity]) -> DealChanges:
        return DealChanges(tuple(deals), self._org.now())

    def _partners_of(self, deal: Opportunity) -> set[PartnerKey]:
        names = (deal.cosell.partners or "").casefold().replace(";", ",").split(",")
        return {self._partners[name.strip()] for name in names if name.strip() in self._partners}


class FakeCrm:
    """`Crm` over a `FakeOrg`."""

    def __init__(self, org: FakeOrg) -> None:
        self._org = org

    def context(self, opportunity_id: OpportunityId) -> DealContext:
        self._org.begin()
        return DealContext(
            deal=self._deal(opportunity_id),
            contacts=self._org.contacts.get(opportunity_id, ()),
            activities=self._org.activities.get(opportunity_id, ()),
            unreadable=self._org.unreadable,
            origins=ORIGINS,
        )

    def write_cosell(
        self, opportunity_id: OpportunityId, fields: CosellFields, last_written: CosellFields
    ) -> tuple[str, ...]:
        self._org.begin()
        present = self._deal(opportunity_id).cosell
        edited = tuple(name for name, value in _given(fields).items() if _is_edited(name, value, present, last_written))
        changes = {
            name: value.strip() or None
            for name, value in _given(fields).items()
            if name not in edited and getattr(present, name) != (value.strip() or None)
        }
        if changes:
            self._org.change(opportunity_id, by=BOT, cosell=replace(present, **changes))
            self._org.end_write(repeatable=True)
        return edited

    def upsert_motion(self, key: str, opportunity_id: OpportunityId, values: Mapping[str, str]) -> str:
        self._org.begin()
        known = self._org.motions.get(key.casefold())
        before = known.values if known else {}
        record_id = known.id if known else f"a0C{len(self._org.motions):012d}"
        self._org.motions[key.casefold()] = FakeMotion(record_id, opportunity_id, {**before, **values})
        self._org.end_write(repeatable=True)
        return record_id

    def log_activity(self, opportunity_id: OpportunityId, key: str, subject: str, body: str) -> str:
        self._org.begin()
        self._deal(opportunity_id)
        task = FakeTask(f"00T{len(self._org.tasks):012d}", opportunity_id, subject, f"{body}\n\ncosell: {key}")
        self._org.tasks.append(task)
        self._org.end_write(repeatable=False)
        return task.id

    def find_activity(self, opportunity_id: OpportunityId, key: str) -> str | None:
        self._org.begin()
        of_deal = [task for task in self._org.tasks if task.opportunity_id == opportunity_id]
        return next((task.id for task in of_deal if f"cosell: {key}" in task.body.splitlines()), None)

    def _deal(self, opportunity_id: OpportunityId) -> Opportunity:
        try:
            return self._org.get(opportunity_id)
        except KeyError as error:
            raise NotVisible(SYSTEM, f"opportunity {opportunity_id} is not there for our user") from error


def _given(values: CosellFields) -> dict[str, str]:
    present = {each.name: getattr(values, each.name) for each in fields(values)}
    return {name: value for name, value in present.items() if value is not None}


def _is_edited(name: str, value: str, present: CosellFields, last_written: CosellFields) -> bool:
    return getattr(present, name) not in {getattr(last_written, name), value.strip() or None}
