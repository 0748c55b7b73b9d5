"""How Salesforce writes moments: UTC, whole seconds, `.000+0000`; text in this form sorts by time."""

from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime


def stamp(moment: datetime) -> str:
    """'2026-11-21T00:00:00.000+0000'."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def precise_stamp(moment: datetime) -> str:
    """The same with milliseconds, which only query literals carry."""
    whole = moment.astimezone(UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{whole.microsecond // 1000:03d}+0000"


def moment(text: str) -> datetime:
    """An aware moment from ISO text with an offset; raises ValueError on anything else."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return parsed


def day(text: str) -> date:
    """A date from '2026-11-21'; raises ValueError."""
    return date.fromisoformat(text)


def http_date(moment: datetime) -> str:
    """'Sat, 21 Nov 2026 00:00:00 GMT'."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def from_http_date(text: str) -> datetime:
    """The moment of an HTTP date header; raises ValueError."""
    return parsedate_to_datetime(text).astimezone(UTC)
