"""Performing an effect: intent first, then the call, then the outcome; a lost answer is looked up before anything else.

The one place where something leaves this program. Runs inside an engine step, which may run more than once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NoReturn, assert_never

from motions.audiences import INTERNAL
from motions.doubting import in_doubt
from motions.drawings import kept
from motions.effects import PASSES_STOP, Effect, EffectStatus, Recovery, Undo
from motions.errors import OUR_PACE, ConnectorError, OutcomeUnknown, Rejected, Unavailable
from motions.journal import write_log
from motions.model import EffectKey
from motions.ports import Outlet
from motions.proposals import sha256_of, sha256_of_text
from motions.records import UnitOfWork
from motions.surfaces import Surface
from motions.switches import why_stopped

# Longer than the longest time-out of any client (60 s reads in the CRM are no effects; writes are bounded by 25 s).
LEASE = timedelta(seconds=40)
# What a send takes at most: who has less of the lease left does not begin, since another attempt may come meanwhile.
LONGEST_SEND = timedelta(seconds=25)
# After a lost answer the other side may still be working on it.
SETTLING = timedelta(seconds=3)
# A look-up reaches so much further back: the clock that stamped the first attempt may have been ahead of this one.
MARGIN = timedelta(days=1)
FOUND = "found after a lost answer"
# The system an effect waits for while everything is stopped, and for how long before it asks again.
STOPPED = "the stop"
STOPPED_WAIT = timedelta(seconds=30)

Send = Callable[[Mapping[str, object]], str]
Find = Callable[[Mapping[str, object], datetime], str | None]
# What must hold in the very transaction that lets the effect out; raises Rejected when it does not. It returns the id
# of the grant it rests on, for the log, where there is one.
Guard = Callable[[UnitOfWork], str | None]


@dataclass(frozen=True)
class Plan:
    """An effect about to happen. `key` names it for ever: no epoch, no retry count in it.

    What people are to see is given as its `surface`; `posting` draws the payload from it.
    """

    key: str
    subject: str
    kind: str
    destination: str
    audience: str
    recovery: Recovery
    payload: Mapping[str, object] = field(default_factory=dict)
    undo: Undo = Undo.COMPENSABLE
    surface: Surface | None = None

    @classmethod
    def of(cls, effect: Effect) -> "Plan":
        """The plan an effect was begun by."""
        return cls(
            key=effect.key,
            subject=effect.subject,
            kind=effect.kind,
            destination=effect.destination,
            audience=effect.audience,
            payload=effect.payload,
            recovery=effect.recovery,
            undo=effect.undo,
        )


def perform(plan: Plan, ports: Outlet, *, send: Send, find: Find | None = None, guard: Guard | None = None) -> str:
    """Make the effect happen once and return its external id.

    Raises Unavailable when it surely did not happen, OutcomeUnknown when nobody can tell yet (or, for Recovery.ASK,
    ever), Rejected when the other side refused for good. `send` and `find` get the payload as it was stored.
    """
    _must_be_guarded(plan, guard)
    must_begin_by = ports.clock.now() + LEASE - LONGEST_SEND
    effect, since = _claim(plan, guard, ports)
    if effect.status is EffectStatus.DONE:
        return effect.external_id or ""
    found = _look_up(effect, find, since, ports) if since is not None else None
    if found is None and ports.clock.now() > must_begin_by:
        late = "it took too long before the call, which was not made"
        raise Unavailable(plan.kind, late, retry_after=SETTLING.total_seconds())
    try:
        external_id = found if found is not None else send(effect.payload)
    except OutcomeUnknown as lost:
        _lost(effect, lost, ports)
    except Unavailable as error:
        _hold(effect, since, ports, str(error))
        raise
    except Rejected as error:
        # A refused filing stays refused: a corrected one has a key of its own. Anything else may be let in later.
        is_final = effect.undo is Undo.FINAL
        _settle(effect, EffectStatus.REFUSED if is_final else EffectStatus.HELD, ports, detail=str(error))
        raise
    except ConnectorError as error:  # AuthExpired: nothing was done
        _hold(effect, since, ports, str(error))
        raise
    how = FOUND if found is not None else ""
    _settle(effect, EffectStatus.DONE, ports, external_id=external_id, detail=how)
    return external_id


def _hold(effect: Effect, since: datetime | None, ports: Outlet, why: str) -> None:
    """Settle a try that surely did nothing: HELD, to be taken again at once, unless an earlier one may have done it.

    The look for that one found nothing, but may have read what stood there before; only a try that is answered tells.
    """
    is_doubtful = since is not None and effect.recovery is Recovery.LOOK_UP
    status = EffectStatus.INTENT if is_doubtful else EffectStatus.HELD
    with ports.store.transaction() as uow:
        settle(effect, status, uow, ports.clock.now(), detail=why, settles_in=timedelta(0))


def _must_be_guarded(plan: Plan, guard: Guard | None) -> None:
    if guard is not None:
        return
    if plan.audience != INTERNAL:
        raise Rejected(plan.kind, "what a partner can see leaves under a guard only: a grant, or that no deal is in it")
    if plan.recovery is Recovery.ASK:
        raise Rejected(plan.kind, "what can be neither repeated nor looked up leaves under a person's approval only")


def _claim(plan: Plan, guard: Guard | None, ports: Outlet) -> tuple[Effect, datetime | None]:
    """The effect, ours to perform (or done), and since when it may have happened already; None: it surely has not."""
    now = ports.clock.now()
    effect = _effect_of(plan, ports, now)
    with ports.store.transaction() as uow:
        grant = _let_out(plan, guard, uow, ports) if done(uow, plan.key) is None else None
        if uow.effects.intend(effect):
            said = _facts(effect) | _drawn(effect, ports) | _shared(effect, grant)
            write_log(uow, now, "effect.intended", plan.subject, "cosell", said)
            return effect, _forgotten_since(effect, uow, now)
        held = uow.effects.get(effect.key)
        assert held is not None
        if held.status is EffectStatus.DONE:
            return held, None
        if held.status is EffectStatus.REFUSED:
            raise Rejected(plan.kind, held.detail)
        if held.status is EffectStatus.UNKNOWN:
            raise _unknown(held)
        forgotten = _forgotten_since(held, uow, now)
        is_taken = uow.effects.take(effect.key, now=now, lease_until=now + LEASE)
        lease_until = held.lease_until if is_taken else _true_lease(held, uow, now)
    if not is_taken:
        wait, soon = max((lease_until - now).total_seconds(), 0.2), SETTLING.total_seconds()
        if wait > soon:  # who holds it is done in a moment, or dead: no failed attempt, and looked at again soon
            raise Unavailable(OUR_PACE, f"another attempt at {plan.kind} is under way", retry_after=soon)
        raise Unavailable(plan.kind, "the last attempt's outcome is still settling", retry_after=wait)
    taken = replace(held, tries=held.tries + 1)
    if held.status is not EffectStatus.INTENT:
        return taken, forgotten
    return taken, min(moment for moment in (held.first_started_at, now, forgotten) if moment is not None)


def _forgotten_since(effect: Effect, uow: UnitOfWork, now: datetime) -> datetime | None:
    """Since when this database may have forgotten the effect; what is harmless to repeat need not be known."""
    return in_doubt(uow, now) if effect.recovery is Recovery.LOOK_UP else None


def _true_lease(held: Effect, uow: UnitOfWork, now: datetime) -> datetime:
    """No lease is longer than LEASE: one that seems so was taken before the clock was set back, and ends anew."""
    if held.lease_until - now <= LEASE:
        return held.lease_until
    until = now + LEASE if held.status is EffectStatus.INTENT else now
    uow.effects.settle(held.key, held.status, at=until, detail=held.detail)
    return until


def _let_out(plan: Plan, guard: Guard | None, uow: UnitOfWork, ports: Outlet) -> str | None:
    grant = guard(uow) if guard is not None else None
    if plan.kind not in PASSES_STOP and (why := why_stopped(uow, ports.config, is_locking=True)) is not None:
        raise Unavailable(STOPPED, why, retry_after=STOPPED_WAIT.total_seconds())
    return grant


def _effect_of(plan: Plan, ports: Outlet, now: datetime) -> Effect:
    return Effect(
        key=EffectKey(plan.key),
        subject=plan.subject,
        kind=plan.kind,
        destination=plan.destination,
        audience=plan.audience,
        payload=plan.payload,
        sha256=sha256_of(plan.payload),
        policy_version=ports.config.policy.version,
        undo=plan.undo,
        recovery=plan.recovery,
        status=EffectStatus.INTENT,
        first_started_at=now,
        lease_until=now + LEASE,
        surface=None if plan.surface is None else kept(plan.surface),
    )


def _look_up(effect: Effect, find: Find | None, since: datetime, ports: Outlet) -> str | None:
    """What became of an earlier attempt; when the look-up itself fails, nothing is sent and it stays ambiguous."""
    match effect.recovery:
        case Recovery.REPEAT:
            return None
        case Recovery.LOOK_UP:
            assert find is not None
            try:
                return find(effect.payload, since - MARGIN)
            except ConnectorError as error:
                _settle(effect, EffectStatus.INTENT, ports, detail=f"looking it up failed: {error}")
                raise
        case Recovery.ASK:
            _settle(effect, EffectStatus.UNKNOWN, ports, detail="the process stopped before the answer came")
            raise _unknown(effect)
        case _:  # pragma: no cover - the type checker proves that there is no other
            assert_never(effect.recovery)


def _unknown(effect: Effect) -> OutcomeUnknown:
    said = f"say what you found: cosell effect {effect.key} happened <its id there>, or did-not-happen"
    return OutcomeUnknown(effect.kind, f"the answer was lost and cannot be looked up by cosell; {said}")


def _lost(effect: Effect, lost: OutcomeUnknown, ports: Outlet) -> NoReturn:
    if effect.recovery is Recovery.ASK:
        _settle(effect, EffectStatus.UNKNOWN, ports, detail=str(lost))
        raise _unknown(effect) from lost
    _settle(effect, EffectStatus.INTENT, ports, detail=str(lost))
    raise Unavailable(lost.system, f"{lost}; looking it up", retry_after=SETTLING.total_seconds()) from lost


def _settle(
    effect: Effect, status: EffectStatus, ports: Outlet, *, external_id: str | None = None, detail: str = ""
) -> None:
    with ports.store.transaction() as uow:
        settle(effect, status, uow, ports.clock.now(), external_id=external_id, detail=detail)


def settle(
    effect: Effect,
    status: EffectStatus,
    uow: UnitOfWork,
    now: datetime,
    *,
    external_id: str | None = None,
    detail: str = "",
    actor: str = "cosell",
    settles_in: timedelta = SETTLING,
) -> None:
    """Record how an attempt came out, and log it; what may be under way yet is not taken again before it settled."""
    at = now + settles_in if status is EffectStatus.INTENT else now
    of_try = effect.tries
    uow.effects.settle(effect.key, status, at=at, external_id=external_id, detail=detail, of_try=of_try)
    facts = {**_facts(effect), "external_id": external_id, "detail": detail}
    write_log(uow, now, f"effect.{status}", effect.subject, actor, facts)


def _facts(effect: Effect) -> dict[str, object]:
    return {"key": effect.key, "kind": effect.kind, "destination": effect.destination, "sha256": effect.sha256}


def _drawn(effect: Effect, ports: Outlet) -> dict[str, object]:
    """What a message was drawn from and by which drawing: with both it can be drawn again."""
    if effect.surface is None:
        return {}
    return {"surface": sha256_of_text(effect.surface), "renderer": ports.renderer}


def _shared(effect: Effect, grant: str | None) -> dict[str, object]:
    """Which company will see it, and by which grant."""
    return {} if effect.audience == INTERNAL else {"audience": effect.audience, "grant": grant}


def was_found(effect: Effect | None) -> bool:
    """Whether it was found done rather than sent: what it shows may be older than what is known here."""
    return effect is not None and effect.detail == FOUND


def done(uow: UnitOfWork, key: str) -> str | None:
    """The external id of an effect that happened, or None."""
    effect = uow.effects.get(EffectKey(key))
    return effect.external_id if effect is not None and effect.status is EffectStatus.DONE else None
