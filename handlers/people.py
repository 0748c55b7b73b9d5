"""Who is who: Slack's directory says whose company somebody is of, the configuration says what they may do here."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk import WebClient

from handlers.desk import Identity
from handlers.slack_errors import translated
from motions.errors import Rejected
from motions.model import PartnerKey, Person, Role
from motions.policy import Configuration, Coverage
from motions.ports import Clock

logger = logging.getLogger(__name__)

_TTL = timedelta(minutes=10)
_KNOWN_AT_MOST = 2_000  # whoever was asked about longest ago is asked about again


@dataclass(frozen=True)
class _Profile:
    """What Slack says of a member; nothing of it is taken from the payload of a click."""

    user_id: str
    team_id: str
    orgs: frozenset[str]  # every team or enterprise id a payload may name this member's company by
    name: str
    email: str | None
    tz: str
    is_stranger: bool  # a bot, a deleted account, a guest, or somebody we share no channel with


class SlackPeople:
    """The People port over users.info and users.lookupByEmail, remembered for ten minutes."""

    def __init__(self, client: WebClient, configuration: Configuration, us: Identity, clock: Clock) -> None:
        self._client = client
        self._us = us
        self._clock = clock
        self._roles = _roles(configuration.coverage)
        self._partner_of_team = {team: p.key for p in configuration.partners for team in p.team_ids}
        self._known: dict[str, tuple[datetime, _Profile | None]] = {}
        self._lock = Lock()

    def person(self, team_id: str, user_id: str) -> Person:
        """The person behind an actor's ids; a STRANGER when Slack does not confirm them. Raises Unavailable.

        An empty `team_id` means that the payload named no company: Slack's directory alone decides then.
        """
        profile = self._profile(f"id:{user_id}", user_id=user_id)
        if profile is None:
            return Person(team_id=team_id, user_id=user_id, name="somebody unknown", role=Role.STRANGER)
        if team_id and team_id not in profile.orgs:
            logger.warning("person.mismatch user=%s claimed=%s", user_id, team_id)
            return Person(team_id=team_id, user_id=user_id, name=profile.name, role=Role.STRANGER)
        return self._person(profile)

    def by_email(self, email: str) -> Person | None:
        """One of our own people, or None. Raises Unavailable."""
        profile = self._profile(f"email:{email.casefold()}", email=email)
        if profile is None or profile.is_stranger or profile.team_id != self._us.team_id:
            return None
        return self._person(profile)

    def _person(self, profile: _Profile) -> Person:
        role, partner = self._role(profile)
        return Person(
            team_id=profile.team_id,
            user_id=profile.user_id,
            name=profile.name,
            role=role,
            email=profile.email,
            tz=profile.tz,
            partner=partner,
        )

    def _role(self, profile: _Profile) -> tuple[Role, PartnerKey | None]:
        if profile.is_stranger:
            return Role.STRANGER, None
        if profile.team_id == self._us.team_id:
            # Only here does an e-mail address mean anything: outsiders can write any into their profile.
            return self._roles.get((profile.email or "").casefold(), Role.SELLER), None
        partner = next((self._partner_of_team[org] for org in profile.orgs if org in self._partner_of_team), None)
        return (Role.PARTNER, partner) if partner else (Role.STRANGER, None)

    def _profile(self, key: str, *, user_id: str = "", email: str = "") -> _Profile | None:
        now = self._clock.now()
        with self._lock:
            until, known = self._known.get(key, (now, None))
        if now < until:
            return known
        profile = self._asked(user_id, email)
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = (now + _TTL, profile)
            if len(self._known) > _KNOWN_AT_MOST:
                del self._known[next(iter(self._known))]
        return profile

    def _asked(self, user_id: str, email: str) -> _Profile | None:
        try:
            if email:
                with translated("users.lookupByEmail"):
                    return _profile_of(self._client.users_lookupByEmail(email=email)["user"])
            with translated("users.info"):
                return _profile_of(self._client.users_info(user=user_id)["user"])
        except Rejected as error:
            logger.info("person.unknown error=%s", error)
            return None


def _profile_of(user: Mapping[str, Any]) -> _Profile:
    details = user.get("profile") or {}
    grid = user.get("enterprise_user") or {}
    team_id = str(user.get("team_id") or details.get("team") or "")
    orgs = {team_id, str(grid.get("enterprise_id") or ""), *(str(team) for team in grid.get("teams") or ())} - {""}
    outside = ("is_bot", "is_stranger", "deleted", "is_restricted", "is_ultra_restricted")
    return _Profile(
        user_id=str(user["id"]),
        team_id=team_id,
        orgs=frozenset(orgs),
        name=str(details.get("real_name") or user.get("real_name") or user.get("name") or user["id"]),
        email=details.get("email"),
        tz=str(user.get("tz") or "UTC"),
        is_stranger=any(user.get(flag) for flag in outside) or not team_id,
    )


def _roles(coverage: Coverage) -> dict[str, Role]:
    """E-mail address -> role; who has several has the one that may do most."""
    managers = {email for row in coverage.rows for email in (row.manager, row.backup)}
    by_rank = ((Role.ALLIANCE_MANAGER, managers), (Role.OPERATOR, coverage.operators), (Role.ADMIN, coverage.admins))
    return {email.casefold(): role for role, emails in by_rank for email in emails}
