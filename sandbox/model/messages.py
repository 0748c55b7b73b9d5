"""`/v1/messages`: authenticate, record, refuse or answer in the chosen mode; leaves what is said to `replies`."""

import json

from starlette.requests import Request
from starlette.responses import Response

from sandbox.clock import WorldClock
from sandbox.model.adversary import ENDLESS, Trick, hostile_reply
from sandbox.model.catalogue import Model, find_model
from sandbox.model.checks import complaint_about, complaint_about_messages
from sandbox.model.delivery import answer, go_on_for_ever, keep_silent, name_request, streamed, whole
from sandbox.model.faults import Fault, refuse_outright, spoil_message, spoil_reply
from sandbox.model.instances import Unsatisfiable
from sandbox.model.replies import echo_reply, schema_reply, scripted_reply
from sandbox.model.state import Call, Mode, ModelState, text_of, without_secrets
from sandbox.model.wire import ApiError, JsonObject, Reply, input_tokens, message_json

_LARGEST_BODY = 32 * 1024 * 1024


class MessagesApi:
    """The endpoints that create messages and count their tokens."""

    def __init__(self, clock: WorldClock, state: ModelState) -> None:
        self._clock = clock
        self._state = state

    async def create(self, request: Request) -> Response:
        """Answer one request for a message."""
        call = await self._arrive(request)
        try:
            return await self._created(request, call)
        except ApiError as refusal:
            call.status = refusal.status
            raise

    async def count_tokens(self, request: Request) -> Response:
        """Answer with the estimate for the request's tokens."""
        call = await self._arrive(request)
        self._model(call)
        if complaint := complaint_about_messages(call.body):
            call.status = 400
            raise ApiError(400, complaint)
        return answer(request, {"input_tokens": input_tokens(call.body)})

    async def _arrive(self, request: Request) -> Call:
        number = self._state.next_number()
        name_request(request, number)
        require_key(request)
        body = _parsed(await request.body())
        headers = without_secrets(request.headers)
        call = Call(number, self._clock.now(), request.scope["path"], headers, body)
        self._state.remember(call)
        return call

    async def _created(self, request: Request, call: Call) -> Response:
        setting, body = self._state.setting, call.body
        model = self._model(call)
        if complaint := complaint_about(body, model, lenient_schemas=setting.lenient_schemas):
            raise ApiError(400, complaint)
        fault, knobs = setting.take_fault(text_of(body)), setting.knobs
        refuse_outright(fault, knobs)
        if fault is Fault.TIMEOUT:
            # The client has gone; the script's turn stays for its next attempt.
            return await keep_silent(request, knobs.seconds)
        trick = setting.hostility.next() if setting.answers is Mode.ADVERSARY else None
        if trick in ENDLESS:
            return go_on_for_ever(request, trick, model.id, knobs)
        reply = spoil_reply(self._reply(body, trick), fault, body=body, knobs=knobs)
        message = spoil_message(message_json(reply, body=body, model=model.id, number=call.number), fault)
        deliver = streamed if body.get("stream") else whole
        return deliver(request, message, fault=fault, knobs=knobs)

    def _model(self, call: Call) -> Model:
        name = call.body.get("model")
        if not isinstance(name, str):
            call.status = 400
            raise ApiError(400, "model: Field required")
        model = find_model(name, self._clock.now())
        if model is None:
            call.status = 404
            raise ApiError(404, f"model: {name}")
        return model

    def _reply(self, body: JsonObject, trick: Trick | None) -> Reply:
        if body["max_tokens"] == 0:  # a request that only warms the cache
            return Reply((), "max_tokens")
        if trick is not None:
            return hostile_reply(body, trick, self._state.setting.hostility, self._state.setting.knobs)
        if self._state.setting.answers is Mode.SCRIPTED:
            return self._scripted(body)
        compose = echo_reply if self._state.setting.answers is Mode.ECHO else schema_reply
        try:
            return compose(body)
        except Unsatisfiable as impossible:
            raise ApiError(400, f"output_config.format.schema: {impossible}") from impossible

    def _scripted(self, body: JsonObject) -> Reply:
        turn = self._state.take_turn(text_of(body))
        if turn is None:
            # Loud and final: a retry would only take a turn that belongs to another request.
            raise ApiError(500, "the script has no turn for this request", headers={"x-should-retry": "false"})
        if "error" in turn:
            error = turn["error"]
            raise ApiError(error["status"], error.get("message", "scripted error"))
        return scripted_reply(turn)


def require_key(request: Request) -> None:
    """Refuse a request that carries no key; any key will do."""
    _scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if not bearer and not request.headers.get("x-api-key"):
        raise ApiError(401, "authentication is required: send Authorization: Bearer or x-api-key")


def _parsed(raw: bytes) -> JsonObject:
    if len(raw) > _LARGEST_BODY:
        raise ApiError(413, "Request exceeds the maximum size")
    try:
        body = json.loads(raw)
    except ValueError as unreadable:
        raise ApiError(400, "The request body is not valid JSON") from unreadable
    if not isinstance(body, dict):
        raise ApiError(400, "The request body is not a JSON object")
    return body
