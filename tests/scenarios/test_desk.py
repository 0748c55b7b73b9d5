"""A manager's desk in the running bot: what stands on it is opened in full, decided there, put off, and given away."""

import pytest

from motions.deals import OpportunityId
from motions.model import Motion, MotionState, Token
from sandbox.cast import DANA, PRIYA, TOMAS, Member
from tests.scenarios.company import SELLER, Json
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until

MANAGERS = {"C0AWSCENT": PRIYA, "C0AWSEAST": PRIYA, "C0AWSWEST": TOMAS}


@pytest.fixture
def asked(scene: Scene) -> Motion:
    """A motion whose card waits for a decision."""
    return scene.asked(scene.company.new_deal())


def home_of(scene: Scene, who: Member, *, says: str, without: str = "\0") -> Json:
    """Somebody's Home tab once it says something, and something else no longer."""

    def shown() -> Json | None:
        view: Json | None = scene.company.look("/slack/_control/views")["homes"].get(who.id)
        return view if view and says in words_of(view) and without not in words_of(view) else None

    return wait_until(shown, what=f"{who.name}'s Home with {says!r}")


def opened(scene: Scene, who: Member, motion: Motion) -> Json:
    """The form behind a motion's line on somebody's Home."""
    scene.company.act("home_open", who)
    view = home_of(scene, who, says=motion.id)
    answer = scene.company.act("action", who, view_id=view["id"], action_id="desk.open", block_id=_block(view, motion))
    [modal] = answer["modals"]
    assert isinstance(modal, dict)
    return modal


def submit(scene: Scene, who: Member, modal: Json, **chosen: str) -> str:
    """Send the form, and what is said in its place."""
    given = {name: {"value": {"selected_option": {"value": value}}} for name, value in chosen.items()}
    answer = scene.company.act("submit", who, view_id=modal["id"], values=given)
    return words_of(answer["modals"][0])


def _block(view: Json, motion: Motion) -> str:
    lines = [each for each in view["blocks"] if each.get("accessory", {}).get("value") == f"motion:{motion.id}"]
    block_id = lines[0]["block_id"]
    assert isinstance(block_id, str)
    return block_id


def test_a_referral_is_read_whole_and_approved_from_the_desk(scene: Scene, asked: Motion) -> None:
    manager = MANAGERS[asked.channel]
    modal = opened(scene, manager, asked)

    told = submit(scene, manager, modal, decide="approve")

    assert "What would be filed with AWS, in full" in words_of(modal)
    assert "Approved." in told
    scene.handed(asked.opportunity_id)
    assert len(scene.company.filed(asked.opportunity_id)) == 1
    home_of(scene, manager, says="co-sell desk", without=f'"Review", "emoji": false}}, "value": "motion:{asked.id}"')


def test_what_is_put_off_is_off_one_desk_and_on_the_operators(scene: Scene, asked: Motion) -> None:
    manager = MANAGERS[asked.channel]
    modal = opened(scene, manager, asked)

    told = submit(scene, manager, modal, rest="TOMORROW")

    assert "for you alone" in told
    home_of(scene, manager, says="Put off by you (1)", without=asked.account_name)
    scene.company.act("home_open", DANA)
    home_of(scene, DANA, says=asked.account_name)


def test_what_is_given_away_is_on_the_other_desk_and_decided_there(scene: Scene, asked: Motion) -> None:
    manager = MANAGERS[asked.channel]
    other = TOMAS if manager is PRIYA else PRIYA
    modal = opened(scene, manager, asked)

    submit(scene, manager, modal, owner=other.email)
    taken = opened(scene, other, asked)
    submit(scene, other, taken, decide="deny", why="too-early")

    denied = scene.reaches(asked.opportunity_id, MotionState.DENIED)
    assert denied.manager_email == other.email
    assert scene.company.filed(asked.opportunity_id) == []


def test_several_are_read_whole_and_those_ticked_are_filed_each_on_its_own(scene: Scene) -> None:
    for _ in range(3):
        scene.asked(scene.company.new_deal())
    scene.company.act("home_open", DANA)
    view = home_of(scene, DANA, says="Review several")
    answer = scene.company.act("action", DANA, view_id=view["id"], action_id="desk.several")
    [modal] = answer["modals"]
    boxes = [each["block_id"] for each in modal["blocks"] if str(each.get("block_id")).startswith("chosen:")]

    values = {box: {"value": {"selected_options": [{"value": "approve"}]}} for box in boxes[:2]}
    told = scene.company.act("submit", DANA, view_id=modal["id"], values=values)

    assert len(boxes) >= 3
    assert "2 of 2 approved." in words_of(told["modals"][0])
    for box in boxes[:2]:
        filed = scene.handed(_deal_behind(scene, box))
        assert len(scene.company.filed(filed.opportunity_id)) == 1
    left = scene.motion(_deal_behind(scene, boxes[2]))
    assert left is not None
    assert left.state is MotionState.AWAITING


def test_a_seller_sees_their_own_and_decides_nothing(scene: Scene, asked: Motion) -> None:
    modal = opened(scene, SELLER, asked)

    assert "Review several" not in words_of(home_of(scene, SELLER, says="co-sell desk"))
    assert "Your decision" not in words_of(modal)
    assert "Who looks after it" not in words_of(modal)


def _deal_behind(scene: Scene, box: str) -> OpportunityId:
    token = Token(box.removeprefix("chosen:"))
    found = scene.bot.ports.durable.read(lambda uow: uow.decisions.get(token))
    assert found is not None
    motion = scene.bot.ports.durable.read(lambda uow: uow.motions.get(found[0].motion_id))
    assert motion is not None
    return motion.opportunity_id
