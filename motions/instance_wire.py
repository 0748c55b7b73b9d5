"""What two companies' programs say to each other: one message of figures and its answer, as bytes and what is signed.

Strict: what is not spelled exactly so is no message. It refuses to know grants, lines and how bytes travel.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from motions.deals import Stage
from motions.model import PartnerKey
from motions.proposals import canonical_json, sha256_of
from motions.spaces import JointField
from motions.strict import Strict

PATH = "/partners/v1/figures"
KEY, SIGNATURE = "X-Cosell-Key", "X-Cosell-Signature"  # headers, base64 both
LARGEST = 4 * 1024 * 1024
MOST_ROWS = 5000
FRESH = timedelta(minutes=5)

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
M = TypeVar("M", bound=BaseModel)


class _Strict(Strict):
    model_config = ConfigDict(strict=True, populate_by_name=True)


class Amount(_Strict):
    """An amount never goes without its currency: nobody guesses one."""

    value: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class FiguresRow(_Strict):
    """What the sender says of one deal: `shares` names the figures its grant releases; one that is null is not said."""

    deal: Name  # the customer's name, or the ref the receiver's forecast shows
    shares: tuple[JointField, ...] = Field(min_length=1, max_length=3)
    stage: Stage | None = None
    amount: Amount | None = None
    close_date: date | None = None


class GrantNamed(_Strict):
    """The sender's grant that what it says rests on: its id, the hash of its terms, and who of the receiver agreed."""

    id: Name
    terms: Sha
    agreed_by: Name
    agreed_at: AwareDatetime


class FiguresMessage(_Strict):
    """The sender's figures of the deals both know. Its id is the hash of all the rest: one id, one content."""

    version: Literal[1] = 1
    id: Sha
    sender: Key = Field(alias="from")  # public keys: whatever the companies call each other
    recipient: Key = Field(alias="to")
    company: Name
    person: Name | None = None  # who had it sent; None: the program by itself
    agent: Literal["cosell"] = "cosell"
    at: AwareDatetime
    grant: GrantNamed
    rows: tuple[FiguresRow, ...] = Field(min_length=1, max_length=MOST_ROWS)

    @property
    def is_whole(self) -> bool:
        """Whether its id is that of what it says."""
        return self.id == id_of(payload_of(self))


class Sent(_Strict):
    """A message with the moment it was signed and sent; sent again it is the same message."""

    message: FiguresMessage
    sent_at: AwareDatetime


class Outcome(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    REPEATED = "repeated"  # it was taken before: nothing changed
    OVERTAKEN = "overtaken"  # a later one was taken before: nothing changed
    REFUSED = "refused"  # nothing was written


class RowOutcome(StrEnum):
    """What became of a row."""

    MOVED = "moved"
    SAME = "same"
    REFUSED = "refused"


class RowAnswer(_Strict):
    """One row's outcome; `cells` is the hash of both companies' figures for each field that both share."""

    deal: Name
    outcome: RowOutcome
    cells: Mapping[JointField, Sha] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()


class Answer(_Strict):
    """What the receiver signs: about which bytes, what became of them, and the hash of what both companies now see."""

    version: Literal[1] = 1
    request: Sha  # of the very bytes it answers
    outcome: Outcome
    said: str = ""
    rows: tuple[RowAnswer, ...] = ()
    view: str = ""

    @property
    def refused(self) -> tuple[RowAnswer, ...]:
        """The rows that were not taken."""
        return tuple(row for row in self.rows if row.outcome is RowOutcome.REFUSED)


def key_name(partner: PartnerKey) -> str:
    """The key of this installation that speaks to one partner's program."""
    return f"instance-{partner}"


def payload_of(message: FiguresMessage) -> dict[str, object]:
    """A message as plain JSON."""
    return message.model_dump(mode="json", by_alias=True)


def id_of(payload: Mapping[str, object]) -> str:
    """The id of what a message says, whatever id it carries."""
    return sha256_of({name: value for name, value in payload.items() if name != "id"})


def spelled_sent(payload: Mapping[str, object], sent_at: datetime) -> str:
    """The bytes of a message as it leaves at a moment."""
    return spelled(Sent(message=FiguresMessage.model_validate_json(canonical_json(payload)), sent_at=sent_at))


def spelled(said: BaseModel) -> str:
    """The one spelling of a message or an answer."""
    return canonical_json(said.model_dump(mode="json", by_alias=True))


def read(kind: type[M], text: str) -> M | None:
    """What a text spells, or None when it is not the one spelling of such a thing."""
    try:
        found = kind.model_validate_json(text)
    except ValidationError:
        return None
    return found if spelled(found) == text else None


def question_text(text: str) -> str:
    """What is signed of a message: no other signature of the same key can stand in for it."""
    return f"cosell figures 1\n{text}"


def answer_text(text: str) -> str:
    """What is signed of an answer."""
    return f"cosell answer 1\n{text}"
