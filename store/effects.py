"""The effect ledger's rows; performs nothing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from motions.effects import Effect, EffectStatus
from motions.model import EffectKey
from store.rows import insert_new, record_from, update_rows, values_of
from store.tables import effects

_TAKEABLE = (EffectStatus.HELD, EffectStatus.INTENT)


class SqlEffects:
    """`motions.records.Effects` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, key: EffectKey) -> Effect | None:
        row = self._session.execute(select(effects).where(effects.c.key == key)).mappings().first()
        return None if row is None else record_from(Effect, row)

    def intend(self, effect: Effect) -> bool:
        return insert_new(effects, values_of(effect), self._session)

    def take(self, key: EffectKey, *, now: datetime, lease_until: datetime) -> bool:
        free = (effects.c.key == key, effects.c.status.in_(_TAKEABLE), effects.c.lease_until <= now)
        taken = {"status": EffectStatus.INTENT, "tries": effects.c.tries + 1, "lease_until": lease_until}
        return update_rows(update(effects).where(*free).values(**taken), self._session) == 1

    def settle(
        self,
        key: EffectKey,
        status: EffectStatus,
        *,
        at: datetime,
        external_id: str | None = None,
        detail: str = "",
        of_try: int | None = None,
    ) -> None:
        # What is done stays done: a slow first attempt may learn that its answer was lost after a second one found it.
        standing = [effects.c.key == key, effects.c.status != EffectStatus.DONE]
        if of_try is not None and status is not EffectStatus.DONE:
            standing.append(effects.c.tries == of_try)
        when = {"lease_until": at} if status in _TAKEABLE else {"settled_at": at}
        outcome = {"status": status, "external_id": external_id, "detail": detail, **when}
        self._session.execute(update(effects).where(*standing).values(**outcome))

    def of(self, subject: str) -> Sequence[Effect]:
        rows = self._session.execute(select(effects).where(effects.c.subject == subject).order_by(effects.c.seq))
        return [record_from(Effect, row) for row in rows.mappings()]
