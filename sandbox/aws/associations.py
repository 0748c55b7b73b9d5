"""AssociateOpportunity and DisassociateOpportunity; knows which things may hang on a deal and how many."""

from collections.abc import Callable

from sandbox.aws import editing, values
from sandbox.aws.cases import error
from sandbox.aws.portal import Portal
from sandbox.aws.records import Opportunity
from sandbox.aws.shapes import matches
from sandbox.aws.wire import Body, Code, conflict, not_found, refused, struct, text

_SHAPES = {
    "Solutions": "SolutionIdentifier",
    "AwsProducts": "AwsProductIdentifier",
    "AwsMarketplaceOffers": "AwsMarketplaceOfferIdentifier",
    "AwsMarketplaceOfferSets": "AwsMarketplaceOfferSetIdentifier",
    "AwsMarketplaceSolutions": "AwsMarketplaceSolutionIdentifier",
    "AwsMarketplaceProducts": "AwsMarketplaceProductArn",
}
_FIELD = "RelatedEntityIdentifier"


def associate(portal: Portal, request: Body) -> Body:
    """Hang a solution, product or offer on a deal; a repeated association is a conflict, as partners report."""
    opportunity, kind, identifier = _named(portal, request)
    if not matches(_SHAPES[kind], identifier):
        message = f"{identifier} does not match the required format of {kind}."
        raise refused(error(_FIELD, message, Code.FORMAT))
    held = opportunity.related.get(kind, [])
    if identifier in held:
        raise conflict(f"{identifier} is already associated with {opportunity.id}.")
    _CHECKS.get(kind, _anything)(portal, opportunity, identifier)
    if len(held) >= values.MOST_RELATED[kind]:
        message = f"An opportunity holds at most {values.MOST_RELATED[kind]} of {kind}."
        raise refused(error(_FIELD, message, Code.TOO_MANY))
    portal.remember(opportunity)
    opportunity.related[kind] = [*held, identifier]
    if kind == "Solutions":
        struct(opportunity.body, "Project")["OtherSolutionDescription"] = None
    portal.changed(opportunity)
    return {}


def disassociate(portal: Portal, request: Body) -> Body:
    """Take it off again."""
    opportunity, kind, identifier = _named(portal, request)
    held = opportunity.related.get(kind, [])
    if identifier not in held:
        raise not_found(identifier)
    portal.remember(opportunity)
    opportunity.related[kind] = [entry for entry in held if entry != identifier]
    portal.changed(opportunity)
    return {}


def _named(portal: Portal, request: Body) -> tuple[Opportunity, str, str]:
    opportunity = portal.opportunity(text(request, "Catalog"), text(request, "OpportunityIdentifier"))
    editing.refuse_locked(opportunity)
    if opportunity.stage == "Closed Lost":
        message = "Cannot associate/disassociate offers when opportunity is in 'Closed Lost'."
        raise refused(error("LifeCycle.Stage", message, Code.STATE))
    return opportunity, text(request, "RelatedEntityType"), text(request, _FIELD)


def _solution(_portal: Portal, _opportunity: Opportunity, identifier: str) -> None:
    found = {text(entry, "Id"): text(entry, "Status") for entry in values.solutions()}
    if identifier not in found:
        raise not_found(identifier)
    if found[identifier] != "Active":
        raise refused(error(_FIELD, f"Solution {identifier} is {found[identifier]}, not Active.", Code.VALUE))


def _product(_portal: Portal, _opportunity: Opportunity, identifier: str) -> None:
    if identifier not in values.product_codes():
        message = "Field RelatedEntityIdentifiers.AwsProducts must be one of the allowed AWS products."
        raise refused(error(_FIELD, message, Code.ENUM))


def _offer(portal: Portal, opportunity: Opportunity, identifier: str) -> None:
    for other in portal.opportunities.values():
        if other is not opportunity and identifier in other.related.get("AwsMarketplaceOffers", []):
            message = "One AWS Marketplace offer can only be associated with one opportunity."
            raise refused(error(_FIELD, message, Code.DUPLICATE))


def _anything(_portal: Portal, _opportunity: Opportunity, _identifier: str) -> None:
    """Marketplace solutions and products are known by their ARN alone."""


_CHECKS: dict[str, Callable[[Portal, Opportunity, str], None]] = {
    "Solutions": _solution,
    "AwsProducts": _product,
    "AwsMarketplaceOffers": _offer,
}
