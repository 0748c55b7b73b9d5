"""Messages: drawn as Slack draws them, live, and inert whatever they say."""

import pytest
from playwright.sync_api import expect

from sandbox import cast
from tests.sandbox.page.fake_viewer import message_of, person_said
from tests.sandbox.page.page_blocks import actions, button, section
from tests.sandbox.page.page_eyes import Eyes

pytestmark = pytest.mark.browser
EAST = "C0AWSEAST"
TS = "1795186800.000100"  # 20 November 2026, 15:00 UTC
LATER = "1795186860.000100"


def test_a_message_arrives_without_a_reload(eyes: Eyes) -> None:
    eyes.open()
    eyes.tab.evaluate("window.loadedOnce = true")

    eyes.viewer.said(EAST, text="Zathunicon moved to Engaging")
    eyes.tell("channel", channel=EAST)

    expect(eyes.see(f"message-{TS}")).to_contain_text("Zathunicon moved to Engaging")
    assert eyes.tab.evaluate("window.loadedOnce")
    expect(eyes.tab.locator("#announcer")).to_contain_text("cosell: Zathunicon moved to Engaging")


def test_mrkdwn_is_drawn_as_slack_draws_it(eyes: Eyes) -> None:
    eyes.viewer.said(
        EAST, text="*bold* _it_ ~gone~ `x_y` <https://example.com/a_b_c|the list> :tada: &lt;raw&gt; &amp;amp;"
    )

    eyes.open()

    message = eyes.see(f"message-{TS}")
    expect(message.locator("strong").last).to_have_text("bold")
    expect(message.locator("em")).to_have_text("it")
    expect(message.locator("s")).to_have_text("gone")
    expect(message.locator("code")).to_have_text("x_y")
    expect(message.get_by_role("link", name="the list")).to_have_attribute("href", "https://example.com/a_b_c")
    expect(message).to_contain_text("🎉 <raw> &amp;")


def test_files_stand_under_their_message_by_name(eyes: Eyes) -> None:
    shared = [{"name": "PACK-1 <b>.xlsx", "pretty_type": "XLSX"}, {"id": "F1", "file_access": "check_file_info"}]
    eyes.viewer.said(EAST, text="", files=shared)

    eyes.open()

    files = eyes.see(f"message-{TS}").get_by_role("list", name="Files").get_by_role("listitem")
    expect(files).to_have_count(1)
    expect(files).to_have_text("PACK-1 <b>.xlsx XLSX")


def test_markers_inside_words_are_only_characters(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, text="snake_case_name 2*3*4 * not bold * a:b:c")

    eyes.open()

    message = eyes.see(f"message-{TS}")
    expect(message).to_contain_text("snake_case_name 2*3*4 * not bold * a:b:c")
    expect(message.locator("em")).to_have_count(0)


def test_mentions_show_names_and_the_viewers_own_stands_out(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, text="<@U0PRIYA> asks <@U0DANA> in <#C0SALES> <!here>")

    eyes.open()

    message = eyes.see(f"message-{TS}")
    expect(message).to_contain_text("@Priya Raman asks @Dana Whitfield in #sales @here")
    expect(message.locator(".mention-me").first).to_have_text("@Priya Raman")


@pytest.mark.parametrize(("person", "time"), [("U0PRIYA", "10:00 AM"), ("U0TOMAS", "7:00 AM")])
def test_times_are_in_the_viewers_zone(eyes: Eyes, person: str, time: str) -> None:
    eyes.viewer.said(EAST, text="Due <!date^1795186800^{date_short_pretty} at {time}|in UTC>")

    eyes.open(f"{person}/{EAST}")

    message = eyes.see(f"message-{TS}")
    expect(message).to_contain_text(f"Due today at {time}")
    expect(message.locator(".message-author time")).to_have_text(time)


