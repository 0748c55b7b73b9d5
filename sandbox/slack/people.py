"""Who is in the emulated workspaces, and how Slack describes a person or a team; knows no channels."""

import csv
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sandbox import cast
from sandbox.slack.wire import Json

_SELLERS = Path(__file__).parent.parent / "data" / "crm_maven" / "sales_teams.csv"
TEAMS = {team.id: team for team in cast.TEAMS}
_TZ_LABELS = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Los_Angeles": "Pacific",
}


@dataclass(frozen=True)
class Person:
    """Somebody with a Slack account, or the bot."""

    id: str
    team: str
    name: str
    email: str
    role: str
    title: str
    tz: str
    is_bot: bool = False
    guest_of: int = 0  # how many channels a guest may be in; 0: no guest
    enterprise: str = ""
    bot_id: str = cast.BOT_ID  # of a bot
    app_id: str = cast.APP_ID
    is_gone: bool = False  # the account was deactivated

    @property
    def company(self) -> str:
        """The id events name this person's company by: on Enterprise Grid the enterprise's."""
        return self.enterprise or self.team

    @property
    def is_external(self) -> bool:
        """True for people of another organisation than the one that installed the app."""
        return self.team != cast.MERIDIAN.id

    @property
    def username(self) -> str:
        """The handle Slack shows in payloads."""
        return cast.slug(self.name)

    @property
    def team_name(self) -> str:
        """The organisation's display name."""
        return TEAMS[self.team].name


BOT = Person(cast.BOT_USER_ID, cast.MERIDIAN.id, "cosell", "", "bot", "Co-sell assistant", "Etc/UTC", is_bot=True)


def named_people() -> list[Person]:
    """The people and bots the cast names one by one."""
    return [_named(member) for member in (*cast.NAMED, *cast.OUTSIDERS)]


def _named(m: cast.Member) -> Person:
    person = Person(m.id, m.team, m.name, m.email, m.role.value, m.title, m.tz, m.bot is not None, m.guest_of)
    bot_id, app_id = m.bot or ("", "")
    return replace(person, enterprise=m.enterprise, bot_id=bot_id, app_id=app_id)


def sellers() -> list[Person]:
    """The sales agents of the recorded CRM data."""
    with _SELLERS.open(newline="", encoding="utf-8") as rows:
        return [_seller(row["sales_agent"], row["regional_office"]) for row in csv.DictReader(rows)]


def _seller(name: str, office: str) -> Person:
    return Person(
        cast.seller_slack_id(name),
        cast.MERIDIAN.id,
        name,
        cast.email_of(name),
        cast.Role.SELLER.value,
        f"Account executive, {office}",
        cast.REGION_TZ[office],
    )


def user_object(person: Person, *, now: datetime, is_stranger: bool, with_locale: bool = False) -> Json:
    """What users.info says; e-mail and locale only of our own people, as Slack Connect withholds them."""
    local = now.astimezone(ZoneInfo(person.tz))
    offset = local.utcoffset()
    user: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.username,
        "deleted": person.is_gone,
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": _tz_label(person.tz, local),
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": _profile(person),
        "is_admin": person.role == cast.Role.ADMIN.value,
        "is_owner": False,
        "is_primary_owner": False,
        **_restrictions(person),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1,
        "who_can_share_contact_card": "EVERYONE",
    }
    if person.is_external:
        user["is_stranger"] = is_stranger
    elif with_locale:
        user["locale"] = "en-US"
    if person.enterprise:
        user["enterprise_user"] = _enterprise_user(person)
    return user


def team_object(team_id: str) -> Json:
    """What team.info says."""
    team = TEAMS[team_id]
    return {
        "id": team.id,
        "name": team.name,
        "domain": subdomain(team_id),
        "email_domain": team.domain,
        "url": f"https://{subdomain(team_id)}.slack.com/",
        "icon": {"image_default": True},
    }


def subdomain(team_id: str) -> str:
    """'T0MERIDIAN' -> 'meridian'."""
    return TEAMS[team_id].domain.split(".")[0]


def user_profile(person: Person) -> Json:
    """The short profile Slack adds to events from people of another organisation."""
    first = person.name.split()[0]
    return {
        "avatar_hash": "",
        "image_72": "",
        "first_name": first,
        "real_name": person.name,
        "display_name": person.name,
        "team": person.team,
        "name": person.username,
        **_restrictions(person),
    }


def _restrictions(person: Person) -> Json:
    # A single-channel guest has both.
    return {"is_restricted": person.guest_of > 0, "is_ultra_restricted": person.guest_of == 1}


def _enterprise_user(person: Person) -> Json:
    return {
        "id": person.id,
        "enterprise_id": person.enterprise,
        "enterprise_name": person.team_name,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "teams": [person.team],
    }


def _profile(person: Person) -> Json:
    first, _, last = person.name.partition(" ")
    profile: Json = {
        "title": person.title,
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": first,
        "last_name": last,
        "team": person.team,
    }
    if person.is_bot:
        profile |= {"api_app_id": person.app_id, "bot_id": person.bot_id}
    elif not person.is_external:
        profile["email"] = person.email
    return profile


def _tz_label(tz: str, local: datetime) -> str:
    if tz in _TZ_LABELS:
        return f"{_TZ_LABELS[tz]} {'Daylight' if local.dst() else 'Standard'} Time"
    return local.tzname() or tz
