"""An unmodified Bolt app over real Socket Mode: commands, clicks, modals, events, and what people then see."""

import re
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World, eventually

Json = dict[str, Any]
OPS = "C0COSELLOPS"
SHARED = "C0SHAREDAWS"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


BUTTONS = [
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {"type": "button", "action_id": "decide", "text": plain("Yes"), "value": "yes"},
            {"type": "button", "action_id": "other", "text": plain("No"), "value": "no"},
        ],
    }
]
REASON = {
    "type": "input",
    "block_id": "reason",
    "label": plain("Why?"),
    "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
}
MODAL = {
    "type": "modal",
    "callback_id": "deny",
    "private_metadata": "m-1",
    "title": plain("Deny"),
    "submit": plain("Deny"),
    "notify_on_close": True,
    "blocks": [REASON],
}


def submitted(view: Json, text: str) -> Json:
    values = {"reason": {"text": {"type": "plain_text_input", "value": text}}}
    return {"view_id": view["id"], "values": values}


def top_modal(world: World, person: cast.Member) -> Json | None:
    stack = world.get(f"/_view/{person.id}/modals")["stack"]
    return stack[-1] if stack else None


def listen(app: App) -> list[Json]:
    """Keep every event the app gets."""
    got: list[Json] = []

    @app.middleware
    def keep(body: Json, next: Any) -> None:  # noqa: A002 - Bolt injects by this name
        got.append(body)
        next()

    @app.event({"type": "message"})
    @app.event("app_mention")
    @app.event("app_home_opened")
    @app.event("reaction_added")
    @app.event("member_joined_channel")
    def seen() -> None: ...

    return got


def test_a_command_is_acknowledged_and_answered_to_its_person_alone(world: World, bolt: App) -> None:
    bodies: list[Json] = []

    @bolt.command("/cosell")
    def cosell(ack: Ack, command: Json, respond: Respond) -> None:
        bodies.append(command)
        ack("one moment")
        respond("your queue is empty")

    outcome = world.act("command", cast.PRIYA, channel=OPS, command="/cosell", text="queue")

    assert outcome["ok"]
    assert "one moment" in [item["content"]["text"] for item in outcome["shown"]]
    eventually(lambda: len(world.messages(OPS)) == 2)
    answers = world.get(f"/_view/{cast.PRIYA.id}/channel/{OPS}")["messages"]
    assert {(m["text"], m["ephemeral"]) for m in answers} == {
        ("one moment", True),
        ("your queue is empty", True),
    }
    assert world.get(f"/_view/{cast.DANA.id}/channel/{OPS}")["messages"] == []
    assert (bodies[0]["team_id"], bodies[0]["user_id"], bodies[0]["text"]) == (
        cast.MERIDIAN.id,
        cast.PRIYA.id,
        "queue",
    )


def test_commands_are_refused_to_partners_without_reaching_the_app(world: World, bolt: App) -> None:
    got = listen(bolt)

    outcome = world.act("command", cast.ALEX, channel=SHARED, command="/cosell")

    assert (outcome["ok"], outcome["error"]) == (False, "command_not_available")
    assert got == []


def test_an_unacknowledged_command_fails_in_front_of_its_person(world: World, bolt: App) -> None:
    world.post("/_control/settings", {"ack_seconds": 0.3})
    calls: list[Json] = []

    @bolt.command("/cosell")
    def silent(command: Json) -> None:
        calls.append(command)

    outcome = world.act("command", cast.PRIYA, channel=OPS, command="/cosell")

    assert (outcome["ok"], outcome["error"]) == (False, "operation_timeout")
    assert "operation_timeout" in outcome["shown"][0]["content"]["text"]
    assert len(calls) == 1


def test_without_the_app_a_command_cannot_be_dispatched(world: World) -> None:
    world.post("/_control/settings", {"request_url": "", "ack_seconds": 0.1})
    world.post("/_control/disconnect", {"drop": True})

    outcome = world.act("command", cast.PRIYA, channel=OPS, command="/cosell")

    assert outcome["error"] == "dispatch_failed"


