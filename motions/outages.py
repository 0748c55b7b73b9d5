"""Outages: a regular job that cannot reach the outside is shown to the operator while it lasts; retries nothing."""

from motions.errors import AuthExpired, ConnectorError, OutcomeUnknown, Rejected, WrongReaders
from motions.journal import clear_exceptions, raise_exception
from motions.ports import Ports

CODE = "job-failing"
SHOWN_FROM = 3  # failures in a row: a hiccup is nobody's business


def show_outage(job: str, error: ConnectorError, failures: int, ports: Ports) -> None:
    """Open an exception for a job that failed so often in a row; at once when only a person can mend it."""
    if failures < SHOWN_FROM and not isinstance(error, Rejected | AuthExpired):
        return
    with ports.store.transaction() as uow:
        raise_exception(
            uow,
            subject=_subject(job),
            opportunity_id=None,
            code=CODE,
            reason=f"{error}. Meanwhile cosell does not see what changes there; nothing is lost.",
            next_act=next_act(error),
            owner=ports.config.coverage.operators[0],
            at=ports.clock.now(),
        )


def end_outage(job: str, ports: Ports) -> None:
    """Clear what is open about a job that works again."""
    with ports.store.transaction() as uow:
        clear_exceptions(uow, _subject(job), at=ports.clock.now(), code=CODE)


def next_act(error: ConnectorError) -> str:
    """What a person does about a call that keeps failing."""
    match error:
        case AuthExpired():
            return f"renew cosell's access to {error.system}; it then continues by itself"
        case OutcomeUnknown():
            return "look there what became of it and say so with cosell effect; it then goes on by itself"
        case WrongReaders():
            return "see that only those read there, or name another channel; cosell asks again every ten minutes"
        case Rejected():
            return f"mend what {error.system} refused; cosell keeps trying and continues by itself"
        case _:
            return f"nothing yet: cosell keeps trying until {error.system} answers"


def _subject(job: str) -> str:
    return f"job:{job}"
