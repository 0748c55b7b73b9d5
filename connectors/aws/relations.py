"""What hangs on an opportunity: solutions, products, offers, put on and taken off one at a time; knows no deal."""

from connectors.aws.client import AwsClient
from connectors.aws.reading import related_of
from connectors.aws.refusals import Conflict
from motions.errors import NotVisible


def relate(client: AwsClient, referral_id: str, kind: str, identifier: str) -> None:
    """Hang one thing on a referral; what hangs there already is left. Raises Rejected for what AWS does not know."""
    try:
        client.write("associate_opportunity", **_named(referral_id, kind, identifier))
    except Conflict:
        if identifier not in _held(client, referral_id, kind):
            raise


def unrelate(client: AwsClient, referral_id: str, kind: str, identifier: str) -> None:
    """Take one thing off a referral; what does not hang there is gone already."""
    try:
        client.write("disassociate_opportunity", **_named(referral_id, kind, identifier))
    except NotVisible:
        if identifier in _held(client, referral_id, kind):
            raise


def _held(client: AwsClient, referral_id: str, kind: str) -> tuple[str, ...]:
    return related_of(client.read("get_opportunity", Identifier=referral_id)).get(kind, ())


def _named(referral_id: str, kind: str, identifier: str) -> dict[str, object]:
    return {
        "OpportunityIdentifier": referral_id,
        "RelatedEntityType": kind,
        "RelatedEntityIdentifier": identifier,
    }
