"""The signed webhook: a CRM's alert starts a motion sooner than the next read, and nothing else gets in."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from handlers.alerts import signature
from motions.model import TriggerKind
from tests.scenarios.company import Company, Json
from tests.scenarios.scene import Scene, playing, settings_for
from tests.waiting import wait_until

SECRET = "shared-with-the-crm"


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot that reads the CRM once an hour, so that only alerts start anything."""
    world.begin()
    settings = settings_for(world, tmp_path_factory.mktemp("bot"), cosell_alert_secret=SECRET)
    with playing(world, settings.model_copy(update={"cosell_poll_seconds": 3600.0})) as scene:
        yield scene


def test_an_alert_starts_the_motion_of_its_deal_before_the_next_read(scene: Scene) -> None:
    unheard = scene.company.new_deal()
    deal = scene.company.new_deal()

    answer = send(scene, _alert(scene, deal))
    motion = scene.asked(deal)

    trigger = scene.bot.ports.durable.read(lambda uow: uow.matches.trigger(motion.trigger_id))
    assert answer.status_code == httpx.codes.ACCEPTED
    assert trigger is not None
    assert trigger.kind is TriggerKind.ALERT
    assert scene.motion(unheard) is None


def test_the_same_alert_again_does_nothing(scene: Scene) -> None:
    deal = scene.company.new_deal()
    alert, at = _alert(scene, deal), datetime.now(UTC)
    send(scene, alert, at=at)
    motion = scene.asked(deal)

    replayed = send(scene, alert, at=at)
    sent_again = send(scene, alert, at=at + timedelta(seconds=1))

    assert replayed.json() == {"status": "duplicate"}
    assert sent_again.json() == {"status": "duplicate"}
    assert scene.settles(deal) == motion


def test_an_alert_for_a_deal_nobody_knows_is_an_exception_with_its_next_act(scene: Scene) -> None:
    answer = send(scene, {"opportunity_id": "0065e00000zzzzzAAA", "stamped_at": datetime.now(UTC).isoformat()})

    problem = scene.trouble("0065e00000zzzzzAAA", "unknown-deal")

    assert answer.status_code == httpx.codes.ACCEPTED
    assert "0065e00000zzzzzAAA" in problem.reason
    assert "Check the id" in problem.next_act
    assert problem.owner == "dana.whitfield@meridian.example"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "JSON"),
        (b"[]", "body"),
        (b'{"opportunity_id": "006", "stamped_at": "yesterday"}', "stamped_at"),
        (b'{"opportunity_id": "006\' OR 1=1", "stamped_at": "2026-11-20T12:00:00Z"}', "opportunity_id"),
        (b'{"stamped_at": "2026-11-20T12:00:00Z"}', "opportunity_id"),
    ],
)
def test_a_malformed_alert_is_refused_with_what_is_wrong(scene: Scene, body: bytes, why: str) -> None:
    answer = _post(scene, body, signature(SECRET, datetime.now(UTC), body))

    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert why in answer.text


def test_an_alert_that_is_not_signed_by_the_crm_is_refused(scene: Scene) -> None:
    deal = scene.company.new_deal()
    body, now = json.dumps(_alert(scene, deal)).encode(), datetime.now(UTC)

    answers = [
        _post(scene, body, ""),
        _post(scene, body, signature("another secret", now, body)),
        _post(scene, body + b" ", signature(SECRET, now, body)),
        _post(scene, body, signature(SECRET, now - timedelta(minutes=10), body)),
    ]

    assert [answer.status_code for answer in answers] == [httpx.codes.UNAUTHORIZED] * 4
    assert scene.motion(deal) is None


def test_the_bot_says_that_it_is_there(scene: Scene) -> None:
    assert wait_until(lambda: httpx.get(f"{scene.bot.door.url}/healthz").json()) == {"status": "ok"}


def send(scene: Scene, alert: Json, at: datetime | None = None) -> httpx.Response:
    """Post an alert as the CRM would."""
    body = json.dumps(alert).encode()
    return _post(scene, body, signature(SECRET, at or datetime.now(UTC), body))


def _post(scene: Scene, body: bytes, signed: str) -> httpx.Response:
    return httpx.post(f"{scene.bot.door.url}/deal-alerts", content=body, headers={"X-Cosell-Signature": signed})


def _alert(scene: Scene, deal: str) -> Json:
    stamped = scene.company.look(f"/salesforce/_control/record/Opportunity/{deal}")["SystemModstamp"]
    return {"opportunity_id": deal, "stamped_at": datetime.strptime(stamped, "%Y-%m-%dT%H:%M:%S.%f%z").isoformat()}
