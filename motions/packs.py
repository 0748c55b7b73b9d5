"""A filing pack in Slack: its workbook in the thread of the motion's card, once, for whoever is to file it."""

from motions.effects import Recovery, Undo
from motions.imports import FiledByHand
from motions.model import MessageRef, Motion, MotionId, MotionState
from motions.moving import in_channel, standing
from motions.performing import INTERNAL, Plan
from motions.ports import Ports
from motions.posting import attach
from motions.records import Segment


def share_pack(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: put the workbook under the card; only our own people may be reading there."""
    motion = standing(motion_id, epoch, MotionState.IN_REVIEW, ports)
    if motion is None or motion.referral_id is None or motion.card is None:
        return
    portal = ports.portals[ports.config.partner(motion.partner).portal or ""]
    if isinstance(portal, FiledByHand):
        _share(motion, motion.referral_id, motion.card, portal, ports)


def sharing(motion: Motion) -> Segment:
    """The segment that does it."""
    return in_channel(motion.id, motion.epoch, "share_pack", motion.channel)


def _share(motion: Motion, referral_id: str, card: MessageRef, portal: FiledByHand, ports: Ports) -> None:
    pack = portal.workbook(referral_id)
    plan = Plan(
        key=f"{motion.id}:pack:{pack.name}",
        subject=motion.id,
        kind="slack.file",
        destination=card.channel,
        audience=INTERNAL,
        payload={"name": pack.name, "sha256": pack.sha256, "thread": card.ts},
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("pack", lambda: attach(plan, pack, card, ports))
