"""Bad days of the outside systems: short ones all the time, a CRM outage, a database that goes away, a full disk."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from bench.chaos.company import Company
from bench.chaos.databases import Database
from bench.chaos.fleet import Fleet

_AWS_WRITES = ("CreateOpportunity", "AssociateOpportunity", "StartEngagementFromOpportunityTask", "UpdateOpportunity")
_AWS = (*_AWS_WRITES, "*", "GetOpportunity", "ListOpportunities", "ListEngagementFromOpportunityTasks")
_MARKET = ("StartChangeSet", "DescribeChangeSet", "*")
_MICROSOFT_WRITES = ("create", "invite", "update")
_MICROSOFT = (*_MICROSOFT_WRITES, "*", "list", "get")
_SLACK = (
    "chat.postMessage",
    "chat.update",
    "conversations.info",
    "conversations.history",
    "files.info",
    "files.completeUploadExternal",
    "",
)
_MANY = 1_000_000


class Troubles:
    """What goes wrong, how often, and the end of it."""

    def __init__(self, company: Company, database: Database, fleet: Fleet, rng: Random, outage: float) -> None:
        self._company = company
        self._database = database
        self._fleet = fleet
        self._rng = rng
        self._outage = outage
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.counts: Counter[str] = Counter()

    def start(self) -> None:
        """Begin the short troubles."""
        self._spawn(self._short_ones)

    def begin(self, name: str) -> None:
        """Begin one of the long troubles: 'crm outage', 'database away', 'disk full'."""
        long: Mapping[str, Callable[[], None]] = {
            "crm outage": self._crm_outage,
            "database away": self._database_away,
            "disk full": self._disk_full,
        }
        self._spawn(long[name])

    def end(self) -> None:
        """Let everything pass."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._company.calm()

    def _spawn(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=work.__name__, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _short_ones(self) -> None:
        short = self._short()
        while not self._over.wait(self._rng.uniform(0.5, 3.0)):
            name = self._rng.choice(list(short))
            short[name]()
            self.counts[name] += 1

    def _short(self) -> Mapping[str, Callable[[], object]]:
        do, pick = self._company.do, self._rng.choice
        systems = ("slack", "salesforce", "aws", "marketplace", "microsoft")
        slack, crm, aws, market, microsoft = (f"/{each}/_control/faults" for each in systems)
        return {
            "slack:redelivered": lambda: do("/slack/_control/redeliver", count=self._rng.randrange(1, 6)),
            "slack:reconnect": lambda: do("/slack/_control/disconnect"),
            "slack:connection dropped": lambda: do("/slack/_control/disconnect", drop=True),
            "slack:429": lambda: do(slack, kind="ratelimited", method=pick(_SLACK), times=2, retry_after=2),
            "slack:503 html": lambda: do(slack, kind="http_503_html", method=pick(_SLACK), times=3),
            "slack:lost answer": lambda: do(slack, kind="drop_after_accept", method=pick(_SLACK[:2])),
            "salesforce:503 html": lambda: do(crm, kind="503_html", times=3),
            "salesforce:401": self._end_session,
            "salesforce:locked row": lambda: do(crm, kind="lock_row", times=2),
            "salesforce:lost answer": lambda: do(crm, kind="drop_after_commit"),
            "aws:throttled": lambda: do(aws, operation=pick(_AWS), kind="throttle", times=3),
            "aws:503 html": lambda: do(aws, operation=pick(_AWS), kind="http_503_html", times=2),
            "aws:500": lambda: do(aws, operation=pick(_AWS), kind="internal_error", times=2),
            "aws:lost answer": lambda: do(aws, operation=pick(_AWS_WRITES), kind="drop_after_commit"),
            "aws:500 after commit": lambda: do(aws, operation=pick(_AWS_WRITES), kind="error_after_commit"),
            "marketplace:throttled": lambda: do(market, operation=pick(_MARKET), kind="throttle", times=2),
            "marketplace:500": lambda: do(market, operation=pick(_MARKET), kind="internal_error", times=2),
            "marketplace:lost answer": lambda: do(market, operation="StartChangeSet", kind="drop_after_commit"),
            "microsoft:throttled": lambda: do(microsoft, operation=pick(_MICROSOFT), kind="throttle", times=2),
            "microsoft:503 html": lambda: do(microsoft, operation=pick(_MICROSOFT), kind="http_503_html", times=2),
            "microsoft:lost answer": lambda: do(microsoft, operation=pick(_MICROSOFT_WRITES), kind="drop_after_commit"),
            "microsoft:500 after commit": lambda: do(
                microsoft, operation=pick(_MICROSOFT_WRITES), kind="error_after_commit"
            ),
            "microsoft:401": lambda: do("/microsoft/_control/logins", expire_access=True),
            "slack:lost file": lambda: do(slack, kind="http_503_html", method="files.download", times=2),
            "aws:stale read": lambda: do(aws, operation="GetOpportunity", kind="stale_read"),
        }

    def _end_session(self) -> None:
        """One at a time: a fresh session that ends as well is an admin's doing, and waits for one."""
        if not any(fault["kind"] == "401_once" for fault in self._company.look("/salesforce/_control/faults")):
            self._company.do("/salesforce/_control/faults", kind="401_once")

    def _crm_outage(self) -> None:
        """Everything fails, logins too."""
        self.counts["salesforce:outage"] += 1
        for path in ("/services/data", "/oauth2/"):
            self._company.do("/salesforce/_control/faults", kind="503_html", path=path, times=_MANY)
        time.sleep(self._outage)
        self._company.mend_crm()

    def _database_away(self) -> None:
        self.counts["database:away"] += 1
        self._database.go_away()

    def _disk_full(self) -> None:
        self.counts["database:disk full"] += self._database.fill_disk(self._fleet)
