"""AWS's events on their two ways in, a door and a queue: kept once, and what each tells of is looked at; reads none."""

import logging
from collections.abc import Callable, Mapping

from pydantic import SecretStr
from starlette.routing import Route

from bot.settings import Settings
from connectors.aws.events import AwsEvent, event_of, is_authorised
from connectors.aws.queue import EventQueue, Message, open_queue
from handlers.portal_events import Heard, PortalEvents, keep, portal_route
from motions.ports import Ports
from motions.reviewing import look_at

log = logging.getLogger(__name__)

AWS = "aws"


def aws_door(settings: Settings, ports: Ports, wake: Callable[[str], object]) -> list[Route]:
    """POST /portal-events/aws, where a secret is set by which EventBridge is known."""
    secret = _secret(settings.aws_events_secret)
    if AWS not in ports.portals or secret is None:
        return []

    def heard(headers: Mapping[str, str], body: bytes) -> Heard | None:
        if not is_authorised(headers, secret):
            log.warning("portal-event.refused portal=%s reason=%s", AWS, "it does not carry the secret")
            return None
        return _heard(event_of(body, settings.aws_partner_catalog or ""))

    return [portal_route(AWS, _events(ports, wake, heard))]


def aws_pull(settings: Settings, ports: Ports, wake: Callable[[str], object]) -> Callable[[], int] | None:
    """What takes AWS's events from their queue, where one is named: stored first, then taken away."""
    if AWS not in ports.portals or settings.aws_events_queue_url is None:
        return None
    queue = open_queue(
        settings.aws_events_queue_url,
        endpoint_url=settings.aws_endpoint_url_sqs,
        access_key_id=settings.aws_access_key_id,
        secret_access_key=_secret(settings.aws_secret_access_key),
        session_token=_secret(settings.aws_session_token),
    )
    events = _events(ports, wake, lambda _headers, _body: None)  # a queue is read by who may

    def pull() -> int:
        told = [_kept(message, queue, events, settings.aws_partner_catalog or "") for message in queue.receive()]
        if any(heard.is_change for heard in told if heard is not None):
            events.wake()
        return len([heard for heard in told if heard is not None])

    return pull


def _kept(message: Message, queue: EventQueue, events: PortalEvents, catalog: str) -> Heard | None:
    """What a message tells, or None when it told so before."""
    heard = _heard(event_of(message.body, catalog))
    is_new = keep(heard, AWS, events)
    queue.delete(message)
    return heard if is_new else None


def _events(
    ports: Ports, wake: Callable[[str], object], read: Callable[[Mapping[str, str], bytes], Heard | None]
) -> PortalEvents:
    return PortalEvents(
        read=read,
        store=ports.store,
        clock=ports.clock,
        wake=lambda: wake("invitations.look"),
        look_at=lambda referral_id, key, uow: look_at(AWS, referral_id, f"event.{key}", uow),
    )


def _heard(event: AwsEvent) -> Heard:
    return Heard(event.key, event.is_invitation, event.referral_id)


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
