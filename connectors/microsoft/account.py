"""Who we are to Microsoft: our contact and our solutions, from microsoft.toml; no list of them can be asked for."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_KINDS = ("services", "ip")


class AccountError(ValueError):
    """microsoft.toml cannot be used; the message names every fault."""


@dataclass(frozen=True)
class Person:
    """Somebody who is named on a referral."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""


@dataclass(frozen=True)
class Solution:
    """One of our solutions, as its profile in Partner Center is called."""

    id: str
    name: str
    kind: str = "services"  # of co-sell: 'services' names a solution play, 'ip' does not
    products: tuple[str, ...] = ()  # ours, as deals name them
    play: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """What every referral of ours has in common."""

    contact: Person
    solutions: tuple[Solution, ...]


def read_account(path: Path) -> Account:
    """The account a file describes; AccountError says what is wrong with it."""
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AccountError(f"{path} cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccountError(f"{path} is not TOML: {error}") from error
    if faults := [*_faults(written)]:
        raise AccountError(f"{path} is wrong: {'; '.join(faults)}")
    contact = written["contact"]
    solutions = tuple(_solution(each) for each in written["solutions"])
    return Account(Person(**{name: str(value) for name, value in contact.items()}), solutions)


def _solution(row: Mapping[str, object]) -> Solution:
    def several(name: str) -> tuple[str, ...]:
        found = row.get(name)
        return tuple(str(each) for each in found) if isinstance(found, list) else ()

    return Solution(
        id=str(row["id"]),
        name=str(row["name"]),
        kind=str(row.get("kind", _KINDS[0])),
        products=several("products"),
        play=str(row.get("play", "")),
        services=several("services"),
    )


def _faults(written: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{name}: unknown" for name in written if name not in {"contact", "solutions"})
    contact, solutions = written.get("contact"), written.get("solutions")
    yield from _of_contact(contact) if isinstance(contact, Mapping) else ("contact: missing",)
    if not isinstance(solutions, list) or not solutions:
        yield "solutions: name at least one"
        return
    for number, row in enumerate(solutions, 1):
        yield from (f"solutions {number}: {fault}" for fault in _of_solution(row))


def _of_contact(contact: Mapping[str, object]) -> Iterator[str]:
    for name in ("first_name", "last_name", "email"):
        if not isinstance(contact.get(name), str) or not contact[name]:
            yield f"contact.{name}: missing"
    if not _ADDRESS.fullmatch(str(contact.get("email", ""))):
        yield "contact.email: no e-mail address"
    yield from (f"contact.{name}: unknown" for name in contact if name not in Person.__dataclass_fields__)


def _of_solution(row: object) -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield "not a table"
        return
    yield from (f"{name}: missing" for name in ("id", "name") if not isinstance(row.get(name), str) or not row[name])
    yield from (f"{name}: unknown" for name in row if name not in Solution.__dataclass_fields__)
    for name in ("products", "services"):
        found = row.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            yield f"{name}: not a list of texts"
    if row.get("kind", "services") not in _KINDS:
        yield f"kind: one of {' or '.join(_KINDS)}"
