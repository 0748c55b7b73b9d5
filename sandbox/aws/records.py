"""The records the emulated portal keeps; knows neither rules nor the wire."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from sandbox.aws.ids import AWS_ACCOUNT, PARTNER_ACCOUNT
from sandbox.aws.wire import Body, text
from sandbox.cast import MERIDIAN

PARTNER = (PARTNER_ACCOUNT, MERIDIAN.name)
AWS = (AWS_ACCOUNT, "AWS")


@dataclass(frozen=True)
class Submission:
    """How the partner asked AWS in."""

    involvement: str
    visibility: str
    at: datetime


@dataclass
class AwsSide:
    """What AWS knows and does about the deal; filled in by the reviewer."""

    involvement_change: str | None = None
    team: list[Body] = field(default_factory=list)
    life_cycle: Body | None = None
    insights: Body | None = None
    motion: str | None = None


@dataclass
class Opportunity:
    """One record: `body` is the partner's part, exactly as UpdateOpportunity replaces it."""

    id: str
    catalog: str
    origin: str
    body: Body
    team: list[Body]
    created_at: datetime
    modified_at: datetime
    related: dict[str, list[str]] = field(default_factory=dict)
    submission: Submission | None = None
    aws: AwsSide = field(default_factory=AwsSide)
    engagement_id: str | None = None
    previous: Self | None = None  # the version before the last change, for stale reads

    @property
    def review_status(self) -> str:
        """Where the record stands in AWS's review."""
        return text(self.body, "LifeCycle.ReviewStatus")

    @property
    def stage(self) -> str:
        """Where the partner says the deal stands."""
        return text(self.body, "LifeCycle.Stage")


@dataclass
class Invitation:
    """An invitation into an engagement: from AWS to the partner, or the partner's own to AWS."""

    id: str
    catalog: str
    engagement_id: str
    participant: str  # RECEIVER or SENDER, as seen by the partner
    opportunity_id: str
    draft: Body  # what the opportunity will hold once accepted, or already holds
    team: list[Body]
    at: datetime
    expires_at: datetime
    status: str = "PENDING"
    rejection_reason: str | None = None

    @property
    def sender(self) -> tuple[str, str]:
        """Account and company of who invites."""
        return AWS if self.participant == "RECEIVER" else PARTNER

    @property
    def receiver(self) -> tuple[str, str]:
        """Account and company of who is invited."""
        return PARTNER if self.participant == "RECEIVER" else AWS


@dataclass
class Task:
    """An asynchronous task of either kind."""

    id: str
    catalog: str
    kind: str
    started_at: datetime
    status: str = "IN_PROGRESS"
    message: str | None = None
    reason_code: str | None = None
    opportunity_id: str | None = None
    engagement_id: str | None = None
    invitation_id: str | None = None
    job_id: str | None = None
