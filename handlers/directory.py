"""Slack's directory: what it says of a member, remembered for ten minutes; knows no role and no channel."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeAlias

from slack_sdk import WebClient

from handlers.slack_errors import translated
from motions.errors import Rejected

logger = logging.getLogger(__name__)

_TTL = 600.0  # seconds
_KNOWN_AT_MOST = 2_000  # whoever was asked about longest ago is asked about again

Calling: TypeAlias = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Profile:
    """What Slack says of a member; nothing of it is taken from the payload of a click."""

    user_id: str
    team_id: str
    orgs: frozenset[str]  # every team or enterprise id a payload may name this member's company by
    name: str
    email: str | None
    tz: str
    is_guest: bool  # invited by that company, and not of it
    is_bot: bool
    is_deleted: bool
    is_stranger: bool  # somebody we share no channel with, or of no company


class Directory:
    """users.info and users.lookupByEmail. Raises Unavailable, and remembers no failure."""

    def __init__(self, client: WebClient, now: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._now = now
        self._known: dict[str, tuple[float, Profile | None]] = {}
        self._lock = Lock()

    def by_id(self, user_id: str, calling: Calling = translated) -> Profile | None:
        """The member with this id, or None when Slack shows us none; `calling` goes around a call that is needed."""
        return self._profile(f"id:{user_id}", lambda: self._by_id(user_id, calling))

    def fresh(self, user_id: str) -> Profile | None:
        """The same, asked now."""
        return self._remembered(f"id:{user_id}", self._by_id(user_id, translated))

    def by_email(self, email: str) -> Profile | None:
        """The member of our own workspace with this address, or None."""
        return self._profile(f"email:{email.casefold()}", lambda: self._by_email(email))

    def _profile(self, key: str, ask: Callable[[], Profile | None]) -> Profile | None:
        now = self._now()
        with self._lock:
            until, known = self._known.get(key, (now, None))
        return known if now < until else self._remembered(key, ask())

    def _remembered(self, key: str, profile: Profile | None) -> Profile | None:
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = (self._now() + _TTL, profile)
            if len(self._known) > _KNOWN_AT_MOST:
                del self._known[next(iter(self._known))]
        return profile

    def _by_id(self, user_id: str, calling: Calling) -> Profile | None:
        try:
            with calling("users.info"):
                return _profile_of(self._client.users_info(user=user_id)["user"])
        except Rejected as error:
            logger.info("person.unknown error=%s", error)
            return None

    def _by_email(self, email: str) -> Profile | None:
        try:
            with translated("users.lookupByEmail"):
                return _profile_of(self._client.users_lookupByEmail(email=email)["user"])
        except Rejected as error:
            logger.info("person.unknown error=%s", error)
            return None


def _profile_of(user: Mapping[str, Any]) -> Profile:
    details = user.get("profile") or {}
    grid = user.get("enterprise_user") or {}
    team_id = str(user.get("team_id") or details.get("team") or "")
    orgs = {team_id, str(grid.get("enterprise_id") or ""), *(str(team) for team in grid.get("teams") or ())} - {""}
    return Profile(
        user_id=str(user["id"]),
        team_id=team_id,
        orgs=frozenset(orgs),
        name=str(details.get("real_name") or user.get("real_name") or user.get("name") or user["id"]),
        email=details.get("email"),
        tz=str(user.get("tz") or "UTC"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")),
        is_deleted=bool(user.get("deleted")),
        is_stranger=bool(user.get("is_stranger")) or not team_id,
    )
