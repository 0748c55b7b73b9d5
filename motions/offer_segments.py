"""The segments of a private offer by name, and the ids and lanes they run under; does none of their work."""

from motions.model import Motion
from motions.moving import reads_of
from motions.offers import OfferId, PrivateOffer, offer_id_of
from motions.records import Queue, Segment

# Names are part of stored work: never rename one, add a new one beside it.
LOOK, POST, REDRAW, DRAFT = "look_at_offer", "post_offer", "redraw_offer", "draft_offer"


def looking(motion: Motion, portal: str, what: str) -> Segment:
    """The segment that holds a quote against what an offer needs; `what` names what asks for it."""
    segment = f"{offer_id_of(motion.id)}:{what}:{LOOK}"
    return Segment(LOOK, segment, (motion.id, what), Queue.PORTAL, reads_of(portal))


def in_channel(offer: PrivateOffer, epoch: int, what: str = "") -> Segment:
    """The segment that posts the card in the alliance channel."""
    return _segment(POST, offer, epoch, what, Queue.SLACK, offer.channel)


def on_card(offer: PrivateOffer, epoch: int, what: str = "") -> Segment:
    """A segment that redraws the card, on a lane of its own: no channel paces updates."""
    return _segment(REDRAW, offer, epoch, what, Queue.SLACK, f"card:{offer.id}")


def drafting(offer: PrivateOffer, epoch: int, what: str = "") -> Segment:
    """The segment that has the draft made, linked and written to the CRM."""
    return _segment(DRAFT, offer, epoch, what, Queue.PORTAL, offer.portal)


def segment_id(name: str, offer_id: OfferId, epoch: int, what: str = "") -> str:
    """'{offer}:{epoch}:{name}', and what tells it apart."""
    return f"{offer_id}:{epoch}:{name}" + (f".{what}" if what else "")


def _segment(name: str, offer: PrivateOffer, epoch: int, what: str, queue: Queue, lane: str) -> Segment:
    args = (offer.id, epoch, what)
    return Segment(name, segment_id(name, offer.id, epoch, what), args, queue, lane)
