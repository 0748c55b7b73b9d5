"""Opening a motion: score the changed deal, store the match, start the motion it deserves; writes nothing outside."""

from datetime import datetime

from motions.competing import look_again
from motions.competitors import why_rival
from motions.coverage import CoverageRow
from motions.deals import Opportunity, OpportunityId
from motions.journal import clear_exceptions, raise_exception, write_log
from motions.knowing import known_when
from motions.matching import rank_partners
from motions.model import (
    Band,
    Match,
    Motion,
    MotionId,
    MotionState,
    PartnerKey,
    PartnerScore,
    Trigger,
    TriggerId,
    TriggerKind,
)
from motions.moving import advance, on_card, open_motion, work
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import sha256_of, sha256_of_text
from motions.records import MotionQuery, UnitOfWork
from motions.triggers import rules_version

STARTS_MOTION = {Band.HIGH, Band.GREY}
UNDECIDED = {MotionState.MATCHED, MotionState.AWAITING, MotionState.NEEDS_PERSON}


def evaluate(opportunity_id: OpportunityId, trigger_id: TriggerId, ports: Ports) -> None:
    """Segment: rank the partners for a changed deal and open, refresh or close its motion."""
    deal, trigger = ports.durable.read(lambda uow: (uow.deals.get(opportunity_id), uow.matches.trigger(trigger_id)))
    if deal is None or trigger is None:
        return
    if deal.is_closed:
        ports.durable.transaction("close", lambda uow: _deal_closed(deal, uow, ports))
        return
    record = ports.feed.partner_record()
    now = ports.clock.now()
    ranked = rank_partners(deal, ports.config, record, now.date())
    version = rules_version(ports)
    known = known_when(deal, record, now.date(), version, ports.config)
    match = Match(deal.id, trigger.id, ranked, version, now, known)
    ports.durable.transaction("match", lambda uow: _settle_match(deal, trigger, match, uow, ports))


def motion_id_of(opportunity_id: OpportunityId, partner: PartnerKey) -> MotionId:
    """One partner's co-sell on one opportunity has one id, whoever starts it and however often."""
    return MotionId(sha256_of([opportunity_id, partner])[:16])


def _settle_match(deal: Opportunity, trigger: Trigger, match: Match, uow: UnitOfWork, ports: Ports) -> None:
    if any(earlier.trigger_id == trigger.id for earlier in uow.matches.of(deal.id)):
        return
    uow.matches.add([match])
    best = match.best
    assert match.known is not None
    said: dict[str, object] = {"trigger": trigger.id, "known": sha256_of_text(match.known), "partner": None}
    if best is not None:
        said |= {"partner": best.partner, "score": best.score, "band": best.band}
    write_log(uow, match.decided_at, "deal.matched", deal.id, f"rules {match.rule_version}", said)
    is_complete = _is_complete(deal, match.decided_at, uow, ports)
    for score in match.ranked:
        _refresh(deal, score, trigger, match, uow, ports)
    if is_complete and best is not None and _deserves_motion(best, trigger, ports):
        _open(deal, trigger, match, best, uow, ports)


def _deserves_motion(best: PartnerScore, trigger: Trigger, ports: Ports) -> bool:
    if best.band not in STARTS_MOTION and trigger.kind is not TriggerKind.PERSON:
        return False
    return ports.config.policy.autonomy_for(ActionKind.INTERNAL_POST, best.band) is not Autonomy.FORBID


def _is_complete(deal: Opportunity, now: datetime, uow: UnitOfWork, ports: Ports) -> bool:
    """A deal without an account cannot be matched or filed; say so once, and clear it when somebody fixes it."""
    clear_exceptions(uow, deal.id, at=now, code="unknown-deal")
    if deal.account is not None:
        clear_exceptions(uow, deal.id, at=now, code="deal-incomplete")
        return True
    raise_exception(
        uow,
        subject=deal.id,
        opportunity_id=deal.id,
        code="deal-incomplete",
        reason=f"{deal.name} has no account in the CRM, so no partner can be matched. Nothing was written.",
        next_act="Set the account on the deal; it is evaluated again by itself.",
        owner=(deal.owner.email if deal.owner else None) or ports.config.coverage.operators[0],
        at=now,
    )
    return False


