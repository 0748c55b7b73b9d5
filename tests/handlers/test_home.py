"""The Home tab in an emulated Slack: published when it says something else, turned by pick-lists, acted on in forms."""

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import App, BoltRequest

from handlers.channels import open_messenger
from handlers.views import desk, home, render
from motions.desk_surfaces import EVERYTHING, PAGE, Batch, Choices, DeskItem, Handling, HomeView, Look, Pile, Rest
from motions.model import MotionState, PartnerKey, Person, Role, Token
from motions.revisions import InForce
from motions.surfaces import ClickOutcome, ClickReply, Digest
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder
from tests.handlers.test_view_limits import extreme
from tests.handlers.validators import check_view

PRIYA = values.person()
OWNERS = (("priya@meridian.example", "priya@meridian.example"), ("tomas@meridian.example", "tomas@meridian.example"))


def an_item(name: str = "Acmeco", **changes: Any) -> DeskItem:
    """A card that Priya may decide, on her desk."""
    typical = DeskItem(
        ref="motion:m1",
        title=f"{name} with AWS",
        card=values.card(name),
        problem=None,
        link="https://meridian.example/006",
        token=values.TOKEN,
        owner="priya@meridian.example",
        owners=OWNERS,
        asleep_until=None,
    )
    return replace(typical, **changes)


def home_of(world: World, person: cast.Member = cast.PRIYA) -> dict[str, Any]:
    """Somebody's Home tab as Slack shows it."""
    found: dict[str, Any] = world.look("views")["homes"][person.id]
    return found


def opened(world: World, person: cast.Member = cast.PRIYA) -> dict[str, Any]:
    """The same, when they have just opened it."""
    assert world.act("home", person)["ok"]
    world.settle()
    return home_of(world, person)


def publishings(world: World) -> int:
    """How often a Home tab was sent to Slack."""
    return len(world.look("calls", method="views.publish")["calls"])


def press(world: World, action_id: str, **choice: Any) -> dict[str, Any]:
    """Use an element of Priya's Home tab."""
    view = home_of(world)
    elements = [(block, each) for block in view["blocks"] for each in _elements(block)]
    found = [(block["block_id"], each) for block, each in elements if each.get("action_id") == action_id]
    wanted = [block_id for block_id, each in found if choice.get("value") in {None, each.get("value")}]
    outcome = world.act("action", cast.PRIYA, view_id=view["id"], action_id=action_id, block_id=wanted[0], **choice)
    assert outcome["ok"], outcome
    world.settle()
    return home_of(world)


def pick(world: World, name: str, value: str) -> dict[str, Any]:
    """Choose in a filter."""
    return press(world, home.FILTERS[name], selected_option={"value": value})


def modal_of(world: World) -> dict[str, Any]:
    """The form Priya has open."""
    [found] = world.look("views")["modals"][cast.PRIYA.id]
    assert isinstance(found, dict)
    return found


def submit(world: World, **chosen: dict[str, Any]) -> str:
    """Send the open form with these inputs, by their blocks; what is shown in its place."""
    modal = modal_of(world)
    given = {block_id: {"value": state} for block_id, state in chosen.items()}
    assert world.act("submit", cast.PRIYA, view_id=modal["id"], values=given)["ok"]
    world.settle()
    return json.dumps(modal_of(world)["blocks"], ensure_ascii=False)


def blocks_of(view: dict[str, Any]) -> list[dict[str, Any]]:
    """What a view is made of."""
    return list(view["blocks"])


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]


class Desks(Recorder):
    """Use cases over a desk that may change."""

    view: HomeView = values.home_view()

    def home_for(self, person: Person, look: Look) -> HomeView:
        """The desk as it is now."""
        self._note("home_for", person, look)
        return replace(self.view, look=look)


@pytest.fixture
def recorder() -> Recorder:
    return Desks()


def test_a_home_tab_that_says_nothing_new_is_not_published_again(world: World) -> None:
    opened(world)
    opened(world)

    assert publishings(world) == 1


def test_one_that_does_is(world: World, recorder: Desks) -> None:
    opened(world)
    recorder.view = replace(values.home_view(), stopped="Dana looks into it.")

    assert "Dana looks into it." in json.dumps(opened(world)["blocks"])
    assert publishings(world) == 2


def test_a_partners_and_a_strangers_home_says_nothing_of_itself(world: World) -> None:
    for person in (cast.ALEX, cast.GINA):
        assert not opened(world, person).get("private_metadata")


def test_what_somebody_else_published_meanwhile_is_drawn_over_with_what_is_true_now(
    world: World, recorder: Desks, bolt: App
) -> None:
    stale = opened(world)
    recorder.view = replace(values.home_view(), stopped="One")
    opened(world)
    recorder.view = replace(values.home_view(), stopped="Two")
    event = {"type": "app_home_opened", "tab": "home", "user": cast.PRIYA.id, "view": stale}

    bolt.dispatch(
        BoltRequest(
            body={"type": "event_callback", "event_id": "Ev9", "team_id": cast.MERIDIAN.id, "event": event},
            mode="socket_mode",
        )
    )

    assert "Two" in json.dumps(home_of(world)["blocks"])


