"""What setting cosell up looks like: the list of steps with what is wrong, and one form for each; draws nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from motions.model import Token

Typed = Mapping[str, str | Sequence[str]]  # input -> what was typed, or the ids of what was picked


class Kind(StrEnum):
    """What an input takes."""

    TEXT = "text"
    PICK = "pick"
    PERSON = "person"
    PEOPLE = "people"
    CHANNEL = "channel"


@dataclass(frozen=True)
class SetupInput:
    """One input of a form, with what is in force."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    value: str | tuple[str, ...] = ""  # Slack's ids, of people and channels
    options: tuple[tuple[str, str], ...] = ()  # value, what it is called
    hint: str = ""
    is_optional: bool = False


@dataclass(frozen=True)
class SetupForm:
    """One step's form."""

    token: Token  # which it is, and the revision it was opened on
    title: str
    inputs: tuple[SetupInput, ...]


@dataclass(frozen=True)
class SetupLine:
    """One thing that is set up."""

    says: str
    channel: str | None = None
    problems: tuple[str, ...] = ()
    token: Token | None = None  # what its button carries; None: this person only reads


@dataclass(frozen=True)
class SetupStep:
    """What belongs together."""

    title: str
    lines: tuple[SetupLine, ...]
    add: tuple[str, Token] | None = None  # the button for one more
    missing: str = ""  # what it means that there is nothing of it


@dataclass(frozen=True)
class SetupList:
    """`/cosell setup`, or what of it has `asked` in it."""

    steps: tuple[SetupStep, ...]
    asked: str = ""

    @property
    def problems(self) -> int:
        """How many things are not as they should be."""
        of_lines = sum(len(line.problems) for step in self.steps for line in step.lines)
        return of_lines + sum(bool(step.missing) for step in self.steps)
