"""What AWS asks to be corrected: the fields it leaves open as a form, what was typed as changes, and their sending.

A field is worded by the same line as in a draft, and the whole record is judged by the same rules as any update. The
CRM id stays as it is although AWS leaves it open: the deal is found by it. An update hands the record back to AWS's
reviewer by itself; nothing is submitted a second time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from connectors.amounts import money
from connectors.aws.account_lines import account_lines
from connectors.aws.client import AwsClient
from connectors.aws.edits import bounces, plain, update_request
from connectors.aws.judging import Known
from connectors.aws.kept import PATHS as KEPT_PATHS
from connectors.aws.kept import changes_of
from connectors.aws.lifecycle_lines import lifecycle_lines
from connectors.aws.project_lines import project_lines
from connectors.aws.reading import Record, moment_at, text_at
from connectors.aws.refusals import SYSTEM
from connectors.aws.requirements import Payload, at
from connectors.aws.rulebook import Found
from connectors.aws.spend_line import spend_line
from connectors.aws.update_rules import ACTION_REQUIRED, review_of
from connectors.lines import Line
from connectors.texts import one_line, prose
from motions.corrections import Correction
from motions.deals import Account
from motions.errors import Rejected
from motions.referrals import Field, FormField, InputKind, Problem, Referral

_ADDRESS: Final = "Customer.Account.Address."
PATHS: Final[Mapping[Field, str]] = {
    Field.PROBLEM: "Project.CustomerBusinessProblem",
    Field.MONTHLY_SPEND: KEPT_PATHS[Field.MONTHLY_SPEND],
    Field.CLOSE_DATE: KEPT_PATHS[Field.CLOSE_DATE],
    Field.WEBSITE: "Customer.Account.WebsiteUrl",
    Field.COUNTRY: f"{_ADDRESS}CountryCode",
    Field.STATE: f"{_ADDRESS}StateOrRegion",
    Field.POSTAL_CODE: f"{_ADDRESS}PostalCode",
    Field.CITY: f"{_ADDRESS}City",
    Field.STREET: f"{_ADDRESS}StreetAddress",
}
_SHORT: Final = {Field.CITY: "City", Field.STREET: "Street"}  # of the address, in no line of a draft


def form_of(record: Record, today: date) -> tuple[FormField, ...]:
    """What may be corrected in a decoded record, as it stands there; nothing unless AWS asks for changes."""
    if review_of(record) != ACTION_REQUIRED:
        return ()
    lines = _lines(record, {}, today)
    return tuple(lines[field].form for field in PATHS)


def correction(
    client: AwsClient, referral_id: str, typed: Mapping[Field, str], today: date, our_domains: Sequence[str]
) -> Correction:
    """What this would change, and everything AWS would refuse of the record then; Rejected when it asks no more."""
    record = plain(client.read("get_opportunity", Identifier=referral_id))
    _must_ask(record)
    lines = _lines(record, typed, today)
    changes = _changes(record, typed, lines)
    wrong = [line.problem for field, line in lines.items() if field in typed and line.problem]
    if not wrong:
        request = update_request(record, changes, client.catalog)
        found = bounces(request, record, today, Known(our_domains=frozenset(our_domains)))
        wrong = [_problem(one) for one in found]
    return Correction(
        changes=changes,
        seen={path: at(record, path) for path in changes},
        form=tuple(lines[field].form for field in PATHS if field in typed),
        kept={field: said for field in KEPT_PATHS if field in typed and (said := _kept(field, lines[field]))},
        problems=tuple(wrong),
    )


def refuse_later_request(
    client: AwsClient, referral_id: str, changes: Mapping[str, object], asked_at: datetime
) -> None:
    """Rejected unless AWS still asks what it asked at that stamp, or the record says all of this already."""
    record = plain(client.read("get_opportunity", Identifier=referral_id))
    if _says(record, changes):
        return
    _must_ask(record)
    if moment_at(record, "LastModifiedDate") > asked_at:
        raise Rejected(SYSTEM, "the referral changed since AWS asked, so AWS may ask for something else now")


def find_correction(client: AwsClient, referral_id: str, changes: Mapping[str, object]) -> datetime | None:
    """AWS's stamp of the record when it says all of this."""
    record = plain(client.read("get_opportunity", Identifier=referral_id))
    return moment_at(record, "LastModifiedDate") if _says(record, changes) else None


