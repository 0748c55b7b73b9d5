"""Where the deal stands and when it closes: date, stage, next steps, kind; knows nothing of the customer."""

from collections.abc import Iterator, Sequence
from datetime import date

from connectors.aws import values
from connectors.aws.lines import line, unlisted, wrong
from connectors.lines import SEPARATOR, Line, said, said_by_crm
from connectors.texts import pick, shortened
from motions.deals import Stage
from motions.referrals import Field, InputKind, Problem, Referral

_NEXT_STEPS_LIMIT = 255
_FURTHEST_YEARS = 60


def lifecycle_lines(referral: Referral, today: date) -> Iterator[Line]:
    """The lines of the deal's course, in the order a person reads them."""
    yield _close_date(referral, today)
    yield _stage(referral)
    yield _next_steps(referral)
    yield _kind(referral)


def _close_date(referral: Referral, today: date) -> Line:
    known = referral.close_date.isoformat() if referral.close_date else None
    asked = said(referral, Field.CLOSE_DATE, known)
    try:
        day = date.fromisoformat(asked) if asked else None
        problem = _date_problem(day, today) if day else None
    except ValueError:
        day, problem = None, wrong(Field.CLOSE_DATE, "INVALID_STRING_FORMAT", f"“{asked}” is not a date.")
    shown = day.isoformat() if day else None
    note = "AWS means the start of billing" if day else said_by_crm(asked)
    sent = {"create.LifeCycle.TargetCloseDate": shown}
    return line(Field.CLOSE_DATE, shown, sent, kind=InputKind.DATE, note=note, problem=problem)


def _date_problem(day: date, today: date) -> Problem | None:
    if day < today:
        message = f"The close date {day.isoformat()} is in the past; AWS refuses it."
        return wrong(Field.CLOSE_DATE, "VALUE_OUT_OF_RANGE", message)
    if day.year >= today.year + _FURTHEST_YEARS:
        message = f"The close date {day.isoformat()} is too far away; AWS refuses it."
        return wrong(Field.CLOSE_DATE, "VALUE_OUT_OF_RANGE", message)
    return None


def _stage(referral: Referral) -> Line:
    options = tuple(values.ACTIVITIES)
    answer = said(referral, Field.STAGE, None)
    known = values.STAGES.get(referral.stage) if referral.stage else None
    stage = pick(answer, options) if answer else known
    activities = values.ACTIVITIES.get(stage or "", ())
    return line(
        Field.STAGE,
        stage,
        {"create.LifeCycle.Stage": stage, "create.Project.SalesActivities": list(activities)},
        kind=InputKind.CHOICE,
        options=options,
        note=_stage_note(referral.stage, activities) if stage else said_by_crm(answer or referral.stage or ""),
        problem=_stage_problem(answer, referral.stage) if not stage and (answer or referral.stage) else None,
    )


def _stage_note(stage: Stage | None, activities: Sequence[str]) -> str:
    told = f"sales activities: {SEPARATOR.join(activities)}"
    if stage not in {Stage.COMMITTED, Stage.WON}:
        return told
    return f"AWS takes Committed only once our solution is on the record, so it is filed one stage earlier; {told}"


def _stage_problem(answer: str, stage: Stage | None) -> Problem:
    if answer:
        return unlisted(Field.STAGE, answer)
    if stage is Stage.LOST:
        message = "The deal is lost; AWS does not take a lost deal."
        return wrong(Field.STAGE, "ACTION_NOT_PERMITTED", message, "Reopen the deal in the CRM, or leave it.")
    return wrong(Field.STAGE, "TOO_EARLY", "It is too early to file: the deal is still in discovery.")


def _next_steps(referral: Referral) -> Line:
    text, note = shortened(said(referral, Field.NEXT_STEPS, referral.next_steps), _NEXT_STEPS_LIMIT)
    path = "create.LifeCycle.NextSteps"
    return line(Field.NEXT_STEPS, text, {path: text}, kind=InputKind.LONG_TEXT, note=note)


def _kind(referral: Referral) -> Line:
    options = (values.NEW_BUSINESS, values.EXPANSION)
    asked = said(referral, Field.KIND, referral.kind)
    chosen = pick(asked, options) or values.KINDS.get(asked.casefold())
    note = said_by_crm(asked) if chosen != asked else None
    problem = None
    if not asked:
        chosen, note = values.NEW_BUSINESS, "the CRM does not say; AWS then assumes new business"
    elif not chosen:
        message = f"“{asked}” does not say whether this is new business or an expansion."
        problem = wrong(Field.KIND, "INVALID_ENUM_VALUE", message)
    sent = {"create.OpportunityType": chosen}
    return line(Field.KIND, chosen, sent, kind=InputKind.CHOICE, options=options, note=note, problem=problem)
