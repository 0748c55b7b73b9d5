"""A filing pack in Slack: its workbook in the thread of the motion's card, once, for whoever is to file it."""

from motions.audiences import INTERNAL
from motions.effects import Recovery, Undo
from motions.imports import FiledByHand
from motions.model import MessageRef, Motion, MotionId
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import attach
from motions.reviewing import portal_key


def share_pack(motion_id: MotionId, _epoch: int, pack: str, ports: Ports) -> None:
    """Segment: put the workbook under the card; only our own people may be reading there.

    What was begun is finished though somebody filed it meanwhile: an attempt whose answer was lost must be settled.
    """
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is None or motion.card is None:
        return
    portal = ports.portals[portal_key(motion, ports)]
    if isinstance(portal, FiledByHand):
        _share(motion, pack, motion.card, portal, ports)


def _share(motion: Motion, pack: str, card: MessageRef, portal: FiledByHand, ports: Ports) -> None:
    workbook = portal.workbook(pack)
    plan = Plan(
        key=f"{motion.id}:pack:{workbook.name}",
        subject=motion.id,
        kind="slack.file",
        destination=card.channel,
        audience=INTERNAL,
        payload={"name": workbook.name, "sha256": workbook.sha256, "thread": card.ts},
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("pack", lambda: attach(plan, workbook, ports, thread=card.ts))
