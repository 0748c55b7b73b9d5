"""Partners' sheets in Slack: fetched with our token from Slack alone, heard by the real Bolt app, drawn and asked."""

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from handlers.channels import open_messenger
from handlers.files import SlackFiles
from handlers.sheets import brings_sheets, sheets_in
from handlers.views import render
from handlers.views.sheet_forms import columns_given, columns_modal, complaints_of
from motions.errors import Rejected, Unavailable, UserMistake
from motions.model import ExceptionItem, Person, Token
from motions.partner_sheets import SheetColumn
from motions.revisions import InForce
from motions.sheet_drops import Drop, Dropped, Look, SeenColumn, Told
from motions.sheet_surfaces import ColumnsForm, SheetCard
from motions.surfaces import ClickOutcome, ClickReply
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder
from tests.handlers.validators import check_message, check_view

CHANNEL, SHARED = "C0AWSCENT", "C0SHAREDAWS"
MB = 1024 * 1024
extreme = pytest.mark.parametrize("name", values.EXTREMES.values(), ids=values.EXTREMES.keys())


def a_look(name: str = "Acmeco", lines: int = 3, **changes: Any) -> Look:
    told = Told((name * 3,) * lines, lines * 7)
    columns = (
        SeenColumn("A", name, "deal", SheetColumn.CRM_ID, 95, "a known name"),
        SeenColumn("B", name, "tier", None, 0, "not known"),
    )
    drop = Drop("sheet:F1:1.1", "F1", name, values.AWS, CHANNEL, "1.1", "Priya Raman")
    return replace(Look(drop, "ab" * 32, name, {}, columns, 12, told, told, told, 4), **changes)


def a_card(name: str = "Acmeco", **changes: Any) -> SheetCard:
    return replace(SheetCard(name, "AWS", "Nothing is imported yet.", a_look(name), values.TOKEN), **changes)


def buttons(card: SheetCard) -> list[str]:
    message: Any = render(card)
    check_message(message)
    return [
        each["action_id"] for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]
    ]


def test_a_card_says_what_was_recognised_what_is_wrong_and_what_it_changes() -> None:
    said = json.dumps(render(a_card("scores.csv")), ensure_ascii=False)

    for words in (
        "scores.csv: a sheet of AWS",
        "A “scores.csv” is crm_id (95%: a known name)",
        "B “scores.csv”: not known",
        "What is wrong in it (21)",
        "and 18 more",
        "What importing it changes (21)",
        "What stays as it is (21)",
    ):
        assert words in said


def test_the_buttons_are_those_that_do_something() -> None:
    nothing = Told((), 0)

    assert buttons(a_card()) == ["sheet.import", "sheet.columns", "sheet.leave"]
    assert buttons(a_card(look=a_look(changes=nothing))) == ["sheet.columns", "sheet.leave"]
    assert buttons(a_card(look=a_look(columns=()))) == ["sheet.import", "sheet.leave"]
    assert buttons(a_card(token=None)) == []
    assert buttons(a_card(look=None)) == []


def test_what_went_wrong_is_on_the_card() -> None:
    problem = ExceptionItem("1", "s", None, "seal-broken", "It is another file.", "Drop it.", "p@x", values.NOW)

    assert "It is another file. Drop it." in json.dumps(render(a_card(token=None, problems=(problem,))))


@extreme
def test_a_card_fits_whatever_a_partner_wrote(name: str) -> None:
    columns = tuple(SeenColumn("AA", name, "x", None, 0, name) for _ in range(40))

    check_message(render(a_card(name, look=a_look(name, 10, columns=columns), standing=name * 5)))


@extreme
def test_the_form_has_a_select_for_each_column(name: str) -> None:
    columns = tuple(SeenColumn(f"A{n}", name, name, None, 0, "not known") for n in range(40))
    view: Any = columns_modal(ColumnsForm(values.TOKEN, name, name, columns))

    check_view(view)
    selects = [block for block in view["blocks"] if block["type"] == "input"]
    assert len(selects) == 40
    assert {o["value"] for o in selects[0]["element"]["options"]} == set(SheetColumn)


