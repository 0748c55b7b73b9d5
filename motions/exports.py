"""One side's account of what crossed between two companies, as a file that verifies alone: chained, signed, complete.

It refuses to know where entries come from: `exporting` gathers them, `comparing` holds two accounts beside each other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from motions.grant_terms import Signature
from motions.proposals import canonical_json, sha256_of, sha256_of_text

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
L = TypeVar("L", bound="_Line")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Head(_Line):
    """Whose account it is, of what passed with whom; the keys are those of the two programs for each other."""

    account: Literal["cosell audit export 1"] = "cosell audit export 1"
    company: str
    key: str
    partner: str
    partner_key: str | None


class Entry(_Line):
    """One thing that crossed, either way, or that let things cross: who, under which grant, which bytes."""

    at: AwareDatetime
    event: str
    company: str  # whose act it was
    person: str | None  # who did it; of what cosell sent by itself, who signed the grant for it
    agent: str  # the program through which it was done
    grant: str | None
    sha256: Sha
    is_certain: bool = True  # False: sent, and the answer was lost
    terms: Sha | None = None  # of a message that was heard: the terms of the grant it names
    rows: Sha | None = None  # of a message between two programs: what became of each row


class _Numbered(Entry):
    n: int = Field(ge=1)
    hash: Sha


class End(_Line):
    """How many entries there are and the last hash, signed: a file that was cut short has none."""

    end: int = Field(ge=0)
    hash: Sha
    signature: str


@dataclass(frozen=True)
class Account:
    """An account that holds."""

    head: Head
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Broken:
    """The first place where an account does not hold."""

    where: str  # 'entry 3', 'the end'
    said: str


def spell(head: Head, entries: Iterable[Entry], sign: Callable[[str], Signature]) -> str:
    """The file: a head, one line an entry, and the signed end."""
    lines = [canonical_json(head.model_dump(mode="json"))]
    last = sha256_of_text(lines[0])
    count = 0
    for count, entry in enumerate(entries, 1):
        last, line = _chained(entry, count, last)
        lines.append(line)
    signature = sign(signed_text(count, last)).value
    lines.append(canonical_json(End(end=count, hash=last, signature=signature).model_dump(mode="json")))
    return "".join(f"{line}\n" for line in lines)


def verify(text: str, is_signed: Callable[[Signature, str], bool]) -> Account | Broken:
    """The account a file holds, or the first place where it was changed, cut or put together."""
    lines = text.split("\n")
    head = _read(Head, lines[0])
    if head is None:
        return Broken("the first line", "it is not that of an export")
    if len(lines) < 3 or lines[-1]:  # noqa: PLR2004 - head, end, and nothing after the last line's end
        return Broken("the end", "it is cut short: the signed last line is missing")
    entries, last = [], sha256_of_text(lines[0])
    for n, line in enumerate(lines[1:-2], 1):
        found = _read(_Numbered, line)
        entry = _bare(found) if found is not None else None
        if found is None or entry is None or (found.hash, line) != _chained(entry, n, last):
            return Broken(f"entry {n}", "it, or the line before it, was changed, removed or put elsewhere")
        entries.append(entry)
        last = found.hash
    return _ended(lines[-2], head, entries, last, is_signed)


def signed_text(count: int, last: str) -> str:
    """What is signed: the last hash stands for all before it."""
    return f"cosell export 1\n{count} {last}"


def _ended(
    line: str, head: Head, entries: Sequence[Entry], last: str, is_signed: Callable[[Signature, str], bool]
) -> Account | Broken:
    end = _read(End, line)
    if end is None:
        return Broken("the end", "it is cut short: the last line is not the signed end")
    if (end.end, end.hash) != (len(entries), last):
        return Broken(
            "the end", f"entries were removed or changed: it speaks of {end.end}, and {len(entries)} are here"
        )
    if not is_signed(Signature("", head.key, end.signature), signed_text(end.end, end.hash)):
        return Broken("the end", "its signature is not by the key the first line names: somebody else put it together")
    return Account(head, tuple(entries))


def _chained(entry: Entry, n: int, last: str) -> tuple[str, str]:
    said = {"n": n, **entry.model_dump(mode="json")}
    following = sha256_of([last, sha256_of(said)])
    return following, canonical_json({**said, "hash": following})


def _bare(found: _Numbered) -> Entry:
    return Entry.model_validate(found.model_dump(exclude={"n", "hash"}))


def _read(kind: type[L], line: str) -> L | None:
    try:
        found = kind.model_validate_json(line)
    except ValidationError:
        return None
    return found if canonical_json(found.model_dump(mode="json")) == line else None
