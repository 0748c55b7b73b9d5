"""What changed in Salesforce, as whole deals; remembers nothing between two reads but the slow record of closed deals.

Watermark, overlap, deduplication and reconcile belong to the caller. Here is only: inclusive bounds, a total order,
every page or an error, and the server's clock instead of ours.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock

from connectors.salesforce.client import Record, Rows, SalesforceGateway
from connectors.salesforce.fields import Columns, FieldMap, Shape, deal_columns
from connectors.salesforce.mapping import moment_of, opportunity_from, text_of
from connectors.salesforce.refusals import SYSTEM
from motions.deals import Opportunity, OpportunityId
from motions.errors import NotVisible, Rejected
from motions.model import PartnerKey
from motions.ports import DealChanges

PartnerRecord = Mapping[tuple[PartnerKey | None, str | None], tuple[int, int]]

RECORD_KEPT = 3600.0  # seconds; it moves slowly, and every scored deal needs it

_CHUNK = 200  # ids a query, so that it still fits into a URL
_LOOK_BACK = timedelta(days=1)
_IN_ORDER = "ORDER BY SystemModstamp, Id"
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_LIST_MARK = re.compile(r"[;,\n]")


class SalesforceFeed:
    """`DealFeed` over SOQL; `partners` gives the key for every name a partner goes by in the CRM."""

    def __init__(
        self,
        gateway: SalesforceGateway,
        fields: FieldMap,
        partners: Callable[[], Mapping[str, PartnerKey]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway = gateway
        self._deals = DealReader(gateway, fields)
        self._fields = fields
        self._partners = partners
        self._monotonic = monotonic
        self._record: tuple[float, Mapping[str, PartnerKey], PartnerRecord] | None = None
        self._record_lock = Lock()

    @property
    def unreadable(self) -> tuple[str, ...]:
        """What our user may not read of any deal, named for people; known after the first read."""
        return self._deals.columns().unreadable

    def changed_since(self, since: datetime) -> DealChanges:
        """Every opportunity stamped at or after `since`, in stamp order."""
        return self._changes(f"WHERE SystemModstamp >= {soql_moment(since)} {_IN_ORDER}")

    def open_deals(self) -> DealChanges:
        """Every open opportunity."""
        return self._changes(f"WHERE IsClosed = false {_IN_ORDER}")

    def standing(self) -> Mapping[OpportunityId, datetime]:
        """Id and stamp of every open opportunity."""
        rows = self._gateway.query(
            "SELECT Id, SystemModstamp FROM Opportunity WHERE IsClosed = false", about="Opportunity"
        )
        return {OpportunityId(each["Id"]): moment_of(each["SystemModstamp"]) for each in rows.records}

    def deals(self, ids: Sequence[OpportunityId]) -> Sequence[Opportunity]:
        """These opportunities in the order asked; the ones we may not see are absent."""
        asked = [each for each in dict.fromkeys(ids) if is_record_id(each)]
        found: dict[str, Opportunity] = {}
        for start in range(0, len(asked), _CHUNK):
            listed = ", ".join(f"'{each}'" for each in asked[start : start + _CHUNK])
            for record in self._deals.select(f"WHERE Id IN ({listed})").records:
                deal = opportunity_from(record, self._fields)
                found[deal.id[:15]] = deal
        return [found[each[:15]] for each in asked if each[:15] in found]

    def covered_until(self) -> datetime:
        """The moment before which no change can appear any more, as the replication call tells it."""
        now = self._gateway.server_now()
        answer = self._gateway.read(
            "sobjects/Opportunity/updated/",
            about="Opportunity",
            params={"start": _iso(now - _LOOK_BACK), "end": _iso(now)},
        )
        return moment_of(answer["latestDateCovered"])

    def partner_record(self) -> PartnerRecord:
        """(partner, industry) -> (won, closed) over all closed deals, with totals under None.

        At most an hour old, and of the partners there are now.
        """
        partners = self._partners()
        with self._record_lock:
            now, known = self._monotonic(), self._record
            if known is None or now - known[0] > RECORD_KEPT or known[1] != partners:
                known = self._record = (now, partners, self._counted(partners))
            return known[2]

    def _counted(self, partners: Mapping[str, PartnerKey]) -> PartnerRecord:
        columns = self._deals.columns().names
        by_partner = self._fields.cosell.get("partners", "")
        groups = [name for name in (by_partner, "Account.Industry") if name in columns]
        listed = "".join(f"{name}, " for name in groups)
        rows = self._gateway.query(
            f"SELECT {listed}IsWon, COUNT(Id) n FROM Opportunity WHERE IsClosed = true "  # noqa: S608 - described names
            f"GROUP BY {listed}IsWon",
            about="Opportunity",
        )
        return tally(rows.records, by_partner, {name.casefold().strip(): key for name, key in partners.items()})

    def _changes(self, where: str) -> DealChanges:
        rows = self._deals.select(where)
        return DealChanges(tuple(opportunity_from(each, self._fields) for each in rows.records), rows.server_now)


class DealReader:
    """Selects deals by the columns our user may read; a column hidden meanwhile is dropped at once."""

    def __init__(self, gateway: SalesforceGateway, fields: FieldMap) -> None:
        self._gateway = gateway
        self._fields = fields

    def columns(self) -> Columns:
        """What is readable just now. Raises NotVisible when a vital column is hidden."""
        try:
            return self._columns()
        except NotVisible:  # an admin may have mended it since the last describe
            self._gateway.forget_shapes()
        return self._columns()

    def soql(self, where: str) -> str:
        """The query for whole deals."""
        return f"SELECT {', '.join(self.columns().names)} FROM Opportunity {where}"  # noqa: S608 - described names

    def select(self, where: str) -> Rows:
        """The rows of whole deals, all pages or an error."""
        soql = self.soql(where)
        try:
            return self._gateway.query(soql, about="Opportunity")
        except NotVisible:
            self._gateway.forget_shapes()
            again = self.soql(where)
            if again == soql:
                raise
        return self._gateway.query(again, about="Opportunity")

    def _columns(self) -> Columns:
        return deal_columns(
            self._fields,
            deal=self._gateway.shape("Opportunity"),
            account=self._shape_or_nothing("Account"),
            owner=self._shape_or_nothing("User"),
        )

    def _shape_or_nothing(self, sobject: str) -> Shape:
        try:
            return self._gateway.shape(sobject)
        except NotVisible:
            return {}


def tally(rows: Sequence[Record], column: str, partners: Mapping[str, PartnerKey]) -> PartnerRecord:
    """Counts by partner and industry from rows grouped by the partners text, the industry and IsWon."""
    counts: dict[tuple[PartnerKey | None, str | None], tuple[int, int]] = {}
    for row in rows:
        closed = int(row["n"])
        won = closed if row["IsWon"] else 0
        keys: set[PartnerKey | None] = {None, *partners_in(text_of(row.get(column)), partners)}
        for key in keys:
            for segment in {None, text_of(row.get("Industry"))}:
                before = counts.get((key, segment), (0, 0))
                counts[key, segment] = (before[0] + won, before[1] + closed)
    return counts


def partners_in(text: str | None, partners: Mapping[str, PartnerKey]) -> set[PartnerKey]:
    """The partners a list of names means; a name may itself hold a comma, names we do not know are nobody."""
    names = [text or "", *_LIST_MARK.split(text or "")]
    return {partners[name.casefold().strip()] for name in names if name.casefold().strip() in partners}


def soql_moment(moment: datetime) -> str:
    """A moment as SOQL writes it, floored to the second its filters compare by."""
    if moment.tzinfo is None:
        raise Rejected(SYSTEM, "a moment without a time zone cannot be asked for")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def is_record_id(text: str) -> bool:
    """Whether a text is an id at all, and so safe inside a query or a path."""
    return _RECORD_ID.fullmatch(text) is not None


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"
