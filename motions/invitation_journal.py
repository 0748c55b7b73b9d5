"""Storing and moving invitations, and logging each change whole; the only writer of their rows, and decides nothing."""

from collections.abc import Mapping
from datetime import datetime

from motions.canonical import spelled, spelled_changes
from motions.invitations import Invitation, InvitationState
from motions.journal import write_log
from motions.records import UnitOfWork


def receive(uow: UnitOfWork, invitation: Invitation, *, actor: str) -> bool:
    """Store a new invitation and log all of it; False when it is known."""
    if not uow.invitations.add(invitation):
        return False
    write_log(uow, invitation.seen_at, "invitation.received", invitation.id, actor, {"invitation": spelled(invitation)})
    return True


def settle(
    uow: UnitOfWork,
    invitation: Invitation,
    to: InvitationState,
    *,
    at: datetime,
    actor: str,
    next_act: str,
    changes: Mapping[str, object] | None = None,
) -> int | None:
    """Compare-and-swap an invitation into its next state and log it; the new epoch, or None when it has moved on."""
    epoch = invitation.epoch + 1
    moved = {**(changes or {}), "state": to, "epoch": epoch, "next_act": next_act, "updated_at": at}
    return epoch if _change(uow, invitation, to.value, moved, at=at, actor=actor) else None


def amend(
    uow: UnitOfWork, invitation: Invitation, what: str, changes: Mapping[str, object], *, at: datetime, actor: str
) -> bool:
    """Set fields that are no part of the state machine and log them as `invitation.{what}`; False when it moved on."""
    return _change(uow, invitation, what, changes, at=at, actor=actor)


def _change(
    uow: UnitOfWork, invitation: Invitation, what: str, changes: Mapping[str, object], *, at: datetime, actor: str
) -> bool:
    if not uow.invitations.change(invitation.id, epoch=invitation.epoch, changes=changes):
        return False
    said = {"changes": spelled_changes(Invitation, changes)}
    write_log(uow, at, f"invitation.{what}", invitation.id, actor, said)
    return True
