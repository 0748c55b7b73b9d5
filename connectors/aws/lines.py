"""The lines of a referral in AWS's words; knows no field in particular."""

from collections.abc import Sequence

from connectors.aws.requirements import FIXES, LABELS
from connectors.lines import SEPARATOR, Line, Lines, offered
from connectors.texts import pick
from motions.referrals import Field, InputKind

_AWS = Lines("AWS", LABELS, FIXES, off_list="INVALID_ENUM_VALUE")
line, choice_line, unlisted, wrong = _AWS.line, _AWS.choice_line, _AWS.unlisted, _AWS.wrong


def text_line(of: Field, text: str, path: str, *, note: str | None = None) -> Line:
    """A line of text sent as it is shown."""
    return line(of, text, {path: text}, note=note)


def choices_line(
    of: Field, asked: Sequence[str], path: str, options: Sequence[str], *, note: str | None = None
) -> Line:
    """A line of several values from a closed list."""
    chosen = list(dict.fromkeys(option for one in asked if (option := pick(one, options))))
    unknown = [one for one in asked if not pick(one, options)]
    problem = unlisted(of, SEPARATOR.join(unknown)) if unknown else None
    shown = SEPARATOR.join(chosen)
    return line(
        of, shown, {path: chosen}, kind=InputKind.CHOICE, options=offered(shown, options), note=note, problem=problem
    )