@pytest.mark.parametrize(("who", "is_greeted"), [(cast.PRIYA, True), (cast.ALEX, False), (cast.TOMAS, False)])
def test_who_opens_the_direct_conversation_is_greeted_when_they_are_ours(
    world: World, recorder: Desks, who: cast.Member, is_greeted: bool
) -> None:
    assert world.act("home_open", who, tab="messages")["ok"]
    world.settle()

    assert [call[0] for call in recorder.calls] == ["greet"] * is_greeted
    assert publishings(world) == 0


@pytest.mark.usefixtures("recorder")
def test_a_filter_narrows_and_stays_when_home_is_opened_again(world: World, recorder: Desks) -> None:
    recorder.view = replace(values.home_view(), choices=values.choices())
    opened(world)

    pick(world, "region", "=EMEA")
    pick(world, "partner", "=aws")
    opened(world)

    assert recorder.calls[-1] == ("home_for", PRIYA, replace(EVERYTHING, region="EMEA", partner=PartnerKey("aws")))
    pick(world, "region", "all")
    assert recorder.calls[-1][2].region is None
    press(world, home.CLEAR)
    assert recorder.calls[-1] == ("home_for", PRIYA, EVERYTHING)


def test_a_list_alone_is_turned_page_by_page_and_left_again(world: World, recorder: Desks) -> None:
    recorder.view = replace(values.home_view(count=200), last_page=200 // PAGE - 1)
    opened(world)

    press(world, home.SHOW, value="decide")
    second = press(world, home.PAGE, value="1")
    back = press(world, home.SHOW, value="overview")

    looks = [call[2] for call in recorder.calls[1:]]
    assert looks == [Look(Pile.DECIDE), Look(Pile.DECIDE, 1), EVERYTHING]
    assert f"Page 2 of {200 // PAGE}" in json.dumps(second)
    assert "Under way" in json.dumps(back)


def test_a_line_opens_the_very_card_and_its_form_decides(world: World, recorder: Desks) -> None:
    recorder.item = an_item()
    opened(world)

    press(world, home.OPEN, value="motion:m1")
    told = submit(world, decide={"selected_option": {"value": "approve"}}, rest={"selected_option": {"value": "WEEK"}})

    wanted = Handling(approve=True, rest=Rest.WEEK)
    assert ("desk_handle", "motion:m1", values.TOKEN, PRIYA, wanted) in recorder.calls
    assert "Approved. Filing now." in told


def test_what_a_form_did_is_seen_on_the_desk_behind_it(world: World, recorder: Desks) -> None:
    recorder.item = an_item()
    opened(world)
    press(world, home.OPEN, value="motion:m1")
    recorder.view = replace(values.home_view(), to_decide=(), totals={Pile.DECIDE: 0})

    submit(world, owner={"selected_option": {"value": "tomas@meridian.example"}})

    assert recorder.calls[-2][-1] == Handling(owner="tomas@meridian.example")
    assert "Waiting for a decision" not in json.dumps(home_of(world)["blocks"])


def test_an_owner_that_was_not_changed_is_not_given_anything(world: World, recorder: Desks) -> None:
    recorder.item = an_item()
    opened(world)
    press(world, home.OPEN, value="motion:m1")

    submit(world)

    assert recorder.calls[-2][-1] == Handling()


def test_a_line_of_the_digest_opens_the_same_form(world: World, recorder: Desks) -> None:
    recorder.item = an_item()
    digest = render(Digest("2026-11-23", (values.line(),), (), (), 0))
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    place = messenger.post(messenger.direct_channel(PRIYA), digest, "digest:1")

    at = {"channel": place.channel, "message_ts": place.ts}
    assert world.act("action", cast.PRIYA, **at, action_id=home.OPEN)["ok"]
    submit(world, rest={"selected_option": {"value": "TOMORROW"}})

    assert ("desk_handle", "motion:m1", values.TOKEN, PRIYA, Handling(rest=Rest.TOMORROW)) in recorder.calls
    assert "Your co-sell desk" in json.dumps(home_of(world)["blocks"])


def test_a_decision_is_told_as_made_although_the_desk_behind_it_could_not_be_drawn(
    world: World, recorder: Desks
) -> None:
    recorder.item = an_item()
    opened(world)
    press(world, home.OPEN, value="motion:m1")
    recorder.view = replace(values.home_view(), stopped="Something else to draw.")
    world.control("faults", {"kind": "http_503_html", "method": "views.publish", "times": 5})

    told = submit(world, decide={"selected_option": {"value": "approve"}})

    assert "Approved. Filing now." in told
    assert "did not work" not in told


def test_a_click_on_a_home_tab_that_fails_explains_itself(world: World, recorder: Desks) -> None:
    recorder.view = replace(values.home_view(count=200))
    opened(world)
    world.control("faults", {"kind": "http_503_html", "method": "views.publish", "times": 5})

    press(world, home.SHOW, value="decide")

    told = json.dumps(modal_of(world)["blocks"])
    assert "Slack does not answer." in told
    assert "Nothing was changed." in told


def test_whoever_looks_after_it_stands_there_however_many_people_there_are() -> None:
    people = tuple((f"p{n:03}@meridian.example", f"p{n:03}@meridian.example") for n in range(250))
    last, _ = people[-1]

    drawn = desk.item_modal(an_item(owner=last, owners=people), "{}")
    filtered = home.home(
        replace(values.home_view(), choices=Choices(owners=people), look=replace(EVERYTHING, owner=last))
    )

    check_view(drawn)
    check_view(filtered)
    [form] = [block["element"] for block in blocks_of(drawn) if block.get("block_id") == "owner"]
    [pick] = [each for block in blocks_of(filtered) for each in _elements(block) if each["type"] == "static_select"]
    assert (form["initial_option"]["value"], pick["initial_option"]["value"]) == (last, f"={last}")
    assert sum(len(group["options"]) for group in form["option_groups"]) == len(people)


def test_a_line_that_is_gone_explains_itself(world: World, recorder: Desks) -> None:
    recorder.reply = ClickReply(ClickOutcome.CHANGED_NOTHING, "This is settled by now. Nothing changed.")
    opened(world)

    press(world, home.OPEN, value="motion:m1")

    assert "settled by now" in json.dumps(modal_of(world)["blocks"])


def test_several_alike_are_shown_whole_and_those_ticked_are_approved(world: World, recorder: Desks) -> None:
    first, second = values.card("Acmeco"), values.card("Beacon", token=Token("another"))
    recorder.batch = Batch("AWS", (first, second), 3)
    opened(world)

    press(world, home.SEVERAL)
    shown = json.dumps(modal_of(world)["blocks"], ensure_ascii=False)
    box = {"chosen:another": {"selected_options": [{"value": "approve"}]}}
    submit(world, **box)

    assert ("desk_approve", [Token("another")], PRIYA) in recorder.calls
    assert "3 more wait behind these." in shown
    assert shown.count("What would be filed with AWS, in full") == 2


@extreme
@pytest.mark.parametrize("state", [MotionState.AWAITING, MotionState.HANDED_OFF])
def test_the_form_of_a_line_fits_whatever_it_is_about(name: str, state: MotionState) -> None:
    card = values.card(name, motion=values.motion(name, state=state))
    item = an_item(name, card=card, problem=values.exception(name * 3), asleep_until=values.NOW, owner=name[:70])

    check_view(desk.item_modal(item, home_metadata(name)))


@extreme
def test_the_form_of_several_fits(name: str) -> None:
    cards = tuple(values.card(name, token=Token(f"t{n}")) for n in range(5))

    check_view(desk.batch_modal(Batch(name, cards, 200), home_metadata(name)))


@extreme
@pytest.mark.parametrize("pile", Pile)
def test_every_list_alone_fits(name: str, pile: Pile) -> None:
    look = Look(pile, 3, region=name[:100], segment=name[:100], owner=name[:70])
    lines = tuple((values.line(name), values.NOW) for _ in range(PAGE))
    view = replace(values.home_view(name, 200, look), asleep=lines, choices=values.choices(name), stopped=name)

    drawn = home.home(view)

    check_view(drawn)
    assert len(str(home.stamped(drawn, look)[0]["private_metadata"])) < 3000


def test_a_card_too_long_to_be_shown_whole_cannot_be_approved_from_a_desk() -> None:
    long = values.card(proposal=values.proposal("x" * 14_000))

    one = json.dumps(desk.item_modal(an_item(card=long), "{}"))
    several = json.dumps(desk.batch_modal(Batch("AWS", (long,), 0), "{}"))

    assert "Approve exactly" not in one
    assert "Deny: nothing is filed" in one
    assert "cannot be approved here" in several


@pytest.mark.parametrize("metadata", ["", "{}", "null", '{"look": {"pile": "no such"}, "drawn": 1}', "[" * 2_900])
def test_a_home_tab_that_says_nothing_of_itself_is_looked_at_as_a_whole(metadata: str) -> None:
    assert home.seen(metadata) == home.Seen(EVERYTHING, "")


def test_sellers_are_not_asked_to_review_several() -> None:
    assert "Review several" not in json.dumps(home.home(replace(values.home_view(), role=Role.SELLER)))


def home_metadata(name: str) -> str:
    """What a Home tab with long filters says of itself."""
    look = Look(Pile.DECIDE, 400, region=name[:100], segment=name[:100], owner=name[:70])
    return str(home.stamped({"type": "home", "blocks": []}, look)[0]["private_metadata"])
