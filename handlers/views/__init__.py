"""Domain values drawn as Block Kit, one file a view; pure, and knows nothing of who asked or how it is sent."""

import unicodedata
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from handlers.views import (
    card,
    digest,
    first_steps,
    forecast,
    grant,
    handoff,
    invitation,
    note,
    nudge,
    offer,
    sheet,
    welcome,
)
from motions.grant_surfaces import GrantCard, NothingShared
from motions.invitation_surfaces import InvitationCard
from motions.joint import JointForecast
from motions.offer_surfaces import OfferCard
from motions.sheet_surfaces import SheetCard
from motions.surfaces import Digest, FirstSteps, HandoffMessage, MotionCard, Note, Nudge, Surface, Welcome

_DRAW: Mapping[type[Surface], Callable[[Any], dict[str, object]]] = {
    MotionCard: card.draw,
    HandoffMessage: handoff.draw,
    Note: note.draw,
    Nudge: nudge.draw,
    Digest: digest.draw,
    FirstSteps: first_steps.draw,
    Welcome: welcome.draw,
    GrantCard: grant.draw,
    NothingShared: grant.draw,
    InvitationCard: invitation.draw,
    OfferCard: offer.draw,
    SheetCard: sheet.draw,
    JointForecast: forecast.draw,
}


def render(surface: Surface) -> dict[str, object]:
    """The exact message for a surface: fallback text and blocks."""
    return _DRAW[type(surface)](surface)


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
