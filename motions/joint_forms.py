"""What people are asked about a joint pipeline, and what they typed, as values; draws and judges nothing."""

from dataclasses import dataclass, field

from motions.model import Token
from motions.spaces import JointField


@dataclass(frozen=True)
class FiguresForm:
    """The partner's own figures of one of its deals; what is left blank stays as it is."""

    token: Token
    our_name: str
    deals: tuple[tuple[str, str], ...]  # ref, name
    stages: tuple[tuple[str, str], ...]  # what is sent back, as people read it


@dataclass(frozen=True)
class Choice:
    """One figure the two sides differ on, each side's as people read it."""

    field: JointField
    ours: str
    theirs: str


@dataclass(frozen=True)
class AgreeForm:
    """The figures of one deal that differ, each with both sides' values to choose from."""

    token: Token
    name: str
    our_name: str
    partner_name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Typed:
    """One row of figures as somebody wrote them; blank: not said."""

    deal: str  # the line's ref, or the customer's name
    stage: str = ""
    amount: str = ""
    currency: str = ""
    close_date: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: what it changes, or why it cannot be read."""

    number: int  # as a spreadsheet counts
    name: str
    changes: tuple[tuple[str, str, str], ...] = ()  # field, before, after: as people read them
    problems: tuple[str, ...] = field(default_factory=tuple)