def test_what_was_picked_comes_back_by_letter_and_so_do_complaints() -> None:
    picked = {"value": {"selected_option": {"value": "score"}}}
    sent = {"state": {"values": {"column:B": picked, "column:C": {"value": {"selected_option": None}}}}}
    view: Any = columns_modal(ColumnsForm(values.TOKEN, "x", "AWS", a_look().unmapped))

    assert columns_given(sent) == {"B": "score"}
    assert complaints_of({"B": "no", "Z": "no"}, view) == {"column:B": "no"}


@pytest.mark.parametrize(
    ("event", "is_sheet"),
    [
        ({"files": [{"id": "F1", "name": "Scores.XLSX"}]}, True),
        ({"files": [{"id": "F1", "name": "notes.txt"}, {"id": "F2", "name": "a.csv"}]}, True),
        ({"files": [{"id": "F1", "name": "photo.png"}]}, False),
        ({"files": [{"id": "F1", "file_access": "check_file_info"}]}, True),
        ({"attachments": [{"is_share": True, "files": [{"id": "F1", "name": "a.csv"}]}]}, True),
        ({"attachments": [{"is_share": True, "files": [{"id": "F1", "name": "a.png"}]}, {"text": "x"}]}, False),
        ({"files": [{"name": "a.csv"}]}, False),
        ({"files": "a.csv"}, False),
        ({"files": [None]}, False),
        ({}, False),
    ],
)
def test_a_sheet_is_known_by_what_it_is_called(event: dict[str, Any], is_sheet: bool) -> None:
    assert brings_sheets(event) is is_sheet


def test_a_file_of_another_conversation_has_no_name_here() -> None:
    forwarded = {"attachments": [{"files": [{"id": "F1", "name": "a.csv"}]}], "files": [{"id": "F2"}]}

    assert sheets_in(forwarded) == (Dropped("F2", ""), Dropped("F1", ""))


# What Slack hands out


def upload(world: World, data: bytes = b"a,b\n1,2\n", channel: str = CHANNEL, **more: Any) -> str:
    content = base64.b64encode(data).decode()
    answer = world.act("file", cast.PRIYA, channel=channel, name="scores.csv", content=content, **more)
    return str(answer["file"])


def test_a_file_is_fetched_whole(quiet_world: World) -> None:
    found = SlackFiles(quiet_world.client()).fetch(upload(quiet_world), MB)

    assert (found.name, found.data) == ("scores.csv", b"a,b\n1,2\n")


def test_text_that_slack_keeps_as_a_snippet_is_fetched_like_any_file(quiet_world: World) -> None:
    files, text = SlackFiles(quiet_world.client()), upload(quiet_world)

    assert files._facts(text)["mode"] == "snippet"
    assert files.fetch(text, MB).data == b"a,b\n1,2\n"


def test_a_file_that_is_too_large_is_not_fetched(quiet_world: World) -> None:
    file = upload(quiet_world, b"x" * (MB + 1))

    with pytest.raises(UserMistake, match="larger than 1 MB"):
        SlackFiles(quiet_world.client()).fetch(file, MB)

    assert quiet_world.look("calls", method="files.download")["calls"] == []


