"""Troubles people order for coming Web API calls, and the handing out of each; causes none by itself."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.slack.wire import Json, SlackError


class Kind(StrEnum):
    RATE_LIMITED = "ratelimited"
    DROP_AFTER_ACCEPT = "drop_after_accept"  # done, but the answer is lost
    INTERNAL_ERROR = "internal_error"
    HTTP_503_HTML = "http_503_html"
    LATENCY = "latency"
    CHANNEL_REFUSED = "channel_refused"  # restricted_action, as when an admin limits who may post
    ERROR = "error"  # any error Slack documents, by name


@dataclass
class Fault:
    """One order: this trouble, for this method and channel, so many times."""

    kind: Kind
    method: str = ""  # empty: any
    channel: str = ""  # empty: any
    times: int = 1
    retry_after: int = 1
    seconds: float = 0.0
    error: str = "internal_error"

    def concerns(self, method: str, channel: str) -> bool:
        """True while the order stands for such a call."""
        return self.times > 0 and self.method in ("", method) and self.channel in ("", channel)


class Faults:
    """The orders not used up yet."""

    def __init__(self) -> None:
        self.standing: list[Fault] = []

    def order(self, wish: Json) -> None:
        """Add an order as the control API words it."""
        if wish.get("kind") not in list(Kind):
            raise SlackError("unknown_fault_kind")
        known = {name: wish[name] for name in Fault.__dataclass_fields__ if name in wish}
        self.standing.append(Fault(**(known | {"kind": Kind(wish["kind"])})))

    def take(self, method: str, channel: str) -> Fault | None:
        """The trouble this call shall have, if any."""
        for fault in self.standing:
            if fault.concerns(method, channel):
                fault.times -= 1
                return fault
        return None
