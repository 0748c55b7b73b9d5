"""AWS tells: the real bot hears at its door and from the queue, doubled and out of order, and acts on it once."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.scenarios.company import Company
from tests.scenarios.scene import Scene, amend, playing, settings_for

SECRET = "a-secret-of-thirty-two-characters"


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot that looks by itself once an hour, so that what happens soon happens because AWS told."""
    folder: Path = tmp_path_factory.mktemp("bot")
    world.begin()
    queue = {
        "aws_events_secret": SECRET,
        "aws_events_queue_url": f"{world.url}/aws/sqs/cosell-events",
        "aws_endpoint_url_sqs": f"{world.url}/aws/sqs",
    }
    settings = settings_for(world, folder, **queue)
    amend(folder / "config" / "policy.yml", review_poll_after="PT1H", review_poll_at_most="PT1H")
    with playing(world, settings) as scene:
        yield scene


@pytest.fixture(params=["door", "queue"])
def told(request: pytest.FixtureRequest, scene: Scene) -> Iterator[str]:
    """By which way AWS tells; the sweep for changes sees nothing meanwhile."""
    company = scene.company
    company.do("/aws/_control/reviewer", mode="manual", delay_seconds=0)
    company.do("/aws/_control/events", duplicate=50, reorder=False)
    sqs = boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url=f"{company.url}/aws/sqs",
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
    )
    sqs.purge_queue(QueueUrl=f"{company.url}/aws/sqs/cosell-events")
    company.do("/aws/_control/knobs", empty_queue=request.param == "door")
    if request.param == "door":
        url = f"{scene.bot.door.url}/portal-events/aws"
        company.do("/aws/_control/events_target", url=url, headers={"X-Cosell-Key": SECRET})
    yield request.param
    company.do("/aws/_control/knobs", empty_queue=False)
    company.do("/aws/_control/events_target", url="")
    company.do("/aws/_control/events")


def test_an_acceptance_that_aws_tells_of_is_handed_over_once(scene: Scene, told: str) -> None:
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)

    # The regular look for changes sees nothing from here on.
    scene.company.trouble("aws", "throttle", operation="ListOpportunities", times=1000)

    scene.company.review(deal, "approve")
    motion = scene.handed(deal)

    assert told
    assert motion.state is MotionState.HANDED_OFF
    assert len([each for each in scene.company.handoffs() if motion.deal_name in str(each)]) <= 1
    assert scene.exceptions(deal) == []
