"""What a file may hold that AWS could be sent, and the verdict on it; decides nothing about a rule.

A file is one of: a canonical referral; a CreateOpportunity or UpdateOpportunity body; a whole filing with its steps
(`create`, `associate`, `submit`); an update with the record it changes (`update`, `stored`); a bulk import file. The
last three may say what the portal holds (`known`), so that what depends on it is judged too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from connectors.aws.import_rows import Row, filing_of
from connectors.aws.judging import CREATION, SUBMISSION, UPDATES, Body, Case, Known, body_of
from connectors.aws.mapping import Sourced, found_with, lines_of, payload_of
from connectors.aws.project_lines import Solution
from connectors.aws.requirements import at, field_at
from connectors.aws.rulebook import Found, judged
from connectors.aws.update_rules import ACTION_REQUIRED, review_of
from connectors.canonical import MARK, read_canonical, referral_of
from connectors.checking import Finding, NotReadable, Verdict
from connectors.texts import pick

_SHAPES: Final = (
    "a canonical referral (`crm_id`, …), a CreateOpportunity or UpdateOpportunity body (`Customer`, `Project`, …), "
    "a filing (`create`, `associate`, `submit`), an update with its record (`update`, `stored`) "
    "or a bulk import (`opportunities`)"
)
_BODY: Final = {"Customer", "Project", "LifeCycle"}
_VERSIONS: Final = ("1", "1.0", "2", "2.0")
_REJECTIONS: Final = (
    "Customer problem unclear",
    "Next steps unclear",
    "Unable to support",
    "Duplicate of partner referral",
    "Other",
)


def check(document: object, today: date) -> Verdict:
    """What AWS would say of a document; NotReadable when it is none of the shapes this knows."""
    if not isinstance(document, Mapping):
        raise NotReadable(f"The file holds no JSON object. It must be {_SHAPES}.")
    if MARK in document:
        return _canonical(document, today)
    if isinstance(document.get("opportunities"), list):
        return _import(document, today)
    if isinstance(document.get("update"), Mapping):
        return _verdict("an update of a record", [_Told(_update_of(document, today))])
    if isinstance(document.get("create"), Mapping):
        return _verdict("a filing", [_Told(_filing(document, today))])
    if _BODY & set(document):
        return _bare(document, today)
    raise NotReadable(f"The file holds nothing AWS could be sent. It must be {_SHAPES}.")


@dataclass(frozen=True)
class _Told:
    """A case, and how the file calls it and its fields."""

    case: Case
    record: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def _bare(document: Mapping[str, object], today: date) -> Verdict:
    body = body_of(document)
    if "Identifier" in body:
        return _verdict("an UpdateOpportunity request", [_Told(Case(body, today, UPDATES))])
    # Judged as it would be submitted: a record nobody may submit is a referral nobody reads.
    case = Case(body, today, CREATION | SUBMISSION)
    return _verdict("a CreateOpportunity request, to be submitted as a co-sell", [_Told(case)])


def _filing(document: Mapping[str, object], today: date) -> Case:
    submit, associate = body_of(document.get("submit")), body_of(document.get("associate"))
    submission = body_of(submit.get("AwsSubmission")) or submit
    solution = associate.get("solution_id") or associate.get("RelatedEntityIdentifier")
    kind = str(associate.get("RelatedEntityType") or "Solutions")
    return Case(
        body_of(document["create"]),
        today,
        CREATION | SUBMISSION if submit or associate else CREATION,
        involvement=str(submission.get("involvement") or submission.get("InvolvementType") or ""),
        visibility=str(submission.get("visibility") or submission.get("Visibility") or ""),
        related={kind: (str(solution),)} if solution else {},
        known=_known(document.get("known")),
    )


def _update_of(document: Mapping[str, object], today: date) -> Case:
    stored = body_of(document.get("stored"))
    held = at(stored, "RelatedEntityIdentifiers")
    return Case(
        body_of(document["update"]),
        today,
        UPDATES | SUBMISSION if stored and review_of(stored) == ACTION_REQUIRED else UPDATES,
        related={str(kind): _texts(ids) for kind, ids in held.items()} if isinstance(held, Mapping) else None,
        stored=stored or None,
        known=_known(document.get("known")),
    )


def _import(document: Mapping[str, object], today: date) -> Verdict:
    rows = document["opportunities"]
    assert isinstance(rows, list)
    known = _known(document.get("known"))
    told: list[_Told] = []
    others: list[Finding] = [*_version(document)]
    taken: set[str] = set(known.partner_ids)
    for number, given in enumerate(rows, 1):
        row = given if isinstance(given, Mapping) else {}
        name = str(row.get("partnerCrmUniqueIdentifier") or row.get("apnCrmUniqueIdentifier") or f"row {number}")
        if row.get("partnerAcceptanceStatus") in {"Accepted", "Rejected"} and row.get("apnCrmUniqueIdentifier"):
            others += _decision(row, name)
            continue
        filing = filing_of(row)
        told.append(
            _Told(_row_case(row, filing, today, replace(known, partner_ids=frozenset(taken))), name, filing.names)
        )
        others += [_dropped(name, column, value) for column, value in filing.dropped.items()]
        taken.add(str(filing.body.get("PartnerOpportunityIdentifier") or ""))
    verdict = _verdict(f"a bulk import of {len(rows)}", told)
    return Verdict(verdict.what, (*verdict.findings, *others))


def _version(document: Mapping[str, object]) -> Iterator[Finding]:
    given = str(document.get("version") or _VERSIONS[-1])
    if given not in _VERSIONS:
        message = f"version “{given}” is none that AWS knows."
        source = "AWS's testing scenarios, Create 7.20"
        fix = f"Give {_VERSIONS[-1]}."
        yield Finding("version", None, "version", "INVALID_VALUE", message, source, fix)


def _row_case(row: Mapping[str, object], filing: Row, today: date, known: Known) -> Case:
    if row.get("apnCrmUniqueIdentifier"):
        body = filing.body | {"Identifier": row["apnCrmUniqueIdentifier"], "LastModifiedDate": "2000-01-01T00:00:00Z"}
        body.pop("Origin")
        return Case(body, today, UPDATES, filing.involvement, related=None, known=known)
    body = dict(filing.body)
    life = body.get("LifeCycle")
    # Of a new opportunity's row AWS takes neither (testing scenarios, Create 5 and 7.17).
    body["LifeCycle"] = {k: v for k, v in life.items() if k != "Stage"} if isinstance(life, Mapping) else {}
    body.pop("SoftwareRevenue", None)
    return Case(body, today, CREATION | SUBMISSION, filing.involvement, related=filing.related, known=known)


def _decision(row: Mapping[str, object], name: str) -> Iterator[Finding]:
    """Accepting or rejecting what AWS sent us."""
    reason = str(row.get("rejectionReason") or "")
    if row["partnerAcceptanceStatus"] == "Accepted" or pick(reason, _REJECTIONS):
        return
    code = "INVALID_ENUM_VALUE" if reason else "REQUIRED_FIELD_MISSING"
    message = f"rejectionReason “{reason}” is not on AWS's list." if reason else "rejectionReason is missing."
    source = "AWS's testing scenarios, AWS referral 2.2 and Create 7.5"
    fix = f"Give one of: {'; '.join(_REJECTIONS)}."
    yield Finding("rejectionReason", None, "rejection-reason", code, message, source, fix, name)


def _dropped(record: str, column: str, value: str) -> Finding:
    message = f"{column} “{value}” is not an international phone number, so it is not sent."
    fix = "Write it as + and digits, for example +12065550100."
    source = "service model, PhoneNumber"
    return Finding(column, None, "phone", "INVALID_STRING_FORMAT", message, source, fix, record, blocks=False)


def _canonical(document: object, today: date) -> Verdict:
    told = read_canonical(document)
    referral = referral_of(told)
    solutions = [Solution(one.id, one.name) for one in told.solutions]
    lines = lines_of(referral, solutions, today)
    payload = payload_of(lines, catalog="AWS", crm_id=referral.crm_id)
    return Verdict(
        "a canonical referral",
        tuple(_of_a_line(one) for one in found_with(payload, lines, today, referral.our_domains)),
    )


def _of_a_line(one: Sourced) -> Finding:
    problem = one.problem
    name = problem.field.value if problem.field else MARK
    return Finding(name, problem.field, one.rule, problem.code, problem.message, one.source, problem.fix)


def _verdict(what: str, told: Sequence[_Told]) -> Verdict:
    return Verdict(what, tuple(_finding(one, found) for one in told for found in judged(one.case)))


def _finding(told: _Told, found: Found) -> Finding:
    path = found.fault.path
    name = told.names.get(path) or next((n for p, n in told.names.items() if path.startswith(f"{p}.")), path)
    return Finding(
        field=name,
        canonical=field_at(path),
        rule=found.rule,
        code=found.fault.code,
        message=f"{name} {found.fault.message}.",
        source=found.source,
        fix=found.fix,
        record=told.record,
        blocks=found.blocks,
    )


def _known(given: object) -> Known:
    told = given if isinstance(given, Mapping) else {}
    filed = _structs(told.get("opportunities"))
    return Known(
        solutions={str(one.get("Id")): str(one.get("Status")) for one in _structs(told.get("solutions"))}
        if "solutions" in told
        else None,
        users=frozenset(one.lower() for one in _texts(told.get("users"))) if "users" in told else None,
        opportunities=frozenset(str(one.get("Id")) for one in filed) if "opportunities" in told else None,
        partner_ids=frozenset(
            str(one["PartnerOpportunityIdentifier"]) for one in filed if one.get("PartnerOpportunityIdentifier")
        ),
        our_domains=frozenset(one.lower() for one in _texts(told.get("our_domains"))),
    )


def _structs(given: object) -> tuple[Body, ...]:
    return tuple(one for one in given if isinstance(one, Mapping)) if isinstance(given, list) else ()


def _texts(given: object) -> tuple[str, ...]:
    return tuple(str(one) for one in given) if isinstance(given, list) else ()
