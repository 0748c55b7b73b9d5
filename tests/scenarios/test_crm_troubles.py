"""The CRM in all its moods: nothing is lost while it is away, and what a person wrote there stays."""

from motions.model import MotionState
from sandbox.cast import PRIYA, TOMAS
from tests.scenarios.company import CASSEY, HAYDEN
from tests.scenarios.scene import Scene
from tests.waiting import wait_until

API = "/services/data"


def test_a_motion_goes_on_while_the_crm_is_down_and_catches_up_afterwards(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    scene.settles(deal)
    scene.company.trouble("salesforce", "503_html", times=100_000, path=API)

    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.ACCEPTED)
    outage = scene.trouble("job:crm.poll", "job-failing")
    scene.company.calm()
    scene.fast_forward(deal)
    scene.handed(deal, within=40)
    wait_until(lambda: not scene.exceptions(deal) and not scene.exceptions("job:crm.poll"), what="all cleared")

    record = scene.company.record(deal)
    assert "keeps trying until Salesforce answers" in outage.next_act
    assert record["Cosell_Referral_Id__c"] == scene.company.filed(deal)[0]["id"]
    assert record["Cosell_PAM__c"]
    assert len(scene.company.activities(deal)) == 1


def test_a_person_s_words_in_our_fields_are_never_overwritten(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.settles(deal)

    scene.company.change(deal, by="priya.raman@meridian.example", Cosell_Partners__c="AWS, agreed with Jordan")
    scene.approve(PRIYA, motion)
    scene.handed(deal)

    record = scene.company.record(deal)
    assert record["Cosell_Partners__c"] == "AWS, agreed with Jordan"
    assert record["Cosell_Referral_Id__c"]
    assert any(line.event == "crm.kept-human-edit" for line in scene.story(motion).lines)


def test_a_lost_session_a_locked_row_and_a_lost_answer_leave_one_activity(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=HAYDEN)
    motion = scene.asked(deal)
    scene.settles(deal)
    scene.company.trouble("salesforce", "401_once")
    scene.company.trouble("salesforce", "lock_row", path="/sobjects/Opportunity")
    scene.company.trouble("salesforce", "drop_after_commit", path="/sobjects/Task")

    scene.approve(TOMAS, motion)
    scene.handed(deal, within=30)

    assert [task["Subject"] for task in scene.company.activities(deal)] == ["Co-sell with AWS: accepted"]
    assert scene.company.record(deal)["Cosell_Referral_Id__c"]


def test_a_change_that_becomes_visible_late_with_its_old_stamp_is_not_missed(scene: Scene) -> None:
    early = scene.company.new_deal(StageName="Prospecting")
    scene.company.trouble("salesforce", "late_commit", seconds=2)

    scene.company.change(early, StageName="Qualification")
    later = scene.company.new_deal(owner=CASSEY)
    scene.asked(later)

    assert scene.asked(early)


def test_what_the_bot_writes_itself_starts_nothing(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.settles(deal)
    other = scene.company.new_deal(owner=HAYDEN)
    scene.asked(other)  # read after the bot's own writes to the first

    assert scene.motion(deal) == motion
    assert sum(line.event == "trigger.seen" for line in scene.story(motion).lines) == 1
