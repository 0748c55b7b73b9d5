"""What a referral must look like to be taken: known names, published lists, required fields, dates; stores nothing."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.microsoft import values
from sandbox.microsoft.wire import Body, Fault, dig, instant, items, text

OF_SERVICE = frozenset(
    {
        "id",
        "organizationId",
        "organizationName",
        "createdDateTime",
        "updatedDateTime",
        "expirationDateTime",
        "acceptedDateTime",
        "eTag",
        "@odata.context",
    }
)
_MEMBER = {"contactPreference": {"locale": str, "disableNotifications": bool}} | dict.fromkeys(
    ("firstName", "lastName", "phoneNumber", "email"), str
)
_TAG = [{"id": str}]
# The names and kinds of every property a client may write.
_SHAPE: Mapping[str, object] = {
    "name": str,
    "engagementId": str,
    "externalReferenceId": str,
    "status": str,
    "substatus": str,
    "statusReason": str,
    "qualification": str,
    "type": str,
    "partnerRole": str,
    "solutionArea": str,
    "solutionPlay": str,
    "customerProfile": {
        "name": str,
        "address": dict.fromkeys(
            ("addressLine1", "addressLine2", "city", "state", "postalCode", "country", "region"), str
        ),
        "size": str,
        "team": [_MEMBER],
        "ids": [{"profileType": str, "id": str}],
    },
    "consent": dict.fromkeys(values.CONSENTS, bool),
    "details": {
        "notes": str,
        "dealValue": Decimal,
        "currency": str,
        "closingDateTime": str,
        "requirements": {
            "industries": _TAG,
            "products": _TAG,
            "services": _TAG,
            "solutions": [dict.fromkeys(("id", "name", "type", "publisherName", "solutionType"), str)],
            "additionalRequirements": {"attributes": [{"type": str}]},
        },
    },
    "team": [_MEMBER],
    "inviteContext": {"notes": str, "invitedBy": {"organizationId": str, "organizationName": str}},
    "target": [{"type": str, "id": str}],
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LENGTHS = {"name": 255, "customerProfile.name": 255, "details.notes": 4000, "statusReason": 1000}
_REQUIRED = (
    "name",
    "type",
    "qualification",
    "customerProfile.name",
    "customerProfile.address.addressLine1",
    "customerProfile.address.city",
    "customerProfile.address.country",
    "consent",
    "details.notes",
    "details.dealValue",
    "details.currency",
    "details.closingDateTime",
)
_REQUIRED_TO_SHARE = ("customerProfile.team", "team", "details.requirements.solutions", "target")
_LISTS = {
    "details.requirements.industries": "industries",
    "details.requirements.products": "products",
    "details.requirements.services": "services",
}


def shape_faults(body: Body) -> list[Fault]:
    """What is not a property of a referral, or not of its kind."""
    return list(_misshapen(body, _SHAPE, ""))


def faults_of(body: Body, now: datetime) -> list[Fault]:
    """Every rule a whole referral breaks."""
    return [
        *_missing(body),
        *_too_long(body),
        *_unlisted(body),
        *_address_faults(body),
        *_money_faults(body),
        *_date_faults(body, now),
        *_people_faults(body),
        *_target_faults(body),
        *_status_faults(body),
    ]


def _misshapen(value: object, shape: object, path: str) -> Iterator[Fault]:
    if value is None:
        return
    if isinstance(shape, Mapping):
        yield from _misshapen_object(value, shape, path)
    elif isinstance(shape, list):
        yield from _misshapen_list(value, shape[0], path)
    elif not _is_a(value, shape):
        yield Fault(path, "invalidType", f"{path} has the wrong type.")


def _misshapen_object(value: object, shape: Mapping[str, object], path: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "invalidType", f"{path} must be an object.")
        return
    for name, item in value.items():
        where = f"{path}.{name}" if path else name
        if name in shape:
            yield from _misshapen(item, shape[name], where)
        else:
            yield Fault(where, "unknownProperty", f"The property {where} does not exist.")


def _misshapen_list(value: object, shape: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, "invalidType", f"{path} must be a list.")
        return
    for item in value:
        yield from _misshapen(item, shape, path)


def _is_a(value: object, kind: object) -> bool:
    if kind is Decimal:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool) if kind is bool else isinstance(value, str)


def _missing(body: Body) -> Iterator[Fault]:
    wanted = [*_REQUIRED, *(_REQUIRED_TO_SHARE if text(body, "type") == "Shared" else ())]
    if text(body, "customerProfile.address.country") == "US":
        wanted += ["customerProfile.address.state", "customerProfile.address.postalCode"]
    for path in wanted:
        if dig(body, path) in (None, "", [], {}):
            yield Fault(path, "required", f"{path} is required.")


def _too_long(body: Body) -> Iterator[Fault]:
    for path, most in _LENGTHS.items():
        if len(text(body, path)) > most:
            yield Fault(path, "tooLong", f"{path} must have at most {most} characters.")


def _unlisted(body: Body) -> Iterator[Fault]:
    single: Mapping[str, Callable[[str], bool]] = {
        "type": lambda said: said in values.TYPES,
        "qualification": lambda said: said in values.QUALIFICATIONS,
        "customerProfile.size": lambda said: said in values.listed("sizes"),
        "solutionPlay": lambda said: said in values.plays(text(body, "solutionArea")),
    }
    for path, is_listed in single.items():
        if (said := text(body, path)) and not is_listed(said):
            yield _not_listed(path, said)
    for path, name in _LISTS.items():
        for tag in items(body, path):
            if (said := text(tag, "id")) not in values.listed(name):
                yield _not_listed(path, said)
    yield from _solution_faults(body)


def _solution_faults(body: Body) -> Iterator[Fault]:
    path = "details.requirements.solutions"
    for tag in items(body, path):
        kind, said = text(tag, "type"), text(tag, "id")
        known = values.listed("solutions") if kind == "Category" else values.our_solutions()
        if kind not in {"Category", "Name"} or said not in known:
            yield _not_listed(path, f"{kind} {said}")


def _address_faults(body: Body) -> Iterator[Fault]:
    country, state = text(body, "customerProfile.address.country"), text(body, "customerProfile.address.state")
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        path = "customerProfile.address.country"
        yield Fault(path, "invalidFormat", "The country must be a two-letter ISO code.")
    if country == "US" and state and not re.fullmatch(r"[A-Z]{2}", state):
        yield Fault("customerProfile.address.state", "invalidFormat", "A US state must be its two-letter code.")


def _money_faults(body: Body) -> Iterator[Fault]:
    worth, currency = dig(body, "details.dealValue"), text(body, "details.currency")
    if isinstance(worth, int | float) and not 0 < worth < 10**15:
        yield Fault("details.dealValue", "outOfRange", "The deal value must be above zero.")
    if currency and currency not in values.listed("currencies"):
        yield _not_listed("details.currency", currency)


def _date_faults(body: Body, now: datetime) -> Iterator[Fault]:
    path = "details.closingDateTime"
    said = dig(body, path)
    if said is None:
        return
    closes = instant(said)
    if closes is None:
        yield Fault(path, "invalidFormat", "The closing date must be an instant in UTC.")
    elif closes.date() < now.date() and text(body, "status") != "Closed":
        yield Fault(path, "outOfRange", "The closing date must not be in the past.")


def _people_faults(body: Body) -> Iterator[Fault]:
    for path in ("customerProfile.team", "team"):
        for person in items(body, path):
            if not (text(person, "firstName") and text(person, "lastName")):
                yield Fault(path, "required", f"{path} needs first and last names.")
            if not _EMAIL.fullmatch(text(person, "email")):
                yield Fault(path, "invalidFormat", f"{path} needs e-mail addresses.")
    if items(body, "customerProfile.team") and dig(body, "consent.consentToContact") is not True:
        yield Fault("consent.consentToContact", "required", "A contact needs consent to be contacted.")


def _target_faults(body: Body) -> Iterator[Fault]:
    for target in items(body, "target"):
        kind, identifier = text(target, "type"), text(target, "id")
        is_known = (kind == "BusinessProfileLocation" and identifier) or identifier in values.our_solutions()
        if kind not in values.TARGETS or not is_known:
            yield _not_listed("target", f"{kind} {identifier}")
    share = "consent.consentToShareReferralWithMicrosoftSellers"
    is_cosell = text(body, "type") == "Shared"
    if is_cosell and dig(body, share) is not True:
        yield Fault(share, "required", "Co-sell needs consent to share the referral with Microsoft sellers.")


def _status_faults(body: Body) -> Iterator[Fault]:
    status, substatus = text(body, "status"), text(body, "substatus")
    if status and substatus not in values.STATUSES.get(status, ()):
        yield Fault("substatus", "invalidTransition", f"{status} does not go with {substatus or 'no substatus'}.")


def _not_listed(path: str, said: str) -> Fault:
    return Fault(path, "invalidValue", f"“{said}” is not a value of {path}.")
