"""How a step came out, as the engine remembers it: JSON that gives the same answer or the same failure again."""

import json
import threading
from collections.abc import Callable

from motions.errors import (
    AuthExpired,
    CompetitorNamed,
    ConnectorError,
    GrantRevoked,
    NotGranted,
    NotVisible,
    OutcomeUnknown,
    Rejected,
    Unavailable,
    WrongReaders,
)
from store.unit import answering

# A step that surely did nothing is tried again at once, but never for long: the thread is held meanwhile.
QUICK_TRIES = 4
QUICK_WAIT_AT_MOST = 2.5


def encoded(work: Callable[[], str], stopping: threading.Event) -> str:
    """The outcome as JSON, so that a replay after a crash sees the same failure as the first run did."""
    for left in reversed(range(QUICK_TRIES)):
        try:
            with answering():
                return json.dumps({"ok": work()})
        except Unavailable as error:
            wait = error.retry_after if error.retry_after is not None else 0.5
            if left == 0 or wait > QUICK_WAIT_AT_MOST or stopping.wait(wait):
                return json.dumps({"unavailable": [error.system, str(error), error.retry_after]})
        except ConnectorError as error:
            return json.dumps({_kind_of(error): [error.system, str(error)]})
    raise AssertionError("unreachable")


# A connector may have kinds of its own below these; the narrower stands before the wider.
_KINDS: dict[type[ConnectorError], str] = {
    AuthExpired: "auth",
    OutcomeUnknown: "unknown",
    NotVisible: "hidden",
    WrongReaders: "readers",
    GrantRevoked: "revoked",
    NotGranted: "ungranted",
    CompetitorNamed: "competitor",
    Rejected: "rejected",
}


def _kind_of(error: ConnectorError) -> str:
    return next(name for kind, name in _KINDS.items() if isinstance(error, kind))


def answer_of(encoded: str) -> str:
    """What `encoded` kept: the answer, or the failure raised again."""
    (kind, value), *_ = json.loads(encoded).items()
    match kind:
        case "ok":
            return str(value)
        case "unavailable":
            system, message, retry_after = value
            raise Unavailable(system, _said(system, message), retry_after=retry_after)
        case _:
            error = next(cls for cls, name in _KINDS.items() if name == kind)
            raise error(value[0], _said(*value))


def _said(system: str, message: str) -> str:
    return message.removeprefix(f"{system}: ")