def _says(record: Payload, changes: Mapping[str, object]) -> bool:
    return all(at(record, path) == value for path, value in changes.items())


def _must_ask(record: Payload) -> None:
    if (review := review_of(record)) != ACTION_REQUIRED:
        raise Rejected(SYSTEM, f"AWS does not ask for changes any more: it is {review}")


def _lines(record: Record, typed: Mapping[Field, str], today: date) -> dict[Field, Line]:
    """Every open field, worded as in a draft of a deal that says what the record says."""
    referral = _referral(record, typed)
    drafted = (
        *account_lines(referral),
        *project_lines(referral, ()),
        spend_line(referral, today),
        *lifecycle_lines(referral, today),
        *_address_lines(record, typed),
    )
    return {line.form.field: line for line in drafted if line.form.field in PATHS}


def _address_lines(record: Record, typed: Mapping[Field, str]) -> Iterator[Line]:
    for field, label in _SHORT.items():
        said = one_line(typed.get(field, text_at(record, PATHS[field])))
        yield Line(FormField(field, label, said or None, InputKind.TEXT), {f"create.{PATHS[field]}": said or None})


def _referral(record: Record, typed: Mapping[Field, str]) -> Referral:
    spend = at(record, PATHS[Field.MONTHLY_SPEND])
    first = spend[0] if isinstance(spend, list) and spend else {}
    known = money(first.get("Amount"), first.get("CurrencyCode"))
    day = text_at(record, PATHS[Field.CLOSE_DATE])
    return Referral(
        crm_id="",
        title="",
        account=Account(
            id="",
            name="",
            website=text_at(record, PATHS[Field.WEBSITE]),
            country=text_at(record, PATHS[Field.COUNTRY]),
            state=text_at(record, PATHS[Field.STATE]),
            postal_code=text_at(record, PATHS[Field.POSTAL_CODE]),
        ),
        stage=None,
        annual_value=known,  # of which a form needs the currency alone
        monthly_spend=None if Field.MONTHLY_SPEND in typed else known,
        monthly_spend_note=None,
        close_date=date.fromisoformat(day) if day else None,
        problem=prose(str(at(record, PATHS[Field.PROBLEM]) or "")),
        next_steps=None,
        kind=None,
        product=None,
        answers=dict(typed),
    )


def _changes(record: Payload, typed: Mapping[Field, str], lines: Mapping[Field, Line]) -> dict[str, object]:
    changes: dict[str, object] = {}
    for field in typed:
        if field is Field.MONTHLY_SPEND:
            said = _kept(field, lines[field])
            changes |= changes_of(record, {field: said}) if said else {PATHS[field]: None}
        else:
            changes[PATHS[field]] = lines[field].sent.get(f"create.{PATHS[field]}")
    return changes


def _kept(field: Field, line: Line) -> str | None:
    """A field in the words it is kept in step by."""
    value = line.sent.get(f"create.{PATHS[field]}") if field in PATHS else None
    if isinstance(value, list):
        return " ".join((value[0]["CurrencyCode"], value[0]["Amount"]))
    return str(value) if value else None


def _problem(found: Found) -> Problem:
    """What AWS would refuse, at the field of the form that it is about."""
    problem, path = found.problem(), found.fault.path
    here = next((field for field in _SHORT if path == PATHS[field]), problem.field)
    return Problem(here, problem.code, problem.message, problem.fix)
