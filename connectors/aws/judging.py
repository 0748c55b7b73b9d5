"""What is judged before AWS sees it: one opportunity as it would be there; and the shape of a rule.

Knows no rule. A rule sees one case and yields what is wrong; its row in a table says where it applies and who says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final, TypeAlias, cast

from connectors.aws.requirements import LABELS, at, field_at
from connectors.aws.validation import Fault
from connectors.aws.values import CO_SELL

Body: TypeAlias = Mapping[str, object]


class Gate(StrEnum):
    """What AWS is asked to do with the opportunity."""

    CREATE = "create"
    SUBMIT = "submit"
    UPDATE = "update"


CREATION: Final = frozenset({Gate.CREATE})
SUBMISSION: Final = frozenset({Gate.SUBMIT})
UPDATES: Final = frozenset({Gate.UPDATE})
ALWAYS: Final = frozenset(Gate)


@dataclass(frozen=True)
class Known:
    """What the portal holds, as far as somebody told us; None: nobody did, and what depends on it is not judged."""

    solutions: Mapping[str, str] | None = None  # id -> status
    users: frozenset[str] | None = None  # e-mails of active Partner Central users
    opportunities: frozenset[str] | None = None  # ids in the partner's own account
    partner_ids: frozenset[str] = frozenset()  # PartnerOpportunityIdentifiers in use
    our_domains: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """One opportunity as it would be at AWS, and the little of the world that rules need."""

    body: Body
    today: date
    gates: frozenset[Gate]
    involvement: str = CO_SELL
    visibility: str = ""
    related: Mapping[str, tuple[str, ...]] | None = None  # kind -> ids; None: nobody told
    stored: Body | None = None  # the record an update would change
    known: Known = field(default_factory=Known)

    def text(self, path: str) -> str:
        """The text at a path; blanks count as absent."""
        value = at(self.body, path)
        return value.strip() if isinstance(value, str) else ""

    def texts(self, path: str) -> tuple[str, ...]:
        """The texts of the list at a path."""
        value = at(self.body, path)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    def structs(self, path: str) -> tuple[Body, ...]:
        """The structures of the list at a path."""
        value = at(self.body, path)
        return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()

    @property
    def is_classified(self) -> bool:
        """Whether the deal belongs to national security."""
        return self.text("NationalSecurity") == "Yes"

    @property
    def has_solution(self) -> bool | None:
        """Whether something the partner sells hangs on it; None when nobody told."""
        return None if self.related is None else any(self.related.get(kind) for kind in SELLABLE)


SELLABLE: Final = ("Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")
Judge: TypeAlias = Callable[[Case], Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One row of the rule book."""

    name: str
    source: str
    judge: Judge
    gates: frozenset[Gate] = ALWAYS
    fix: str = ""  # "": the field's usual one
    blocks: bool = True


def required(
    path: str,
    source: str,
    *,
    gates: frozenset[Gate] = ALWAYS,
    when: Callable[[Case], bool] = lambda _: True,
    fix: str = "",
) -> Rule:
    """The row of a field that must be filled whenever `when` holds."""
    return Rule("required", source, partial(_missing, path, when), gates, fix)


def pruned(value: object) -> object:
    """The same JSON without its nulls: AWS takes an explicit null for an absent member."""
    if isinstance(value, Mapping):
        return {name: pruned(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [pruned(item) for item in value if item is not None]
    return value


def body_of(document: object) -> Body:
    """A document's part as a body, nulls left out; empty when it is no structure."""
    return cast("Body", pruned(document)) if isinstance(document, Mapping) else {}


def label_of(path: str) -> str:
    """What people call the field at a path."""
    canonical = field_at(path)
    return LABELS[canonical] if canonical else path


def _missing(path: str, when: Callable[[Case], bool], case: Case) -> Iterator[Fault]:
    value = at(case.body, path)
    if when(case) and not (value.strip() if isinstance(value, str) else value):
        yield Fault(path, "REQUIRED_FIELD_MISSING", "is missing; AWS requires it")
