"""One canonical field on its way to a portal: what a person sees of it, where it goes in the requests, what is wrong.

Knows no field and no portal in particular.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.texts import one_line
from motions.referrals import Field, FormField, InputKind, Problem, Referral

SEPARATOR = "; "  # between several values of one field; no value of any portal's lists contains a semicolon
_EMPTY: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True)
class Line:
    """A form line, the payload paths it fills, and what is wrong with the value given."""

    form: FormField
    sent: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True)
class Lines:
    """How one portal words its lines.

    Its name, its names of the fields, how each is usually fixed, and its code for a value that is on none of its lists.
    """

    portal: str
    labels: Mapping[Field, str]
    fixes: Mapping[Field, str]
    off_list: str

    def line(
        self,
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
        """A line of the form; paths without a value are not sent, nor is anything that has a problem."""
        form = FormField(of, label or self.labels[of], shown or None, kind, tuple(options), note)
        kept = {} if problem else {path: value for path, value in sent.items() if value not in _EMPTY}
        return Line(form, kept, problem)

    def choice_line(
        self, of: Field, asked: str, chosen: str | None, path: str, options: Sequence[str], *, note: str | None = None
    ) -> Line:
        """A line chosen from a closed list; what was asked for and is not on the list is a problem, never a guess."""
        problem = self.unlisted(of, asked) if asked and not chosen else None
        told = note if chosen else said_by_crm(asked)
        return self.line(of, chosen, {path: chosen}, kind=InputKind.CHOICE, options=options, note=told, problem=problem)

    def unlisted(self, of: Field, asked: str) -> Problem:
        """The value is not on the portal's list."""
        return self.wrong(of, self.off_list, f"{self.labels[of]} “{asked}” is not on {self.portal}'s list.")

    def wrong(self, of: Field, code: str, message: str, fix: str | None = None) -> Problem:
        """A problem with a field's value, fixed the usual way unless said otherwise."""
        return Problem(of, code, message, fix or self.fixes[of])


def said_by_crm(asked: str) -> str | None:
    """The note beside an empty line whose source said something the portal does not understand."""
    return f"given as “{asked}”" if asked else None


def said(referral: Referral, of: Field, known: str | None) -> str:
    """What a person answered, even when that was nothing; else what is known."""
    return one_line(referral.answers.get(of, known))


def said_many(referral: Referral, of: Field, known: Sequence[str]) -> list[str]:
    """The values a person answered, separated by semicolons; else the known ones."""
    given = referral.answers[of].split(SEPARATOR.strip()) if of in referral.answers else known
    return [text for one in given if (text := one_line(one))]


def offered(shown: str, options: Sequence[str]) -> tuple[str, ...]:
    """The options, and what is shown when that is several of them, so that a form can start on it."""
    return tuple(options) if shown in options or not shown else (shown, *options)
