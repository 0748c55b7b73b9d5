"""A workflow that has a step of the app: the app is sent it, and the workflow waits for what the app gives back.

Slack's words on a step's end: docs.slack.dev/reference/methods/functions.completeSuccess and .completeError.
"""

from collections.abc import Mapping, Sequence

from sandbox import cast
from sandbox.slack import payloads
from sandbox.slack.interactions import Actor
from sandbox.slack.state import Execution
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_USER = "slack#/types/user_id"
# As docs/slack.md has it added to the app's manifest.
STEPS: Mapping[str, Json] = {
    "start_motion": {
        "title": "Start a co-sell motion",
        "inputs": [
            {"name": "deal", "type": "string", "title": "Deal", "is_required": True},
            {"name": "asker", "type": _USER, "title": "For whom", "is_required": True},
        ],
        "outputs": [{"name": "says", "type": "string", "title": "What came of it", "is_required": True}],
    }
}
_KINDS = {"string": str, _USER: str}


async def run_step(actor: Actor, body: Json) -> Json:
    """Start a workflow whose first step is the app's: {callback_id, inputs}."""
    if actor.person.is_external:  # a workflow of ours is for our own people
        return actor.refused("workflow_not_available", "This workflow is only available to people of its workspace.")
    callback_id, inputs = str(body.get("callback_id")), dict(body.get("inputs") or {})
    step = STEPS.get(callback_id)
    if step is None:
        raise SlackError("function_not_found")
    _check(inputs, step["inputs"])
    slack = actor.slack
    execution = Execution(slack.mint.id("Fx"), callback_id, actor.person.id, f"xwfp-{slack.mint.secret()}")
    slack.state.executions[execution.id] = execution
    slack.delivery.emit(_event(slack, execution, step, inputs))
    return {"ok": True, "function_execution_id": execution.id}


def complete_success(slack: Workspace, call: Call) -> Json:
    """functions.completeSuccess."""
    execution = _running(slack, call)
    outputs = call.structure("outputs")
    if not isinstance(outputs, dict):
        raise SlackError("invalid_arguments")
    _check(outputs, STEPS[execution.callback_id]["outputs"])
    execution.outputs = outputs
    slack.notice(execution.user, f"The workflow went on: {' '.join(str(each) for each in outputs.values())}")
    return {"ok": True}


def complete_error(slack: Workspace, call: Call) -> Json:
    """functions.completeError: Slackbot tells whoever ran the workflow."""
    execution = _running(slack, call)
    execution.error = call.required("error")
    slack.notice(execution.user, f"The workflow ended: {execution.error}")
    return {"ok": True}


def _running(slack: Workspace, call: Call) -> Execution:
    execution = slack.state.executions.get(call.required("function_execution_id"))
    if execution is None:
        raise SlackError("function_execution_not_found")
    if execution.is_over:
        raise SlackError("execution_not_in_running_state")
    return execution


def _check(given: Mapping[str, object], wanted: Sequence[Json]) -> None:
    kinds = {str(each["name"]): _KINDS[each["type"]] for each in wanted}
    missing = [each["name"] for each in wanted if each["is_required"] and not given.get(each["name"])]
    if missing or any(name not in kinds or not isinstance(value, kinds[name]) for name, value in given.items()):
        raise SlackError("parameter_validation_failed")


def _event(slack: Workspace, execution: Execution, step: Json, inputs: Json) -> Json:
    described = {
        "id": f"Fn{execution.callback_id.upper()}",
        "callback_id": execution.callback_id,
        "title": step["title"],
        "description": step["title"],
        "type": "app",
        "input_parameters": step["inputs"],
        "output_parameters": step["outputs"],
        "app_id": cast.APP_ID,
        "date_created": slack.state.created,
        "date_updated": slack.state.created,
        "date_deleted": 0,
    }
    return payloads.event_callback(
        {
            "type": "function_executed",
            "function": described,
            "inputs": inputs,
            "function_execution_id": execution.id,
            "workflow_execution_id": slack.mint.id("Wx"),
            "event_ts": slack.mint.ts(),
            "bot_access_token": execution.token,
        },
        None,
        slack.mint.id("Ev"),
        slack.mint.epoch(),
    )


METHODS = {"functions.completeSuccess": complete_success, "functions.completeError": complete_error}