def _open(deal: Opportunity, trigger: Trigger, match: Match, best: PartnerScore, uow: UnitOfWork, ports: Ports) -> None:
    motion_id = motion_id_of(deal.id, best.partner)
    if uow.motions.get(motion_id) is not None:
        return
    region = deal.owner.region if deal.owner else None
    row = ports.config.coverage.row(best.partner, region)
    if row is None:
        _nobody_covers(deal, best.partner, match.decided_at, uow, ports)
        return
    others = uow.motions.find(MotionQuery(opportunity_id=deal.id))
    if (why := why_rival(ports.config.partner(best.partner), others, ports.config)) is not None:
        said = {"partner": best.partner, "why": why}
        write_log(uow, match.decided_at, "motion.not-opened", deal.id, "partners.yml", said)
        return
    clear_exceptions(uow, deal.id, at=match.decided_at, code="no-coverage")
    motion = _new_motion(motion_id, deal, trigger, match, best, row, ports)
    open_motion(uow, motion, at=match.decided_at, actor=f"rules {match.rule_version}")
    uow.enqueue(work(motion_id, 1, "prepare"))
    if ports.config.policy.autonomy_for(ActionKind.CRM_WRITE, best.band) is Autonomy.AUTO:
        uow.enqueue(work(motion_id, 1, "record_match"))


def _new_motion(
    motion_id: MotionId,
    deal: Opportunity,
    trigger: Trigger,
    match: Match,
    best: PartnerScore,
    row: CoverageRow,
    ports: Ports,
) -> Motion:
    return Motion(
        id=motion_id,
        opportunity_id=deal.id,
        partner=best.partner,
        state=MotionState.MATCHED,
        epoch=1,
        trigger_id=trigger.id,
        triggered_at=trigger.source_at,
        seen_at=trigger.seen_at,
        matched_at=match.decided_at,
        band=best.band,
        score=best.score,
        reasons=best.reasons,
        rule_version=match.rule_version,
        channel=row.channel,
        manager_email=ports.config.coverage.manager_on(row, match.decided_at.date()),
        seller_email=deal.owner.email if deal.owner else None,
        deal_name=deal.name,
        account_name=deal.account.name if deal.account else "",
        next_act="cosell writes the brief and the referral",
        updated_at=match.decided_at,
    )


def _refresh(
    deal: Opportunity, score: PartnerScore, trigger: Trigger, match: Match, uow: UnitOfWork, ports: Ports
) -> None:
    """The deal changed under an undecided card: prepare it again, so that nobody approves yesterday's bytes."""
    motion = uow.motions.get(motion_id_of(match.opportunity_id, score.partner))
    if motion is None or look_again(motion, deal, uow, ports):
        return
    if not (_is_undecided(motion) or _is_wanted_again(motion, trigger)):
        return
    epoch = advance(
        uow,
        motion,
        MotionState.MATCHED,
        at=match.decided_at,
        actor=trigger.kind,
        next_act="cosell prepares the card: the deal changed",
        changes={
            "band": score.band,
            "score": score.score,
            "reasons": score.reasons,
            "rule_version": match.rule_version,
        },
    )
    if epoch is not None:
        uow.enqueue(work(motion.id, epoch, "prepare"))


def _is_undecided(motion: Motion) -> bool:
    return motion.state in UNDECIDED and motion.referral_id is None


def _is_wanted_again(motion: Motion, trigger: Trigger) -> bool:
    return motion.state is MotionState.EXPIRED and trigger.kind is TriggerKind.PERSON


def _nobody_covers(deal: Opportunity, partner: PartnerKey, now: datetime, uow: UnitOfWork, ports: Ports) -> None:
    region = deal.owner.region if deal.owner else None
    raise_exception(
        uow,
        subject=deal.id,
        opportunity_id=deal.id,
        code="no-coverage",
        reason=f"{deal.name} matches {ports.config.name_of(partner)}, but nobody covers region {region!r}.",
        next_act="Add a coverage row for the partner and region.",
        owner=ports.config.coverage.operators[0],
        at=now,
    )


def _deal_closed(deal: Opportunity, uow: UnitOfWork, ports: Ports) -> None:
    """A closed deal takes its undecided cards off the table; filed ones are a person's to close with the partner."""
    now = ports.clock.now()
    for motion in uow.motions.find(MotionQuery(opportunity_id=deal.id)):
        if _is_undecided(motion):
            epoch = advance(
                uow, motion, MotionState.EXPIRED, at=now, actor="crm", next_act=f"nothing: the deal is {deal.stage}"
            )
            if epoch is not None:
                clear_exceptions(uow, motion.id, at=now)
                uow.enqueue(on_card(motion.id, epoch, "redraw"))
