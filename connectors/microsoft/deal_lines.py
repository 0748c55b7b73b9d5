"""What the deal is about, where it stands, and which of our solutions it is; knows nothing of the customer."""

from collections.abc import Iterator, Mapping
from datetime import date

from connectors.lines import SEPARATOR, Line, offered, said, said_by_crm, said_many
from connectors.microsoft import values
from connectors.microsoft.account import Account, Solution
from connectors.microsoft.lines import line, text_line, unlisted, wrong
from connectors.microsoft.requirements import DETAILS, REQUIREMENTS_PATH, SELLERS_SEE_IT
from connectors.microsoft.taxonomy import Year
from connectors.texts import one_line, pick, prose, shortened
from motions.deals import Stage
from motions.referrals import Field, InputKind, Problem, Referral

_PROBLEM_FROM, _PROBLEM_TO = 20, 2000
_NEXT_STEPS_LIMIT = 255
_FURTHEST_YEARS = 60


def title_line(referral: Referral) -> Line:
    """What the deal is called."""
    return text_line(Field.TITLE, said(referral, Field.TITLE, referral.title), "create.name")


def deal_lines(referral: Referral, account: Account, year: Year, today: date) -> Iterator[Line]:
    """The deal's lines, in the order a person reads them; its worth stands in `value_line`."""
    yield _problem(referral)
    solution, chosen = _solution(referral, account)
    yield chosen
    yield _play(referral, solution, year)
    yield _services(referral, solution)
    yield _help(referral)
    yield close_date_line(referral, today)
    yield _stage(referral)
    yield _next_steps(referral)


def kind_of(referral: Referral) -> str:
    """PRIVATE, PARTNER_LED, or anything else: co-sell."""
    asked = [values.help_wanted(one) for one in said_many(referral, Field.HELP_WANTED, referral.help_wanted)]
    return next((kind for kind in (values.PRIVATE, values.PARTNER_LED) if kind in asked), values.SHARED)


def _problem(referral: Referral) -> Line:
    whole = prose(referral.answers.get(Field.PROBLEM, referral.problem))
    text, note = shortened(whole, _PROBLEM_TO)
    problem = None
    if 0 < len(text) < _PROBLEM_FROM:
        message = f"The business problem has {len(text)} characters; a seller needs {_PROBLEM_FROM} to understand it."
        problem = wrong(Field.PROBLEM, "tooShort", message)
    return line(Field.PROBLEM, text, {"draft.problem": text}, kind=InputKind.LONG_TEXT, note=note, problem=problem)


def _solution(referral: Referral, account: Account) -> tuple[Solution | None, Line]:
    answer = said(referral, Field.SOLUTION, None)
    names = [each.name for each in account.solutions]
    name = pick(answer or one_line(referral.solution_name), names)
    if name is None and not answer:
        name = _by_product(one_line(referral.product), account)
    chosen = next((each for each in account.solutions if each.name == name), None)
    tag = {"type": "Name", "id": chosen.id, "name": chosen.name} if chosen else None
    sent = {
        REQUIREMENTS_PATH + "solutions": [tag] if tag else None,
        "create.target": [{"type": "SolutionProfile", "id": chosen.id}] if chosen else None,
        "draft.cosell": chosen.kind if chosen and kind_of(referral) == values.SHARED else None,
    }
    problem = unlisted(Field.SOLUTION, answer) if answer and not chosen else None
    return chosen, line(
        Field.SOLUTION, name, sent, kind=InputKind.CHOICE, options=names, note=said_by_crm(answer), problem=problem
    )


def _by_product(product: str, account: Account) -> str | None:
    fitting = [each.name for each in account.solutions if pick(product, each.products)]
    if not fitting and len(account.solutions) == 1:
        return account.solutions[0].name
    return fitting[0] if fitting else None


def _play(referral: Referral, solution: Solution | None, year: Year) -> Line:
    answer = said(referral, Field.USE_CASE, None)
    asked = answer or one_line(referral.use_case)
    ours = solution.play if solution and not answer else ""
    play = year.play(asked) or year.play(ours)
    unknown = answer or ours or asked
    problem = None
    if unknown and not play:
        message = f"The solution play “{unknown}” is not on Microsoft's list of {year.label}."
        problem = wrong(Field.USE_CASE, "invalidValue", message)
    if solution and solution.kind != "services":
        return line(Field.USE_CASE, None, {}, note="not asked for: our solution is co-sold as a product")
    told = f"{year.areas[play]}, {year.label}" if play else said_by_crm(unknown)
    sent = {"create.solutionPlay": play, "create.solutionArea": year.areas[play] if play else None}
    is_asked = kind_of(referral) == values.SHARED
    return line(
        Field.USE_CASE,
        play,
        sent,
        kind=InputKind.CHOICE,
        options=year.plays,
        note=told if year.is_seen or not told else f"{told}; this list was not compared with Partner Center yet",
        problem=problem if is_asked else None,
    )


