"""users.*, team.info, bots.info, auth.test and the app's own methods; knows no HTTP."""

from sandbox import cast
from sandbox.slack import payloads, rooms
from sandbox.slack.limits import message_problems, view_problems
from sandbox.slack.people import TEAMS, Person, subdomain, team_object, user_object
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:join,channels:read,chat:write,commands,files:read,"
    "files:write,groups:history,groups:read,im:history,im:read,im:write,links:read,links:write,metadata.message:read,reactions:read,"
    "reactions:write,team:read,users:read,users:read.email"
)


def auth_test(_slack: Workspace, _call: Call) -> Json:
    """auth.test."""
    return {
        "ok": True,
        "url": f"https://{subdomain(cast.MERIDIAN.id)}.slack.com/",
        "team": cast.MERIDIAN.name,
        "user": "cosell",
        "team_id": cast.MERIDIAN.id,
        "user_id": cast.BOT_USER_ID,
        "bot_id": cast.BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(_slack: Workspace, call: Call) -> Json:
    """api.test."""
    if call.text("error"):
        return {"ok": False, "error": call.text("error"), "args": call.values}
    return {"ok": True, "args": call.values}


def open_connection(slack: Workspace, call: Call) -> Json:
    """apps.connections.open: a one-use address for Socket Mode."""
    base = call.base.replace("http", "ws", 1)
    link = slack.settings.link_url or f"{base}link"
    return {"ok": True, "url": f"{link}?ticket={slack.links.ticket()}&app_id={cast.APP_ID}"}


def list_authorizations(_slack: Workspace, call: Call) -> Json:
    """apps.event.authorizations.list: the one install."""
    call.required("event_context")
    return {"ok": True, "authorizations": [payloads.authorization()]}


def user_info(slack: Workspace, call: Call) -> Json:
    """users.info."""
    person = rooms.known_person(slack, call.required("user"))
    return {"ok": True, "user": _shown(slack, person, with_locale=call.flag("include_locale"))}


def list_users(slack: Workspace, call: Call) -> Json:
    """users.list: our own people and those met in shared channels."""
    known = [person for person in slack.state.people.values() if not slack.state.is_stranger(person)]
    found, more = rooms.page(call, known, default=1000)
    return {"ok": True, "members": [_shown(slack, p) for p in found], "cache_ts": slack.mint.epoch()} | more


def lookup_by_email(slack: Workspace, call: Call) -> Json:
    """users.lookupByEmail: finds only our own people."""
    email = call.required("email").lower()
    for person in slack.state.people.values():
        if not (person.is_external or person.is_gone) and person.email.lower() == email:
            return {"ok": True, "user": _shown(slack, person)}
    raise SlackError("users_not_found")


def team_info(_slack: Workspace, call: Call) -> Json:
    """team.info."""
    team = call.text("team") or cast.MERIDIAN.id
    if team not in TEAMS:
        raise SlackError("team_not_found")
    return {"ok": True, "team": team_object(team)}


def bot_info(_slack: Workspace, call: Call) -> Json:
    """bots.info."""
    if call.text("bot", cast.BOT_ID) != cast.BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": cast.BOT_ID, "app_id": cast.APP_ID, "user_id": cast.BOT_USER_ID}
    return {"ok": True, "bot": bot | {"name": "cosell", "deleted": False, "updated": 1, "icons": {}}}


def validate_blocks(_slack: Workspace, call: Call) -> Json:
    """blocks.validate, without a token: of blocks, a message or a view."""
    view, message = call.structure("view"), call.structure("message")
    if isinstance(view, dict):
        kind = "home" if view.get("type") == "home" else "modal"
        problems = list(view_problems(view, kind))
    else:
        blocks = message.get("blocks") if isinstance(message, dict) else call.structure("blocks")
        problems = list(message_problems(blocks if blocks is not None else []))
    if problems:
        raise SlackError("invalid_blocks", problems)
    return {"ok": True}


def oauth_access(_slack: Workspace, call: Call) -> Json:
    """oauth.v2.access: any code gives the sandbox's own tokens."""
    call.required("code")
    return {
        "ok": True,
        "access_token": cast.BOT_TOKEN,
        "token_type": "bot",
        "scope": SCOPES,
        "bot_user_id": cast.BOT_USER_ID,
        "app_id": cast.APP_ID,
        "team": {"id": cast.MERIDIAN.id, "name": cast.MERIDIAN.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": cast.SAM.id},
    }


def _shown(slack: Workspace, person: Person, *, with_locale: bool = False) -> Json:
    stranger = slack.state.is_stranger(person)
    return user_object(person, now=slack.clock.now(), is_stranger=stranger, with_locale=with_locale)


METHODS = {
    "auth.test": auth_test,
    "users.info": user_info,
    "users.list": list_users,
    "users.lookupByEmail": lookup_by_email,
    "team.info": team_info,
    "bots.info": bot_info,
}
APP_METHODS = {  # these want the app-level token
    "apps.connections.open": open_connection,
    "apps.event.authorizations.list": list_authorizations,
}
OPEN_METHODS = {  # these want none
    "api.test": api_test,
    "blocks.validate": validate_blocks,
    "oauth.v2.access": oauth_access,
}
