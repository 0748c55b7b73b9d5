"""The end of a filing pack: a person says under which reference of the partner's it was filed, once, and it counts.

The card and the terminal say it by the same rules. What the partner decides of it later is `reviewing`'s.
"""

from motions.authority import latest_referral
from motions.deciding import UNKNOWN_BUTTON, done, find_request, nothing, who_may
from motions.errors import UserMistake
from motions.imports import FiledByHand
from motions.journal import write_log
from motions.model import ExceptionItem, Motion, MotionState, Person, Token
from motions.ports import Clock, Ports
from motions.proposals import ProposalKind
from motions.records import MotionQuery, Store, UnitOfWork
from motions.reviewing import FILE_BY_HAND, portal_key
from motions.sheet_surfaces import LONGEST, FiledForm, NotTaken
from motions.surfaces import ClickReply

FILED = "sheet.filed"  # the log's word for it


def filed_form(token: Token, by: Person, ports: Ports) -> FiledForm | ClickReply:
    """What to check while filing, and the question for the reference; nothing is said yet."""
    with ports.store.transaction() as uow:
        waiting = _waiting(token, by, uow)
        if isinstance(waiting, ClickReply):
            return waiting
        motion, item = waiting
        _, proposal = latest_referral(motion.id, uow)
    return FiledForm(
        token=token,
        partner_name=ports.config.name_of(motion.partner),
        deal_name=motion.deal_name,
        pack=motion.referral_id or "",
        to_do=item.next_act,
        lines=tuple((line.label, line.value) for line in proposal.form if line.value),
    )


def filed(token: Token, by: Person, reference: str, ports: Ports) -> ClickReply | NotTaken:
    """Say that it was filed under this reference; the next sweep of the packs brings it to card and CRM."""
    with ports.store.transaction() as uow:
        waiting = _waiting(token, by, uow)
    if isinstance(waiting, ClickReply):
        return waiting
    motion = waiting[0]
    portal = ports.portals[portal_key(motion, ports)]
    if not isinstance(portal, FiledByHand):
        return nothing("This partner's portal is not filed at by hand any more.")
    try:
        is_news = file_as(motion, reference, portal, by=by.name, store=ports.store, clock=ports.clock)
    except UserMistake as error:
        return NotTaken(str(error))
    called = _spelt(reference)
    if not is_news:
        return nothing(f"{motion.deal_name} is filed as {called} already.")
    return done(f"{motion.deal_name} is filed as {called}. The card and the CRM show it within a minute.")


def file_as(motion: Motion, reference: str, portal: FiledByHand, *, by: str, store: Store, clock: Clock) -> bool:
    """Give a motion's pack the partner's reference; False when it has it already.

    Raises UserMistake for a reference that cannot be this deal's, Unavailable when the packs cannot be reached.
    """
    called = _spelt(reference)
    with store.transaction() as uow:
        if _is_told(motion, called, uow):
            return False
        if why := _why_not(motion, called, uow):
            raise UserMistake(f"{why} Nothing was changed.")
    portal.filed(motion.referral_id or "", called)
    with store.transaction() as uow:
        uow.motions.locked(motion.id)  # of two who say the same at once one is told that it was said
        if _is_told(motion, called, uow):
            return False
        detail = {"pack": motion.referral_id, "reference": called}
        write_log(uow, clock.now(), FILED, motion.id, by, detail)
    return True


def _waiting(token: Token, by: Person, uow: UnitOfWork) -> tuple[Motion, ExceptionItem] | ClickReply:
    """The motion whose pack this person may say something of, and what is open of it; or why there is none."""
    request = find_request(token, uow, ProposalKind.FILE_REFERRAL)
    if request is None:
        return nothing(UNKNOWN_BUTTON)
    motion = request.motion
    if why := who_may(by, motion):
        return nothing(why)
    if request.approval.token != latest_referral(motion.id, uow)[0].token:
        return nothing("This card is out of date: another referral was filed since.")
    item = next((each for each in uow.exceptions.of(motion.id) if each.code == FILE_BY_HAND), None)
    if motion.state is not MotionState.IN_REVIEW or item is None:
        return nothing(f"{motion.deal_name} is filed as {motion.referral_id} already, and is {motion.state.value}.")
    return motion, item


def _is_told(motion: Motion, called: str, uow: UnitOfWork) -> bool:
    # Filed by somebody whose process stopped before it was logged: the sweep has brought the reference all the same.
    if called == motion.referral_id and not _is_pack(motion, called, uow):
        return True
    return any(each.event == FILED and each.detail.get("reference") == called for each in uow.log.of(motion.id))


def _why_not(motion: Motion, called: str, uow: UnitOfWork) -> str | None:
    if _is_pack(motion, called, uow):
        return f"{called} is the pack's own id. Give the reference the partner gave you."
    used = uow.motions.find(MotionQuery(referral_id=called, partner=motion.partner, limit=2))
    other = next((each for each in used if each.id != motion.id), None)
    return f"{called} is the reference of {other.deal_name} already." if other is not None else None


def _is_pack(motion: Motion, called: str, uow: UnitOfWork) -> bool:
    """Whether it is the id under which the pack was written."""
    return any(each.external_id == called for each in uow.effects.of(motion.id))


def _spelt(reference: str) -> str:
    """The reference with single blanks; UserMistake when it cannot be one."""
    called = " ".join(reference.split())
    if not called:
        raise UserMistake("A reference is not empty. Nothing was changed.")
    if len(called) > LONGEST:
        raise UserMistake(f"It has {len(called)} characters; a reference has {LONGEST} at most. Nothing was changed.")
    if not called.isprintable():
        raise UserMistake("It holds characters that no screen shows. Type it instead. Nothing was changed.")
    return called