def _services(referral: Referral, solution: Solution | None) -> Line:
    asked = said_many(referral, Field.DELIVERY_MODEL, referral.delivery_models)
    found = {one: values.service(one) for one in asked}
    if Field.DELIVERY_MODEL not in referral.answers and solution and solution.services:
        found = {one: values.service(one) for one in solution.services}
    unknown = [one for one, service in found.items() if not service]
    shown = SEPARATOR.join(dict.fromkeys(service for service in found.values() if service))
    tags = [{"id": one} for one in shown.split(SEPARATOR)] if shown else None
    return line(
        Field.DELIVERY_MODEL,
        shown,
        {REQUIREMENTS_PATH + "services": tags},
        kind=InputKind.CHOICE,
        options=offered(shown, values.listed("services")),
        problem=unlisted(Field.DELIVERY_MODEL, SEPARATOR.join(unknown)) if unknown else None,
    )


def _help(referral: Referral) -> Line:
    asked = said_many(referral, Field.HELP_WANTED, referral.help_wanted)
    found = {one: values.help_wanted(one) for one in asked}
    unknown = [one for one, known in found.items() if not known]
    shown = SEPARATOR.join(dict.fromkeys(known for known in found.values() if known))
    kind = kind_of(referral)
    is_cosell = kind == values.SHARED
    sent = {
        "create.type": (values.SHARED if is_cosell else values.INDEPENDENT) if shown else None,
        SELLERS_SEE_IT: kind != values.PRIVATE,
        "draft.help": shown if is_cosell else None,
    }
    return line(
        Field.HELP_WANTED,
        shown,
        sent,
        kind=InputKind.CHOICE,
        options=offered(shown, values.KINDS_OF_HELP),
        note=_NOTES.get(kind, "two referrals: ours, and one that asks Microsoft in") if shown else None,
        problem=_help_problem(unknown, is_contradictory=not is_cosell and shown != kind),
    )


_NOTES: Mapping[str, str] = {
    values.PARTNER_LED: "one referral; Microsoft's sellers see it and are not asked for anything",
    values.PRIVATE: "one referral; Microsoft's sellers do not see it",
}


def _help_problem(unknown: list[str], *, is_contradictory: bool) -> Problem | None:
    if unknown:
        return unlisted(Field.HELP_WANTED, SEPARATOR.join(unknown))
    if is_contradictory:
        message = "Microsoft is asked for help and for none; it takes one or the other."
        return wrong(Field.HELP_WANTED, "contradiction", message)
    return None


def close_date_line(referral: Referral, today: date) -> Line:
    """When the customer is to sign, from an answer or as the CRM has it."""
    known = referral.close_date.isoformat() if referral.close_date else None
    asked = said(referral, Field.CLOSE_DATE, known)
    try:
        day = date.fromisoformat(asked) if asked else None
        problem = date_problem(day, today) if day else None
    except ValueError:
        day, problem = None, wrong(Field.CLOSE_DATE, "invalidFormat", f"“{asked}” is not a date.")
    shown = day.isoformat() if day else None
    sent = {DETAILS + "closingDateTime": f"{shown}T00:00:00Z" if shown else None}
    note = None if day else said_by_crm(asked)
    return line(Field.CLOSE_DATE, shown, sent, kind=InputKind.DATE, note=note, problem=problem)


def date_problem(day: date, today: date) -> Problem | None:
    """Why Microsoft would not take this day."""
    if day < today:
        message = f"The close date {day.isoformat()} is in the past; Microsoft refuses it."
        return wrong(Field.CLOSE_DATE, "outOfRange", message)
    if day.year >= today.year + _FURTHEST_YEARS:
        message = f"The close date {day.isoformat()} is too far away."
        return wrong(Field.CLOSE_DATE, "outOfRange", message)
    return None


def _stage(referral: Referral) -> Line:
    options = tuple(stage.value for stage in values.FILED_FROM)
    asked = said(referral, Field.STAGE, referral.stage.value if referral.stage else None)
    stage = pick(asked, options)
    sent = {"create.status": values.NEW, "create.substatus": values.PENDING} if stage else {}
    return line(
        Field.STAGE,
        stage,
        sent,
        kind=InputKind.CHOICE,
        options=options,
        note="filed as New; Microsoft has no stages" if stage else said_by_crm(asked),
        problem=_stage_problem(asked) if asked and not stage else None,
    )


def _stage_problem(asked: str) -> Problem:
    match asked:
        case Stage.DISCOVERY:
            return wrong(Field.STAGE, "tooEarly", "It is too early to file: the deal is still in discovery.")
        case Stage.WON | Stage.LOST:
            message = f"The deal is {asked}; a referral cannot be made closed."
            return wrong(Field.STAGE, "tooLate", message, "Register a won deal in Partner Center by hand.")
        case _:
            return unlisted(Field.STAGE, asked)


def _next_steps(referral: Referral) -> Line:
    text, cut = shortened(said(referral, Field.NEXT_STEPS, referral.next_steps), _NEXT_STEPS_LIMIT)
    note = cut or ("goes into the notes: Microsoft has no field for it" if text else None)
    return line(Field.NEXT_STEPS, text, {"draft.next_steps": text}, kind=InputKind.LONG_TEXT, note=note)
