"""Who is who: the company from Slack's directory, the role from the coverage file, and nothing from a claim."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from handlers.directory import Directory
from handlers.people import SlackPeople
from motions.errors import Unavailable
from motions.model import PartnerKey, Role
from motions.revisions import InForce
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import StillClock


def people_of(client: WebClient, clock: StillClock | None = None) -> SlackPeople:
    at = clock or StillClock()
    return SlackPeople(Directory(client, lambda: at.now().timestamp()), InForce(values.configuration()), US)


@pytest.fixture
def people(quiet_world: World) -> SlackPeople:
    return people_of(quiet_world.client())


@pytest.mark.parametrize(
    ("member", "role", "partner"),
    [
        (cast.PRIYA, Role.ALLIANCE_MANAGER, None),
        (cast.TOMAS, Role.ALLIANCE_MANAGER, None),
        (cast.DANA, Role.OPERATOR, None),
        (cast.SAM, Role.ADMIN, None),
        (cast.ALEX, Role.PARTNER, PartnerKey("aws")),
        (cast.KIM, Role.PARTNER, PartnerKey("northstar")),
    ],
    ids=lambda value: value.name if isinstance(value, cast.Member) else "",
)
def test_the_cast_is_known(people: SlackPeople, member: cast.Member, role: Role, partner: PartnerKey | None) -> None:
    person = people.person(member.team, member.id)

    assert (person.role, person.partner) == (role, partner)
    assert (person.name, person.tz, person.team_id) == (member.name, member.tz, member.team)


def test_everybody_else_of_ours_is_a_seller(people: SlackPeople) -> None:
    seller = cast.seller_slack_id("Darcel Schlecht")

    assert people.person(cast.MERIDIAN.id, seller).role is Role.SELLER


@pytest.mark.parametrize("claimed", ["T0AWSTEAM", "T0NOBODY", "E0GRID"])
def test_a_claimed_company_slack_does_not_confirm_makes_a_stranger(people: SlackPeople, claimed: str) -> None:
    assert people.person(claimed, cast.PRIYA.id).role is Role.STRANGER


def test_without_a_claim_the_directory_decides(people: SlackPeople) -> None:
    assert people.person("", cast.ALEX.id).role is Role.PARTNER


def test_somebody_unknown_is_a_stranger(people: SlackPeople) -> None:
    assert people.person(cast.MERIDIAN.id, "U0NOBODY").role is Role.STRANGER


def test_our_people_are_found_by_email_and_others_are_not(people: SlackPeople) -> None:
    found = people.by_email(cast.PRIYA.email.upper())

    assert found is not None
    assert (found.user_id, found.role) == (cast.PRIYA.id, Role.ALLIANCE_MANAGER)
    assert people.by_email(cast.ALEX.email) is None
    assert people.by_email("nobody@meridian.example") is None


def test_slack_is_asked_once_in_ten_minutes(quiet_world: World) -> None:
    clock = StillClock()
    people = people_of(quiet_world.client(), clock)

    for minutes in (0, 9, 2):
        clock.advance(timedelta(minutes=minutes))
        people.person(cast.MERIDIAN.id, cast.PRIYA.id)
        people.by_email(cast.PRIYA.email)

    assert len(quiet_world.look("calls", method="users.info")["calls"]) == 2
    assert len(quiet_world.look("calls", method="users.lookupByEmail")["calls"]) == 2


def test_a_failure_is_not_remembered(quiet_world: World, people: SlackPeople) -> None:
    quiet_world.control("faults", {"kind": "ratelimited", "method": "users.info"})

    with pytest.raises(Unavailable):
        people.person(cast.MERIDIAN.id, cast.PRIYA.id)

    assert people.person(cast.MERIDIAN.id, cast.PRIYA.id).role is Role.ALLIANCE_MANAGER


class OneMember(WebClient):
    """A client whose directory holds one member."""

    def __init__(self, **user: Any) -> None:
        super().__init__("xoxb-1", base_url="http://127.0.0.1:9/", retry_handlers=[])
        self._user = {"id": "U1", "team_id": cast.MERIDIAN.id, "profile": {"email": cast.PRIYA.email}, **user}

    def users_info(self, **_: Any) -> Any:
        return {"user": self._user}


def person_of(**user: Any) -> Any:
    people = people_of(OneMember(**user))
    return people.person("", "U1")


@pytest.mark.parametrize("flag", ["is_bot", "is_stranger", "deleted", "is_restricted", "is_ultra_restricted"])
def test_bots_guests_strangers_and_the_departed_have_no_role(flag: str) -> None:
    assert person_of(**{flag: True}).role is Role.STRANGER


@pytest.mark.parametrize("team", [cast.AWS.id, "T0ELSEWHERE"])
def test_an_outsider_with_our_managers_email_gets_no_role_of_ours(team: str) -> None:
    role = person_of(team_id=team).role

    assert role in {Role.PARTNER, Role.STRANGER}


def test_a_partner_on_grid_is_known_by_the_enterprise() -> None:
    people = people_of(OneMember(team_id=cast.AWS.id, enterprise_user={"enterprise_id": "E0AWS", "teams": ["T0OTHER"]}))

    assert people.person("E0AWS", "U1").role is Role.PARTNER


def test_a_member_without_a_company_is_a_stranger() -> None:
    assert person_of(team_id=None, profile={}).role is Role.STRANGER


class Absent(WebClient):
    """A client that has lost its directory."""

    def users_info(self, **_: Any) -> Any:
        answer = SlackResponse(
            client=self,
            http_verb="POST",
            api_url="x",
            req_args={},
            data={"ok": False, "error": "user_not_visible"},
            headers={},
            status_code=200,
        )
        raise SlackApiError("no", answer)  # type: ignore[no-untyped-call]  # the SDK leaves it unannotated


def test_somebody_slack_does_not_show_us_is_a_stranger() -> None:
    people = people_of(Absent("xoxb-1"))

    assert people.person("T1", "U1").role is Role.STRANGER


class Crowd(WebClient):
    """A directory in which everybody is, and who was asked about."""

    def __init__(self) -> None:
        super().__init__("xoxb-1")
        self.asked: list[str] = []

    def users_info(self, *, user: str, **_: Any) -> Any:
        self.asked.append(user)
        return {"user": {"id": user, "team_id": US.team_id}}


def test_a_crowd_is_not_remembered_for_ever() -> None:
    crowd = Crowd()
    people = people_of(crowd)
    everybody = [f"U{n}" for n in range(2_001)]

    for user in (*everybody, everybody[-1], everybody[0]):
        people.person(US.team_id, user)

    assert crowd.asked == [*everybody, everybody[0]]
