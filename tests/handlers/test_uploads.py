"""Files of ours in Slack: put where Slack says and nowhere else, shared in a thread, and found there again."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from handlers.channels import open_messenger
from handlers.files import SlackFiles
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.revisions import InForce
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World

CHANNEL, NAME, DATA = "C0AWSCENT", "PACK-1.xlsx", b"PK\x03\x04 and so on"


def card(world: World) -> str:
    """A message of ours; its ts."""
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    return messenger.post(CHANNEL, {"text": "a card", "blocks": []}, "m1:card").ts


def share(world: World, ts: str) -> str:
    """A file under it; the file's id."""
    files = SlackFiles(world.client())
    file_id = files.upload(NAME, DATA)
    files.share(file_id, NAME, CHANNEL, ts)
    return file_id


def in_thread(world: World, ts: str) -> list[Any]:
    replies = [each for each in world.messages(CHANNEL) if each.get("thread_ts") == ts]
    return [file["name"] for each in replies for file in each.get("files", ())]


def found(world: World, ts: str, name: str = NAME) -> str | None:
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    return messenger.find_file(CHANNEL, name, world.clock.now() - timedelta(seconds=5), ts)


def test_a_file_is_put_in_a_thread_whole_and_found_there(quiet_world: World) -> None:
    ts = card(quiet_world)

    file_id = share(quiet_world, ts)

    assert in_thread(quiet_world, ts) == [NAME]
    assert SlackFiles(quiet_world.client()).fetch(file_id, 1024).data == DATA
    assert (found(quiet_world, ts), found(quiet_world, ts, "PACK-2.xlsx")) == (file_id, None)


def test_a_picture_is_shown_in_a_channel_below_its_words_with_others_for_who_cannot_see_it(quiet_world: World) -> None:
    files, messenger = (
        SlackFiles(quiet_world.client()),
        open_messenger(quiet_world.client(), InForce(values.configuration()), US),
    )

    file_id = files.upload("figures.png", DATA, "Bars of the week")
    files.share(file_id, "figures.png", CHANNEL, words="*Of the week*")

    [message] = [each for each in quiet_world.messages(CHANNEL) if each.get("files")]
    assert (message["text"], message.get("thread_ts")) == ("*Of the week*", None)
    assert message["files"][0]["alt_txt"] == "Bars of the week"
    assert messenger.find_file(CHANNEL, "figures.png", quiet_world.clock.now(), None) == file_id


def test_what_is_uploaded_alone_nobody_sees(quiet_world: World) -> None:
    ts = card(quiet_world)

    SlackFiles(quiet_world.client()).upload(NAME, DATA)

    assert in_thread(quiet_world, ts) == []
    assert found(quiet_world, ts) is None


def test_somebody_elses_file_of_that_name_is_not_taken_for_ours(quiet_world: World) -> None:
    ts = card(quiet_world)

    quiet_world.act("file", cast.PRIYA, channel=CHANNEL, thread_ts=ts, name=NAME)

    assert found(quiet_world, ts) is None


def test_a_lost_answer_is_nobodys_to_guess(quiet_world: World) -> None:
    ts = card(quiet_world)
    quiet_world.control("faults", {"kind": "drop_after_accept", "method": "files.completeUploadExternal"})

    with pytest.raises(OutcomeUnknown):
        share(quiet_world, ts)

    assert found(quiet_world, ts) is not None


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.upload"])
def test_while_slack_is_away_nothing_is_shared(quiet_world: World, method: str) -> None:
    ts = card(quiet_world)
    quiet_world.control("faults", {"kind": "http_503_html", "method": method})

    with pytest.raises(Unavailable):
        share(quiet_world, ts)

    assert in_thread(quiet_world, ts) == []


def test_a_file_that_is_not_as_long_as_was_said_is_refused(quiet_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = quiet_world.client()
    announced = client.files_getUploadURLExternal
    monkeypatch.setattr(client, "files_getUploadURLExternal", lambda **said: announced(**{**said, "length": 1}))

    with pytest.raises(Rejected, match="refused"):
        SlackFiles(client).upload(NAME, DATA)


def test_our_files_go_to_slack_alone(quiet_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = quiet_world.client()
    elsewhere = {"upload_url": "https://upload.elsewhere.example/v1/x", "file_id": "F1"}
    monkeypatch.setattr(client, "files_getUploadURLExternal", lambda **_said: elsewhere)

    with pytest.raises(Rejected, match="not Slack's own"):
        SlackFiles(client).upload(NAME, DATA)


def test_a_file_without_bytes_cannot_be_shared(quiet_world: World) -> None:
    ts, client = card(quiet_world), quiet_world.client()
    empty = str(client.files_getUploadURLExternal(filename=NAME, length=3)["file_id"])

    with pytest.raises(Rejected, match="file_not_found"):
        SlackFiles(client).share(empty, NAME, CHANNEL, ts)


def test_a_picture_is_seen_on_the_page_by_whoever_reads_its_channel_and_other_files_are_no_part_of_it(
    quiet_world: World,
) -> None:
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    files = SlackFiles(quiet_world.client())
    shown, other = files.upload("figures.png", picture, "Bars"), files.upload(NAME, DATA)
    files.share(shown, "figures.png", CHANNEL, words="*Of the week*")
    files.share(other, NAME, CHANNEL)

    def seen(user: str, file_id: str) -> tuple[int, str]:
        answer = httpx.get(f"{quiet_world.slack}/_view/{user}/picture/{file_id}")
        return answer.status_code, answer.headers["content-type"]

    assert seen(cast.PRIYA.id, shown) == (200, "image/png")
    assert [seen(*who)[0] for who in ((cast.PRIYA.id, other), (cast.ALEX.id, shown), ("U0NOBODY", shown))] == [404] * 3
    [message] = [each for each in quiet_world.messages(CHANNEL) if each.get("text") == "*Of the week*"]
    assert (message["files"][0]["original_w"], message["files"][0]["original_h"]) == (640, 480)
