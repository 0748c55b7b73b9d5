"""Both sides' books: what the bot's database says and what the sandbox world holds; judges nothing."""

import json
import subprocess
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chaos.company import Company, Json
from bench.chaos.databases import Database
from bench.chaos.fleet import COSELL, Ending
from bench.chaos.load import Click, People
from bench.chaos.setting import BY_API, BY_PACK, PARTNERS
from motions.deals import Opportunity
from motions.decision_records import ExceptionQuery
from motions.model import ExceptionItem, Match, Motion
from motions.records import MotionQuery, Segment, UnitOfWork
from store.engine import open_engine
from store.unit import SqlStore

ALL = 1_000_000
HALF = "Half filed"  # ours is there, and Microsoft was not asked in
_REVIEWS = {("Active", "Accepted"): "Approved", ("Closed", "Declined"): "Rejected"}
_COLUMNS = (
    "Id, StageName, Amount, CloseDate, IsClosed, AccountId, Quote_Status__c, "
    "Cosell_Status__c, Cosell_Referral_Id__c, Cosell_Offer_Id__c"
)
_EFFECTS = "SELECT key, subject, kind, status FROM effects ORDER BY coalesce(settled_at, first_started_at), seq"
_CHANGED = "SELECT DISTINCT opportunity_id FROM triggers"
_OFFERS = "SELECT id, state, epoch, opportunity_id, offer_id FROM private_offers"
_BESIDE = (
    "SELECT a.token FROM approvals a JOIN proposals p ON p.id = a.proposal_id"
    " WHERE p.kind IN ('correct a referral', 'write to the CRM')"
)
_UNMATCHED = (
    "SELECT t.id, t.opportunity_id FROM triggers t LEFT JOIN matches m ON m.trigger_id = t.id WHERE m.seq IS NULL"
)


@dataclass(frozen=True)
class Ours:
    """What the bot's database says."""

    motions: Sequence[Motion]
    approvals: Sequence[tuple[str, str, str | None]]  # token, motion, verdict
    beside: frozenset[str]  # the tokens of corrections and of matches for the CRM, of which a motion may have several
    effects: Sequence[tuple[str, str, str, str]]  # key, subject, kind, status
    invitations: Mapping[str, tuple[str, int, str | None]]  # by id: state, epoch, and our deal
    offers: Mapping[str, tuple[str, int, str, str | None]]  # by id: state, epoch, deal, and the marketplace's id
    exceptions: Sequence[ExceptionItem]
    pending: Sequence[tuple[str, str]]  # envelopes not handled: key, kind
    segments: Mapping[str, str]  # id -> status
    deals: Mapping[str, Opportunity]  # every deal that ever changed
    matches: Mapping[str, Match]  # the latest of each of them
    unmatched: Sequence[tuple[str, str]]  # triggers nothing came of: id, deal
    audit: str = ""  # what `cosell audit verify` complained about
    endings: Sequence[Ending] = ()


@dataclass(frozen=True)
class Theirs:
    """What the outside world holds, and what its people did and saw."""

    messages: Sequence[Json]
    referrals: Sequence[Json]  # partner, id, crm_id, review_status, target_close_date where it is known
    asked_in: Sequence[str]  # of each referral of Microsoft's own: the engagement
    sheets: Sequence[str]  # the messages that sheets came in, by ts
    invitations: Mapping[str, str]  # by id: status
    offers: Sequence[Json]  # the marketplace's: Id, Name, State
    records: Mapping[str, Json]  # deals, by id
    motion_records: Sequence[Json]  # of the CRM: Motion_Key__c, Status__c, Referral_Id__c
    activities: Sequence[str]  # the descriptions of all our tasks
    heard: Mapping[str, bool]  # messages people typed, by ts: did the bot acknowledge the event?
    clicks: Sequence[Click] = ()
    promised: Sequence[str] = ()


