"""What a partner brings of itself, with the order in it: a deal that AWS offers, and a sheet that is imported."""

import base64
import csv
import io
from functools import partial

from motions import inviting
from motions.invitations import InvitationId
from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.adversary.planting import Json, Planted
from tests.scenarios.company import CENTRAL
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until

_ACCEPTED_ONE_IN = 3  # the others are rejected, or nobody answers them


def offer_deals(scene: Scene, planted: list[Planted], within: float) -> None:
    """AWS offers a deal for each of them: one is accepted for a deal of ours, the next rejected, the third left."""
    offered = [_offered(scene, each) for each in planted]
    inviting.look(scene.bot.ports)
    for number, invitation in enumerate(offered):
        card = wait_until(
            partial(_card, scene, f"invitation:{invitation}:card"), within=within, what=f"the card of {invitation}"
        )
        if number % _ACCEPTED_ONE_IN == 0:
            _accept(scene, card, invitation, within)
        elif number % _ACCEPTED_ONE_IN == 1:
            (modal,) = _press(scene, card, "invitation.reject")["modals"]
            assert "Rejecting" in said(scene.submit(PRIYA, modal, invitation_reason="Other"))


def bring_sheets(scene: Scene, planted: list[Planted], within: float) -> None:
    """A sheet of the partner's about each of them, dropped by one of ours, who imports one and leaves the rest."""
    cards = [_sheet_card(scene, ts, within) for ts in [_dropped(scene, each) for each in planted]]
    assert "Importing" in said(_press(scene, cards[0], "sheet.import"))
    wait_until(partial(_score, scene, planted[0]), within=within, what="the score")
    for card in cards[1:]:
        _press(scene, card, "sheet.leave")


def _offered(scene: Scene, each: Planted) -> InvitationId:
    words: Json = {
        "company_name": each.text(120),
        "title": each.text(255),
        "business_problem": each.text(2_000),
        "contact_last_name": each.text(80),
    }
    spoken = {name: value.replace("\n", " ") for name, value in words.items()}
    return InvitationId(scene.company.do("/aws/_control/aws_referral", **spoken)["invitation_id"])


def _accept(scene: Scene, card: Json, invitation: InvitationId, within: float) -> None:
    deal = scene.company.new_deal()
    scene._once(deal, "its card", lambda motion: motion.card is not None, within)
    (modal,) = _press(scene, card, "invitation.accept")["modals"]
    typed = {"invitation_other": deal}
    assert "Accepting it as" in said(scene.submit(PRIYA, modal, **typed)), invitation
    scene.reaches(deal, MotionState.ENGAGED, within=within)


def _dropped(scene: Scene, each: Planted) -> str:
    rows = io.StringIO()
    headings = ["CRM ID", "Score", each.text(120), "Status"]
    good = [each.deal, "81", each.text(255), ""]
    bad = [[each.text(255), "82", "", ""], [each.deal, "83", f"=1+1 {each.text(240)}", each.text(255)]]
    csv.writer(rows).writerows([headings, good, *bad])
    name = each.text(76).replace("/", " ").replace("\n", " ") + ".csv"
    content = base64.b64encode(rows.getvalue().encode()).decode()
    return str(scene.company.act("file", PRIYA, channel=CENTRAL, name=name, content=content)["ts"])


def _sheet_card(scene: Scene, ts: str, within: float) -> Json:
    found: Json = wait_until(partial(_in_thread, scene, ts), within=within, what="the card of a sheet")
    return found


def _score(scene: Scene, each: Planted) -> bool:
    return scene.company.record(each.deal).get("Cosell_P2B_Score__c") == 81


def _card(scene: Scene, key: str) -> Json | None:
    return next(iter(scene.company.posted(CENTRAL, key)), None)


def _in_thread(scene: Scene, ts: str) -> Json | None:
    threads = [m for m in scene.company.messages(CENTRAL) if m.get("thread_ts") == ts and m["user"].endswith("BOT")]
    return next((m for m in threads if "sheet.import" in words_of(m)), None)


def _press(scene: Scene, card: Json, action_id: str) -> Json:
    place = {"channel": CENTRAL, "message_ts": card["ts"]}
    return scene.company.act("action", PRIYA, **place, action_id=action_id)
