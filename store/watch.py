"""Whether the database does its work, as every connection finds it: one line when it stops, one when it goes on.

Heard where all connections pass, the durable engine's too. Knows no table, and tries nothing again.
"""

import logging
from enum import Enum

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext, ExecutionContext
from sqlalchemy.pool import ConnectionPoolEntry

from motions.outage_log import OutageLog

logger = logging.getLogger(__name__)

SYSTEM = "the database"

_WROTE = "cosell.wrote"


class _Fails(Enum):
    """What does not work."""

    ALL = "all"
    WRITES = "writes"


# Primary result codes, sqlite.org/rescode.html: corrupt, cannot open, no database; busy, read-only, I/O error, full.
_SQLITE = {
    **dict.fromkeys((11, 14, 26), _Fails.ALL),
    **dict.fromkeys((5, 8, 10, 13), _Fails.WRITES),
}
_DISK_FULL = "53100"
_AWAY = ("08", "53", "57P", "58")  # connection, resources, operator intervention, system error


def watch(engine: Engine) -> OutageLog:
    """Listen to everything this engine does; what comes back knows whether the database is down."""
    outages = OutageLog(logger, SYSTEM)
    watching = _Watch(outages)
    event.listen(engine, "handle_error", watching.failed)
    event.listen(engine, "after_cursor_execute", watching.executed)
    event.listen(engine, "rollback", watching.rolled_back)
    event.listen(engine, "checkin", watching.returned)
    return outages


class _Watch:
    """Reads on a full disk work: there only a write that was committed shows that the outage is over."""

    def __init__(self, outages: OutageLog) -> None:
        self._outages = outages
        self._fails = _Fails.ALL

    def failed(self, context: ExceptionContext) -> None:
        error = context.original_exception
        fails = _Fails.ALL if context.is_disconnect else _what_fails(error)
        if fails is None:
            return
        if context.connection is not None and not context.connection.invalidated:
            context.connection.info.pop(_WROTE, None)
        self._fails = fails
        self._outages.failed(_brief(error))

    def executed(
        self,
        connection: Connection,
        cursor: object,
        _statement: str,
        _parameters: object,
        context: ExecutionContext | None,
        _executemany: bool,
    ) -> None:
        if not self._outages.is_down:
            return
        if self._fails is _Fails.ALL:
            self._outages.worked()
        elif _is_write(context) and getattr(cursor, "rowcount", 0) > 0:
            connection.info[_WROTE] = True

    def rolled_back(self, connection: Connection) -> None:
        if self._outages.is_down and not connection.invalidated:
            connection.info.pop(_WROTE, None)

    def returned(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_WROTE, False):
            self._outages.worked()


def _is_write(context: ExecutionContext | None) -> bool:
    return context is not None and (context.isinsert or context.isupdate)


def _what_fails(error: BaseException) -> _Fails | None:
    """None for what the database answered as it should: a constraint, a deadlock, a statement of ours that is wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _Fails.WRITES if state == _DISK_FULL else _Fails.ALL if state.startswith(_AWAY) else None
    # A connection that was never made has no state.
    return _Fails.ALL if type(error).__name__ in {"OperationalError", "ConnectionTimeout"} else None


def _brief(error: BaseException) -> Exception:
    return Exception((str(error).strip().splitlines() or [type(error).__name__])[0])
