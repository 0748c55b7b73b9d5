"""Between our words and Microsoft's: a referral into the one or two requests that file it. Pure.

Each canonical field is one line (see the *_lines modules); this module assembles them and checks the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date

from connectors.lines import Line
from connectors.microsoft import values
from connectors.microsoft.account import Account
from connectors.microsoft.customer_lines import customer_lines
from connectors.microsoft.deal_lines import deal_lines, kind_of, title_line
from connectors.microsoft.people_lines import member, people_lines
from connectors.microsoft.requirements import DETAILS, FIXES, LABELS, Payload, at, field_at, missing
from connectors.microsoft.taxonomy import year_of
from connectors.microsoft.validation import Fault, faults
from connectors.microsoft.value_line import value_line
from motions.referrals import Field, Problem, Referral

_INVITATION = [{"type": "BusinessProfileLocation", "id": values.MSFT}]


def lines_of(referral: Referral, account: Account, today: date) -> tuple[Line, ...]:
    """Every line of the referral, in the order a person reads them."""
    return (
        title_line(referral),
        *customer_lines(referral),
        *people_lines(referral, kind_of(referral)),
        *deal_lines(referral, account, year_of(today), today),
        value_line(referral),
    )


def payload_of(lines: Sequence[Line], *, account: Account, crm_id: str) -> dict[str, object]:
    """What would be sent, call by call, as plain JSON; `invite` only when Microsoft is asked in."""
    payload = _assembled(lines, account=account, crm_id=crm_id)
    payload.pop("draft", None)
    create = payload["create"]
    assert isinstance(create, dict)
    if create.get("type") == values.SHARED:
        payload["invite"] = {**deepcopy(create), "target": deepcopy(_INVITATION)}
    return payload


def problems_with(lines: Sequence[Line], *, account: Account, crm_id: str) -> tuple[Problem, ...]:
    """Everything that would bounce, at most one problem a field: the most telling first."""
    payload = _assembled(lines, account=account, crm_id=crm_id)
    found = (
        *(line.problem for line in lines if line.problem),
        *missing(payload),
        *_misfits(payload),
    )
    first: dict[Field | str, Problem] = {}
    for problem in found:
        first.setdefault(problem.field or problem.message, problem)
    return tuple(first.values())


def wire_body(part: Mapping[str, object], **more: object) -> dict[str, object]:
    """A request as it is sent: the deal's value is a number there."""
    body = deepcopy(dict(part))
    details = body.get("details")
    if isinstance(details, dict) and "dealValue" in details:
        details["dealValue"] = float(str(details["dealValue"]))
    return {**body, **more}


def _assembled(lines: Sequence[Line], *, account: Account, crm_id: str) -> dict[str, object]:
    payload: dict[str, object] = {"create": {}}
    always = {
        "create.externalReferenceId": crm_id,
        "create.qualification": "SalesQualified",
        "create.team": [member(account.contact)],
    }
    for sent in (always, *(line.sent for line in lines)):
        for path, value in sent.items():
            _put(payload, path, value)
    if notes := _notes(payload):
        _put(payload, DETAILS + "notes", notes)
    return payload


def _notes(payload: Payload) -> str:
    """The problem, and below it what has no field of its own."""
    named = (("Help wanted", "help"), ("Next step", "next_steps"), ("Website", "website"))
    told = [f"{label}: {at(payload, f'draft.{name}')}" for label, name in named if at(payload, f"draft.{name}")]
    problem = at(payload, "draft.problem")
    return "\n\n".join(filter(None, (str(problem or ""), "\n".join(told)))) if problem else ""


def _misfits(payload: Payload) -> Iterator[Problem]:
    create = at(payload, "create")
    assert isinstance(create, Mapping)
    for fault in faults(wire_body(create)):
        yield _problem_of(fault)


def _problem_of(fault: Fault) -> Problem:
    field = field_at(fault.path)
    label = LABELS[field] if field else fault.path
    fix = FIXES[field] if field else "Tell whoever looks after the connector."
    return Problem(field, fault.code, f"{label} {fault.message}.", fix)


def _put(payload: dict[str, object], path: str, value: object) -> None:
    *parents, last = path.split(".")
    here = payload
    for name in parents:
        below = here.setdefault(name, {})
        assert isinstance(below, dict)
        here = below
    here[last] = value
