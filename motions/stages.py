"""The common scale of stages: what two companies call a deal's stage on one ladder, so that it can be compared.

It reads what people and portals write for a stage; it refuses to know who wrote it.
"""

import re

from motions.deals import Stage

# Numbered from 1, as sellers say it: 'stage 4'. A lost deal stands on no rung.
SCALE = (Stage.DISCOVERY, Stage.QUALIFIED, Stage.DEMO, Stage.PROPOSAL, Stage.COMMITTED, Stage.WON)

_NUMBERED = re.compile(r"(?:st(?:age)?\.?\s*)?([1-6])(?:\s*\(.*\))?")
# What else is written for a rung, in sheets and in portals.
_CALLED = {
    "prospect": Stage.DISCOVERY,
    "prospecting": Stage.DISCOVERY,
    "technical validation": Stage.DEMO,
    "business validation": Stage.PROPOSAL,
    "negotiation": Stage.COMMITTED,
    "closed won": Stage.WON,
    "launched": Stage.WON,
    "closed lost": Stage.LOST,
}


def number_of(stage: Stage) -> int | None:
    """Which rung a stage is, from 1; a lost deal's has no number."""
    return SCALE.index(stage) + 1 if stage in SCALE else None


def stage_words(stage: Stage) -> str:
    """'4 (proposal)', or 'lost'."""
    number = number_of(stage)
    return stage.value if number is None else f"{number} ({stage.value})"


def stage_named(text: str) -> Stage | None:
    """The stage somebody wrote: '4', 'St 4', 'Proposal', 'Business Validation'; None when it is none we know."""
    said = " ".join(text.casefold().split())
    numbered = _NUMBERED.fullmatch(said)
    if numbered is not None:
        return SCALE[int(numbered.group(1)) - 1]
    return next((stage for stage in Stage if stage.value == said), _CALLED.get(said))
