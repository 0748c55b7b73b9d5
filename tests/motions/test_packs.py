"""A pack's workbook stands in the thread of its card, once, and where only our own people read."""

from dataclasses import replace
from hashlib import sha256

import pytest

from motions.effects import EffectStatus
from motions.errors import NotVisible, OutcomeUnknown, Unavailable
from motions.model import MotionState
from motions.referrals import Review
from motions.sheet_drops import SharedFile
from tests.fakes.files import FakeFiles
from tests.fakes.world import CHANNEL, MINUTE, MOTION, SHARED, World
from tests.motions.by_hand import Packs, with_packs
from tests.motions.stages import POLL, in_review

LOST = OutcomeUnknown("Slack", "the answer was lost")


def files(made: World) -> FakeFiles:
    found = made.ports.files
    assert isinstance(found, FakeFiles)
    return found


def waiting(*troubles: Exception) -> World:
    """A motion whose pack waits while Slack has these troubles."""
    made = in_review()
    files(made).troubles.extend(troubles)
    made.ports = replace(made.ports, portals={"aws": Packs(made.clock, made.portal)})
    made.advance(POLL)
    return made


def shared(made: World) -> list[tuple[str, str, str | None]]:
    return [(each.name, each.channel, each.thread_ts) for each in files(made).shared]


def statuses(made: World) -> list[EffectStatus]:
    return [each.status for each in made.read(lambda uow: uow.effects.of(MOTION)) if each.kind == "slack.file"]


def test_the_workbook_is_under_the_card_once_however_often_the_portal_is_looked_at() -> None:
    made = with_packs()
    made.advance(4 * POLL)

    card = made.motion.card
    assert card is not None
    assert shared(made) == [("O1.xlsx", CHANNEL, card.ts)]
    assert files(made).uploaded[files(made).shared[0].file_id] == b"the row of O1"


def test_the_log_says_which_bytes_were_shared() -> None:
    made = with_packs()

    [effect] = [each for each in made.read(lambda uow: uow.effects.of(MOTION)) if each.kind == "slack.file"]
    assert effect.payload["sha256"] == sha256(b"the row of O1").hexdigest()
    assert (effect.status, effect.external_id) == (EffectStatus.DONE, files(made).shared[0].file_id)


def test_while_slack_is_away_it_waits_and_is_there_once_afterwards() -> None:
    made = waiting(*[Unavailable("Slack", "a file cannot be uploaded now")] * 9)
    before = shared(made)

    made.advance(20 * MINUTE)

    assert (before, len(shared(made))) == ([], 1)
    assert statuses(made) == [EffectStatus.DONE]
    assert "share-pack-failing" not in made.problems()


def test_a_lost_answer_is_looked_for_in_the_thread_before_anything_is_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = in_review()
    made.ports = replace(made.ports, portals={"aws": Packs(made.clock, made.portal)})
    slack = files(made)
    share = slack.share

    def losing(file_id: str, name: str, channel: str, thread: str | None, words: str) -> None:
        share(file_id, name, channel, thread, words)
        raise LOST

    monkeypatch.setattr(slack, "share", losing)
    made.advance(POLL)
    made.advance(20 * MINUTE)

    assert len(shared(made)) == 1
    assert statuses(made) == [EffectStatus.DONE]


def test_nothing_is_shared_where_somebody_else_reads_and_a_person_is_told() -> None:
    made = in_review()
    made.ports = replace(made.ports, portals={"aws": Packs(made.clock, made.portal)})
    made.messenger.rooms[CHANNEL] = made.messenger.rooms[SHARED]

    made.advance(POLL)

    assert shared(made) == []
    assert "audience-changed" in made.problems()


def test_a_workbook_that_somebody_took_away_is_a_persons_to_look_for() -> None:
    class Without(Packs):
        def workbook(self, pack: str) -> SharedFile:
            raise NotVisible("the folder of filing packs", f"{pack}.xlsx is not there any more")

    made = in_review()
    made.ports = replace(made.ports, portals={"aws": Without(made.clock, made.portal)})
    made.advance(POLL)

    assert shared(made) == []
    assert "share-pack-failing" in made.problems()


def test_what_was_begun_is_finished_though_it_was_filed_and_decided_meanwhile() -> None:
    made = waiting(*[Unavailable("Slack", "away")] * 9)
    before = statuses(made)
    made.portal.review("O1", Review.ACCEPTED)
    made.advance(40 * POLL)

    assert made.state is not MotionState.IN_REVIEW
    assert (before, statuses(made)) == ([EffectStatus.HELD], [EffectStatus.DONE])
