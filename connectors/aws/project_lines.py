"""What is sold and what AWS should do about it: problem, use case, solution, delivery, help; knows no money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.aws import values
from connectors.aws.lines import choice_line, choices_line, line, text_line, unlisted, wrong
from connectors.aws.validation import enum_of
from connectors.lines import Line, said, said_by_crm, said_many
from connectors.texts import one_line, pick, prose, shortened
from motions.referrals import Field, InputKind, Problem, Referral

_PROBLEM_LIMIT, _OTHER_SOLUTION_LIMIT = 2000, 255


@dataclass(frozen=True)
class Solution:
    """One of our active solutions as the portal lists it."""

    id: str
    name: str


def title_line(referral: Referral) -> Line:
    """What the deal is called."""
    return text_line(Field.TITLE, said(referral, Field.TITLE, referral.title), "create.Project.Title")


def project_lines(referral: Referral, solutions: Sequence[Solution]) -> Iterator[Line]:
    """The project's lines, in the order a person reads them."""
    yield _problem(referral)
    yield _use_case(referral)
    yield _solution(referral, solutions)
    yield _delivery_model(referral)
    yield _help_wanted(referral)


def _problem(referral: Referral) -> Line:
    whole = prose(referral.answers.get(Field.PROBLEM, referral.problem))
    text, note = shortened(whole, _PROBLEM_LIMIT)
    path = "create.Project.CustomerBusinessProblem"
    return line(Field.PROBLEM, text, {path: text}, kind=InputKind.LONG_TEXT, note=note)


def _use_case(referral: Referral) -> Line:
    asked, options = said(referral, Field.USE_CASE, referral.use_case), values.use_cases()
    return choice_line(Field.USE_CASE, asked, pick(asked, options), "create.Project.CustomerUseCase", options)


def _solution(referral: Referral, solutions: Sequence[Solution]) -> Line:
    asked = said(referral, Field.SOLUTION, referral.solution_name)
    if not solutions:
        return _other_solution(asked or one_line(referral.product))
    names = [solution.name for solution in solutions]
    name = pick(asked, names) if asked else names[0]
    chosen = next((solution for solution in solutions if solution.name == name), None)
    is_default = not asked and len(names) > 1
    return line(
        Field.SOLUTION,
        name,
        {"associate.solution_id": chosen.id if chosen else None},
        kind=InputKind.CHOICE,
        options=names,
        note=f"the first of {len(names)} active solutions" if is_default else None if name else said_by_crm(asked),
        problem=None if name else unlisted(Field.SOLUTION, asked),
    )


def _other_solution(text: str) -> Line:
    described, note = shortened(text, _OTHER_SOLUTION_LIMIT)
    told = note or "described in words: AWS lists no active solution of ours"
    return line(Field.SOLUTION, described, {"create.Project.OtherSolutionDescription": described}, note=told)


def _delivery_model(referral: Referral) -> Line:
    asked = said_many(referral, Field.DELIVERY_MODEL, referral.delivery_models)
    return choices_line(Field.DELIVERY_MODEL, asked, "create.Project.DeliveryModels", enum_of("DeliveryModel"))


def _help_wanted(referral: Referral) -> Line:
    asked = said_many(referral, Field.HELP_WANTED, referral.help_wanted)
    if any(pick(one, (values.VISIBILITY_ONLY,)) for one in asked):
        return _visibility_only(is_alone=len(asked) == 1)
    needs = enum_of("PrimaryNeedFromAws")
    full = [f"{values.CO_SELL} - {one}" if pick(f"{values.CO_SELL} - {one}", needs) else one for one in asked]
    chosen = choices_line(Field.HELP_WANTED, full, "create.PrimaryNeedsFromAws", needs)
    sent = {"submit.involvement": values.CO_SELL, "submit.visibility": values.FULL_VISIBILITY}
    options = (*chosen.form.options, values.VISIBILITY_ONLY)
    note = "filed as Co-Sell, full visibility; not national security"
    return Line(replace(chosen.form, options=options, note=note), {**chosen.sent, **sent}, chosen.problem)


def _visibility_only(*, is_alone: bool) -> Line:
    return line(
        Field.HELP_WANTED,
        values.VISIBILITY_ONLY,
        {"submit.involvement": values.VISIBILITY_ONLY, "submit.visibility": values.FULL_VISIBILITY},
        kind=InputKind.CHOICE,
        options=(*enum_of("PrimaryNeedFromAws"), values.VISIBILITY_ONLY),
        note="AWS only sees the deal, full visibility; not national security",
        problem=None if is_alone else _contradiction(),
    )


def _contradiction() -> Problem:
    message = "AWS is asked for help and for visibility only; it takes one or the other."
    return wrong(Field.HELP_WANTED, "ACTION_NOT_PERMITTED", message)
