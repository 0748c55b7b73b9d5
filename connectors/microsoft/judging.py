"""`cosell validate --portal microsoft`: a file as Microsoft would judge it, without asking; calls nothing."""

from collections.abc import Iterator, Mapping
from datetime import date

from connectors.canonical import MARK, read_canonical, referral_of
from connectors.checking import Finding, NotReadable, Verdict
from connectors.microsoft.account import Account, Person, Solution
from connectors.microsoft.mapping import lines_of, problems_with
from connectors.microsoft.requirements import FIXES, LABELS, REQUIREMENTS, at, field_at
from connectors.microsoft.validation import faults
from motions.referrals import Problem

_OURS = Person("Our", "contact", "contact@example.com")  # every installation has one; nothing here judges it
_CREATE = "create."
_REQUIRED = "required"
_RESOURCE = "Microsoft's referral resource: lists and lengths"


def check(document: object, today: date) -> Verdict:
    """What Microsoft would say of a canonical referral, or of the body of a POST; NotReadable when it is neither."""
    if not isinstance(document, Mapping):
        raise NotReadable("The file holds no JSON object. It must be a canonical referral, or the body of a POST.")
    if MARK in document:
        return Verdict("a canonical referral", tuple(_of_canonical(document, today)))
    if "customerProfile" in document:
        return Verdict("the body of a POST", tuple(_of_body(document)))
    raise NotReadable(f"The file holds neither `{MARK}`, a canonical referral, nor `customerProfile`, a POST's body.")


def _of_canonical(document: Mapping[str, object], today: date) -> Iterator[Finding]:
    given = read_canonical(document)
    account = Account(_OURS, tuple(Solution(one.id, one.name) for one in given.solutions))
    lines = lines_of(referral_of(given), account, today)
    for problem in problems_with(lines, account=account, crm_id=given.crm_id):
        yield _finding(problem, problem.field.value if problem.field else "the referral")


def _of_body(body: Mapping[str, object]) -> Iterator[Finding]:
    payload = {"create": body}
    for row in REQUIREMENTS:
        if row.path.startswith(_CREATE) and row.when(payload) and not at(payload, row.path):
            said = f"{LABELS[row.field]} is missing; Microsoft requires it."
            problem = Problem(row.field, _REQUIRED, said, FIXES[row.field])
            yield _finding(problem, row.path.removeprefix(_CREATE))
    for fault in faults(body):
        field = field_at(fault.path)
        fix = FIXES[field] if field else "Look the field up in Microsoft's referral resource."
        yield _finding(Problem(field, fault.code, f"{fault.path} {fault.message}.", fix), fault.path)


def _finding(problem: Problem, place: str) -> Finding:
    asked = next((row.source for row in REQUIREMENTS if row.field is problem.field), _RESOURCE)
    return Finding(
        field=place,
        canonical=problem.field,
        rule=problem.code,
        code=problem.code,
        message=problem.message,
        source=asked if problem.code == _REQUIRED else _RESOURCE,
        fix=problem.fix,
    )
