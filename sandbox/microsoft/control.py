"""`/_control`: play Microsoft, order faults, sign in, look behind the scenes; no part of Microsoft's API."""

import json
from collections.abc import Callable
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.microsoft import referrals, review
from sandbox.microsoft.certificates import SIGNER, Seal
from sandbox.microsoft.faults import Kind, Planned
from sandbox.microsoft.portal import Portal, Reviewer
from sandbox.microsoft.records import Referral
from sandbox.microsoft.wire import ApiError, Body, text

Command = Callable[[Portal, Body], object]


def control_routes(portal: Portal) -> list[Route]:
    """Every command as a route; a mistake answers 4xx with `error`."""

    def route(path: str, method: str, command: Command) -> Route:
        async def endpoint(request: Request) -> JSONResponse:
            raw = await request.body()
            return await run_in_threadpool(_run, portal, command, dict(request.query_params), raw)

        return Route(path, endpoint, methods=[method])

    async def authority(_request: Request) -> Response:
        return Response(portal.webhooks.seal.authority_pem, media_type="application/x-pem-file")

    async def sign(request: Request) -> JSONResponse:
        """The headers a notification with this body would be posted with."""
        hooks = portal.webhooks
        hooks.certificate_url = hooks.certificate_url or hooks.certificate_at(mounted_at(request))
        body = str((await request.json())["body"])
        headers = await run_in_threadpool(hooks.headers, body.encode())
        return JSONResponse({name.lower(): value for name, value in headers.items()})

    return [
        Route("/authority.pem", authority, methods=["GET"]),
        route("/review", "POST", _review),
        route("/reviewer", "POST", _reviewer),
        route("/edit", "POST", _edit),
        route("/faults", "GET", lambda portal, _: {"faults": portal.faults.pending()}),
        route("/faults", "POST", _fault),
        route("/faults", "DELETE", _clear_faults),
        route("/limits", "POST", _limits),
        route("/sign_in", "POST", lambda portal, _: {"refresh_token": portal.logins.sign_in()}),
        route("/logins", "POST", _logins),
        route("/webhooks", "GET", _told),
        route("/webhooks", "POST", _mishaps),
        route("/seal", "POST", _seal),
        Route("/sign", sign, methods=["POST"]),
        route("/referrals", "GET", lambda portal, _: {"referrals": [e.view() for e in portal.referrals.values()]}),
        route("/referrals", "DELETE", _forget),
        route("/summary", "GET", _summary),
        route("/calls", "GET", lambda portal, _: {"calls": list(portal.calls)}),
        route("/reset", "POST", _reset),
    ]


def mounted_at(request: Request) -> str:
    """The address of the application in its world, ending in a slash; Starlette's own names the world's."""
    where = str(request.scope.get("root_path", "")).removesuffix("/_control")
    return f"{request.url.scheme}://{request.url.netloc}{where}/"


def _run(portal: Portal, command: Command, query: dict[str, str], raw: bytes) -> JSONResponse:
    with portal.lock:
        portal.settle()
        try:
            arguments: Body = {**query, **(json.loads(raw) if raw else {})}
            return JSONResponse(command(portal, arguments))
        except ApiError as problem:
            return JSONResponse({"error": problem.message}, problem.status)
        except (KeyError, TypeError, ValueError) as problem:
            return JSONResponse({"error": f"cannot read the arguments: {problem}"}, 400)


def _review(portal: Portal, arguments: Body) -> object:
    referral = review.microsofts_side(portal, str(arguments["id"]))
    words = {name: text(arguments, name) for name in ("reason", "seller")}
    review.decide(portal, referral, str(arguments["decision"]), **words)
    return {"id": referral.id, "status": referral.status, "substatus": referral.substatus}


def _reviewer(portal: Portal, arguments: Body) -> object:
    mode = str(arguments.get("mode", portal.reviewer.mode))
    if mode not in ("auto", "manual"):
        raise ValueError("mode must be auto or manual")
    portal.reviewer = Reviewer(mode, float(str(arguments.get("delay_seconds", portal.reviewer.delay_seconds))))
    for referral in portal.referrals.values():
        if referral.is_microsofts and referral.status == review.WAITING:
            review.expect_decision(portal, referral)
    return asdict(portal.reviewer)


def _edit(portal: Portal, arguments: Body) -> object:
    """Somebody of ours edits our referral in the portal's own pages."""
    return referrals.patch(portal, str(arguments["id"]), arguments["operations"], None)


def _fault(portal: Portal, arguments: Body) -> object:
    fault = Planned(
        operation=str(arguments.get("operation", "*")),
        kind=Kind(str(arguments["kind"])),
        times=int(str(arguments.get("times", 1))),
        seconds=float(str(arguments.get("seconds", 0))),
    )
    portal.faults.plan(fault)
    return {"faults": portal.faults.pending()}


def _clear_faults(portal: Portal, _arguments: Body) -> object:
    portal.faults.clear()
    return {"faults": []}


def _limits(portal: Portal, arguments: Body) -> object:
    given = arguments.get("per_minute")
    portal.limits.configure(None if given is None else int(str(given)))
    return {"per_minute": portal.limits.per_minute}


def _logins(portal: Portal, arguments: Body) -> object:
    if arguments.get("revoke"):
        portal.logins.revoke_all()
    if arguments.get("expire_access"):
        portal.logins.expire_access()
    portal.logins.rotates = bool(arguments.get("rotates", portal.logins.rotates))
    return {"rotates": portal.logins.rotates}


def _told(portal: Portal, _arguments: Body) -> object:
    told = [{"event": each.event, "url": each.url, "body": json.loads(each.body)} for each in portal.webhooks.told]
    return {"registered": portal.webhooks.registered, "told": told}


def _mishaps(portal: Portal, arguments: Body) -> object:
    hooks = portal.webhooks
    for name in ("duplicate", "drop", "forge"):
        setattr(hooks, name, int(str(arguments.get(name, getattr(hooks, name)))))
    return {"duplicate": hooks.duplicate, "drop": hooks.drop, "forge": hooks.forge}


def _seal(portal: Portal, arguments: Body) -> object:
    """Sign with a certificate of another organisation, name or authority from now on."""
    organization = text(arguments, "organization") or "Microsoft Corporation"
    portal.webhooks.replace_seal(Seal(portal.now(), organization, text(arguments, "signer") or SIGNER, authority=1))
    return {"organization": organization}


def _summary(portal: Portal, _arguments: Body) -> object:
    return {"referrals": [_row(each) for each in portal.referrals.values()]}


def _forget(portal: Portal, _arguments: Body) -> object:
    """Forget every referral; who is signed in stays so."""
    portal.referrals.clear()
    return {"referrals": []}


def _row(referral: Referral) -> Body:
    return {
        "id": referral.id,
        "engagement_id": referral.engagement_id,
        "crm_id": referral.body.get("externalReferenceId"),
        "side": "microsoft" if referral.is_microsofts else "ours",
        "name": text(referral.body, "name"),
        "customer": text(referral.body, "customerProfile.name"),
        "type": text(referral.body, "type"),
        "closes_at": text(referral.body, "details.closingDateTime"),
        "status": referral.status,
        "substatus": referral.substatus,
    }


def _reset(portal: Portal, _arguments: Body) -> object:
    portal.webhooks.closed.set()
    portal.reset()
    return {"ok": True}