def test_no_more_of_a_file_is_read_than_may_be(quiet_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Slack said its size was."""
    files = SlackFiles(quiet_world.client())
    facts = files._facts(upload(quiet_world, b"x" * (MB + 1)))
    monkeypatch.setattr(files, "_facts", lambda _file: {**facts, "size": 1})

    with pytest.raises(UserMistake, match="larger than 1 MB"):
        files.fetch("F1", MB)


def test_a_file_that_lies_elsewhere_is_refused(quiet_world: World) -> None:
    with pytest.raises(UserMistake, match="outside Slack"):
        SlackFiles(quiet_world.client()).fetch(upload(quiet_world, external=True), MB)


def test_a_file_that_is_gone_is_said_so(quiet_world: World) -> None:
    with pytest.raises(UserMistake, match="not in Slack any more"):
        SlackFiles(quiet_world.client()).fetch("F0NONE", MB)


def test_a_file_where_the_bot_is_not_is_not_seen(quiet_world: World) -> None:
    quiet_world.control("channels", {"id": "C0PRIVATE", "private": True, "members": [cast.PRIYA.id]})

    with pytest.raises(UserMistake, match="not where cosell may read it"):
        SlackFiles(quiet_world.client()).fetch(upload(quiet_world, channel="C0PRIVATE"), MB)


@pytest.mark.parametrize(
    "address",
    ["https://files.elsewhere.example/x", "http://files.slack.com/x", "", "https://files.slack.com@evil.example/x"],
)
def test_our_token_goes_to_slack_alone(quiet_world: World, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    files = SlackFiles(quiet_world.client())
    facts = {"name": "a.csv", "mode": "hosted", "url_private_download": address}
    monkeypatch.setattr(files, "_facts", lambda _file: facts)

    with pytest.raises(Rejected, match="not Slack's own"):
        files.fetch("F1", MB)


def test_at_slack_itself_files_have_a_host_of_their_own() -> None:
    from handlers.channels import web_client  # noqa: PLC0415 - the one client that is not the emulator's

    files = SlackFiles(web_client("xoxb-1"))

    assert files._slacks_own("https://files.slack.com/files-pri/T1-F1/a.csv").endswith("a.csv")
    with pytest.raises(Rejected):
        files._slacks_own("https://slack.com/files-pri/T1-F1/a.csv")


def test_who_may_not_read_files_meets_the_sign_in_page(quiet_world: World) -> None:
    files, file = SlackFiles(quiet_world.client()), upload(quiet_world)
    facts = files._facts(file)
    unsigned = SlackFiles(quiet_world.client("xoxb-somebody"))

    with pytest.raises(Rejected, match="install the app again"):
        unsigned._download(str(facts["url_private_download"]), MB)


@pytest.mark.parametrize("kind", ["http_503_html", "ratelimited"])
def test_while_slack_does_not_hand_it_out_it_is_asked_for_later(quiet_world: World, kind: str) -> None:
    file = upload(quiet_world)
    quiet_world.control("faults", {"kind": kind, "method": "files.download", "retry_after": 7})

    with pytest.raises(Unavailable) as caught:
        SlackFiles(quiet_world.client()).fetch(file, MB)

    assert caught.value.retry_after == (7.0 if kind == "ratelimited" else None)


def test_a_server_that_is_away_is_an_outage(quiet_world: World) -> None:
    with pytest.raises(Unavailable, match="broke off"):
        SlackFiles(quiet_world.client())._download("http://127.0.0.1:9/x", MB)


# What the app hears


@dataclass
class Clerk(Recorder):
    """The recorder, whose cards and forms are a sheet's."""

    dropping: ClickReply | None = field(default_factory=lambda: ClickReply(ClickOutcome.DONE, ""))
    complaints: dict[str, str] = field(default_factory=dict)

    def cases(self) -> Any:
        form = ColumnsForm(values.TOKEN, "scores.csv", "AWS", a_look().unmapped)
        forms: dict[str, Any] = {"columns_form": lambda _token, _by: form}
        cases = super().cases()
        return replace(cases, sheets=replace(cases.sheets, drop=self.drop, map_columns=self.map, **forms))

    def drop(self, *said: Any) -> ClickReply | None:
        self.calls.append(("drop", *said))
        return self.dropping

    def map(self, token: Token, by: Person, given: Any) -> ClickReply | dict[str, str]:
        self.calls.append(("map", token, by, given))
        return self.complaints or self.reply


@pytest.fixture
def recorder() -> Clerk:
    return Clerk()


def whispers(world: World) -> str:
    return json.dumps([m for m in world.messages(CHANNEL) if m["ephemeral_to"] == cast.PRIYA.id], ensure_ascii=False)


def test_a_dropped_sheet_is_handed_on_with_where_and_by_whom(world: World, recorder: Clerk) -> None:
    answer = world.act("file", cast.PRIYA, channel=CHANNEL, name="scores.xlsx", text="from AWS")
    world.settle()

    ts, sheets = answer["ts"], (Dropped(answer["file"], "scores.xlsx"),)
    assert recorder.calls == [("drop", CHANNEL, ts, ts, sheets, values.person())]
    assert whispers(world) == "[]"


def test_one_dropped_into_a_thread_is_answered_in_that_thread(world: World, recorder: Clerk) -> None:
    root = world.act("message", cast.PRIYA, channel=CHANNEL, text="the list")["ts"]
    answer = world.act("file", cast.PRIYA, channel=CHANNEL, name="scores.xlsx", thread_ts=root)
    world.settle()

    assert recorder.calls[-1][1:4] == (CHANNEL, root, answer["ts"])


def test_why_a_sheet_is_not_read_is_told_to_whoever_dropped_it(world: World, recorder: Clerk) -> None:
    recorder.dropping = ClickReply(ClickOutcome.CHANGED_NOTHING, "Only alliance managers. Nothing changed.")

    world.act("file", cast.PRIYA, channel=CHANNEL, name="scores.xlsx")
    world.settle()

    assert "Only alliance managers" in whispers(world)


def test_a_sheet_that_is_nobodys_business_is_a_message_like_others(world: World, recorder: Clerk) -> None:
    recorder.dropping = None

    world.act("file", cast.PRIYA, channel=CHANNEL, name="scores.xlsx")
    world.settle()

    assert [call[0] for call in recorder.calls] == ["drop"]
    assert whispers(world) == "[]"


def test_another_file_is_not_asked_about(world: World, recorder: Clerk) -> None:
    world.act("file", cast.PRIYA, channel=CHANNEL, name="photo.png")
    world.settle()

    assert recorder.calls == []


def test_of_a_file_in_a_shared_channel_there_is_no_name(world: World, recorder: Clerk) -> None:
    recorder.dropping = None

    answer = world.act("file", cast.PRIYA, channel=SHARED, name="scores.xlsx")
    world.settle()

    assert [call[4] for call in recorder.calls] == [(Dropped(answer["file"], ""),)]


def press(world: World, action_id: str) -> Any:
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    ts = messenger.post(CHANNEL, messenger.render(a_card()), "sheet:F1:1.1:card").ts
    return world.act("action", cast.PRIYA, channel=CHANNEL, message_ts=ts, action_id=action_id)


@pytest.mark.parametrize(("action_id", "name"), [("sheet.import", "sheets.take"), ("sheet.leave", "sheets.leave")])
def test_a_decision_carries_the_token(world: World, recorder: Clerk, action_id: str, name: str) -> None:
    press(world, action_id)

    assert recorder.calls == [(name, values.TOKEN, values.person())]
    assert recorder.reply.text in whispers(world)


def send(world: World) -> Any:
    (modal,) = press(world, "sheet.columns")["modals"]
    said = {"column:B": {"value": {"selected_option": {"value": "score"}}}}
    return world.act("submit", cast.PRIYA, view_id=modal["id"], values=said)


def test_named_columns_are_carried_by_letter(world: World, recorder: Clerk) -> None:
    outcome = send(world)

    assert recorder.calls == [("map", values.TOKEN, values.person(), {"B": "score"})]
    assert recorder.reply.text in json.dumps(outcome["modals"][-1])


def test_what_a_column_cannot_be_is_said_beside_it(world: World, recorder: Clerk) -> None:
    recorder.complaints = {"B": "Two of them cannot both be score."}

    assert send(world)["errors"] == {"column:B": "Two of them cannot both be score."}
