"""AWS's events by both ways in: the same is taken once, kept before it is deleted, and wakes what it is about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import aws_events
from bot.aws_events import aws_door, aws_pull
from bot.settings import Settings, SettingsError, load_settings
from connectors.aws.queue import Message
from motions.model import MotionState
from motions.referrals import Review
from tests.fakes.world import DAY, MINUTE, World
from tests.motions.stages import PAM, in_review

SECRET = "0123456789abcdef0123456789abcdef"
GIVEN = Settings(aws_events_secret=SECRET, aws_events_queue_url="https://q", aws_partner_catalog="AWS")  # type: ignore[arg-type]  # pydantic makes it a secret


def event(key: str, kind: str = "Opportunity Updated", referral: str = "O1") -> bytes:
    detail = {"catalog": "AWS", "opportunity": {"identifier": referral}}
    told = {"id": key, "source": "aws.partnercentral-selling", "detail-type": kind, "detail": detail}
    return json.dumps(told).encode()


@dataclass
class Line:
    """A queue in memory: what is received and not deleted comes again."""

    waiting: list[bytes] = field(default_factory=list)
    deleted: list[bytes] = field(default_factory=list)

    def receive(self) -> Sequence[Message]:
        return [Message(body, str(number)) for number, body in enumerate(self.waiting)]

    def delete(self, message: Message) -> None:
        self.deleted.append(message.body)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr(aws_events, "open_queue", lambda *_args, **_more: made)
    return made


@pytest.fixture
def woken() -> list[str]:
    return []


def decided() -> World:
    """AWS has accepted, and nobody has looked yet."""
    made = in_review(review_poll_after=DAY, review_poll_at_most=DAY)
    made.clock.advance(MINUTE)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    return made


def door(made: World, woken: list[str]) -> Any:
    client = TestClient(Starlette(routes=aws_door(GIVEN, made.ports, woken.append)))
    return lambda body, secret=SECRET: client.post("/portal-events/aws", content=body, headers={"X-Cosell-Key": secret})


def test_an_event_at_the_door_has_its_referral_looked_at_once(woken: list[str]) -> None:
    made = decided()
    post = door(made, woken)

    answers = [post(event("e1")), post(event("e1"))]
    made.durable.settle()

    assert [answer.json()["status"] for answer in answers] == ["accepted", "duplicate"]
    assert made.state is MotionState.HANDED_OFF
    assert woken == []


def test_without_the_secret_nothing_is_taken(woken: list[str]) -> None:
    made = decided()

    answer = door(made, woken)(event("e1"), secret="wrong")
    made.durable.settle()

    assert answer.status_code == 401
    assert made.state is MotionState.IN_REVIEW


def test_an_invitation_wakes_the_look_for_invitations(woken: list[str]) -> None:
    post = door(decided(), woken)

    post(event("e1", "Engagement Invitation Created", ""))

    assert woken == ["invitations.look"]


def test_there_is_no_door_without_a_secret_and_no_queue_without_an_address(woken: list[str]) -> None:
    ports = decided().ports

    assert aws_door(Settings(), ports, woken.append) == []
    assert aws_pull(Settings(), ports, woken.append) is None


def test_what_waits_in_the_queue_is_kept_and_then_taken_away(line: Line, woken: list[str]) -> None:
    made = decided()
    line.waiting = [event("e2", "Engagement Invitation Created", ""), event("e1"), event("e1"), b"no event"]
    pull = aws_pull(GIVEN, made.ports, woken.append)
    assert pull is not None

    counts = [pull(), pull()]
    made.durable.settle()

    assert counts == [3, 0]
    assert line.deleted == [*line.waiting, *line.waiting]
    assert made.state is MotionState.HANDED_OFF
    assert woken == ["invitations.look"]


def test_what_could_not_be_kept_stays_in_the_queue(
    line: Line, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = decided()
    line.waiting = [event("e1")]
    pull = aws_pull(GIVEN, made.ports, woken.append)
    assert pull is not None

    def broken() -> None:
        raise OSError

    monkeypatch.setattr(made.store, "transaction", broken)
    with pytest.raises(OSError):
        pull()

    assert line.deleted == []


def test_a_secret_that_is_too_short_is_refused(tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match="AWS_EVENTS_SECRET has at least 32"):
        load_settings(tmp_path, {"AWS_EVENTS_SECRET": "short"})