def test_dates_follow_the_clock_of_the_world(eyes: Eyes) -> None:
    eyes.viewer.summary = {"clock": "2026-12-24T12:00:00+00:00"}
    eyes.viewer.said(EAST, text="Due <!date^1795186800^{date}|x> or <!date^1798200000^{date_pretty}|x>")

    eyes.open()

    expect(eyes.see(f"message-{TS}")).to_contain_text("Due November 20th, 2026 or tomorrow")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<javascript:alert(1)|press me>",
    "<data:text/html,<script>alert(1)</script>|press me>",
    "\u202egnirts lortnoc\u202c",
    "*" * 300 + "_" * 300 + "<" * 300,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_drawn_inert_everywhere(eyes: Eyes, text: str) -> None:
    cells = [[{"type": "raw_text", "text": text}]]
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    eyes.viewer.said(
        EAST,
        text=text,
        user_name=text,
        blocks=[
            section(text),
            actions(button("press", text[:75], url="javascript:alert(1)")),
            {"type": "markdown", "block_id": "md", "text": f"{text}\n\n[press me](javascript:alert(1))"},
            {"type": "table", "block_id": "table", "rows": cells},
            {"type": "rich_text", "block_id": "rich", "elements": [rich]},
            {"type": "image", "block_id": "image", "image_url": "https://example.com/x.png", "alt_text": text},
        ],
    )
    eyes.viewer.said(EAST, ts=LATER, text=text, **person_said(cast.DANA))

    eyes.open()

    for ts in (TS, LATER):
        expect(eyes.see(f"message-{ts}")).to_be_visible()
    main = eyes.tab.locator("main")
    assert main.locator("script, img, [onerror], a[href^='javascript'], a[href^='data']").count() == 0
    eyes.see("action-press").click()


def test_a_name_of_255_characters_keeps_the_page_in_shape(eyes: Eyes) -> None:
    long = "Überlang" * 31 + "Zzzzzzz"
    person = {
        "id": "U0LONG",
        "team_id": cast.MERIDIAN.id,
        "team_name": long,
        "name": long,
        "role": "seller",
        "title": long,
        "tz": "Mars/Olympus",
        "is_external": False,
    }
    eyes.viewer.extra_people.append(person)
    eyes.viewer.said(EAST, text=long, user_name=long, is_bot=False, user="U0LONG")
    eyes.open()

    eyes.see("person-switcher").click()

    width = eyes.tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    scroller = eyes.tab.evaluate(
        "[...document.querySelectorAll('.scroller, .switcher-list')].map(n => n.scrollWidth - n.clientWidth)"
    )
    assert set(scroller) == {0}
    expect(eyes.see("composer")).to_be_in_viewport()


def test_ephemeral_messages_say_so(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, text="Your queue is empty", ephemeral=True)

    eyes.open()

    expect(eyes.see(f"message-{TS}")).to_contain_text("Only visible to you")


def test_people_of_another_company_carry_its_name(eyes: Eyes) -> None:
    eyes.viewer.said("C0SHAREDAWS", text="Accepted", **person_said(cast.ALEX))

    eyes.open("U0PRIYA/C0SHAREDAWS")

    expect(eyes.see(f"message-{TS}").locator(".badge")).to_have_text("AWS")


def test_writing_sends_escaped_text_with_mentions(eyes: Eyes) -> None:
    eyes.open()

    eyes.see("composer").fill("@Dana Whitfield is <b> & done?")
    eyes.see("composer").press("Enter")

    expect(eyes.see("composer")).to_have_value("")
    assert eyes.viewer.told("message") == [{"channel": EAST, "text": "<@U0DANA> is &lt;b&gt; &amp; done?"}]


def test_a_mention_is_completed_from_its_first_letters(eyes: Eyes) -> None:
    eyes.open()

    eyes.see("composer").press_sequentially("ask @dan")
    eyes.tab.keyboard.press("Tab")

    expect(eyes.see("composer")).to_have_value("ask @Dana Whitfield ")


def test_a_refused_message_is_given_back_with_the_reason(eyes: Eyes) -> None:
    eyes.viewer.answers["message"] = {"ok": False, "error": "is_archived", "detail": "This channel is archived."}
    eyes.open()

    eyes.see("composer").fill("hello")
    eyes.see("composer").press("Enter")

    expect(eyes.see("notice")).to_contain_text("This channel is archived.")
    expect(eyes.see("composer")).to_have_value("hello")


