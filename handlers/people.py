"""Who is who: Slack's directory says whose company somebody is of, the configuration says what they may do here."""

import logging

from handlers.desk import Identity
from handlers.directory import Directory, Profile
from motions.coverage import Coverage
from motions.model import PartnerKey, Person, Role
from motions.revisions import InForce

logger = logging.getLogger(__name__)


class SlackPeople:
    """The People port over Slack's directory."""

    def __init__(self, directory: Directory, in_force: InForce, us: Identity) -> None:
        self._directory = directory
        self._us = us
        self._in_force = in_force

    def person(self, team_id: str, user_id: str) -> Person:
        """The person behind an actor's ids; a STRANGER when Slack does not confirm them. Raises Unavailable.

        An empty `team_id` means that the payload named no company: Slack's directory alone decides then.
        """
        profile = self._directory.by_id(user_id)
        if profile is None:
            return Person(team_id=team_id, user_id=user_id, name="somebody unknown", role=Role.STRANGER)
        if team_id and team_id not in profile.orgs:
            logger.warning("person.mismatch user=%s claimed=%s", user_id, team_id)
            return Person(team_id=team_id, user_id=user_id, name=profile.name, role=Role.STRANGER)
        return self._person(profile)

    def by_email(self, email: str) -> Person | None:
        """One of our own people, or None. Raises Unavailable."""
        profile = self._directory.by_email(email)
        if profile is None or _is_nobody(profile) or not self._us.is_ours(profile.orgs):
            return None
        return self._person(profile)

    def _person(self, profile: Profile) -> Person:
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

    def _role(self, profile: Profile) -> tuple[Role, PartnerKey | None]:
        if _is_nobody(profile):
            return Role.STRANGER, None
        if self._us.is_ours(profile.orgs):
            # Only here does an e-mail address mean anything: outsiders can write any into their profile.
            roles = _roles(self._in_force.config.coverage)
            return roles.get((profile.email or "").casefold(), Role.SELLER), None
        partner_of_team = self._in_force.config.partner_of_team
        partners = {partner_of_team[org] for org in profile.orgs if org in partner_of_team}
        # Somebody of two partners' companies would read for one what is the other's.
        return (Role.PARTNER, partners.pop()) if len(partners) == 1 else (Role.STRANGER, None)


def _is_nobody(profile: Profile) -> bool:
    return profile.is_deleted or profile.is_stranger or profile.is_bot or profile.is_guest


def _roles(coverage: Coverage) -> dict[str, Role]:
    """E-mail address -> role; who has several has the one that may do most."""
    managers = {email for row in coverage.rows for email in (row.manager, row.backup)}
    by_rank = ((Role.ALLIANCE_MANAGER, managers), (Role.OPERATOR, coverage.operators), (Role.ADMIN, coverage.admins))
    return {email.casefold(): role for role, emails in by_rank for email in emails}
