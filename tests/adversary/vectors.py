"""Every text field a stranger can write, how long it may be, and how the hostile text gets there."""

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    """Whose system holds the field."""

    CRM = "the CRM"
    SLACK = "Slack"
    AWS = "AWS"
    MICROSOFT = "Microsoft"


@dataclass(frozen=True)
class Vector:
    """One field; `is_read_by` names the texts a model is given it for, none when it never reads it."""

    name: str
    via: Via
    limit: int
    is_read_by: frozenset[str] = frozenset()


_BRIEF, _BOTH = frozenset({"brief"}), frozenset({"brief", "handoff"})

VECTORS = (
    Vector("opportunity name", Via.CRM, 120, _BRIEF),
    Vector("opportunity description", Via.CRM, 2_000, _BRIEF),
    Vector("opportunity next step", Via.CRM, 255, _BRIEF),
    Vector("account name", Via.CRM, 120, _BOTH),
    Vector("account website", Via.CRM, 255),  # an address is cut out before anything reads it
    Vector("account industry", Via.CRM, 40, _BRIEF),
    Vector("account city", Via.CRM, 40, _BRIEF),
    Vector("imported row", Via.CRM, 120, _BRIEF),
    Vector("contact name", Via.CRM, 80, _BRIEF),
    Vector("contact title", Via.CRM, 128, _BRIEF),
    Vector("contact role", Via.CRM, 40, _BRIEF),
    Vector("task subject", Via.CRM, 255, _BRIEF),
    Vector("event subject", Via.CRM, 255, _BRIEF),
    Vector("partner's thread message", Via.SLACK, 3_000),
    Vector("partner's mention", Via.SLACK, 3_000),
    Vector("partner's direct message", Via.SLACK, 3_000),
    Vector("partner's question, typed in a form", Via.SLACK, 1_000),
    Vector("partner's next step, typed in a form", Via.SLACK, 1_000),
    Vector("partner's reason to decline, typed in a form", Via.SLACK, 1_000),
    Vector("profile name in Slack", Via.SLACK, 80),
    Vector("channel name and topic", Via.SLACK, 80),
    Vector("message beside a file", Via.SLACK, 3_000),
    Vector("AWS's next step", Via.AWS, 255),
    Vector("AWS's review comments", Via.AWS, 255),
    Vector("AWS's name of its own people", Via.AWS, 80),
    Vector("customer of a deal AWS brings", Via.AWS, 120),
    Vector("title of a deal AWS brings", Via.AWS, 255),
    Vector("problem of a deal AWS brings", Via.AWS, 2_000),
    Vector("contact of a deal AWS brings", Via.AWS, 80),
    Vector("Microsoft's name of its own people", Via.MICROSOFT, 80),
    Vector("Microsoft's reason", Via.MICROSOFT, 255),
    Vector("name of a partner's sheet", Via.SLACK, 80),
    Vector("heading of a partner's sheet", Via.SLACK, 120),
    Vector("cell of a partner's sheet", Via.SLACK, 255),
)
