"""Surfaces as they are kept beside the message drawn from them, so that it can be drawn again; draws nothing."""

import json
from collections.abc import Mapping
from typing import Any

from motions.canonical import text_of, value_of
from motions.grant_surfaces import GrantCard, NothingShared
from motions.invitation_surfaces import InvitationCard
from motions.joint import JointForecast
from motions.offer_surfaces import OfferCard
from motions.sheet_surfaces import SheetCard
from motions.surfaces import Digest, FirstSteps, HandoffMessage, MotionCard, Note, Nudge, Surface, Welcome

# Names are part of stored effects: never rename one, add a new one beside it.
KINDS: Mapping[str, type[Any]] = {
    "card": MotionCard,
    "handoff": HandoffMessage,
    "note": Note,
    "nudge": Nudge,
    "digest": Digest,
    "first-steps": FirstSteps,
    "welcome": Welcome,
    "grant": GrantCard,
    "nothing-shared": NothingShared,
    "forecast": JointForecast,
    "invitation": InvitationCard,
    "offer": OfferCard,
    "sheet": SheetCard,
}


def kept(surface: Surface) -> str:
    """A surface as canonical JSON, under the name of its kind."""
    (name,) = (name for name, kind in KINDS.items() if type(surface) is kind)
    return f'{{"{name}":{text_of(type(surface), surface)}}}'


def surface_of(text: str) -> Surface:
    """The surface a text holds; ValueError when this version knows none like it."""
    try:
        ((name, value),) = json.loads(text).items()
        surface: Surface = value_of(KINDS[name], json.dumps(value))
    except (AttributeError, KeyError) as error:
        raise ValueError(f"no surface: {text[:80]}") from error
    return surface
