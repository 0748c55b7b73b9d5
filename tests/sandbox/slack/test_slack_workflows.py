"""A workflow with a step of the app: sent to the app, over once, and strict about what comes back."""

from typing import Any

import pytest
from slack_bolt import App, Complete
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World, eventually

INPUTS = {"deal": "Acme", "asker": cast.PRIYA.id}


def started(world: World, who: cast.Member = cast.DANA, **inputs: Any) -> dict[str, Any]:
    """What running the workflow gives."""
    found: dict[str, Any] = world.act("workflow", who, callback_id="start_motion", inputs=inputs or INPUTS)
    return found


def refused(word: str, complete: Any, **given: Any) -> None:
    """The call is refused with this word."""
    with pytest.raises(SlackApiError) as refusal:
        complete(**given)
    assert refusal.value.response["error"] == word


def test_bolts_own_listener_is_reached_with_the_inputs_and_completes_with_the_token_of_the_step(
    world: World, bolt: App
) -> None:
    heard: list[Any] = []

    def step(inputs: dict[str, Any], complete: Complete) -> None:
        heard.append(inputs)
        complete(outputs={"says": "Done."})

    bolt.function("start_motion")(step)
    started(world)

    eventually(lambda: heard == [INPUTS])
    eventually(lambda: "The workflow went on: Done." in str(world.get(f"/_control/seen/{cast.DANA.id}")))


@pytest.mark.usefixtures("bolt")
def test_a_step_is_over_once_and_its_outputs_are_the_declared_ones(world: World, client: WebClient) -> None:
    execution = started(world)["function_execution_id"]

    for outputs in ({}, {"says": 1}, {"says": "x", "more": "y"}):
        refused(
            "parameter_validation_failed",
            client.functions_completeSuccess,
            function_execution_id=execution,
            outputs=outputs,
        )
    client.functions_completeError(function_execution_id=execution, error="No.")
    refused(
        "execution_not_in_running_state",
        client.functions_completeSuccess,
        function_execution_id=execution,
        outputs={"says": "x"},
    )
    refused("function_execution_not_found", client.functions_completeError, function_execution_id="Fx0", error="No.")


@pytest.mark.usefixtures("bolt")
def test_only_our_own_people_run_it_and_every_input_is_needed(world: World) -> None:
    assert started(world, cast.ALEX)["error"] == "workflow_not_available"
    assert started(world, deal="Acme")["error"] == "parameter_validation_failed"
