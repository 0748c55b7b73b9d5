"""What may not leave any more although it may have left before: looked up, so that nobody is told what is not so."""

from collections.abc import Mapping
from typing import NoReturn

from motions.effects import EffectStatus
from motions.errors import Rejected
from motions.model import EffectKey
from motions.performing import Find, Guard, Plan, Send, perform
from motions.ports import Outlet
from motions.records import UnitOfWork


def perform_or_find(plan: Plan, ports: Outlet, *, send: Send, find: Find, guard: Guard) -> str:
    """As `perform`; but what left before its guard refused is found where it is, and the refusal stands otherwise."""
    refusals: list[Rejected] = []

    def asked(uow: UnitOfWork) -> str | None:
        try:
            return guard(uow)
        except Rejected as refusal:
            refusals.append(refusal)
            raise

    try:
        return perform(plan, ports, send=send, find=find, guard=asked)
    except Rejected:
        if not (refusals and _may_have_left(plan, ports)):
            raise
    return _found(plan, ports, find, refusals[-1])


def settle_unsent(plan: Plan, ports: Outlet, *, find: Find, why: str) -> bool:
    """Settle an effect whose answer was lost, and that may not be sent again, by what stands there: whether it does."""
    try:
        _found(plan, ports, find, Rejected(plan.destination, why))
    except Rejected:
        return False
    return True


def _found(plan: Plan, ports: Outlet, find: Find, refusal: Rejected) -> str:
    """What became of an effect that is not sent again; raises the refusal when it is not there."""

    def unsent(_payload: Mapping[str, object]) -> NoReturn:
        raise refusal

    return perform(plan, ports, send=unsent, find=find, guard=_nothing_leaves)


def _may_have_left(plan: Plan, ports: Outlet) -> bool:
    with ports.store.transaction() as uow:
        effect = uow.effects.get(EffectKey(plan.key))
    return effect is not None and effect.status is EffectStatus.INTENT


def _nothing_leaves(_uow: UnitOfWork) -> None:
    """The guard of an attempt that only looks."""
