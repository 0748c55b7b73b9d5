"""Every rule in its order, and what they find in a case; knows no file and no form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.aws.customer_rules import CUSTOMER_RULES
from connectors.aws.judging import Case, Gate, Rule, label_of
from connectors.aws.lifecycle_rules import LIFECYCLE_RULES
from connectors.aws.project_rules import PROJECT_RULES
from connectors.aws.requirements import FIXES, field_at
from connectors.aws.submission_rules import SUBMISSION_RULES
from connectors.aws.update_rules import APPROVED, FROZEN, UPDATE_RULES, changed, review_of
from connectors.aws.validation import SERVICE, UNKNOWN_MEMBER, Fault, faults
from motions.referrals import Field, Problem

RULES: Final = (*UPDATE_RULES, *CUSTOMER_RULES, *PROJECT_RULES, *LIFECYCLE_RULES, *SUBMISSION_RULES)
MODEL: Final = f"service model {SERVICE} 2022-07-26"
_ASK: Final = "Give the value in the form AWS wants."


@dataclass(frozen=True)
class Found:
    """What one rule has against one place of an opportunity."""

    fault: Fault
    rule: str
    source: str
    fix: str
    blocks: bool = True

    @property
    def canonical(self) -> Field | None:
        """The canonical field, when the place means one."""
        return field_at(self.fault.path)

    @property
    def message(self) -> str:
        """A sentence that begins with what people call the field."""
        return f"{label_of(self.fault.path)} {self.fault.message}."

    def problem(self) -> Problem:
        """The same for a card."""
        return Problem(self.canonical, self.fault.code, self.message, self.fix)


def broken(case: Case, rules: Sequence[Rule] = RULES) -> Iterator[Found]:
    """What the published business rules have against a case, in the rules' order."""
    for rule in rules:
        if rule.gates & case.gates:
            for fault in rule.judge(case):
                yield Found(fault, rule.name, rule.source, rule.fix or _usual_fix(fault.path), rule.blocks)


def misfits(case: Case) -> Iterator[Found]:
    """What the installed service model has against the request of a case."""
    operation = "UpdateOpportunity" if Gate.UPDATE in case.gates else "CreateOpportunity"
    for fault in faults(operation, case.body):
        if fault.message == UNKNOWN_MEMBER:
            yield Found(fault, "unknown-member", MODEL, "Leave it out, or correct its spelling.", blocks=False)
        else:
            yield Found(fault, "service-model", MODEL, _usual_fix(fault.path))


def judged(case: Case) -> tuple[Found, ...]:
    """Everything against a case; where two rules say the same of one place, the first is kept."""
    first: dict[tuple[str, str], Found] = {}
    for found in (*broken(case), *misfits(case)):
        if not _is_settled(found, case):
            first.setdefault((found.fault.path, found.fault.code), found)
    return tuple(first.values())


def _is_settled(found: Found, case: Case) -> bool:
    """Whether AWS took this very value before and nobody may change it any more."""
    path = found.fault.path
    if case.stored is None or path not in FROZEN or review_of(case.stored) != APPROVED:
        return False
    return path not in changed(case.stored, case.body)


def _usual_fix(path: str) -> str:
    canonical = field_at(path)
    return FIXES[canonical] if canonical else _ASK
