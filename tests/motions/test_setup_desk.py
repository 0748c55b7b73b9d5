"""Setting cosell up from Slack: admins alone, each step checked before it is in force and looked at afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.configuration import ConfigFolder
from bot.settings import DEFAULTS
from motions.answer_surfaces import ProblemAnswer
from motions.asking import answer
from motions.audiences import Audience
from motions.configuring import put_in_force
from motions.errors import OUR_PACE, Unavailable
from motions.model import Person, Token
from motions.revisions import Edit, InForce
from motions.setup_desk import save_setup, setup_form
from motions.setup_surfaces import SetupForm, SetupList
from motions.surfaces import ClickReply
from tests.fakes.world import ALEX, DANA, PRIYA, SAM, SELLER, SHARED, TOMAS, World, world

TEAM = "T0AWSTEAM"
PARTNER: Mapping[str, Any] = {
    "name": "Initech",
    "portal": "none",
    "teams": "T0INITECH1",
    "channel": "",
    "shares": "none",
}
ROW: Mapping[str, Any] = {
    "partner": "initech",
    "region": "*",
    "channel": "C0AWSEAST",
    "manager": PRIYA.user_id,
    "backup": TOMAS.user_id,
}
RULE: Mapping[str, Any] = {
    "id": "all",
    "when": [{"field": "amount", "op": "gte", "value": 1}],
    "partners": ["*"],
    "effect": "points",
    "points": 0.5,
    "because": "any deal",
    "owner": "dana",
}
AS_SHOWN: Mapping[str, Any] = {
    "name": "AWS",
    "portal": "aws",
    "teams": TEAM,
    "channel": SHARED,
    "shares": "kept",
}
COMPANY: Mapping[str, Any] = {"company": "Umbrella", "two_people": "250,000", "lapse": "3", "digest": "07:15"}


def test_what_is_there_is_listed_with_what_is_wrong_and_admins_change_it() -> None:
    made = world()

    for person, may_change in ((SAM, True), (DANA, False)):
        steps = {step.title: step for step in _list(made, person).steps}
        assert list(steps) == ["Our company", "People", "Partners", "Who looks after whom"]
        assert (
            steps["Our company"].lines[0].says.startswith("Partners know us as Meridian. Two people approve from 1,000")
        )
        assert [line.says for line in steps["Partners"].lines][:1] == ["AWS: filed with aws, shared channel"]
        assert steps["Who looks after whom"].lines[0].says.startswith("AWS in Central: priya.raman@")
        assert all((line.token is not None) is may_change for line in steps["Partners"].lines)
        assert (steps["Partners"].add is not None) is may_change
    for person in (SELLER, PRIYA, ALEX):
        assert isinstance(answer("setup", person, made.ports), ProblemAnswer)


def test_a_word_narrows_the_list_to_the_lines_that_have_it() -> None:
    made = world()

    found = answer("setup NORTHSTAR", SAM, made.ports)
    nothing = answer("setup no such thing", SAM, made.ports)

    assert isinstance(found, SetupList)
    assert isinstance(nothing, SetupList)
    assert all("northstar" in line.says.casefold() for step in found.steps for line in step.lines)
    assert {step.title for step in found.steps} >= {"Partners"}
    assert nothing.steps == ()


def test_an_empty_workspace_is_set_up_step_by_step() -> None:
    made = _empty()
    assert [len(step.lines) for step in _list(made, SAM).steps] == [1, 2, 0, 0]

    _save(made, "Our company", COMPANY)
    _save(made, "People", {"operators": [DANA.user_id], "admins": [SAM.user_id]})
    _add(
        made,
        "Partners",
        {**PARTNER, "name": "AWS", "portal": "aws", "teams": TEAM, "channel": SHARED, "shares": "standard"},
    )
    [aws] = made.ports.config.partners
    assert [problem.partition(",")[0] for problem in _problems(made)] == [
        "Nobody looks after it",
        "No match rule speaks of it",
    ]
    put_in_force([Edit("rules.yml", ("rules",), [RULE])], 3, "a rule", SAM, made.ports)
    _add(made, "Who looks after whom", {**ROW, "partner": "aws", "region": "Central", "channel": "C0AWSCENT"})

    policy, coverage = made.ports.config.policy, made.ports.config.coverage
    assert (policy.company, policy.two_people_from, policy.approval_expires_after.days) == (
        "Umbrella",
        Decimal(250_000),
        3,
    )
    assert f"{policy.digest_at:%H:%M}" == "07:15"
    assert (coverage.operators, coverage.admins) == ((DANA.email,), (SAM.email,))
    assert (aws.key, aws.portal, aws.team_ids, aws.shared_channel) == ("aws", "aws", (TEAM,), SHARED)
    [row] = coverage.rows
    assert (row.partner, row.region, row.manager, row.backup) == ("aws", "Central", PRIYA.email, TOMAS.email)
    shipped = world().ports.config.partners[0].grant
    assert shipped is not None
    assert aws.grant == shipped.model_copy(update={"propose_at_start": False})
    assert _problems(made) == []
    assert made.read(lambda uow: uow.revisions.newest()) == 5


def test_a_row_and_a_partner_are_changed_where_they_stand_and_keep_what_the_form_does_not_show() -> None:
    made = world()
    before = made.ports.config

    _save(made, "Partners", {**PARTNER, "name": "AWS", "portal": "aws", "teams": TEAM, "shares": "kept"})
    _save(made, "Who looks after whom", {**ROW, "partner": "northstar", "region": "North"}, n=1)

    after = made.ports.config
    assert after.partners[0] == before.partners[0].model_copy(update={"shared_channel": None})
    assert [row.partner for row in after.coverage.rows] == ["aws", "northstar", "aws"]
    assert after.coverage.rows[::2] == before.coverage.rows[::2]


@pytest.mark.parametrize(
    ("step", "typed", "place", "said"),
    [
        ("Our company", {**COMPANY, "company": " "}, "company", "Say how partners know us."),
        ("Our company", {**COMPANY, "two_people": "-5"}, "two_people", "Type a whole amount"),
        ("Our company", {**COMPANY, "two_people": "NaN"}, "two_people", "Type a whole amount"),
        ("Our company", {**COMPANY, "two_people": "20.000"}, "two_people", "Type a whole amount"),
        ("Our company", {**COMPANY, "two_people": "1,5"}, "two_people", "Type a whole amount"),
        ("Our company", {**COMPANY, "lapse": "90"}, "lapse", "Type a whole number of days"),
        ("Our company", {**COMPANY, "digest": "25:00"}, "digest", "Type a time of day"),
        ("People", {"operators": [], "admins": [SAM.user_id]}, "operators", "Somebody has to be told"),
        ("People", {"operators": [DANA.user_id], "admins": [PRIYA.user_id]}, "admins", "You would not be an admin"),
        ("People", {"operators": [ALEX.user_id], "admins": [SAM.user_id]}, "operators", "Pick somebody of ours"),
        ("Partners", {**PARTNER, "name": ""}, "name", "Say how the partner is called."),
        ("Partners", {**PARTNER, "name": "northstar INTEGRATORS"}, "name", "Another partner is called so."),
        ("Partners", {**PARTNER, "teams": "initech"}, "teams", "INITECH is no id of a Slack organisation."),
        ("Partners", {**PARTNER, "teams": "T0NORTHSTR"}, "teams", "T0NORTHSTR is Northstar Integrators's."),
        ("Partners", {**PARTNER, "channel": "C0SHAREDNST"}, "channel", "This is the channel we share with Northstar"),
        ("Who looks after whom", {**ROW, "partner": ""}, "partner", "Pick a partner."),
        ("Who looks after whom", {**ROW, "region": ""}, "region", "Name a region"),
        ("Who looks after whom", {**ROW, "channel": ""}, "channel", "Pick a channel."),
        ("Who looks after whom", {**ROW, "manager": ALEX.user_id}, "manager", "Pick somebody of ours"),
        ("Who looks after whom", {**ROW, "backup": ""}, "backup", "Pick somebody of ours"),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(step: str, typed: Mapping[str, Any], place: str, said: str) -> None:
    made = world()

    outcome = save_setup(_token(made, step), SAM, typed, made.ports)

    assert isinstance(outcome, dict)
    assert outcome[place].startswith(said)
    assert made.ports.in_force.number == 0


def test_only_what_was_changed_is_and_a_changed_policy_says_what_that_ends() -> None:
    made = world()
    put_in_force([Edit("policy.yml", ("approval_expires_after",), "P1DT12H")], 0, "by hand", SAM, made.ports)
    as_shown = {"company": "Meridian", "two_people": "1000000", "lapse": "1.5", "digest": "08:30"}

    same = save_setup(_token(made, "Our company"), SAM, as_shown, made.ports)
    other = _save(made, "Our company", {**as_shown, "digest": "09:00"})

    assert isinstance(same, ClickReply)
    assert same.text == "Nothing was different, so nothing was changed."
    assert made.ports.config.policy.approval_expires_after == timedelta(days=1.5)
    assert "standing approvals end" in other.text
    assert "standing approvals" not in _save(made, "Partners", {**AS_SHOWN, "name": "Amazon"}).text


def test_a_partner_of_another_name_keeps_the_one_the_crm_calls_it_by() -> None:
    made = world()

    _save(made, "Partners", {**AS_SHOWN, "name": "Amazon Partners"})

    assert {"AWS", "Amazon Partners", "Amazon"} <= made.ports.config.partner_names.keys()
    assert made.ports.config.partners[0].grant == world().ports.config.partners[0].grant


def test_whom_slack_does_not_know_stays_what_they_are() -> None:
    made = world()
    put_in_force(
        [Edit("coverage.yml", ("operators",), [DANA.email, "deals@acme.example"])], 0, "by hand", SAM, made.ports
    )

    _save(made, "People", {"operators": [PRIYA.user_id, DANA.user_id], "admins": [SAM.user_id]})

    assert set(made.ports.config.coverage.operators) == {DANA.email, PRIYA.email, "deals@acme.example"}


def test_a_row_is_not_taken_for_the_one_that_stood_in_its_place() -> None:
    made = world()
    token = _token(made, "Who looks after whom", 1)
    _save(made, "People", {"operators": [PRIYA.user_id], "admins": [SAM.user_id]})

    assert isinstance(setup_form(token, SAM, made.ports), ClickReply)


def test_a_channel_that_somebody_else_reads_is_told_of_at_once_and_in_the_list() -> None:
    made = world()

    reply = _add(made, "Who looks after whom", {**ROW, "partner": "northstar", "channel": SHARED})

    assert reply.text.startswith("In force now. But look:")
    assert any(SHARED in problem or "read" in problem for problem in _problems(made))


def test_a_channel_nobody_can_be_asked_about_now_is_set_up_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = world()

    def too_soon(_channel: str) -> Audience:
        raise Unavailable(OUR_PACE, "conversations.info would come too soon for Slack", retry_after=1)

    monkeypatch.setattr(made.messenger, "audience", too_soon)
    reply = _add(made, "Who looks after whom", {**ROW, "partner": "northstar", "channel": SHARED})

    assert reply.text.startswith("In force now. Who reads the channel could not be asked now")
    assert "before anything is sent there" in reply.text
    assert made.ports.config.coverage.rows[-1].channel == SHARED


def test_what_never_counts_and_whom_nobody_knows_is_pointed_out() -> None:
    made = world()
    rows = [
        {
            "partner": "aws",
            "region": "*",
            "channel": "C0AWSCENT",
            "manager": PRIYA.email,
            "backup": "gone@meridian.example",
        },
        {"partner": "aws", "region": "East", "channel": "C0AWSEAST", "manager": PRIYA.email, "backup": TOMAS.email},
    ]
    put_in_force([Edit("coverage.yml", ("rows",), rows)], 0, "by hand", SAM, made.ports)

    assert _problems(made) == [
        "Slack knows nobody of ours as gone@meridian.example.",
        "A row above fits wherever this one does, so this one is never asked.",
    ]


def test_nobody_else_and_nothing_older_than_what_is_in_force_changes_anything() -> None:
    made = world()
    token = _token(made, "Our company")
    for person in (DANA, PRIYA, SELLER, ALEX):
        assert isinstance(setup_form(token, person, made.ports), ClickReply)
        assert isinstance(save_setup(token, person, COMPANY, made.ports), ClickReply)
    _save(made, "People", {"operators": [PRIYA.user_id], "admins": [SAM.user_id]})

    late = save_setup(token, SAM, COMPANY, made.ports)
    gone = setup_form(Token("1.partner:ibm"), SAM, made.ports)

    assert isinstance(late, ClickReply)
    assert late.text.startswith("Somebody changed something meanwhile, so nothing was changed.")
    assert isinstance(gone, ClickReply)
    assert made.ports.config.policy.company == "Meridian"


def _empty() -> World:
    made = world(shares=False)
    files = dict(ConfigFolder(DEFAULTS).on_disk())
    files |= {"partners.yml": "[]\n", "rules.yml": "rules: []\n"}
    files["coverage.yml"] = f"rows: []\noperators: [{SAM.email}]\nadmins: [{SAM.email}]\n"

    class Blank(ConfigFolder):
        def on_disk(self) -> Mapping[str, str]:
            return files

    blank = Blank(DEFAULTS, portals=("aws",))
    made.ports = replace(made.ports, config_files=blank, in_force=InForce(blank.read(files)))
    return made


def _list(made: World, person: Person) -> SetupList:
    found = answer("setup", person, made.ports)
    assert isinstance(found, SetupList)
    return found


def _problems(made: World) -> list[str]:
    return [problem for step in _list(made, SAM).steps for line in step.lines for problem in line.problems]


def _token(made: World, title: str, n: int = 0) -> Token:
    token = next(step for step in _list(made, SAM).steps if step.title == title).lines[n].token
    assert token is not None
    return token


def _save(made: World, title: str, typed: Mapping[str, Any], n: int = 0) -> ClickReply:
    return _saved(made, _token(made, title, n), typed)


def _add(made: World, title: str, typed: Mapping[str, Any]) -> ClickReply:
    add = next(step for step in _list(made, SAM).steps if step.title == title).add
    assert add is not None
    return _saved(made, add[1], typed)


def _saved(made: World, token: Token, typed: Mapping[str, Any]) -> ClickReply:
    assert isinstance(setup_form(token, SAM, made.ports), SetupForm)
    reply = save_setup(token, SAM, typed, made.ports)
    assert isinstance(reply, ClickReply), reply
    assert reply.text.startswith("In force now."), reply
    return reply
