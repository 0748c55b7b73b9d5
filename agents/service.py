"""The writer's own process over HTTP: signed contexts in, checked drafts out; offers nothing else and keeps nothing."""

import logging
from collections.abc import Callable

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agents.contexts import Context
from agents.drafting import DraftWriter
from agents.drafts import Draft, DraftSentence
from agents.exchange import (
    NONCE,
    PATH,
    QUESTION_BYTES,
    SIGNATURE,
    Answer,
    Question,
    is_signed,
    signed_answer,
    signed_question,
)
from motions.errors import ModelError
from motions.writing import Sentence

log = logging.getLogger(__name__)


def build_app(writer: DraftWriter, secret: str) -> Starlette:
    """POST /draft for whoever holds the secret, GET /healthz for everybody."""
    if not secret:
        raise ValueError("the writer needs a shared secret")

    async def draft(request: Request) -> Response:
        body, nonce = await _body(request), request.headers.get(NONCE, "")
        given = request.headers.get(SIGNATURE, "")
        if body is None or not is_signed(given, signed_question(secret, nonce, body)):
            log.warning("draft.refused")
            return JSONResponse({"error": "not signed with the shared secret"}, 403)
        answer = await run_in_threadpool(_answered, writer.name, writer.draft, body)
        said = answer.model_dump_json().encode()
        headers = {SIGNATURE: signed_answer(secret, nonce, said)}
        return Response(said, media_type="application/json", headers=headers)

    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True, "model": writer.name})

    return Starlette(routes=[Route(PATH, draft, methods=["POST"]), Route("/healthz", health)])


def _answered(model: str, draft: Callable[[Context], tuple[Sentence, ...]], body: bytes) -> Answer:
    try:
        sentences = draft(Question.model_validate_json(body).context())
    except ValidationError:
        return Answer(model=model, reason="runs in a writer of another version")
    except ModelError as error:
        return Answer(model=model, reason=error.reason)
    said = [DraftSentence(text=each.text, fact_ids=list(each.fact_ids)) for each in sentences]
    return Answer(model=model, draft=Draft(sentences=said))


async def _body(request: Request) -> bytes | None:
    """The body, or None once it is longer than any question."""
    said = b""
    async for piece in request.stream():
        said += piece
        if len(said) > QUESTION_BYTES:
            return None
    return said
