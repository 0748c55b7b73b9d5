"""What a business rule sees and how it complains; knows no rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sandbox.aws.wire import Body, Code, FieldError, camel, text


@dataclass(frozen=True)
class Case:
    """What a rule may look at: the record as it would be, and the little of the world it needs."""

    body: Body
    today: date
    stored: Body = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    taken_ids: frozenset[str] = frozenset()  # PartnerOpportunityIdentifiers of the other records
    known_ids: frozenset[str] = frozenset()  # opportunities of the partner's own account
    team: tuple[Body, ...] = ()
    origin: str = ""
    catalog: str = ""
    involvement: str = ""
    visibility: str = ""

    def text(self, path: str) -> str:
        """The string at a path of the body; blanks count as absent."""
        return text(self.body, path).strip()

    @property
    def is_classified(self) -> bool:
        """Whether the deal belongs to national security."""
        return self.text("NationalSecurity") == "Yes"


Rule = Callable[[Case], Iterator[FieldError]]


def broken(rules: tuple[Rule, ...], case: Case) -> list[FieldError]:
    """Everything the rules have against a case, in the rules' order."""
    return [error for rule in rules for error in rule(case)]


def error(path: str, message: str, code: Code) -> FieldError:
    """A complaint about the field at a path."""
    return FieldError(camel(path), message, code)


def missing(path: str, message: str = "") -> FieldError:
    """The field at a path is required and absent."""
    return error(path, message or f"Field {path} is required.", Code.REQUIRED)


def has_solution(related: dict[str, list[str]]) -> bool:
    """Whether something the partner sells is associated."""
    kinds = ("Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")
    return any(related.get(kind) for kind in kinds)
