"""Who reads a place in Slack, asked in the moment of sending; fails closed, and knows nothing of what is sent."""

import logging
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from slack_sdk import WebClient

from handlers.desk import Identity
from handlers.directory import Directory, Profile
from handlers.directs import Directs
from handlers.pacing import Pacer
from motions.audiences import Audience, AudienceKind
from motions.errors import AuthExpired, Rejected
from motions.revisions import InForce

logger = logging.getLogger(__name__)

# Each of its people costs a call of the directory every ten minutes; who needs a bigger room says that guests are ours.
MEMBERS_AT_MOST = 500
_PAGE = 200


class Audiences:
    """conversations.info, and every member: whom a company let in as its guest is nobody of that company.

    A direct conversation we opened ourselves stays with whom we opened it with: only who that is by now is asked.
    """

    def __init__(self, client: WebClient, in_force: InForce, us: Identity, directory: Directory, pacer: Pacer) -> None:
        self._client = client
        self._us = us
        self._directory = directory
        self._pacer = pacer
        self.directs = Directs(client, pacer)
        self._in_force = in_force

    def of(self, channel: str) -> Audience:
        """Who would see a message there; UNKNOWN whenever Slack's answer does not settle it.

        Raises Unavailable when Slack does not answer: nothing was sent, and asking later may settle it.
        """
        try:
            user = self.directs.user_in(channel)
            found = self._of_direct(user) if user else self._of_channel(channel)
        except (Rejected, AuthExpired) as error:
            found = _unknown(str(error))
        if found.kind is AudienceKind.UNKNOWN:
            logger.warning("audience.unknown channel=%s why=%s", channel, found.why)
        return found

    def _of_channel(self, channel: str) -> Audience:
        with self._pacer.calling("conversations.info"):
            room: dict[str, Any] = self._client.conversations_info(channel=channel)["channel"]
        return self._of_direct(str(room.get("user"))) if room.get("is_im") else self._of_room(channel, room)

    def _of_direct(self, user_id: str) -> Audience:
        return self._of_reader(self._directory.fresh(user_id))

    def _of_reader(self, reader: Profile | None) -> Audience:
        if reader is None or reader.is_stranger:
            return _unknown("somebody reads there whom Slack does not tell us about")
        is_ours = self._us.is_ours(reader.orgs)
        if reader.is_guest and not (is_ours and self._in_force.config.policy.guests_are_internal):
            return _unknown("a guest reads there, who is not one of our own people")
        if is_ours:
            return Audience(AudienceKind.INTERNAL)
        return self._of_companies(reader.orgs & self._in_force.config.partner_of_team.keys() or {reader.team_id})

    def _of_room(self, channel: str, room: Mapping[str, Any]) -> Audience:
        others, why = _companies_in(room, self._us)
        if why:
            return _unknown(why)
        found = self._of_companies(others) if others else Audience(AudienceKind.INTERNAL)
        if found.kind is AudienceKind.UNKNOWN or self._in_force.config.policy.guests_are_internal:
            return found
        why = self._why_not_only(found, channel)
        return _unknown(why) if why else found

    def _of_companies(self, companies: AbstractSet[str]) -> Audience:
        known = self._in_force.config.partner_of_team
        if strange := companies - known.keys():
            return _unknown(f"a company reads there that is no partner ({', '.join(sorted(strange))})")
        partners = tuple(sorted({known[company] for company in companies}))
        return Audience(AudienceKind.ONE_PARTNER if len(partners) == 1 else AudienceKind.SEVERAL, partners)

    def _why_not_only(self, found: Audience, channel: str) -> str:
        """Why somebody reads there whom the channel's companies do not account for, or ''."""
        for count, member in enumerate(self._members(channel)):
            if count >= MEMBERS_AT_MOST:
                return f"more than {MEMBERS_AT_MOST} people are in it, too many to look for guests"
            reader = self._directory.by_id(member, self._pacer.calling) if member != self._us.bot_user_id else None
            if member == self._us.bot_user_id or (reader is not None and reader.is_deleted):
                continue
            of_reader = self._of_reader(reader)
            if of_reader.why:
                return of_reader.why
            if not set(of_reader.partners) <= set(found.partners):
                return "somebody of another company reads there"
        return ""

    def _members(self, channel: str) -> Iterator[str]:
        cursor = ""
        while True:
            with self._pacer.calling("conversations.members"):
                page = self._client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor or None)
            yield from page.get("members") or ()
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return


def _companies_in(room: Mapping[str, Any], us: Identity) -> tuple[AbstractSet[str], str]:
    """The other companies in a channel, and why Slack's answer does not settle them; one invited reads it tomorrow."""
    is_shared = room.get("is_ext_shared")
    if not isinstance(is_shared, bool):
        return set(), "Slack does not say whether it is shared"
    if room.get("is_pending_ext_shared") or room.get("pending_connected_team_ids") or room.get("pending_shared"):
        return set(), "another company is invited to it"
    connected = {str(team) for team in room.get("connected_team_ids") or ()}
    ours = us.orgs | {str(team) for team in room.get("internal_team_ids") or ()}
    if not is_shared:
        return (set(), "Slack names another company in it, but not as shared") if connected - ours else (set(), "")
    companies = connected | {str(team) for team in room.get("shared_team_ids") or ()}
    host = str(room.get("conversation_host_id") or "")
    if host.startswith("T"):  # on Enterprise Grid it is an enterprise's id, whose teams are in the lists
        companies.add(host)
    others = companies - ours
    return others, "" if others else "it is shared, and Slack does not say with whom"


def _unknown(why: str) -> Audience:
    return Audience(AudienceKind.UNKNOWN, why=why)
