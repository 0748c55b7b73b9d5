"""The moments around every outside call of a motion, by name, and which of them a bot was killed at."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from bench.chaos.company import CORRECTED, SHARED, Company, Json

# What makes a request this call of the motion and no other; see the gates in docs/sandbox.md.
CALLS: dict[str, Json] = {
    "salesforce:login": {"path": "/oauth2/token"},
    "salesforce:query changed deals": {"method": "GET", "path": "SystemModstamp >="},
    "salesforce:composite deal in full": {"method": "POST", "path": "/composite"},
    "salesforce:query deal before a write": {"method": "GET", "path": "SELECT Id, LastModifiedDate, Cosell"},
    "salesforce:PATCH Opportunity matched": {"method": "PATCH", "path": "/Opportunity/", "text": '"Matched"'},
    "salesforce:PATCH Opportunity denied": {"method": "PATCH", "path": "/Opportunity/", "text": '"Denied"'},
    "salesforce:PATCH Opportunity in review": {"method": "PATCH", "path": "/Opportunity/", "text": '"In review"'},
    "salesforce:PATCH Opportunity accepted": {"method": "PATCH", "path": "/Opportunity/", "text": '"Accepted"'},
    "salesforce:PATCH Opportunity engaged": {"method": "PATCH", "path": "/Opportunity/", "text": '"Engaged"'},
    "salesforce:PATCH Opportunity offer": {"method": "PATCH", "path": "/Opportunity/", "text": "Cosell_Offer_Id__c"},
    "salesforce:upsert Cosell_Motion__c": {"method": "PATCH", "path": "/Cosell_Motion__c/"},
    "salesforce:Task accepted": {"method": "POST", "path": "/sobjects/Task", "text": "crm.activity.accepted"},
    "salesforce:Task engaged": {"method": "POST", "path": "/sobjects/Task", "text": "crm.activity.engaged"},
    "aws:ListSolutions": {"target": "ListSolutions"},
    "aws:ListOpportunities of a customer": {"target": "ListOpportunities", "text": "CustomerCompanyName"},
    "aws:ListOpportunities changed": {"target": "ListOpportunities", "text": "SortBy"},
    "aws:CreateOpportunity": {"target": "CreateOpportunity"},
    "aws:AssociateOpportunity": {"target": "AssociateOpportunity", "text": '"Solutions"'},
    "aws:AssociateOpportunity offer": {"target": "AssociateOpportunity", "text": '"AwsMarketplaceOffers"'},
    "aws:StartEngagementFromOpportunityTask": {"target": "StartEngagementFromOpportunityTask"},
    "aws:ListEngagementFromOpportunityTasks": {"target": "ListEngagementFromOpportunityTasks"},
    "aws:GetOpportunity": {"target": "GetOpportunity"},
    "aws:GetAwsOpportunitySummary": {"target": "GetAwsOpportunitySummary"},
    "aws:UpdateOpportunity": {"target": "UpdateOpportunity", "lacks": CORRECTED},
    "aws:UpdateOpportunity correction": {"target": "UpdateOpportunity", "text": CORRECTED},
    "aws:ListEngagementInvitations": {"target": "ListEngagementInvitations"},
    "aws:GetEngagementInvitation": {"target": "GetEngagementInvitation"},
    "aws:StartEngagementByAcceptingInvitationTask": {"target": "StartEngagementByAcceptingInvitationTask"},
    "aws:ListEngagementByAcceptingInvitationTasks": {"target": "ListEngagementByAcceptingInvitationTasks"},
    "aws:RejectEngagementInvitation": {"target": "RejectEngagementInvitation"},
    "marketplace:DescribeEntity": {"path": "/marketplace/DescribeEntity"},
    "marketplace:StartChangeSet": {"path": "/marketplace/StartChangeSet"},
    "marketplace:ListChangeSets": {"path": "/marketplace/ListChangeSets"},
    "marketplace:DescribeChangeSet": {"path": "/marketplace/DescribeChangeSet"},
    "microsoft:token": {"path": "/microsoft/login"},
    "microsoft:list of ours": {"method": "GET", "path": "status eq"},
    "microsoft:list of an engagement": {"method": "GET", "path": "engagementId eq"},
    "microsoft:read": {"method": "GET", "path": "/engagements/referrals/"},
    "microsoft:create": {"method": "POST", "path": "/engagements/referrals", "lacks": "engagementId"},
    "microsoft:invite": {"method": "POST", "path": "/engagements/referrals", "text": "engagementId"},
    "microsoft:change": {"method": "PATCH", "path": "/engagements/referrals/"},
    "slack:files.info": {"path": "/api/files.info"},
    "slack:download": {"path": "/files-pri/"},
    "slack:files.getUploadURLExternal": {"path": "/api/files.getUploadURLExternal"},
    "slack:upload": {"path": "/slack/upload/"},
    "slack:files.completeUploadExternal": {"path": "/api/files.completeUploadExternal"},
    "slack:chat.postMessage sheet": {"path": "/api/chat.postMessage", "text": "sheet:"},
    "slack:conversations.info": {"path": "/api/conversations.info"},
    "slack:conversations.open": {"path": "/api/conversations.open"},
    "slack:views.open": {"path": "/api/views.open"},
    "slack:answer to a click": {"path": "/slack/hooks/"},
    "slack:chat.postMessage card": {"path": "/api/chat.postMessage", "text": ":card", "lacks": "sheet:"},
    "slack:chat.postMessage offer": {"path": "/api/chat.postMessage", "text": "offer:"},
    "slack:chat.postMessage handoff": {"path": "/api/chat.postMessage", "text": ":handoff"},
    "slack:chat.postMessage seller, accepted": {"path": "/api/chat.postMessage", "text": ":tell.accepted"},
    "slack:chat.postMessage seller, engaged": {"path": "/api/chat.postMessage", "text": ":tell.engaged"},
    "slack:chat.update card": {"path": "/api/chat.update", "text": "C0AWS"},
    "slack:chat.update handoff": {"path": "/api/chat.update", "text": SHARED},
}
SIDES = ("before", "after")


class Boundaries:
    """Which boundaries were hit, and the gates at those that were not."""

    def __init__(self, company: Company, rng: Random) -> None:
        self._company = company
        self._rng = rng
        self.hits: Counter[str] = Counter({f"{name}/{side}": 0 for name in CALLS for side in SIDES})

    @property
    def missed(self) -> list[str]:
        """The boundaries no bot was killed at yet."""
        return [name for name, hits in self.hits.items() if not hits]

    def arm(self) -> None:
        """Put a gate at every boundary not hit yet; of the two sides of one call, at one."""
        wishes = list(self._wishes())
        self._rng.shuffle(wishes)
        self._company.gates(wishes)

    def hit(self, held: list[Json]) -> None:
        """A bot was killed with these requests at a gate."""
        self.hits.update(f"{each['name']}/{each['when']}" for each in held)

    def release(self) -> None:
        """Take the gates away; what was not done yet is lost, or done after its sender's death."""
        self._company.release(drop=self._rng.random() < 0.5)  # noqa: PLR2004 - a coin

    def _wishes(self) -> Iterator[Json]:
        left = set(self.missed)
        for name, match in CALLS.items():
            sides = [side for side in SIDES if f"{name}/{side}" in left]
            if sides:
                yield {"name": name, "when": self._rng.choice(sides), **match}
