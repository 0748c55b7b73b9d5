"""Setting up in Slack: the list, a step's form, and what is typed into it."""

import json
from typing import Any

import pytest

from handlers.views import setup as views
from handlers.views.answers import draw
from motions.model import Token
from motions.setup_surfaces import Kind, SetupForm, SetupInput, SetupLine, SetupList, SetupStep
from motions.surfaces import ClickOutcome, ClickReply
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder
from tests.handlers.test_view_limits import extreme
from tests.handlers.validators import check_message, check_view

PRIYA = values.person()
TOKEN = Token("3.coverage:0")
FORM = SetupForm(
    TOKEN,
    "Who looks after whom",
    (
        SetupInput("partner", "Partner", Kind.PICK, "aws", options=(("aws", "AWS"), ("nst", "Northstar"))),
        SetupInput("region", "Region", value="Central", is_optional=True),
        SetupInput("channel", "Channel", Kind.CHANNEL, "C0AWSCENT"),
        SetupInput("manager", "Manager", Kind.PERSON, cast.PRIYA.id),
        SetupInput("operators", "Operators", Kind.PEOPLE, (cast.DANA.id, cast.SAM.id)),
    ),
)
TYPED = {
    "partner": "aws",
    "region": "Central",
    "channel": "C0AWSCENT",
    "manager": cast.PRIYA.id,
    "operators": [cast.DANA.id, cast.SAM.id],
}


def opened(world: World, recorder: Recorder) -> dict[str, Any]:
    """Type `/cosell setup` and press Change."""
    recorder.said = SetupList((SetupStep("Partners", (SetupLine("AWS", "C0SHAREDAWS", ("Look at it",), TOKEN),)),))
    recorder.returns["setup.form"] = FORM
    world.act("command", cast.PRIYA, channel="C0AWSCENT", command="/cosell", text="setup")
    world.settle()
    [shown] = [each for each in world.look("messages")["messages"] if each["ephemeral_to"] == cast.PRIYA.id]
    world.act("action", cast.PRIYA, channel="C0AWSCENT", message_ts=shown["ts"], action_id=views.CHANGE)
    world.settle()
    return modal_of(world)


def modal_of(world: World) -> dict[str, Any]:
    """The form Priya has open."""
    [found] = world.look("views")["modals"][cast.PRIYA.id]
    assert isinstance(found, dict)
    return found


def test_a_step_s_form_is_sent_as_it_was_picked(world: World, recorder: Recorder) -> None:
    modal = opened(world, recorder)
    recorder.returns["setup.save"] = ClickReply(ClickOutcome.DONE, "In force now.")

    world.act("submit", cast.PRIYA, view_id=modal["id"], values={})
    world.settle()

    assert recorder.calls[-1] == ("setup.save", TOKEN, PRIYA, TYPED)
    assert "In force now." in json.dumps(modal_of(world)["blocks"])


def test_a_complaint_stands_beside_its_input(world: World, recorder: Recorder) -> None:
    modal = opened(world, recorder)
    recorder.returns["setup.save"] = {"region": "Name a region, or *."}

    outcome = world.act("submit", cast.PRIYA, view_id=modal["id"], values={})

    assert outcome["errors"] == {"region": "Name a region, or *."}


def test_the_list_counts_what_is_to_do_and_links_to_channels() -> None:
    line = SetupLine("AWS <!channel>", "C0SHAREDAWS", ("Nobody looks after it.",))
    drawn = draw(SetupList((SetupStep("Partners", (line,), missing="There is none."),)))

    said = json.dumps(drawn["blocks"])
    assert drawn["text"] == "2 things to look at"
    assert "<#C0SHAREDAWS>" in said
    assert "<!channel>" not in said
    assert views.CHANGE not in said


def test_what_does_not_fit_is_counted_and_what_is_to_do_comes_first() -> None:
    fine = tuple(SetupLine(f"AWS in region {n}", "C0AWSCENT", token=TOKEN) for n in range(200))
    wrong = SetupLine("AWS in the last region", "C0AWSCENT", ("A guest reads it.",), TOKEN)
    steps = (
        SetupStep("Partners", fine[:3], ("Add a partner", TOKEN)),
        SetupStep("Rows", (*fine, wrong), ("Add", TOKEN)),
    )

    drawn = draw(SetupList(steps))
    said = json.dumps(drawn["blocks"])

    check_message(drawn)
    assert "A guest reads it." in said
    assert said.count(views.ADD) == 2
    assert said.index("region 0") < said.index("the last region")
    assert "more: `/cosell setup" in said


@pytest.mark.parametrize(
    ("steps", "said"), [((), "Nothing that is set up"), ((SetupStep("Rows", ()),), "with “x” in it")]
)
def test_a_narrowed_list_says_so(steps: tuple[SetupStep, ...], said: str) -> None:
    assert said in str(draw(SetupList(steps, "x"))["text"])


@extreme
@pytest.mark.parametrize("count", [0, 1, 12, 10_000])
def test_every_face_of_it_fits(name: str, count: int) -> None:
    line = SetupLine(name * 3, name, (name,) * 9, TOKEN)
    steps = tuple(SetupStep(name, (line,) * count, (name[:75] or "Add", TOKEN), name) for _ in range(4))
    options = tuple((f"p{n}", name) for n in range(max(min(count, 300), 1)))
    inputs = (
        SetupInput("pick", name[:90] or "x", Kind.PICK, "p0", options=options, hint=name),
        SetupInput("none", "None", Kind.PICK),
        SetupInput("text", "Text", value=name[:300], is_optional=True),
        *FORM.inputs[2:],
    )

    check_message(draw(SetupList(steps)))
    check_view(views.setup_modal(SetupForm(TOKEN, name, inputs)))