def test_a_click_names_the_clickers_own_organisation(world: World, bolt: App, client: WebClient) -> None:
    bodies: list[Json] = []

    @bolt.action("decide")
    def decide(ack: Ack, body: Json, respond: Respond) -> None:
        bodies.append(body)
        ack()
        respond(text="Alex said yes", replace_original=True)

    ts = client.chat_postMessage(channel=SHARED, text="Accept?", blocks=BUTTONS)["ts"]

    outcome = world.act("action", cast.ALEX, channel=SHARED, message_ts=ts, action_id="decide")

    assert outcome["ok"]
    body = bodies[0]
    assert body["user"]["team_id"] == cast.AWS.id
    assert body["team"]["id"] == cast.MERIDIAN.id
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": SHARED,
        "is_ephemeral": False,
    }
    assert body["actions"][0]["value"] == "yes"
    assert body["message"]["ts"] == ts
    eventually(lambda: world.messages(SHARED)[0]["text"] == "Alex said yes")


def test_a_button_keeps_its_own_value(world: World, bolt: App, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=OPS, text="?", blocks=BUTTONS)["ts"]

    forged = world.act("action", cast.PRIYA, channel=OPS, message_ts=ts, action_id="decide", value="forged")

    assert forged["error"] == "action_not_found"


def test_only_people_in_the_channel_can_click(world: World, bolt: App, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=OPS, text="?", blocks=BUTTONS)["ts"]

    outsider = world.act("action", cast.ALEX, channel=OPS, message_ts=ts, action_id="decide")

    assert outsider["error"] == "channel_not_found"


def test_an_ephemeral_message_can_be_clicked_and_deleted_by_its_person(
    world: World, bolt: App, client: WebClient
) -> None:
    bodies: list[Json] = []

    @bolt.action("decide")
    def decide(ack: Ack, body: Json, respond: Respond) -> None:
        bodies.append(body)
        ack()
        respond(delete_original=True)

    ts = client.chat_postEphemeral(channel=SHARED, user=cast.ALEX.id, text="?", blocks=BUTTONS)["message_ts"]

    other = world.act("action", cast.JORDAN, channel=SHARED, message_ts=ts, action_id="decide")
    own = world.act("action", cast.ALEX, channel=SHARED, message_ts=ts, action_id="decide")

    assert (other.get("error"), own["ok"]) == ("message_not_found", True)
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]
    eventually(lambda: world.messages(SHARED) == [])


def test_a_response_url_works_five_times_in_half_an_hour(world: World, bolt: App, client: WebClient) -> None:
    urls: list[str] = []

    @bolt.command("/cosell")
    def cosell(ack: Ack, command: Json) -> None:
        urls.append(command["response_url"])
        ack()

    world.act("command", cast.PRIYA, channel=OPS, command="/cosell")
    world.act("command", cast.PRIYA, channel=OPS, command="/cosell")
    paths = [url.removeprefix(world.url) for url in urls]

    uses = [world.post(paths[0], {"text": "hi"}) for _ in range(6)]
    world.advance(31 * 60)
    late = world.post(paths[1], {"text": "hi"})

    assert [use["ok"] for use in uses] == [True] * 5 + [False]
    assert late["error"] == "expired_url"


