"""Partners without an API through the real bot: a pack's reference on its card, and a sheet dropped in a channel."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.views import VERSION, render
from motions.auditing import verify
from motions.deals import OpportunityId
from motions.model import EffectKey, MotionState
from motions.performing import done
from motions.replaying import replay
from motions.reviewing import FILE_BY_HAND
from sandbox.cast import ALEX, DANA, PRIYA
from tests.scenarios.company import CENTRAL, SHARED, Company, Json
from tests.scenarios.scene import Scene, amend_partner, playing, said, settings_for, words_of
from tests.waiting import wait_until

WITHIN = 20.0


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot whose partner is filed at by hand."""
    folder: Path = tmp_path_factory.mktemp("bot")
    world.begin()
    settings = settings_for(world, folder, cosell_packs=folder / "packs")
    amend_partner(settings.config_folder, "aws", portal="sheet")
    with playing(world, settings) as scene:
        yield scene


def shows(scene: Scene, motion: Any, *parts: str) -> Json:
    """The motion's card once it holds these words."""

    def card() -> Json | None:
        found = scene.card(motion)
        return found if all(part in words_of(found) for part in parts) else None

    return wait_until(card, within=WITHIN, what=f"the card with {parts}")


def drop(scene: Scene, rows: str, channel: str = CENTRAL, name: str = "scores.csv", who: Any = PRIYA) -> str:
    """Somebody drops a sheet; the message's ts."""
    content = base64.b64encode(rows.encode()).decode()
    return str(scene.company.act("file", who, channel=channel, name=name, content=content)["ts"])


def sheet_card(scene: Scene, ts: str, *parts: str) -> Json:
    """The card in the thread of the message, once it holds these words; there is one."""

    def card() -> Json | None:
        of_bot = [m for m in scene.company.messages(CENTRAL) if m["user"].endswith("BOT") and not m["ephemeral_to"]]
        found = [m for m in of_bot if m.get("thread_ts") == ts]
        assert len(found) <= 1
        return found[0] if found and all(part in words_of(found[0]) for part in parts) else None

    return wait_until(card, within=WITHIN, what=f"the sheet's card with {parts}")


def files_under(scene: Scene, motion: Any) -> list[Json]:
    """The files in the thread of a motion's card."""
    replies = [m for m in scene.company.messages(CENTRAL) if m.get("thread_ts") == motion.card.ts]
    return [file for reply in replies for file in reply.get("files", ())]


def press(scene: Scene, card: Json, action_id: str, who: Any = PRIYA) -> Json:
    return scene.company.act("action", who, channel=CENTRAL, message_ts=card["ts"], action_id=action_id)


def score_of(scene: Scene, deal: OpportunityId) -> Any:
    return scene.company.record(deal)["Cosell_P2B_Score__c"]


def test_a_pack_is_filed_by_hand_and_its_reference_said_on_the_card(scene: Scene) -> None:
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    motion = scene.reaches(deal, MotionState.IN_REVIEW)
    pack = motion.referral_id
    scene.trouble(motion.id, FILE_BY_HAND)
    shows(scene, motion, f"The pack {pack} waits to be filed", f"{pack}.xlsx", "motion.filed")

    (modal,) = scene.click(PRIYA, motion, "motion.filed")["modals"]
    (late,) = scene.click(DANA, motion, "motion.filed")["modals"]
    refused = scene.submit(PRIYA, modal, filed_reference=str(pack))
    taken = scene.submit(PRIYA, modal, filed_reference="DR-1001")
    again = scene.submit(DANA, late, filed_reference="DR-1001")

    assert "own id" in str(refused["errors"])
    assert "is filed as DR-1001" in said(taken)
    assert "already" in said(again)
    card = shows(scene, motion, "Filed with AWS (DR-1001)", "Filed by hand as DR-1001 by Priya Raman")
    assert "motion.filed" not in words_of(card)
    wait_until(
        lambda: scene.company.record(deal)["Cosell_Referral_Id__c"] == "DR-1001", within=WITHIN, what="the reference"
    )


def test_a_pack_stands_in_the_thread_of_its_card_once_whatever_slack_loses(scene: Scene) -> None:
    for method in ("files.getUploadURLExternal", "files.upload"):
        scene.company.trouble("slack", "http_503_html", method=method)
    scene.company.trouble("slack", "drop_after_accept", method="files.completeUploadExternal")
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    motion = scene.reaches(deal, MotionState.IN_REVIEW)
    scene.trouble(motion.id, FILE_BY_HAND)

    shared = EffectKey(f"{motion.id}:pack:{motion.referral_id}.xlsx")
    durable = scene.bot.ports.durable
    wait_until(lambda: durable.read(lambda uow: done(uow, shared)), within=WITHIN, what="the pack in the thread")

    (file,) = files_under(scene, motion)
    written = (scene.settings.packs_folder / f"{motion.referral_id}.xlsx").read_bytes()
    assert file["name"] == f"{motion.referral_id}.xlsx"
    assert scene.bot.ports.files.fetch(file["id"], len(written)).data == written
    assert [item.code for item in scene.exceptions(motion.id)] == [FILE_BY_HAND]


def test_a_dropped_sheet_is_shown_once_after_a_restart_named_and_imported_once(scene: Scene) -> None:
    deal = scene.company.new_deal(StageName="Prospecting", Amount=900)
    wait_until(lambda: scene.bot.ports.durable.read(lambda uow: uow.deals.get(deal)), what="the deal")
    rows = f"CRM ID,Propensity figure,As of\n{deal},81,\n{deal},=1+1,\n006NOBODY,12,\n"
    scene.company.trouble("slack", "http_503_html", method="files.download", times=2)

    ts = drop(scene, rows)
    wait_until(lambda: _was_asked_for(scene), within=WITHIN, what="the download")
    scene.restart()
    card = sheet_card(scene, ts, "is crm_id", "B “Propensity figure”: not known", "sheet.columns")
    (modal,) = press(scene, card, "sheet.columns")["modals"]
    named = scene.submit(PRIYA, modal, B="score")
    card = sheet_card(scene, ts, "B “Propensity figure” is score", "score nothing → 81", "no deal of ours")
    imported = press(scene, card, "sheet.import")
    sheet_card(scene, ts, "Imported by Priya Raman")

    assert "Remembered for every sheet of AWS" in said(named)
    assert "Importing scores.csv" in said(imported)
    wait_until(lambda: score_of(scene, deal) == 81, within=WITHIN, what="the score")
    second = drop(scene, rows)
    assert "sheet.import" not in words_of(sheet_card(scene, second, "Exactly this file was imported"))


def test_a_sheet_in_a_shared_channel_is_not_looked_at(scene: Scene) -> None:
    before = len(scene.company.look("/slack/_control/calls?method=files.info")["calls"])

    for who in (ALEX, PRIYA):
        drop(scene, "CRM ID,Score\n006,1\n", channel=SHARED, who=who)
    ts = drop(scene, "nothing we know\n1\n")
    sheet_card(scene, ts, "It was not read.", "looks like headings")

    assert len(scene.company.look("/slack/_control/calls?method=files.info")["calls"]) == before + 1


def test_everything_said_of_packs_and_sheets_is_in_the_log(scene: Scene) -> None:
    findings = scene.bot.ports.durable.read(lambda uow: (verify(uow), replay(uow, render, VERSION)))

    assert [found.differences for found in findings] == [[], []]


def _was_asked_for(scene: Scene) -> bool:
    return bool(scene.company.look("/slack/_control/calls?method=files.download")["calls"])
