"""Change sets: begun, carried out by themselves, failed as a whole with the published codes; knows no wire."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date

from sandbox.aws.wire import AwsError, Body, structs, text, texts
from sandbox.marketplace.catalog import RUNNING, Catalog, ChangeSet, Offer, identifier_of
from sandbox.marketplace.rules import complaints

Fault = tuple[str, str]  # a published code and its words
_STATUS = {"ValidationException": 422, "ResourceNotFoundException": 404, "ResourceInUseException": 423}
_NO_ACCOUNT = "000000000000"  # of the right form, and nobody's


def refusal(kind: str, message: str) -> AwsError:
    """An error answer of this service."""
    return AwsError(kind, message, status=_STATUS[kind])


def start(catalog: Catalog, request: Body) -> str:
    """Begin a change set and give its id; the same token and request begin one."""
    token = text(request, "ClientRequestToken")
    try:
        known = catalog.known(token, request) if token else None
    except KeyError as error:
        raise refusal("ValidationException", "The ClientRequestToken was used for another request.") from error
    if known is not None:
        return known
    changes = deepcopy(structs(request, "ChangeSet"))
    _must_be_sound(catalog, changes)
    name = text(request, "ChangeSetName") or "Submitted by 222222222222"
    fresh = ChangeSet(
        catalog.new_id("set"), name, text(request, "Intent") or "APPLY", changes, catalog.now(), "PREPARING"
    )
    catalog.change_sets[fresh.id] = fresh
    if token:
        catalog.remember(token, request, fresh.id)
    catalog.later(lambda: _prepared(catalog, fresh))
    catalog.settle()
    return fresh.id


def details_of(change: Body) -> Body:
    """The document of a change."""
    document = change.get("DetailsDocument")
    return document if isinstance(document, dict) else {}


def _must_be_sound(catalog: Catalog, changes: list[Body]) -> None:
    seen: set[tuple[str, str]] = set()
    made: set[str] = set()
    for change in changes:
        kind, target = text(change, "ChangeType"), identifier_of(change)
        if text(change, "Entity.Type") != "Offer@1.0":
            raise refusal("ValidationException", f"Entity type {text(change, 'Entity.Type')} is not supported here.")
        said = list(complaints(kind, details_of(change)))
        if (kind, target) in seen and target:
            said.append(f"{kind} may be requested for an entity once in a change set.")
        if said:
            raise refusal("ValidationException", f"{kind}: {' '.join(said)}")
        seen.add((kind, target))
        _must_be_there(catalog, change, kind, target, made)
        if kind == "CreateOffer" and (named := text(change, "ChangeName")):
            made.add(f"${named}.Entity.Identifier")


def _must_be_there(catalog: Catalog, change: Body, kind: str, target: str, made: set[str]) -> None:
    if kind == "CreateOffer":
        product = text(details_of(change), "ProductId")
        if product not in catalog.products:
            raise refusal("ResourceNotFoundException", f"Product {product} does not exist.")
        return
    if target in made:
        return
    if target not in catalog.offers:
        raise refusal("ResourceNotFoundException", f"Entity {target or 'without an identifier'} does not exist.")
    if target in catalog.locked():
        raise refusal("ResourceInUseException", f"Entity {target} is locked by a change set that is running.")


def _prepared(catalog: Catalog, change_set: ChangeSet) -> None:
    if change_set.status == "PREPARING":
        change_set.status = "APPLYING"
        catalog.later(lambda: _applied(catalog, change_set))


def _applied(catalog: Catalog, change_set: ChangeSet) -> None:
    if change_set.status not in RUNNING:
        return
    change_set.ended_at = catalog.now()
    if catalog.break_next:
        change_set.status, change_set.failure = "FAILED", "SERVER_FAULT"
        change_set.failed_why, catalog.break_next = catalog.break_next, ""
        return
    offers = deepcopy(catalog.offers)
    failed = _apply_all(catalog, change_set, offers)
    if failed:
        change_set.status, change_set.failure = "FAILED", "CLIENT_ERROR"
        return
    change_set.status = "SUCCEEDED"
    if change_set.intent == "APPLY":
        catalog.offers = offers


def _apply_all(catalog: Catalog, change_set: ChangeSet, offers: dict[str, Offer]) -> bool:
    """Make every change on a copy; True when any of them cannot be, which it then says itself."""
    names: dict[str, str] = {}
    failed = False
    for change in change_set.changes:
        entity = change["Entity"]
        assert isinstance(entity, dict)
        if text(change, "ChangeType") == "CreateOffer":
            offer = Offer(catalog.new_id("offer"), text(details_of(change), "ProductId"))
            offers[offer.id] = offer
            names[f"${text(change, 'ChangeName')}.Entity.Identifier"] = offer.id
        else:
            offer = offers[names.get(identifier_of(change), identifier_of(change))]
        faults = list(_apply(catalog, offer, change))
        offer.modified_at = catalog.now()
        entity["Identifier"] = f"{offer.id}@{offer.revision}"
        change["ErrorDetailList"] = [{"ErrorCode": code, "ErrorMessage": said} for code, said in faults]
        failed = failed or bool(faults)
    if failed:
        for change in change_set.changes:
            if text(change, "ChangeType") == "CreateOffer" and isinstance(change["Entity"], dict):
                change["Entity"].pop("Identifier", None)
    return failed


def _apply(catalog: Catalog, offer: Offer, change: Body) -> Iterator[Fault]:
    details, kind, today = details_of(change), text(change, "ChangeType"), catalog.now().date()
    if offer.state == "Released" and kind != "UpdateAvailability":
        yield "INVALID_UPDATE_REQUEST", "The requested change can't be performed after the offer is released."
        return
    yield from _APPLIED[kind](catalog, offer, details, today)


def _create(catalog: Catalog, offer: Offer, details: Body, _today: date) -> Iterator[Fault]:
    offer.name = text(details, "Name")
    if catalog.products[offer.product_id].visibility not in {"Public", "Limited"}:
        yield "INCOMPATIBLE_PRODUCT", "Use an active product in Limited or Public state."


def _inform(_catalog: Catalog, offer: Offer, details: Body, _today: date) -> Iterator[Fault]:
    offer.name = text(details, "Name") or offer.name
    offer.description = text(details, "Description") or offer.description
    yield from ()


def _target(_catalog: Catalog, offer: Offer, details: Body, _today: date) -> Iterator[Fault]:
    _put(offer.rules, {"Type": "TargetingRule", **details})
    buyers = texts(details, "PositiveTargeting.BuyerAccounts")
    if _NO_ACCOUNT in buyers:
        yield "INVALID_BUYER_ACCOUNTS", f"Provide valid buyer accounts. Invalid accounts: [{_NO_ACCOUNT}]."


def _put_terms(_catalog: Catalog, offer: Offer, details: Body, _today: date) -> Iterator[Fault]:
    for term in structs(details, "Terms"):
        _put(offer.terms, term)
    yield from ()


def _schedule(catalog: Catalog, offer: Offer, details: Body, today: date) -> Iterator[Fault]:
    days = [text(charge, "ChargeDate") for term in structs(details, "Terms") for charge in structs(term, "Schedule")]
    if len(set(days)) != len(days):
        yield "DUPLICATE_CHARGE_DATES", "Provide unique charge dates in PaymentScheduleTerm."
    if min(days) < today.isoformat():
        yield "INVALID_CHARGE_DATES", "Provide a first charge date that isn't in the past."
    yield from _put_terms(catalog, offer, details, today)


def _avail(_catalog: Catalog, offer: Offer, details: Body, today: date) -> Iterator[Fault]:
    day = text(details, "AvailabilityEndDate")
    _put(offer.rules, {"Type": "AvailabilityRule", "AvailabilityEndDate": day})
    if offer.state == "Draft" and day <= today.isoformat():
        yield "INVALID_AVAILABILITY_END_DATE", "Provide a future AvailabilityEndDate."


def _release(_catalog: Catalog, offer: Offer, _details: Body, _today: date) -> Iterator[Fault]:
    held = {text(term, "Type") for term in offer.terms}
    missing = [kind for kind in ("LegalTerm", "SupportTerm", "FixedUpfrontPricingTerm") if kind not in held]
    if missing:
        yield "MISSING_MANDATORY_TERMS", f"Add {', '.join(missing)} to the offer."
        return
    offer.state = "Released"


def _put(kept: list[Body], fresh: Body) -> None:
    kept[:] = [each for each in kept if each.get("Type") != fresh.get("Type")] + [fresh]


_APPLIED: dict[str, Callable[[Catalog, Offer, Body, date], Iterator[Fault]]] = {
    "CreateOffer": _create,
    "UpdateInformation": _inform,
    "UpdateTargeting": _target,
    "UpdateValidityTerms": _put_terms,
    "UpdatePaymentScheduleTerms": _schedule,
    "UpdateAvailability": _avail,
    "UpdatePricingTerms": _put_terms,
    "UpdateLegalTerms": _put_terms,
    "UpdateSupportTerms": _put_terms,
    "ReleaseOffer": _release,
}
