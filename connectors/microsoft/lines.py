"""The lines of a referral in Microsoft's words; knows no field in particular."""

from connectors.lines import Line, Lines
from connectors.microsoft.requirements import FIXES, LABELS
from motions.referrals import Field, Problem

_MICROSOFT = Lines("Microsoft", LABELS, FIXES, off_list="invalidValue")
line, choice_line, unlisted, wrong = _MICROSOFT.line, _MICROSOFT.choice_line, _MICROSOFT.unlisted, _MICROSOFT.wrong


def text_line(of: Field, text: str, path: str, *, note: str | None = None, most: int = 255) -> Line:
    """A line of text sent as it is shown."""
    return line(of, text, {path: text}, note=note, problem=too_long(of, text, most))


def too_long(of: Field, text: str, most: int) -> Problem | None:
    """The text does not fit."""
    if len(text) <= most:
        return None
    return wrong(of, "tooLong", f"{LABELS[of]} has {len(text)} characters; Microsoft takes {most}.", "Shorten it.")
