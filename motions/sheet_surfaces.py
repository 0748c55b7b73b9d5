"""What people see in Slack of partners without an API, as values: packs to file, and sheets; handlers draw them."""

from dataclasses import dataclass

from motions.model import ExceptionItem, Token
from motions.sheet_drops import Look, SeenColumn

LONGEST = 80  # of a reference: what the CRM's field for it holds


@dataclass(frozen=True)
class FiledForm:
    """What is filed by hand, line by line, and where its pack is; one input asks for the partner's reference."""

    token: Token
    partner_name: str
    deal_name: str
    pack: str
    to_do: str  # where the pack is, and what is left to do
    lines: tuple[tuple[str, str], ...]  # what the partner's form calls it, and what was approved for it


@dataclass(frozen=True)
class NotTaken:
    """Why a reference cannot be taken, for beside its input."""

    why: str


@dataclass(frozen=True)
class SheetCard:
    """The one card of a dropped file, in the thread of the message that brought it."""

    name: str
    partner_name: str
    standing: str  # where it stands, in a sentence or two
    look: Look | None = None  # None: it was not read
    token: Token | None = None  # None: there is nothing to decide (any more)
    problems: tuple[ExceptionItem, ...] = ()


@dataclass(frozen=True)
class ColumnsForm:
    """What the columns of a sheet mean that nobody has said the meaning of."""

    token: Token
    name: str
    partner_name: str
    columns: tuple[SeenColumn, ...]
