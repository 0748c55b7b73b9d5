"""Effects nobody can tell the outcome of: a person looks, says what they found, and the work goes on from there."""

from datetime import datetime

from motions.effects import Effect, EffectStatus
from motions.errors import UserMistake
from motions.model import EffectKey
from motions.performing import settle
from motions.records import UnitOfWork


def state_outcome(key: str, external_id: str | None, by: str, uow: UnitOfWork, at: datetime) -> str:
    """Record that an effect happened, under this id of the other side's, or (None) that it did not.

    Raises UserMistake when there is nothing to state: cosell knows the outcome, or still finds out by itself.
    """
    effect = uow.effects.get(EffectKey(key))
    if effect is None:
        raise UserMistake(f"There is no effect {key!r}. `cosell explain` lists a motion's effects.")
    if not _is_open(effect, at):
        raise UserMistake(f"{key} is {effect.status}: there is nothing to state. Nothing was changed.")
    if external_id is None:
        settle(effect, EffectStatus.HELD, uow, at, detail=f"{by} found that it did not happen", actor=by)
        return f"{key} did not happen, says {by}. It is performed at its next attempt, within ten minutes."
    detail = f"{by} found that it happened"
    settle(effect, EffectStatus.DONE, uow, at, external_id=external_id, detail=detail, actor=by)
    return f"{key} happened as {external_id}, says {by}. What waits for it goes on within ten minutes."


def _is_open(effect: Effect, at: datetime) -> bool:
    if effect.status is EffectStatus.INTENT:
        return effect.lease_until <= at
    return effect.status is EffectStatus.UNKNOWN
