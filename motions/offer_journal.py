"""Storing and moving private offers, and logging each change whole; the only writer of their rows, decides nothing."""

from collections.abc import Mapping
from datetime import datetime

from motions.canonical import spelled, spelled_changes
from motions.journal import write_log
from motions.offers import OfferState, PrivateOffer
from motions.records import UnitOfWork


def propose(uow: UnitOfWork, offer: PrivateOffer, *, actor: str) -> bool:
    """Store a new offer and log all of it; False when there is one."""
    if not uow.offers.add(offer):
        return False
    write_log(uow, offer.seen_at, "offer.proposed", offer.id, actor, {"offer": spelled(offer)})
    return True


def move(
    uow: UnitOfWork,
    offer: PrivateOffer,
    to: OfferState,
    *,
    at: datetime,
    actor: str,
    next_act: str,
    changes: Mapping[str, object] | None = None,
) -> int | None:
    """Compare-and-swap an offer into its next state and log it; the new epoch, or None when it has moved on."""
    epoch = offer.epoch + 1
    moved = {**(changes or {}), "state": to, "epoch": epoch, "next_act": next_act, "updated_at": at}
    what = "proposed-again" if to is OfferState.PROPOSED else to.value
    return epoch if _change(uow, offer, what, moved, at=at, actor=actor) else None


def amend(
    uow: UnitOfWork, offer: PrivateOffer, what: str, changes: Mapping[str, object], *, at: datetime, actor: str
) -> bool:
    """Set fields that are no part of the state machine and log them as `offer.{what}`; False when it moved on."""
    return _change(uow, offer, what, changes, at=at, actor=actor)


def _change(
    uow: UnitOfWork, offer: PrivateOffer, what: str, changes: Mapping[str, object], *, at: datetime, actor: str
) -> bool:
    if not uow.offers.change(offer.id, epoch=offer.epoch, changes=changes):
        return False
    said = {"changes": spelled_changes(PrivateOffer, changes)}
    write_log(uow, at, f"offer.{what}", offer.id, actor, said)
    return True
