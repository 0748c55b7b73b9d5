"""Domain values drawn as Block Kit, one file a view; pure, and knows nothing of who asked or how it is sent."""

import unicodedata
from hashlib import sha256
from importlib.resources import files
from typing import assert_never

from handlers.views import card, digest, forecast, grant, handoff, invitation, note, nudge, offer, sheet
from motions.grant_surfaces import GrantCard, NothingShared
from motions.invitation_surfaces import InvitationCard
from motions.joint import JointForecast
from motions.offer_surfaces import OfferCard
from motions.sheet_surfaces import SheetCard
from motions.surfaces import Digest, HandoffMessage, MotionCard, Note, Nudge, Surface


def render(surface: Surface) -> dict[str, object]:
    """The exact message for a surface: fallback text and blocks."""
    match surface:
        case MotionCard():
            return card.draw(surface)
        case HandoffMessage():
            return handoff.draw(surface)
        case Note() | Nudge() | Digest():
            return _short(surface)
        case GrantCard() | NothingShared():
            return grant.draw(surface)
        case InvitationCard():
            return invitation.draw(surface)
        case OfferCard():
            return offer.draw(surface)
        case JointForecast():
            return forecast.draw(surface)
        case SheetCard():
            return sheet.draw(surface)
        case _:
            assert_never(surface)


def _short(surface: Note | Nudge | Digest) -> dict[str, object]:
    match surface:
        case Note():
            return note.draw(surface)
        case Nudge():
            return nudge.draw(surface)
        case Digest():
            return digest.draw(surface)
        case _:
            assert_never(surface)


def _version() -> str:
    """A fingerprint of everything the bytes of a message depend on: the views, the values, Python's own tables."""
    sources = [
        path.read_bytes()
        for package in ("handlers.views", "motions")
        for path in sorted(files(package).iterdir(), key=lambda path: path.name)
        if path.name.endswith(".py")
    ]
    return sha256(b"\0".join([unicodedata.unidata_version.encode(), *sources])).hexdigest()[:12]


VERSION = _version()
