"""Trouble on demand: which fault is armed, for which requests and how often; knows nothing of what it breaks."""

import threading
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    UNAUTHORIZED_ONCE = "401_once"  # the session dies; a new login works
    UNAUTHORIZED_ALWAYS = "401_always"
    LIMIT = "403_limit"
    UNAVAILABLE = "503_html"
    LOCK_ROW = "lock_row"
    LATENCY = "latency"
    DROP = "drop_after_commit"  # the write is done, its answer never arrives
    LATE_COMMIT = "late_commit"  # a person's change becomes visible later, with its old stamp
    CLOCK_SKEW = "clock_skew"  # the whole server's clock: its stamps and its Date header
    LOCATOR_EXPIRY = "locator_expiry"
    HIDE_FIELD = "hide_field"


_UNTIL_CLEARED = frozenset({Kind.UNAUTHORIZED_ALWAYS, Kind.LATENCY, Kind.CLOCK_SKEW, Kind.HIDE_FIELD})
_NEEDS_SECONDS = frozenset({Kind.LATENCY, Kind.LATE_COMMIT, Kind.CLOCK_SKEW})


@dataclass
class Fault:
    """One armed fault. `times` None lasts until cleared; `path` is a part of the URL, None is all but the login."""

    kind: Kind
    times: int | None
    path: str | None = None
    seconds: float = 0.0
    object: str = ""
    field: str = ""

    def fits(self, url: str) -> bool:
        """Whether it is meant for this URL."""
        return "/oauth2/" not in url if self.path is None else self.path.lower() in url.lower()


class Faults:
    """The armed faults; safe to ask from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(
        self,
        kind: str,
        *,
        times: int | None = None,
        path: str | None = None,
        seconds: float | None = None,
        object: str = "",  # noqa: A002 - the control API's own word
        field: str = "",
    ) -> Fault:
        """Arm a fault; raises ValueError when the kind is unknown or lacks what it needs."""
        known = Kind(kind)
        if known in _NEEDS_SECONDS and seconds is None:
            raise ValueError(f"{kind} needs seconds")
        if known is Kind.HIDE_FIELD and not (object and field):
            raise ValueError("hide_field needs object and field")
        default = None if known in _UNTIL_CLEARED else 1
        fault = Fault(known, times or default, path, seconds or 0.0, object, field)
        with self._lock:
            self._armed.append(fault)
        return fault

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._armed.clear()

    def take(self, kind: Kind, url: str = "") -> Fault | None:
        """The armed fault for this URL, used up by one."""
        with self._lock:
            for fault in self._armed:
                if fault.kind is kind and fault.fits(url):
                    self._use(fault)
                    return fault
        return None

    @property
    def skew(self) -> timedelta:
        """How far the server's clock is off the world's."""
        with self._lock:
            return timedelta(seconds=sum(each.seconds for each in self._armed if each.kind is Kind.CLOCK_SKEW))

    @property
    def hidden(self) -> frozenset[tuple[str, str]]:
        """The (object, field) pairs nobody may see."""
        with self._lock:
            return frozenset((each.object, each.field) for each in self._armed if each.kind is Kind.HIDE_FIELD)

    def listed(self) -> list[dict[str, object]]:
        """What is armed, for people."""
        with self._lock:
            return [asdict(each) for each in self._armed]

    def _use(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._armed.remove(fault)
