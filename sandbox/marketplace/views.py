"""Change sets and entities as the service answers them; changes nothing."""

import json

from sandbox.aws.wire import Body, structs, text, texts
from sandbox.marketplace.catalog import Catalog, ChangeSet, Offer, Product, arn, stamped
from sandbox.marketplace.changes import refusal

_PAGE = 20


def change_set_view(catalog: Catalog, identifier: str) -> Body:
    """DescribeChangeSet."""
    found = catalog.change_sets.get(identifier)
    if found is None:
        raise refusal("ResourceNotFoundException", f"Change set {identifier} does not exist.")
    return {
        **_summary(found),
        "Intent": found.intent,
        "FailureDescription": found.failed_why,
        "ChangeSet": found.changes,
    }


def listed(catalog: Catalog, request: Body) -> Body:
    """ListChangeSets, filtered by name, status and entity; the newest first."""
    wanted = {text(each, "Name"): texts(each, "ValueList") for each in structs(request, "FilterList")}
    found = [each for each in catalog.change_sets.values() if _fits(each, wanted)]
    newest = sorted(found, key=lambda each: (each.started_at, each.id), reverse=True)
    return {"ChangeSetSummaryList": [_summary(each) for each in newest[:_PAGE]]}


def entity_view(catalog: Catalog, identifier: str) -> Body:
    """DescribeEntity, of an offer or a product."""
    if (offer := catalog.offers.get(identifier)) is not None:
        kind, document, revision = "Offer", _offer(offer), offer.revision
    elif (product := catalog.products.get(identifier)) is not None:
        kind, document, revision = "SaaSProduct", _product(product), 1
    else:
        raise refusal("ResourceNotFoundException", f"Entity {identifier} does not exist.")
    return {
        "EntityType": f"{kind}@1.0",
        "EntityIdentifier": f"{identifier}@{revision}",
        "EntityArn": arn(kind, identifier),
        "LastModifiedDate": stamped(offer.modified_at if offer is not None else catalog.now()),
        "Details": json.dumps(document),
        "DetailsDocument": document,
    }


def offer_row(offer: Offer) -> Body:
    """An offer in one line, for whoever runs the sandbox."""
    return {"arn": arn("Offer", offer.id), **_offer(offer)}


def _fits(change_set: ChangeSet, wanted: dict[str, list[str]]) -> bool:
    entities = {text(change, "Entity.Identifier").partition("@")[0] for change in change_set.changes}
    held = {"ChangeSetName": {change_set.name}, "Status": {change_set.status}, "EntityId": entities}
    if unknown := set(wanted) - set(held):
        raise refusal("ValidationException", f"The filter {', '.join(sorted(unknown))} is not supported here.")
    return all(not held[name].isdisjoint(values) for name, values in wanted.items())


def _summary(change_set: ChangeSet) -> Body:
    ended = stamped(change_set.ended_at) if change_set.ended_at else None
    return {
        "ChangeSetId": change_set.id,
        "ChangeSetArn": arn("ChangeSet", change_set.id),
        "ChangeSetName": change_set.name,
        "StartTime": stamped(change_set.started_at),
        "EndTime": ended,
        "Status": change_set.status,
        "FailureCode": change_set.failure,
    }


def _offer(offer: Offer) -> Body:
    return {
        "Id": offer.id,
        "State": offer.state,
        "Name": offer.name,
        "Description": offer.description,
        "ProductId": offer.product_id,
        "Terms": offer.terms,
        "Rules": offer.rules,
    }


def _product(product: Product) -> Body:
    return {"Description": {"ProductTitle": product.title, "Visibility": product.visibility}}
