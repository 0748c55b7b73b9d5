"""The operators' files as they were put in force, one revision after the other; knows no YAML and no Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Protocol

from motions.policy import Configuration

Files = Mapping[str, str]  # name -> text


@dataclass(frozen=True)
class Revision:
    """All the files at one moment. The newest is in force in every process; none is ever changed."""

    number: int  # 1, 2, …
    files: Files
    by: str  # the person's key
    name: str
    why: str  # what changed, in words
    at: datetime


class Revisions(Protocol):
    """Revisions as the domain sees them stored; written by `configuring` alone, which logs what it writes."""

    def newest(self) -> int:
        """The number of the one in force; 0 while the files on disk are."""

    def get(self, number: int) -> Revision | None: ...
    def add(self, revision: Revision) -> bool:
        """False when there is one of this number: somebody else was first."""


@dataclass(frozen=True)
class Edit:
    """One value of one file. In a list, what has this `id` or `key` is meant, or this number; else it is added."""

    file: str
    path: tuple[str, ...]
    value: object  # None, text, numbers, and lists and dicts of them


class ConfigFiles(Protocol):
    """The form the operators' files have."""

    @property
    def portals(self) -> Sequence[str]:
        """The portals that can be named in them here: those whose settings are there."""

    def on_disk(self) -> Files:
        """As they are in the folder now. Raises UserMistake."""

    def read(self, files: Files) -> Configuration:
        """What they say. Raises UserMistake, which names the file, the place and the reason."""

    def edited(self, files: Files, edits: Sequence[Edit]) -> Files:
        """With these values in them; everything else, comments too, as it was."""


@dataclass
class InForce:
    """The configuration this process goes by, its files, and the number of its revision; taken from newer ones only.

    Who needs both reads the number first: then a change in between is one that whoever sends is told of.
    """

    config: Configuration
    number: int = 0
    files: Files | None = None  # None: those on disk, for whoever starts no bot
    refused: int = 0  # the number of one that could not be read, so that it is told of once
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def take(self, newer: "InForce") -> None:
        """Go by another one from now on, unless this is a newer one already."""
        with self._lock:
            if newer.number > self.number:
                self.config, self.files = newer.config, newer.files
                self.number = newer.number
