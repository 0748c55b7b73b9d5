"""One canonical field on its way to AWS: what a person sees of it, where it goes in the requests, what is wrong.

Knows no field in particular.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.aws.requirements import FIXES, LABELS
from connectors.aws.values import pick
from connectors.texts import one_line
from motions.referrals import Field, FormField, InputKind, Problem, Referral

SEPARATOR = "; "  # between several values of one field; no value of any AWS list contains a semicolon


@dataclass(frozen=True)
class Line:
    """A form line, the payload paths it fills, and what is wrong with the value given."""

    form: FormField
    sent: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None


def line(
    of: Field,
    shown: str | None,
    sent: Mapping[str, object],
    *,
    kind: InputKind = InputKind.TEXT,
    options: Sequence[str] = (),
    note: str | None = None,
    label: str | None = None,
    problem: Problem | None = None,
) -> Line:
    """A line of the form; paths without a value are not sent."""
    form = FormField(of, label or LABELS[of], shown or None, kind, tuple(options), note)
    return Line(form, {path: value for path, value in sent.items() if value}, problem)


def text_line(of: Field, text: str, path: str, *, note: str | None = None) -> Line:
    """A line of text sent as it is shown."""
    return line(of, text, {path: text}, note=note)


def choice_line(
    of: Field, asked: str, chosen: str | None, path: str, options: Sequence[str], *, note: str | None = None
) -> Line:
    """A line chosen from a closed list; what was asked for and is not on the list is a problem, never a guess."""
    problem = unlisted(of, asked) if asked and not chosen else None
    told = note if chosen else said_by_crm(asked)
    return line(of, chosen, {path: chosen}, kind=InputKind.CHOICE, options=options, note=told, problem=problem)


def choices_line(
    of: Field, asked: Sequence[str], path: str, options: Sequence[str], *, note: str | None = None
) -> Line:
    """A line of several values from a closed list; what is shown is an option too, so that a form can start on it."""
    chosen = [option for one in asked if (option := pick(one, options))]
    unknown = [one for one in asked if not pick(one, options)]
    problem = unlisted(of, SEPARATOR.join(unknown)) if unknown else None
    shown = SEPARATOR.join(dict.fromkeys(chosen))
    offered = tuple(options) if shown in options or not shown else (shown, *options)
    sent = {} if problem else {path: list(dict.fromkeys(chosen))}
    return line(of, shown, sent, kind=InputKind.CHOICE, options=offered, note=note, problem=problem)


def unlisted(of: Field, asked: str) -> Problem:
    """The value is not on AWS's list."""
    return wrong(of, "INVALID_ENUM_VALUE", f"{LABELS[of]} “{asked}” is not on AWS's list.")


def wrong(of: Field, code: str, message: str, fix: str | None = None) -> Problem:
    """A problem with a field's value, fixed the usual way unless said otherwise."""
    return Problem(of, code, message, fix or FIXES[of])


def said_by_crm(asked: str) -> str | None:
    """The note beside an empty line whose source said something AWS does not understand."""
    return f"given as “{asked}”" if asked else None


def said(referral: Referral, of: Field, known: str | None) -> str:
    """What a person answered, even when that was nothing; else what is known."""
    return one_line(referral.answers.get(of, known))


def said_many(referral: Referral, of: Field, known: Sequence[str]) -> list[str]:
    """The values a person answered, separated by semicolons; else the known ones."""
    given = referral.answers[of].split(SEPARATOR.strip()) if of in referral.answers else known
    return [text for one in given if (text := one_line(one))]
