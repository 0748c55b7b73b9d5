"""The four operations on referrals: create, read, list, change; knows no HTTP beyond `If-Match`."""

from collections.abc import Mapping
from copy import deepcopy

from sandbox.microsoft import values
from sandbox.microsoft.patching import patched
from sandbox.microsoft.portal import Portal
from sandbox.microsoft.queries import page
from sandbox.microsoft.records import ORGANIZATION, Referral
from sandbox.microsoft.review import expect_decision
from sandbox.microsoft.rules import OF_SERVICE, faults_of, shape_faults
from sandbox.microsoft.wire import ApiError, Body, Fault, dig, invalid, malformed, text


def create(portal: Portal, body: Body) -> Body:
    """Take a new referral: ours, or Microsoft's side of an engagement of ours."""
    _well_shaped(body)
    body = {"status": "New", "substatus": "Pending", "qualification": "None", **deepcopy(body)}
    if text(body, "status") == "Closed":
        raise invalid(Fault("status", "invalidTransition", "A referral cannot be made closed."))
    if faults := faults_of(body, portal.now()):
        raise invalid(*faults)
    engagement = text(body, "engagementId")
    body.pop("engagementId", None)
    if engagement:
        _may_join(portal, engagement, body)
    elif _is_for_microsoft(body):
        raise invalid(Fault("engagementId", "required", "Microsoft is invited into an engagement that exists."))
    else:
        # Recorded: who files has accepted their own side; the answer says Active, Accepted whatever was asked for.
        body |= {"status": "Active", "substatus": "Accepted"}
    made = portal.add(body, engagement or portal.identifier("engagement"))
    if made.is_microsofts:
        made.body |= {"status": "New", "substatus": "Pending"}
        expect_decision(portal, made)
    return made.view()


def read(portal: Portal, identifier: str) -> Body:
    """One referral."""
    context = "https://api.partner.microsoft.com/v1.0/engagements/referrals/$metadata#Referrals/$entity"
    return {"@odata.context": context, **portal.referral(identifier).view()}


def listing(portal: Portal, query: Mapping[str, str], base_url: str) -> Body:
    """One page of the referrals of our engagements, Microsoft's sides too."""
    return page(list(portal.referrals.values()), query, base_url)


def patch(portal: Portal, identifier: str, operations: object, if_match: str | None) -> Body:
    """Change parts of our referral; `If-Match` is optional and honoured."""
    referral = _ours(portal, identifier)
    _not_stale(referral, if_match)
    _replace(portal, referral, patched(referral.body, operations))
    return referral.view()


def put(portal: Portal, identifier: str, body: Body, if_match: str | None) -> Body:
    """Put a whole referral in the place of ours; `If-Match` is required, `links` must be gone."""
    referral = _ours(portal, identifier)
    if not if_match:
        raise ApiError(412, "preconditionFailed", "The If-Match header is required.")
    _not_stale(referral, if_match)
    if "links" in body:
        raise malformed("The property links does not exist.", "links")
    if body.get("id", identifier) != identifier or body.get("engagementId") not in {None, referral.engagement_id}:
        raise malformed("The id and the engagement of a referral cannot be changed.", "id")
    _replace(portal, referral, {k: v for k, v in body.items() if k not in OF_SERVICE | {"engagementId"}})
    return referral.view()


def _replace(portal: Portal, referral: Referral, body: Body) -> None:
    _well_shaped(body)
    faults = faults_of(body, portal.now())
    if text(body, "status") not in values.NEXT[referral.status]:
        said = f"{referral.status} cannot become {text(body, 'status') or 'nothing'}."
        faults.append(Fault("status", "invalidTransition", said))
    if referral.status == "Closed":
        faults.append(Fault("status", "closed", "A closed referral does not change any more."))
    if dig(body, "externalReferenceId") != referral.body.get("externalReferenceId") and referral.body.get(
        "externalReferenceId"
    ):
        faults.append(Fault("externalReferenceId", "immutable", "The external reference cannot be changed."))
    if faults:
        raise invalid(*faults)
    portal.change(referral, body)


def _well_shaped(body: Body) -> None:
    if faults := shape_faults({key: value for key, value in body.items() if key not in OF_SERVICE}):
        said = "; ".join(fault.message for fault in faults)
        raise ApiError(400, "invalidRequest", said, faults=faults)


def _may_join(portal: Portal, engagement: str, body: Body) -> None:
    sides = portal.of_engagement(engagement)
    if not sides:
        raise invalid(Fault("engagementId", "notFound", f"The engagement {engagement} does not exist."))
    if text(sides[0].body, "type") != "Shared" or text(body, "type") != "Shared":
        raise invalid(Fault("type", "invalidValue", "Only shared referrals can be connected."))
    if not _is_for_microsoft(body):
        raise invalid(Fault("target", "invalidValue", "The connected referral must target msft."))
    if any(each.is_microsofts for each in sides):
        raise ApiError(409, "conflict", f"Microsoft is in the engagement {engagement} already.")


def _is_for_microsoft(body: Body) -> bool:
    targets = body.get("target")
    return isinstance(targets, list) and any(text(each, "id") == values.MSFT for each in targets)


def _ours(portal: Portal, identifier: str) -> Referral:
    referral = portal.referral(identifier)
    if referral.is_microsofts:
        raise ApiError(403, "accessDenied", f"{identifier} belongs to another organization than {ORGANIZATION}.")
    return referral


def _not_stale(referral: Referral, if_match: str | None) -> None:
    if if_match not in {None, "*", referral.etag}:
        raise ApiError(412, "resourceModified", "The referral has changed since it was read.")
