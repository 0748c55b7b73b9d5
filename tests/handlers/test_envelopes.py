"""Which envelope it is, who acted and for which company: from the payloads Slack really sends."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.desk import Identity
from handlers.envelopes import Actor, actor_of, envelope_of, is_noise, key_of, kind_of, reference_of
from motions.records import Envelope
from tests.handlers.values import NOW

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "slack_payloads.json").read_text())
US = Identity("T00FAKE00AA", "U00FAKEBOT01", "B00FAKEBOT01", "A00FAKEAPP01")


@pytest.mark.parametrize(
    ("name", "kind", "actor"),
    [
        ("mention", "event", Actor("T0B3ZCXXNRV", "U0B1JRWK4YP")),
        ("channel_message", "event", Actor("T00FAKE00AA", "U00FAKEUSER1")),
        ("direct_message", "event", Actor("", "U00FAKEUSER1")),
        ("reaction", "event", Actor("", "U00FAKEUSER1")),
        ("member_joined", "event", Actor("T00FAKE00AA", "U00FAKEBOT01")),
        ("block_actions", "block_actions", Actor("T00FAKE00AA", "U00FAKEUSER1")),
        ("block_actions_ephemeral", "block_actions", Actor("T00FAKE00BB", "U00FAKEUSER2")),
        ("view_submission", "view_submission", Actor("T00FAKE00BB", "U00FAKEUSER2")),
        ("slash_command", "command", Actor("T00FAKE00BB", "U00FAKEUSER2")),
    ],
)
def test_a_recorded_payload_names_its_kind_and_actor(name: str, kind: str, actor: Actor) -> None:
    assert kind_of(RECORDED[name]) == kind
    assert actor_of(RECORDED[name]) == actor


def test_no_recorded_payload_of_a_person_is_noise() -> None:
    assert [name for name, body in RECORDED.items() if is_noise(body, US)] == []


def test_every_recorded_payload_has_its_own_key() -> None:
    keys = {key_of(body) for body in RECORDED.values()}

    assert len(keys) == len(RECORDED)


def test_a_partners_click_names_the_partners_company_not_the_installing_one() -> None:
    click = {**RECORDED["block_actions"], "user": {"id": "U0ALEX", "team_id": "T0PARTNER"}}

    assert actor_of(click) == Actor("T0PARTNER", "U0ALEX")


@pytest.mark.parametrize(
    ("fields", "team"),
    [
        ({"user_team": "T0PARTNER", "team": "T00FAKE00AA"}, "T0PARTNER"),
        ({"user_team": "E0GRID", "team": "T0PARTNER"}, "E0GRID"),
        ({"team": "T0PARTNER"}, "T0PARTNER"),
        ({"team": None, "user_profile": {"team": "T0PARTNER"}}, "T0PARTNER"),
        ({"team": None}, ""),
    ],
)
def test_an_events_author_is_placed_by_user_team_first(fields: dict[str, Any], team: str) -> None:
    event = {**RECORDED["channel_message"]["event"], **fields}

    assert actor_of({"event": event}) == Actor(team, "U00FAKEUSER1")


def test_an_event_whose_user_is_an_object_is_read() -> None:
    assert actor_of({"event": {"type": "user_change", "user": {"id": "U1", "team_id": "T1"}}}) == Actor("", "U1")


@pytest.mark.parametrize("body", [{"event": {"type": "channel_deleted"}}, {"type": "block_actions"}, {}])
def test_nobody_acted(body: dict[str, Any]) -> None:
    assert actor_of(body) is None


def _event(**fields: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event": {"type": "message", "user": "U1", "ts": "1.1", **fields}}


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B00FAKEBOT01"},
        {"bot_id": "BOTHER"},
        {"bot_profile": {"id": "BOTHER"}},
        {"app_id": "A00FAKEAPP01"},
        {"user": "U00FAKEBOT01"},
        {"subtype": "message_changed", "hidden": True},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"hidden": True},
        {"type": "app_mention", "bot_id": "BOTHER"},
    ],
)
def test_what_no_person_said_is_noise(fields: dict[str, Any]) -> None:
    assert is_noise(_event(**fields), US)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_person_says_something_with_a_file_or_to_the_channel_too(subtype: str) -> None:
    assert not is_noise(_event(subtype=subtype), US)


def test_our_own_joining_a_channel_is_no_noise() -> None:
    assert not is_noise({"event": {"type": "member_joined_channel", "user": US.bot_user_id}}, US)


def test_a_redelivered_event_has_the_same_key_and_another_event_has_not() -> None:
    assert key_of(_event() | {"event_id": "Ev1"}) == key_of({"event_id": "Ev1", "retry": 1})
    assert key_of(_event() | {"event_id": "Ev1"}) != key_of(_event() | {"event_id": "Ev2"})


def test_two_clicks_differ_by_their_trigger() -> None:
    click = RECORDED["block_actions"]

    assert key_of(click) != key_of({**click, "trigger_id": "another"})


def test_a_click_without_a_trigger_is_told_by_time_message_and_person() -> None:
    click = {name: value for name, value in RECORDED["block_actions"].items() if name != "trigger_id"}

    assert key_of(click) == "action:1767326130.289415:1767326126.896109:U00FAKEUSER1"


def test_a_form_without_a_trigger_is_told_by_what_was_typed() -> None:
    form = {name: value for name, value in RECORDED["view_submission"].items() if name != "trigger_id"}
    other = {**form, "view": {**form["view"], "state": {"values": {}}}}

    assert key_of(form) == key_of(dict(form))
    assert key_of(form) != key_of(other)


def _kept(body: dict[str, Any]) -> Envelope:
    return envelope_of(body, NOW, NOW)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_payload_is_kept_whole_but_for_the_legacy_token(name: str) -> None:
    envelope = _kept(RECORDED[name])

    assert json.loads(envelope.payload) == {key: value for key, value in RECORDED[name].items() if key != "token"}
    assert (envelope.key, envelope.kind) == (key_of(RECORDED[name]), kind_of(RECORDED[name]))


def test_what_was_said_is_known_by_place_and_time_and_by_the_client_s_own_id() -> None:
    said = _event(channel="C1", ts="1.1", client_msg_id="uuid")

    assert (_kept(said).moment, _kept(said).message) == ("message:C1:1.1", "message:uuid")


def test_a_mention_is_another_kind_of_moment_than_its_message() -> None:
    told = {"channel": "C1", "ts": "1.1", "client_msg_id": "uuid"}
    message, mention = _kept(_event(**told)), _kept(_event(**told, type="app_mention"))

    assert message.moment != mention.moment
    assert message.message != mention.message


@pytest.mark.parametrize(
    "fields", [{"type": "reaction_added", "channel": "C1"}, {"channel": None}, {"channel": "C1", "ts": None}]
)
def test_an_event_without_a_place_and_time_has_no_moment(fields: dict[str, Any]) -> None:
    assert _kept(_event(**fields)).moment is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("half \ud83d a face", "half \ufffd a face"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("two halves \ud83d\ude00", "two halves \U0001f600"),
        ("nothing \x00 here", "nothing \ufffd here"),
        ("\x00\x00", "\ufffd\ufffd"),
        ("a backslash \\\x00", "a backslash \\\ufffd"),
        ("the letters \\u0000", "the letters \\u0000"),
        ("Größe \U0001f600", "Größe \U0001f600"),
    ],
)
def test_text_no_database_takes_is_made_whole_at_the_door(said: str, kept: str) -> None:
    envelope = _kept({"type": "block_actions", "trigger_id": "t1", said: [{"deep": said}]})

    assert json.loads(envelope.payload) == {"type": "block_actions", "trigger_id": "t1", kept: [{"deep": kept}]}
    envelope.payload.encode()


def test_a_key_no_database_takes_is_made_whole_too() -> None:
    assert _kept({"event": {}, "event_id": "Ev\ud800\x00"}).key == "event:Ev\ufffd\ufffd"


@pytest.mark.parametrize("name", ["event_id", "trigger_id"])
def test_a_key_of_any_length_fits_an_index_and_stays_itself(name: str) -> None:
    long, longer = {name: "x" * 1_000_000}, {name: "x" * 1_000_001}

    assert len(key_of(long)) <= 200
    assert key_of(long) == key_of(dict(long))
    assert key_of(long) != key_of(longer)


WRONG: list[Any] = [None, 0, 1.5, True, "", "text", [], [1], [[]], {}, {"id": []}, {"x": {"x": 1}}, "\ud800", "\x00"]


@pytest.mark.parametrize("name", RECORDED)
def test_wrong_types_anywhere_are_read_without_failing(name: str) -> None:
    read = 0
    for place in list(_places(RECORDED[name])):
        for wrong in WRONG:
            body = _with(RECORDED[name], place, wrong)
            is_noise(body, US)
            actor = actor_of(body)
            reference_of(body)
            envelope = _kept(body)

            assert isinstance(envelope.kind, str)
            assert actor is None or isinstance(actor.user_id, str)
            read += 1
    assert read > 100


def _places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from _places(child, *path, name)


def _with(body: Any, place: tuple[str | int, ...], wrong: Any) -> Any:
    """The payload with something else in one place."""
    if not place:
        return wrong if isinstance(wrong, dict) else {}
    changed = copy.copy(body)
    changed[place[0]] = _with(body[place[0]], place[1:], wrong) if place[1:] else wrong
    return changed