@pytest.fixture
def denying(bolt: App) -> dict[str, list[Json]]:
    """An app whose button opens a modal and whose modal wants a reason."""
    got: dict[str, list[Json]] = {"submitted": [], "closed": []}

    @bolt.action("decide")
    def decide(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bolt.view("deny")
    def deny(ack: Ack, body: Json) -> None:
        got["submitted"].append(body)
        if body["view"]["state"]["values"]["reason"]["text"]["value"] == "no":
            ack(response_action="errors", errors={"reason": "Say more"})
        else:
            ack()

    @bolt.view_closed("deny")
    def closed(ack: Ack, body: Json) -> None:
        got["closed"].append(body)
        ack()

    return got


def opened(world: World, client: WebClient, person: cast.Member) -> Json:
    ts = client.chat_postMessage(channel=SHARED, text="Accept?", blocks=BUTTONS)["ts"]
    world.act("action", person, channel=SHARED, message_ts=ts, action_id="decide")
    view: Json = eventually(lambda: top_modal(world, person))
    return view


def test_a_partner_opens_and_submits_a_modal(world: World, client: WebClient, denying: dict[str, list[Json]]) -> None:
    view = opened(world, client, cast.ALEX)

    outcome = world.act("submit", cast.ALEX, **submitted(view, "No budget"))

    assert (outcome["ok"], outcome["modals"]) == (True, [])
    body = denying["submitted"][0]
    assert body["user"]["team_id"] == cast.AWS.id
    assert body["team"]["id"] == cast.AWS.id
    assert body["view"]["app_installed_team_id"] == cast.MERIDIAN.id
    assert body["view"]["private_metadata"] == "m-1"
    assert body["view"]["state"]["values"] == {"reason": {"text": {"type": "plain_text_input", "value": "No budget"}}}


def test_the_app_can_find_fault_with_a_submission(
    world: World, client: WebClient, denying: dict[str, list[Json]]
) -> None:
    view = opened(world, client, cast.PRIYA)

    outcome = world.act("submit", cast.PRIYA, **submitted(view, "no"))

    assert outcome["errors"] == {"reason": "Say more"}
    assert [v["id"] for v in outcome["modals"]] == [view["id"]]


def test_slack_itself_refuses_missing_and_overlong_answers(
    world: World, client: WebClient, denying: dict[str, list[Json]]
) -> None:
    view = opened(world, client, cast.PRIYA)

    missing = world.act("submit", cast.PRIYA, view_id=view["id"], values={})
    long = world.act("submit", cast.PRIYA, **submitted(view, "x" * 21))

    assert missing["errors"] == {"reason": "Please complete this required field."}
    assert long["errors"] == {"reason": "Please enter at most 20 characters."}
    assert denying["submitted"] == []


def test_closing_a_modal_is_told_when_asked(world: World, client: WebClient, denying: dict[str, list[Json]]) -> None:
    view = opened(world, client, cast.PRIYA)

    outcome = world.act("close", cast.PRIYA, view_id=view["id"])

    assert outcome["modals"] == []
    assert denying["closed"][0]["view"]["id"] == view["id"]


def test_nobody_submits_anothers_modal(world: World, client: WebClient, denying: dict[str, list[Json]]) -> None:
    view = opened(world, client, cast.PRIYA)

    outcome = world.act("submit", cast.ALEX, **submitted(view, "mine now"))

    assert outcome["error"] == "view_not_found"


@pytest.mark.parametrize("action", ["update", "push", "clear"])
def test_a_submission_can_change_the_stack(world: World, bolt: App, client: WebClient, action: str) -> None:
    @bolt.action("decide")
    def decide(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bolt.view("deny")
    def deny(ack: Ack) -> None:
        ack({"response_action": action, "view": {**MODAL, "title": plain("Next")}})

    view = opened(world, client, cast.PRIYA)

    outcome = world.act("submit", cast.PRIYA, **submitted(view, "fine"))

    titles = [v["title"]["text"] for v in outcome["modals"]]
    assert titles == {"update": ["Next"], "push": ["Deny", "Next"], "clear": []}[action]


def test_an_invalid_answer_to_a_submission_is_trouble_and_changes_nothing(
    world: World, bolt: App, client: WebClient
) -> None:
    @bolt.action("decide")
    def decide(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bolt.view("deny")
    def deny(ack: Ack) -> None:
        ack({"response_action": "update", "view": {**MODAL, "title": plain("x" * 25)}})

    view = opened(world, client, cast.PRIYA)

    outcome = world.act("submit", cast.PRIYA, **submitted(view, "fine"))

    assert outcome["error"] == "invalid_response_action"
    assert outcome["detail"] == "We had some trouble connecting. Try again?"
    assert [v["hash"] for v in outcome["modals"]] == [view["hash"]]


@pytest.fixture
def trigger(world: World, bolt: App, client: WebClient) -> str:
    """A fresh trigger_id of Priya's."""
    triggers: list[str] = []

    @bolt.action("decide")
    def decide(ack: Ack, body: Json) -> None:
        triggers.append(body["trigger_id"])
        ack()

    ts = client.chat_postMessage(channel=OPS, text="?", blocks=BUTTONS)["ts"]
    world.act("action", cast.PRIYA, channel=OPS, message_ts=ts, action_id="decide")
    return triggers[0]


def test_a_trigger_expires_after_three_seconds(world: World, client: WebClient, trigger: str) -> None:
    world.advance(3.1)

    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=trigger, view=MODAL)

    assert refused.value.response["error"] == "expired_trigger_id"


def test_a_trigger_opens_one_view(client: WebClient, trigger: str) -> None:
    client.views_open(trigger_id=trigger, view=MODAL)

    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=trigger, view=MODAL)

    assert refused.value.response["error"] == "exchanged_trigger_id"


def test_a_view_is_updated_only_over_the_hash_it_has(client: WebClient, trigger: str) -> None:
    view = client.views_open(trigger_id=trigger, view=MODAL)["view"]

    changed = client.views_update(view_id=view["id"], view=MODAL, hash=view["hash"])["view"]

    with pytest.raises(SlackApiError) as refused:
        client.views_update(view_id=view["id"], view=MODAL, hash=view["hash"])
    assert changed["hash"] != view["hash"]
    assert refused.value.response["error"] == "hash_conflict"


def test_a_home_is_published_over_its_hash_and_clicked(world: World, bolt: App, client: WebClient) -> None:
    bodies: list[Json] = []

    @bolt.action("decide")
    def decide(ack: Ack, body: Json) -> None:
        bodies.append(body)
        ack()

    home = {"type": "home", "blocks": BUTTONS}
    first = client.views_publish(user_id=cast.PRIYA.id, view=home)["view"]
    second = client.views_publish(user_id=cast.PRIYA.id, view=home, hash=first["hash"])["view"]

    world.act("action", cast.PRIYA, view_id=second["id"], action_id="decide")

    with pytest.raises(SlackApiError) as refused:
        client.views_publish(user_id=cast.PRIYA.id, view=home, hash=first["hash"])
    assert refused.value.response["error"] == "hash_conflict"
    assert bodies[0]["container"] == {"type": "view", "view_id": second["id"]}
    assert bodies[0]["view"]["hash"] == second["hash"]
    assert world.get(f"/_view/{cast.PRIYA.id}/home")["view"]["id"] == second["id"]


def test_a_mention_comes_as_two_events_with_the_speakers_organisation(world: World, bolt: App) -> None:
    got = listen(bolt)

    ts = world.act("message", cast.ALEX, channel=SHARED, text=f"<@{cast.BOT_USER_ID}> status?")["ts"]

    eventually(lambda: len(got) == 2)
    events = {body["event"]["type"]: body for body in got}
    assert set(events) == {"message", "app_mention"}
    for body in events.values():
        assert body["event"]["ts"] == ts
        assert body["event"]["user_team"] == cast.AWS.id
        assert body["authorizations"][0]["team_id"] == cast.MERIDIAN.id
        assert body["context_team_id"] == cast.MERIDIAN.id
        assert body["is_ext_shared_channel"] is True
    assert events["message"]["event_id"] != events["app_mention"]["event_id"]
    assert events["message"]["event"]["channel_type"] == "channel"


def test_what_people_do_reaches_the_app(world: World, bolt: App, client: WebClient) -> None:
    got = listen(bolt)
    ts = client.chat_postMessage(channel=OPS, text="done")["ts"]
    dm = client.conversations_open(users=cast.PRIYA.id)["channel"]["id"]

    world.act("message", cast.PRIYA, channel=dm, text="hello")
    world.act("reaction", cast.PRIYA, channel=OPS, message_ts=ts, name="eyes")
    world.act("home", cast.PRIYA)
    seller = cast.seller_slack_id("Anna Snelling")
    world.post("/_control/act/join", {"user": seller, "channel": OPS})

    events = eventually(lambda: (len(got) == 4) and {b["event"]["type"]: b["event"] for b in got})
    assert events["message"]["channel_type"] == "im"
    assert events["reaction_added"]["item"] == {"type": "message", "channel": OPS, "ts": ts}
    assert events["app_home_opened"]["tab"] == "home"
    assert (events["member_joined_channel"]["user"], events["member_joined_channel"]["team"]) == (
        seller,
        cast.MERIDIAN.id,
    )


def test_an_unacknowledged_event_is_delivered_again_under_its_id(world: World, bolt: App) -> None:
    attempts: list[tuple[str, Any]] = []

    @bolt.middleware
    def fail_once(body: Json, request: Any, next: Any) -> Any:  # noqa: A002 - Bolt injects by this name
        attempts.append((body["event_id"], request.headers.get("x-slack-retry-num")))
        if len(attempts) == 1:
            raise RuntimeError("the store is away")
        next()

    listen(bolt)
    world.post("/_control/settings", {"ack_seconds": 0.3})
    world.act("message", cast.PRIYA, channel=OPS, text="hello")

    eventually(lambda: len(attempts) == 2)
    ids, nums = zip(*attempts, strict=True)
    assert ids[0] == ids[1]
    assert nums[1] == ["1"]
    events = eventually(lambda: [e for e in world.get("/_control/events")["events"] if e["acknowledged"]])
    assert events[0]["attempts"] == 2


def test_an_event_waits_for_the_app_to_come_back(world: World, bolt: App) -> None:
    got = listen(bolt)

    world.post("/_control/disconnect", {"drop": True})
    world.act("message", cast.PRIYA, channel=OPS, text="hello")

    eventually(lambda: got)
    assert got[0]["event"]["text"] == "hello"


def test_a_delivered_event_can_be_delivered_again(world: World, bolt: App) -> None:
    got = listen(bolt)
    world.act("message", cast.PRIYA, channel=OPS, text="hello")
    eventually(lambda: got)

    again = world.post("/_control/redeliver", {"count": 1})["event_ids"]

    eventually(lambda: len(got) == 2)
    assert [body["event_id"] for body in got] == again * 2


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_the_app_reconnects_when_told_to(world: World, bolt: App, reason: str) -> None:
    got = listen(bolt)
    before = len(world.get("/_control/calls", method="apps.connections.open")["calls"])

    told = world.post("/_control/disconnect", {"reason": reason})["connections"]

    eventually(lambda: len(world.get("/_control/calls", method="apps.connections.open")["calls"]) > before)
    eventually(lambda: world.get("/_control/health")["connections"] == 1)
    world.act("message", cast.PRIYA, channel=OPS, text="still there?")
    eventually(lambda: got)
    assert told == 1


def test_the_apps_own_posts_come_back_as_events_that_bolt_ignores(world: World, bolt: App, client: WebClient) -> None:
    heard: list[str] = []

    @bolt.event({"type": "message"})
    def on_message(event: Json) -> None:
        heard.append(event["text"])

    client.chat_postMessage(channel=OPS, text="talking to myself")

    eventually(lambda: all(e["acknowledged"] for e in world.get("/_control/events")["events"]))
    assert len(world.get("/_control/events")["events"]) == 1
    assert "talking to myself" not in heard


def test_shortcuts_reach_the_app_for_our_own_people_only(world: World, bolt: App, client: WebClient) -> None:
    bodies: list[Json] = []

    @bolt.shortcut(re.compile(".*"))
    def cosell_this(ack: Ack, body: Json) -> None:
        bodies.append(body)
        ack()

    ts = client.chat_postMessage(channel=SHARED, text="a deal")["ts"]
    place = {"channel": SHARED, "message_ts": ts, "callback_id": "cosell.message"}

    ours = world.act("shortcut", cast.PRIYA, **place)
    theirs = world.act("shortcut", cast.ALEX, **place)
    world.act("shortcut", cast.PRIYA, callback_id="cosell.start")
    unknown = world.act("shortcut", cast.PRIYA, callback_id="cosell.message")

    assert (ours["ok"], theirs["error"]) == (True, "shortcut_not_available")
    assert unknown["error"] == "unknown_shortcut"  # it is one for messages
    assert [body["type"] for body in bodies] == ["message_action", "shortcut"]
    assert bodies[0]["message"]["text"] == "a deal"