class Reader:
    """Reads the bot's database from outside; writes nothing."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._engine = open_engine(database.url)
        self._store = SqlStore(self._engine, _refuse)
        self._segments = f"{database.schema}workflow_status"
        self._folder = folder

    def signature(self) -> tuple[object, ...]:
        """What changes as long as anything happens."""
        return (
            *self._rows("SELECT max(seq) FROM log"),
            *self._rows("SELECT status, count(*), sum(tries) FROM effects GROUP BY status ORDER BY status"),
            *self._rows(f"SELECT status, count(*) FROM {self._segments} GROUP BY status ORDER BY status"),  # noqa: S608 - ours
            *self._rows("SELECT count(*) FROM inbox WHERE handled_at IS NULL"),
        )

    def under_way(self) -> int:
        """How many segments are neither done nor merely asked again later, as a partner's review is."""
        live = self._rows(
            f"SELECT workflow_uuid, status FROM {self._segments} WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"  # noqa: S608 - ours
        )
        return sum(not (status == "DELAYED" and ":poll_review." in segment) for segment, status in live)

    def has_baseline(self) -> bool:
        """Whether the CRM was read once, and every partner has agreed to what is shared with it."""
        read = self._rows("SELECT feed FROM watermarks WHERE feed = 'crm'")
        return bool(read) and len(self._rows("SELECT id FROM grants WHERE confirmed_at IS NOT NULL")) == len(PARTNERS)

    def ours(self, endings: Sequence[Ending], *, is_final: bool) -> Ours:
        """Everything, as of now; the hash chain is walked through at the very end only."""
        changed = [str(row[0]) for row in self._rows(_CHANGED)]
        return Ours(
            motions=self._store.read(lambda uow: uow.motions.find(MotionQuery(limit=ALL))),
            approvals=[
                (str(t), str(m), str(v) if v else None)
                for t, m, v in self._rows("SELECT token, motion_id, verdict FROM approvals ORDER BY seq")
            ],
            beside=frozenset(str(row[0]) for row in self._rows(_BESIDE)),
            effects=[(str(k), str(s), str(d), str(st)) for k, s, d, st in self._rows(_EFFECTS)],
            invitations={
                str(i): (str(state), int(epoch), str(deal) if deal else None)
                for i, state, epoch, deal in self._rows("SELECT id, state, epoch, opportunity_id FROM invitations")
            },
            offers={
                str(i): (str(state), int(epoch), str(deal), str(made) if made else None)
                for i, state, epoch, deal, made in self._rows(_OFFERS)
            },
            exceptions=self._store.read(lambda uow: uow.exceptions.listing(ExceptionQuery(limit=ALL))),
            pending=[(str(k), str(d)) for k, d in self._rows("SELECT key, kind FROM inbox WHERE handled_at IS NULL")],
            segments={str(i): str(s) for i, s in self._rows(f"SELECT workflow_uuid, status FROM {self._segments}")},  # noqa: S608 - ours
            deals=self._store.read(lambda uow: _deals(changed, uow)),
            matches=self._store.read(lambda uow: _matches(changed, uow)),
            unmatched=[(str(t), str(d)) for t, d in self._rows(_UNMATCHED)],
            audit=self._audit() if is_final else "",
            endings=tuple(endings),
        )

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN") if self._engine.dialect.name == "sqlite" else None
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def _audit(self) -> str:
        done = subprocess.run(  # noqa: S603 - our own command
            [COSELL, "audit", "verify"], cwd=self._folder, capture_output=True, text=True, check=False
        )
        return "" if done.returncode == 0 else f"exit code {done.returncode}: {done.stdout}{done.stderr}"


def read_theirs(company: Company, people: People, packs: Path) -> Theirs:
    """The sandbox's truth as of now."""
    events = company.look("/slack/_control/events")["events"]
    invitations = company.look("/aws/_control/invitations")["invitations"]  # what we file is one of ours to AWS
    typed = [event for event in events if event["type"] == "message"]
    at_aws = company.look("/aws/_control/summary")["opportunities"]
    at_microsoft = company.look("/microsoft/_control/summary")["referrals"]
    theirs = [each for each in at_microsoft if each["side"] == "microsoft"]
    return Theirs(
        messages=company.messages(),
        referrals=[
            *({"partner": "aws", **each} for each in at_aws),
            *_at_microsoft(at_microsoft, {each["engagement_id"]: each for each in theirs}),
            *_by_hand(packs, people.packs.decided),
        ],
        asked_in=[str(each["engagement_id"]) for each in theirs],
        sheets=tuple(people.packs.dropped),
        invitations={i["id"]: i["status"] for i in invitations if i["participant"] == "RECEIVER"},
        offers=company.look("/marketplace/_control/summary")["offers"],
        records={str(row["Id"]): row for row in company.records(f"SELECT {_COLUMNS} FROM Opportunity")},  # noqa: S608 - ours
        motion_records=company.records("SELECT Motion_Key__c, Status__c, Referral_Id__c FROM Cosell_Motion__c"),
        activities=[str(row["Description"]) for row in company.records("SELECT Description FROM Task")],
        heard={str(event["payload"]["event"]["ts"]): bool(event["acknowledged"]) for event in typed},
        clicks=tuple(people.clicks),
        promised=tuple(people.promised),
    )


def _at_microsoft(referrals: Sequence[Json], asked: Mapping[str, Json]) -> Iterator[Json]:
    """Ours, each with what became of Microsoft's in the same engagement."""
    for each in referrals:
        if each["side"] == "ours":
            side = asked.get(each["engagement_id"])
            review = _REVIEWS.get((side["status"], side["substatus"]), "In review") if side else HALF
            known = {"id": each["id"], "crm_id": each["crm_id"], "target_close_date": str(each["closes_at"])[:10]}
            yield {"partner": BY_API.partner, "review_status": review, **known}


def _by_hand(packs: Path, decided: Container[str]) -> Iterator[Json]:
    """A pack is filed once its entry is there; the partner's yes is what was imported."""
    for path in packs.glob("deal-*.json"):
        entry = json.loads(path.read_text())
        review = "Approved" if entry["reference"] in decided else "In review"
        name = entry["reference"] or entry["id"]
        yield {"partner": BY_PACK.partner, "id": name, "crm_id": entry["crm_id"], "review_status": review}


def _deals(ids: Sequence[str], uow: UnitOfWork) -> dict[str, Opportunity]:
    found = {deal: uow.deals.get(deal) for deal in ids}  # type: ignore[arg-type] # ids as the database spells them
    return {deal: snapshot for deal, snapshot in found.items() if snapshot is not None}


def _matches(ids: Sequence[str], uow: UnitOfWork) -> dict[str, Match]:
    found = {deal: uow.matches.latest(deal) for deal in ids}  # type: ignore[arg-type] # the same
    return {deal: match for deal, match in found.items() if match is not None}


def _refuse(_session: object, _segment: Segment) -> None:
    raise RuntimeError("this store only reads")
