"""The segments of an invitation by name, and the ids and lanes they run under; does none of their work."""

from motions.invitations import Invitation, InvitationId
from motions.records import Queue, Segment

# Names are part of stored work: never rename one, add a new one beside it.
POST, REDRAW, REMIND, ANSWER = "post_invitation", "redraw_invitation", "remind_invitation", "answer_invitation"


def in_channel(name: str, invitation: Invitation, what: str = "") -> Segment:
    """A segment that writes to the invitation's alliance channel; `what` tells a later one of the name apart."""
    return _segment(name, invitation, invitation.epoch, what, Queue.SLACK, invitation.channel)


def on_card(invitation: Invitation, epoch: int, what: str = "") -> Segment:
    """A segment that redraws the card, on a lane of its own: no channel paces updates."""
    return _segment(REDRAW, invitation, epoch, what, Queue.SLACK, f"card:{invitation.id}")


def answering(invitation: Invitation, epoch: int, what: str = "") -> Segment:
    """The segment that tells the portal what we answer, and has the deal's motion go on."""
    return _segment(ANSWER, invitation, epoch, what, Queue.PORTAL, invitation.portal)


def segment_id(name: str, invitation_id: InvitationId, epoch: int, what: str = "") -> str:
    """'{invitation}:{epoch}:{name}', and what tells it apart."""
    return f"{invitation_id}:{epoch}:{name}" + (f".{what}" if what else "")


def _segment(name: str, invitation: Invitation, epoch: int, what: str, queue: Queue, lane: str) -> Segment:
    args = (invitation.id, epoch, what)
    return Segment(name, segment_id(name, invitation.id, epoch, what), args, queue, lane)
