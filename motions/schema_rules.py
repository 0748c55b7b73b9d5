"""What of a portal's schema changed, and which referrals that concerns; pure but for reading what is pending.

Lines are named `field PATH`, `option PATH=VALUE`, `solution ID`; any other name is told and concerns nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from motions.proposals import Proposal
from motions.records import UnitOfWork
from motions.schema_records import PortalSchema

SCHEMA = "the portal's schema"  # what an effect waits for while it is held
LOOKED_AT_AGAIN = 30.0
SUBJECT = "schema:{}"
REQUIRED = "required, "  # begins what is said of a field that may not be left empty


@dataclass(frozen=True)
class Change:
    """One line before and after; None where there is none."""

    name: str
    before: str | None
    after: str | None

    @property
    def said(self) -> str:
        """In words."""
        if self.before is None:
            return f"new: {self.name}{_more(self.after)}"
        if self.after is None:
            return f"gone: {self.name}{_more(self.before)}"
        return f"{self.name}: {self.before or 'nothing'} -> {self.after or 'nothing'}"


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Every line that differs, in order; what is gone first."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    changes = [Change(name, before.get(name), after.get(name)) for name in names]
    return tuple(sorted(changes, key=lambda change: (change.after is not None, change.name)))


def waiting_in(known: PortalSchema) -> tuple[Change, ...]:
    """What of a portal's schema waits for a person to let it count."""
    return () if known.pending is None else changes_between(known.accepted, known.pending)


def why_held(proposal: Proposal, uow: UnitOfWork) -> str | None:
    """Why a referral may not be filed as it is, or None."""
    known = uow.schemas.get(proposal.destination)
    if known is None or not is_held(proposal, known, waiting_in(known)):
        return None
    portal = proposal.destination
    return (
        f"{portal} asks for something else since this was drafted, so it is held until an operator releases it "
        f"(cosell schema release {portal})."
    )


def is_held(proposal: Proposal, known: PortalSchema, changes: Sequence[Change]) -> bool:
    """Whether one of the changes that wait for a person concerns a referral drafted before them."""
    if known.pending_at is None or proposal.created_at >= known.pending_at:
        return False
    leaves = dict(_leaves(proposal.payload.get("file"), ""))
    return any(_concerns(change, leaves) for change in changes)


def _concerns(change: Change, leaves: Mapping[str, set[str]]) -> bool:
    kind, _, rest = change.name.partition(" ")
    path, _, value = rest.partition("=")
    match kind:
        case "option":
            return change.after is None and value in leaves.get(path, set())
        case "solution":
            return any(path in said for said in leaves.values()) and change.before is not None
        case "field" if _is_filled(path, leaves):
            return change.before is not None and _limits(change.before) != _limits(change.after)
        case "field":
            now_required = _is_required(change.after) and not _is_required(change.before)
            return now_required and _is_inside(path, leaves)
        case _:
            return False


def _is_required(said: str | None) -> bool:
    return said is not None and said.startswith(REQUIRED)


def _limits(said: str | None) -> str | None:
    """What is said of a field but for whether it may be left empty: it is filled."""
    return None if said is None else said.removeprefix(REQUIRED)


def _is_filled(path: str, leaves: Mapping[str, set[str]]) -> bool:
    return path in leaves or any(each.startswith(f"{path}.") for each in leaves)


def _is_inside(path: str, leaves: Mapping[str, set[str]]) -> bool:
    parent = path.rpartition(".")[0]
    return any(each.startswith(f"{parent}.") for each in leaves)


def _leaves(value: object, path: str) -> Iterator[tuple[str, set[str]]]:
    """Every dotted path that is filled, lists looked through, with the texts that stand there."""
    gathered: dict[str, set[str]] = {}
    for where, text in _texts(value, path):
        gathered.setdefault(where, set()).add(text)
    yield from gathered.items()


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner, path)
    elif value is not None:
        yield path, str(value)


def _more(said: str | None) -> str:
    return f" ({said})" if said else ""
