"""Every way a motion can fail, as one tree; says what happened, never how a vendor phrased it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motions.referrals import Problem


# The system an Unavailable names when it is our own pace that holds a call back: waiting for it is no failed attempt.
OUR_PACE = "our own pace"


class CosellError(Exception):
    """The root of everything this program raises on purpose."""


class UserMistake(CosellError):
    """Somebody asked for something that cannot be done; the message tells them how to fix it."""


class NotPermitted(CosellError):
    """The person may not do this; the message says who may."""


class ConnectorError(CosellError):
    """An outside system did not do what was asked."""

    def __init__(self, system: str, message: str) -> None:
        super().__init__(f"{system}: {message}")
        self.system = system


class AuthExpired(ConnectorError):
    """The outside system no longer accepts our credentials; an admin must renew them."""


class Unavailable(ConnectorError):
    """Nothing was written and the same call may work later (throttled, down, unreachable)."""

    def __init__(self, system: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(system, message)
        self.retry_after = retry_after  # seconds, when the system named them


class OutcomeUnknown(ConnectorError):
    """The answer was lost: the write may or may not have happened. Look it up before trying again."""


class Rejected(ConnectorError):
    """The outside system refused for good; asking again unchanged gets the same answer."""

    code = "portal-refused"  # of the exception it is to a person who filed

    def __init__(self, system: str, message: str, problems: Sequence["Problem"] = ()) -> None:
        super().__init__(system, message)
        self.problems = tuple(problems)


class WrongReaders(Rejected):
    """Who would read it is not who it is meant for, or nobody can tell: nothing was sent."""


class NotGranted(Rejected):
    """What would cross to a partner is not, or no longer, what both companies agreed to share; nothing left."""

    code = "no-grant"


class GrantRevoked(NotGranted):
    """The same, when it had been agreed before."""

    code = "grant-revoked"


class CompetitorNamed(Rejected):
    """The partner is a competitor on this deal, so nothing of it goes there; nothing left."""

    code = "competitor-named"


class NotVisible(Rejected):
    """The record or field does not exist for our user: deleted, or hidden by permissions."""


class ModelError(CosellError):
    """The language model gave nothing usable; `reason` is a short fixed code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