def test_a_thread_opens_beside_the_channel_and_escape_closes_it(eyes: Eyes) -> None:
    reply = message_of(EAST, ts=LATER, thread_ts=TS, text="On it", **person_said(cast.DANA))
    eyes.viewer.said(EAST, text="Who takes this?", reply_count=1, replies=[reply])
    eyes.open()

    eyes.see(f"thread-{TS}").press("Enter")
    pane = eyes.see("thread-pane")
    expect(pane.get_by_test_id(f"message-{LATER}")).to_contain_text("On it")
    expect(eyes.see("thread-composer")).to_be_focused()
    eyes.tab.keyboard.type("Thanks")
    eyes.tab.keyboard.press("Enter")
    eyes.tab.keyboard.press("Escape")

    expect(pane).to_be_hidden()
    expect(eyes.see(f"thread-{TS}")).to_be_focused()
    assert eyes.viewer.told("message") == [{"channel": EAST, "text": "Thanks", "thread_ts": TS}]


def test_a_reply_reaches_an_open_thread_live(eyes: Eyes) -> None:
    parent = eyes.viewer.said(EAST, text="Who takes this?")
    eyes.open(f"U0PRIYA/{EAST}/{TS}")
    expect(eyes.see("thread-pane")).to_contain_text("Who takes this?")

    parent["replies"] = [message_of(EAST, ts=LATER, thread_ts=TS, text="Me")]
    parent["reply_count"] = 1
    eyes.tell("channel", channel=EAST)

    expect(eyes.see("thread-pane").get_by_test_id(f"message-{LATER}")).to_contain_text("Me")
    expect(eyes.see(f"thread-{TS}")).to_have_text("1 reply")


def test_the_scroll_position_is_kept_while_messages_arrive(eyes: Eyes) -> None:
    for second in range(60):
        eyes.viewer.said(EAST, ts=f"{1795180000 + second}.000100", text=f"Deal {second}")
    eyes.open()
    scroller = eyes.tab.locator("main .scroller")
    expect(eyes.see("message-1795180059.000100")).to_be_in_viewport()
    scroller.evaluate("node => { node.scrollTop = 0 }")

    eyes.viewer.said(EAST, text="The newest")
    eyes.tell("channel", channel=EAST)

    expect(eyes.see("more")).to_be_visible()
    assert scroller.evaluate("node => node.scrollTop") == 0
    eyes.see("more").click()
    expect(eyes.see(f"message-{TS}")).to_be_in_viewport()


def test_the_focus_stays_on_a_button_whose_message_is_drawn_again(eyes: Eyes) -> None:
    message = eyes.viewer.said(EAST, blocks=[section("Waiting"), actions(button("approve", "Approve"))])
    eyes.open()
    eyes.see("action-approve").focus()

    message["blocks"] = [section("Still waiting"), actions(button("approve", "Approve"))]
    eyes.tell("channel", channel=EAST)

    expect(eyes.see(f"message-{TS}")).to_contain_text("Still waiting")
    expect(eyes.see("action-approve")).to_be_focused()


def test_the_focus_goes_to_the_message_when_its_button_is_gone(eyes: Eyes) -> None:
    message = eyes.viewer.said(EAST, blocks=[actions(button("approve", "Approve"))])
    eyes.open()
    eyes.see("action-approve").focus()

    message["blocks"] = [section("Approved by <@U0PRIYA>")]
    eyes.tell("channel", channel=EAST)

    expect(eyes.see(f"message-{TS}")).to_contain_text("Approved by @Priya Raman")
    expect(eyes.see(f"message-{TS}")).to_be_focused()


def test_a_broken_line_comes_back_and_brings_what_was_missed(eyes: Eyes) -> None:
    eyes.open()
    eyes.viewer.said(EAST, text="Said while the line was down")

    eyes.viewer.hang_up(cast.PRIYA.id)

    expect(eyes.see(f"message-{TS}")).to_contain_text("Said while the line was down")
    expect(eyes.see("live")).to_have_text("Live")


def test_a_notice_is_shown_above_everything(eyes: Eyes) -> None:
    eyes.open()

    eyes.tell("notice", text="cosell did not answer within 3 seconds")

    expect(eyes.see("notice")).to_contain_text("cosell did not answer within 3 seconds")
    eyes.see("notice").get_by_role("button", name="Dismiss").click()
    expect(eyes.see("notice")).to_have_count(0)


def test_an_unknown_block_is_named_rather_than_lost(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, blocks=[{"type": "hologram", "block_id": "h"}])

    eyes.open()

    expect(eyes.see(f"message-{TS}")).to_contain_text("cannot draw “hologram”")
