"""What an approval leads to, said before anybody gives it: each thing with what can be done about it afterwards."""

from motions.deals import Stage
from motions.effects import UNDO_OF, Undo
from motions.in_step import Amendable, covered
from motions.model import Motion
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import Proposal
from motions.referrals import Field
from motions.surfaces import Consequence

_WORST_LAST = (Undo.REVERSIBLE, Undo.COMPENSABLE, Undo.FINAL)
_FILED = {
    Undo.FINAL: "it can only be closed as lost",
    Undo.COMPENSABLE: "it can be withdrawn, but will have been seen",
    Undo.REVERSIBLE: "it can be taken back",
}


def consequences_of(proposal: Proposal, motion: Motion, ports: Ports) -> tuple[Consequence, ...]:
    """Everything that leaves once this referral is approved, in the order in which it does."""
    partner, policy = ports.config.partner(motion.partner), ports.config.policy
    undo = _worst_of(proposal, ports)
    said = [Consequence(f"Files this referral with {partner.name}", undo, _FILED[undo])]
    said += _in_step(proposal, partner.name, ports)
    if policy.autonomy_for(ActionKind.CRM_WRITE, motion.band) is not Autonomy.FORBID:
        what = "Keeps cosell's own fields on the deal in the CRM up to date"
        said.append(Consequence(what, UNDO_OF["crm.deal"], "they can be set back"))
    may_speak = policy.autonomy_for(ActionKind.PARTNER_VISIBLE, motion.band) is not Autonomy.FORBID
    if partner.shared_channel and may_speak:
        what = f"Posts the words above to {partner.name}'s seller once {partner.name} accepts"
        said.append(Consequence(what, UNDO_OF["slack.handoff"], "they can be deleted, but may have been read"))
    return tuple(said)


def _in_step(proposal: Proposal, partner: str, ports: Ports) -> tuple[Consequence, ...]:
    """What goes on leaving after the filing, under this same approval."""
    follows = covered(proposal)
    if not follows:
        return ()
    labels = [line.label for line in proposal.form if line.field in follows]
    what = f"Then keeps it in step with the deal in the CRM: {', '.join(labels)}"
    kept = Consequence(what, Undo.COMPENSABLE, f"each can be changed again, but {partner} will have seen it")
    portal = ports.portals.get(proposal.destination)
    if Field.STAGE not in follows or not isinstance(portal, Amendable):
        return (kept,)
    ends = (f"Closes it as {stage} when the deal is {stage}" for stage in Stage if stage in portal.closing)
    return (kept, *(Consequence(what, Undo.FINAL, "it cannot be reopened") for what in ends))


def _worst_of(proposal: Proposal, ports: Ports) -> Undo:
    payload = proposal.payload["file"]
    assert isinstance(payload, dict)
    steps = ports.portals[proposal.destination].saga(payload, proposal.id)
    return max((step.undo for step in steps), key=_WORST_LAST.index)
