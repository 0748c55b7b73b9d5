"""Between our words and AWS's: a referral into requests, and AWS's records into look-alikes and statuses.

Pure. Each canonical field is one line (see the *_lines modules); this module assembles them and checks the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors.aws.account_lines import account_lines
from connectors.aws.judging import CREATION, SUBMISSION, Case, Known, body_of, label_of
from connectors.aws.lifecycle_lines import lifecycle_lines
from connectors.aws.project_lines import Solution, project_lines, title_line
from connectors.aws.requirements import FIXES, GUIDE, SOURCES, Payload, at, field_at
from connectors.aws.rulebook import MODEL, judged
from connectors.aws.spend_line import spend_line
from connectors.aws.validation import Fault, faults
from connectors.lines import Line
from motions.referrals import Field, Problem, Referral

ORIGIN = "Partner Referral"
_ANY_ID = "O1"  # stands for the id AWS will give, while the later requests are being checked


def lines_of(referral: Referral, solutions: Sequence[Solution], today: date) -> tuple[Line, ...]:
    """Every line of the referral, in the order a person reads them."""
    return (
        title_line(referral),
        *account_lines(referral),
        *project_lines(referral, solutions),
        spend_line(referral, today),
        *lifecycle_lines(referral, today),
    )


def payload_of(lines: Sequence[Line], *, catalog: str, crm_id: str) -> dict[str, object]:
    """What would be sent, step by step, as plain JSON without tokens."""
    payload: dict[str, object] = {"create": {}, "associate": {}, "submit": {}}
    always = {
        "create.Catalog": catalog,
        "create.Origin": ORIGIN,
        "create.PartnerOpportunityIdentifier": crm_id,
        "create.NationalSecurity": "No",
    }
    for sent in (always, *(line.sent for line in lines)):
        for path, value in sent.items():
            _put(payload, path, value)
    return payload


@dataclass(frozen=True)
class Sourced:
    """A problem, and which rule of whose says so."""

    problem: Problem
    rule: str
    source: str


def problems_with(
    payload: Payload, lines: Sequence[Line], today: date, our_domains: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """Everything that would bounce, at most one problem a field: the most telling first."""
    return tuple(one.problem for one in found_with(payload, lines, today, our_domains))


def found_with(
    payload: Payload, lines: Sequence[Line], today: date, our_domains: Sequence[str] = ()
) -> tuple[Sourced, ...]:
    """The same, each with its rule and source."""
    found = (
        *(_of_a_line(line.problem) for line in lines if line.problem),
        *(
            Sourced(one.problem(), one.rule, one.source)
            for one in judged(case_of(payload, today, our_domains))
            if one.blocks
        ),
        *_misfits(payload),
    )
    first: dict[Field | str, Sourced] = {}
    for one in found:
        first.setdefault(one.problem.field or one.problem.message, one)
    return tuple(first.values())


def _of_a_line(problem: Problem) -> Sourced:
    source = SOURCES[problem.field] if problem.field else GUIDE
    return Sourced(problem, problem.code.lower().replace("_", "-"), source)


def case_of(payload: Payload, today: date, our_domains: Sequence[str] = ()) -> Case:
    """A whole filing as the rules see it: created, associated and submitted."""
    solution = at(payload, "associate.solution_id")
    return Case(
        body_of(payload.get("create")),
        today,
        CREATION | SUBMISSION,
        involvement=str(at(payload, "submit.involvement") or ""),
        visibility=str(at(payload, "submit.visibility") or ""),
        related={"Solutions": (str(solution),) if solution else ()},
        known=Known(our_domains=frozenset(our_domains)),
    )


def create_request(payload: Payload) -> dict[str, object]:
    """CreateOpportunity, but for its token."""
    return dict(_part(payload, "create"))


def associate_request(payload: Payload, opportunity_id: str) -> dict[str, object] | None:
    """AssociateOpportunity, or None when the solution is described in words."""
    solution_id = at(payload, "associate.solution_id")
    if not solution_id:
        return None
    return {
        "Catalog": at(payload, "create.Catalog"),
        "OpportunityIdentifier": opportunity_id,
        "RelatedEntityType": "Solutions",
        "RelatedEntityIdentifier": solution_id,
    }


def submit_request(payload: Payload, opportunity_id: str) -> dict[str, object]:
    """StartEngagementFromOpportunityTask, but for its token."""
    submission = {"InvolvementType": at(payload, "submit.involvement"), "Visibility": at(payload, "submit.visibility")}
    return {
        "Catalog": at(payload, "create.Catalog"),
        "Identifier": opportunity_id,
        "AwsSubmission": {name: value for name, value in submission.items() if value},
    }


def _misfits(payload: Payload) -> Iterator[Sourced]:
    requests: tuple[tuple[str, Mapping[str, object] | None], ...] = (
        ("AssociateOpportunity", associate_request(payload, _ANY_ID)),
        ("StartEngagementFromOpportunityTask", submit_request(payload, _ANY_ID)),
    )
    for operation, request in requests:
        for fault in faults(operation, request or {}) if request is not None else ():
            yield Sourced(_problem_of(fault), "service-model", MODEL)


def _problem_of(fault: Fault) -> Problem:
    field = field_at(fault.path)
    fix = FIXES[field] if field else "Tell whoever looks after the connector."
    return Problem(field, fault.code, f"{label_of(fault.path)} {fault.message}.", fix)


def _part(payload: Payload, name: str) -> Mapping[str, object]:
    part = payload.get(name)
    return part if isinstance(part, Mapping) else {}


def _put(payload: dict[str, object], path: str, value: object) -> None:
    *parents, last = path.split(".")
    here = payload
    for name in parents:
        below = here.setdefault(name, {})
        assert isinstance(below, dict)
        here = below
    here[last] = value
