"""Putting an opportunity into the portal and showing it to the rules; knows no operation."""

from sandbox import cast
from sandbox.aws.cases import Case, error
from sandbox.aws.portal import Portal
from sandbox.aws.records import Opportunity
from sandbox.aws.wire import Body, Code, refused, text


def add(
    portal: Portal, catalog: str, body: Body, team: list[Body], *, origin: str, identifier: str = ""
) -> Opportunity:
    """Put a record into the portal, owned by the alliance lead, and announce it."""
    at = portal.now()
    opportunity = Opportunity(
        id=identifier or portal.opportunity_id(),
        catalog=catalog,
        origin=origin,
        body=body,
        team=[owner(cast.PRIYA.email), *(m for m in team if text(m, "BusinessTitle") != "OpportunityOwner")],
        created_at=at,
        modified_at=at,
    )
    portal.opportunities[opportunity.id] = opportunity
    portal.changed(opportunity, "Opportunity Created")
    opportunity.created_at = opportunity.modified_at
    return opportunity


def case_of(
    portal: Portal,
    catalog: str,
    body: Body,
    *,
    of: Opportunity | None = None,
    stored: Body | None = None,
    team: tuple[Body, ...] = (),
    origin: str = "",
    involvement: str = "",
    visibility: str = "",
) -> Case:
    """What the rules may look at for this record; `stored` is what an update replaces."""
    others = [o for o in portal.opportunities.values() if o.catalog == catalog and o is not of]
    taken = {text(other.body, "PartnerOpportunityIdentifier") for other in others} - {""}
    return Case(
        body=body,
        today=portal.now().date(),
        stored=stored or {},
        related=of.related if of else {},
        taken_ids=frozenset(taken),
        known_ids=frozenset(other.id for other in others),
        team=team,
        origin=origin,
        catalog=catalog,
        involvement=involvement,
        visibility=visibility,
    )


def owner(email: str) -> Body:
    """A Partner Central user as an opportunity's owner; their name is the portal's, not the caller's."""
    users = {member.email: member for member in cast.NAMED if member.team == cast.MERIDIAN.id}
    if email not in users:
        raise refused(error("Assignee.Email", f"User not found for Opportunity Owner email:{email}", Code.VALUE))
    first, last = users[email].name.split(" ", 1)
    return {"BusinessTitle": "OpportunityOwner", "Email": email, "FirstName": first, "LastName": last}
