"""The step of a workflow: it starts a motion for whom the workflow names, and gives back nothing of the deal."""

from datetime import timedelta
from typing import Any

import pytest

from handlers import steps
from handlers.workers import Workers
from sandbox import cast
from sandbox.slack.workflows import STEPS
from tests.handlers import values
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder, RefusingStore, StillClock


def run(world: World, asker: str = cast.PRIYA.id, deal: str = "Acme") -> str:
    """A workflow that runs the step; what whoever ran it is told at its end."""
    inputs = {steps.DEAL: deal, steps.ASKER: asker}
    assert world.act("workflow", cast.DANA, callback_id=steps.START, inputs=inputs)["ok"]
    world.settle()
    return (told(world) or [""])[-1]


def told(world: World) -> list[str]:
    seen: list[dict[str, Any]] = world.look(f"seen/{cast.DANA.id}")["items"]
    return [each["content"]["text"] for each in seen if each["kind"] == "notice"]


def test_the_step_starts_the_deals_motion_for_whom_the_workflow_names(world: World, recorder: Recorder) -> None:
    ended = run(world)

    assert recorder.calls == [("start_deal", "Acme", values.person())]
    assert ended == f"The workflow went on: {steps.UNDER_WAY}"


def test_where_nothing_starts_the_workflow_ends_and_learns_nothing_of_the_deal(
    world: World, recorder: Recorder
) -> None:
    recorder.is_started = False

    assert run(world) == f"The workflow ended: {steps.NOT_STARTED}"


@pytest.mark.parametrize("asker", [cast.ALEX.id, "U0NOBODY"])
def test_only_for_our_own_people(world: World, recorder: Recorder, asker: str) -> None:
    assert run(world, asker) == f"The workflow ended: {steps.NOT_OURS}"
    assert recorder.calls == []


def test_the_step_delivered_twice_is_run_once(world: World, recorder: Recorder) -> None:
    run(world)
    world.control("redeliver", {"count": 1})
    world.settle()

    assert len(recorder.calls) == 1
    assert len(told(world)) == 1


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("kind", ["http_503_html", "drop_after_accept"])
def test_what_slack_did_not_answer_is_said_again_and_a_workflow_that_is_over_left_alone(
    world: World, store: RefusingStore, workers: Workers, clock: StillClock, kind: str
) -> None:
    world.control("faults", {"kind": kind, "method": "functions.completeSuccess"})
    run(world)
    ((_, _, payload),) = store.waiting()
    clock.advance(timedelta(minutes=1))
    workers.replay()

    assert store.waiting() == []
    assert told(world) == [f"The workflow went on: {steps.UNDER_WAY}"]
    assert "function_execution_id" in payload
    assert "bot_access_token" not in payload


@pytest.mark.usefixtures("recorder")
def test_a_refusal_for_any_other_reason_is_not_taken_for_a_workflow_that_is_over(
    world: World, store: RefusingStore
) -> None:
    world.control("faults", {"kind": "error", "method": "functions.completeSuccess", "error": "access_denied"})

    run(world)

    assert len(store.waiting()) == 1
    assert told(world) == []


def test_the_sandbox_offers_the_step_as_the_listeners_know_it() -> None:
    step = STEPS[steps.START]

    assert [each["name"] for each in step["inputs"]] == [steps.DEAL, steps.ASKER]
    assert [each["name"] for each in step["outputs"]] == [steps.SAYS]
