"""The switch that stops every effect: one row, which every effect reads before it leaves; decides nothing."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from motions.effects import Stop
from store.rows import update_rows
from store.upkeep_tables import switches

_STOP = "stop"


class SqlSwitches:
    """`motions.records.Switches` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stop(self) -> Stop | None:
        return self._read(is_locking=False)

    def locked_stop(self) -> Stop | None:
        return self._read(is_locking=True)

    def set_stop(self, stop: Stop) -> bool:
        other = (switches.c.name == _STOP, switches.c.is_on != stop.is_on)
        values = {"is_on": stop.is_on, "by_name": stop.by_name, "at": stop.at, "reason": stop.reason}
        return update_rows(update(switches).where(*other).values(**values), self._session) == 1

    def _read(self, *, is_locking: bool) -> Stop | None:
        wanted = select(switches).where(
            switches.c.name == _STOP
        )  # nobody may have touched it: it is locked all the same
        if is_locking:
            # Shared: effects do not wait for each other, and who sets the switch waits for all of them.
            wanted = wanted.with_for_update(read=True)
        row = self._session.execute(wanted).mappings().one()
        return None if row["at"] is None else Stop(row["is_on"], row["by_name"], row["at"], row["reason"])
