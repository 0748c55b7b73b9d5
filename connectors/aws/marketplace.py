"""The AWS Marketplace as a place where offers are drafted, and hung on what is filed in Partner Central.

Responsible for fitting both services to the `Marketplace` port; the wire is `catalog.py`, the words are `offers.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from connectors.aws.catalog import CATALOG, CatalogClient
from connectors.aws.client import AwsClient
from connectors.aws.offers import changes_for, judged, listing_from, offer_made, standing_of
from connectors.aws.reading import related_of
from connectors.aws.relations import relate
from motions.deals import Quote
from motions.errors import NotVisible, Rejected
from motions.offers import Check, Listing
from motions.proposals import sha256_of

_KIND = "AwsMarketplaceOffers"
_NAME_OF_KEY = 24  # characters of the token, by which a change set is found again


class AwsMarketplace:
    """Implements `motions.offers.Marketplace`. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired."""

    def __init__(self, catalog: CatalogClient, central: AwsClient) -> None:
        self._catalog = catalog
        self._central = central

    def judge(self, quote: Quote, today: date) -> Sequence[Check]:
        """Account, product, price, term and last day, as the Catalog API takes them."""
        return judged(quote, today)

    def listing(self, product: str) -> Listing | None:
        """A product of ours; what AWS refuses to look up by its id is none."""
        try:
            return listing_from(self._catalog.read("describe_entity", EntityId=product))
        except Rejected:
            return None

    def request(self, quote: Quote) -> Mapping[str, object]:
        """The change set, without the token and the name that its key gives it."""
        return {"Catalog": CATALOG, "ChangeSet": changes_for(quote)}

    def start(self, request: Mapping[str, object], key: str) -> str:
        """Start the change set."""
        token = _token(request, key)
        changes = request["ChangeSet"]
        assert isinstance(changes, list)
        return str(self._catalog.start_draft(changes, name=_name(token), token=token)["ChangeSetId"])

    def find(self, request: Mapping[str, object], key: str) -> str | None:
        """The change set of this name, which nobody else gives one."""
        only = [{"Name": "ChangeSetName", "ValueList": [_name(_token(request, key))]}]
        found = self._catalog.read("list_change_sets", FilterList=only)
        return next((str(one["ChangeSetId"]) for one in found.get("ChangeSetSummaryList") or ()), None)

    def outcome(self, started: str) -> str | None:
        """The offer the change set made."""
        return offer_made(self._catalog.read("describe_change_set", ChangeSetId=started))

    def standing(self, offer_id: str) -> str:
        """The state of the offer."""
        return standing_of(self._catalog.read("describe_entity", EntityId=offer_id))

    def link(self, referral_id: str, offer_id: str) -> None:
        """Associate the offer, by its ARN, with the opportunity."""
        relate(self._central, referral_id, _KIND, self._arn(offer_id))

    def is_linked(self, referral_id: str, offer_id: str) -> bool:
        """Whether the opportunity names the offer."""
        held = related_of(self._central.read("get_opportunity", Identifier=referral_id))
        return any(arn.rpartition("/")[2] == offer_id for arn in held.get(_KIND, ()))

    def _arn(self, offer_id: str) -> str:
        arn = self._catalog.read("describe_entity", EntityId=offer_id).get("EntityArn")
        if not arn:
            raise NotVisible("AWS Marketplace", f"{offer_id} has no name that an opportunity could be given")
        return str(arn)


def _token(request: Mapping[str, object], key: str) -> str:
    """The same key and the same bytes are the same call to AWS."""
    return sha256_of([key, request])


def _name(token: str) -> str:
    return f"cosell {token[:_NAME_OF_KEY]}"
