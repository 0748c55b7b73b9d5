"""Changes to what is filed: read, merged field by field, judged, and only then sent whole.

AWS takes an update as the record's new body: what is left out is emptied. So the record as it stands is the start of
every update, its text decoded (AWS answers it encoded and takes it as it comes). Whoever changed the record meanwhile
is not overwritten: where both sides changed one field, a person decides. Knows no CRM and no motion.
"""

import html
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime
from typing import Final, cast

from connectors.aws.client import AwsClient
from connectors.aws.judging import SUBMISSION, UPDATES, Case, Known, pruned
from connectors.aws.kept import PATHS, said_in
from connectors.aws.reading import moment_at, related_of
from connectors.aws.refusals import SYSTEM, Conflict
from connectors.aws.requirements import FIXES, at, field_at
from connectors.aws.rulebook import Found, judged
from connectors.aws.update_rules import ACTION_REQUIRED, UNDER_REVIEW, UPDATED, review_of
from motions.errors import Rejected, Unavailable
from motions.referrals import Field, Problem

TRIES: Final = 3
_NOT_SENT: Final = ("ReviewComments", "ReviewStatusReason", "NextStepsHistory")

Changes = Mapping[str, object]  # dotted path of the API -> new value; None empties


class Locked(Unavailable):
    """AWS is reviewing the record: nothing was written, and the same change may be sent once it has decided."""


def amend(
    client: AwsClient, referral_id: str, changes: Changes, today: date, *, seen: Changes | None = None
) -> datetime:
    """AWS's stamp of the record with these changes in it; `seen` is what they were decided on, by the same paths.

    What has its value already is not sent, so the same again writes nothing. Raises Locked, Rejected with the problems
    (nothing is sent), Conflict with both values where AWS's side changed the same field, Unavailable, OutcomeUnknown.
    """
    base: Changes | None = seen
    for tries_left in reversed(range(TRIES)):
        record = plain(client.read("get_opportunity", Identifier=referral_id))
        base = base if base is not None else {path: at(record, path) for path in changes}
        wanted = _merged(record, changes, base)
        if not wanted:
            return moment_at(record, "LastModifiedDate")
        request = update_request(record, wanted, client.catalog)
        _refuse_what_would_bounce(request, record, today)
        request.pop("Catalog")
        try:
            return moment_at(client.write("update_opportunity", **request), "LastModifiedDate")
        except Conflict:
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def refuse_torn(record: Mapping[str, object], changes: Mapping[Field, str], seen: Mapping[Field, str | None]) -> None:
    """Raise Conflict where a field of a record is neither as it was seen nor as it is wanted."""
    held = said_in(record)
    torn = [
        _torn(PATHS[field], held[field], value)
        for field, value in changes.items()
        if held[field] not in {value, seen[field]}
    ]
    if torn:
        raise Conflict(SYSTEM, "; ".join(problem.message for problem in torn), torn)


def plain(record: Mapping[str, object]) -> dict[str, object]:
    """A record without its nulls, its text decoded."""
    return cast("dict[str, object]", _decoded(pruned(record)))


def update_request(record: Mapping[str, object], changes: Changes, catalog: str) -> dict[str, object]:
    """The whole UpdateOpportunity that changes a decoded record at these paths and nowhere else."""
    body: dict[str, object] = {name: deepcopy(record[name]) for name in UPDATED if name in record}
    for path, value in changes.items():
        _put(body, path, value)
    life = body.get("LifeCycle")
    if isinstance(life, dict):
        for name in _NOT_SENT:
            life.pop(name, None)
    marketing = body.setdefault("Marketing", {})
    if isinstance(marketing, dict):
        marketing.setdefault("Source", "None")  # partners report that an update without it is refused
    body |= {"Catalog": catalog, "Identifier": record["Id"], "LastModifiedDate": record["LastModifiedDate"]}
    return cast("dict[str, object]", _filled(pruned(body)))


def bounces(
    request: Mapping[str, object], record: Mapping[str, object], today: date, known: Known | None = None
) -> tuple[Found, ...]:
    """What AWS would refuse of a whole update of a decoded record, or silently ignore."""
    gates = UPDATES | SUBMISSION if review_of(record) == ACTION_REQUIRED else UPDATES
    case = Case(request, today, gates, related=related_of(record), stored=record, known=known or Known())
    return tuple(one for one in judged(case) if one.blocks or one.rule == "launched")


def _merged(record: Mapping[str, object], changes: Changes, base: Changes) -> dict[str, object]:
    """What is still to be changed; Conflict where the record has neither the old value nor the new one."""
    wanted = {path: value for path, value in changes.items() if at(record, path) != value}
    torn = [path for path in wanted if path in base and at(record, path) != base[path]]
    if torn:
        problems = [_torn(path, at(record, path), wanted[path]) for path in torn]
        raise Conflict(SYSTEM, "; ".join(problem.message for problem in problems), problems)
    return wanted


def _torn(path: str, theirs: object, ours: object) -> Problem:
    canonical = field_at(path)
    message = f"{path} was changed there to “{theirs}” while we wanted “{ours}”; nothing was written."
    fix = FIXES[canonical] if canonical else "Decide which of the two it is."
    return Problem(canonical, "CONFLICT", message, fix)


def _refuse_what_would_bounce(request: Mapping[str, object], record: Mapping[str, object], today: date) -> None:
    review = review_of(record)
    if review in UNDER_REVIEW:
        raise Locked(SYSTEM, f"the referral is {review}; AWS takes no change until it has decided")
    if found := bounces(request, record, today):
        said = "; ".join(one.message for one in found)
        raise Rejected(SYSTEM, f"{said} Nothing was sent.", [one.problem() for one in found])


def _filled(value: object) -> object:
    # AWS answers lists that were never given as empty ones; given back, they would count as a change.
    if not isinstance(value, dict):
        return value
    return {name: _filled(item) for name, item in value.items() if item != []}


def _decoded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _decoded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return html.unescape(value) if isinstance(value, str) else value


def _put(body: dict[str, object], path: str, value: object) -> None:
    *parents, last = path.split(".")
    here = body
    for name in parents:
        below = here.setdefault(name, {})
        assert isinstance(below, dict), f"{path} leads nowhere"
        here = below
    here[last] = value
