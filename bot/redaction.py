"""What never reaches a log line: secrets, addresses people answer to, tokens of buttons; knows no logger."""

import re
from collections.abc import Iterable, Sequence

BLANK = "[secret]"
SHORTEST = 8  # a shorter value from the settings would blank words of the language

_Rule = tuple[re.Pattern[str], str]


def _rule(pattern: str, instead: str = BLANK) -> _Rule:
    return re.compile(pattern), instead


# In this order: what has a shape of its own first, then whatever stands behind a telling name, then mere looks.
_RULES: Sequence[_Rule] = (
    _rule(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    _rule(r"\bxox[a-z][.-][A-Za-z0-9.-]+|\bxapp-[A-Za-z0-9-]+"),
    _rule(r"\bsk-[A-Za-z0-9_-]{16,}"),
    _rule(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    _rule(r"\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]+"),  # a Salesforce session
    _rule(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    _rule(r"(?i)\b(bearer)\s+[\w.~+/=-]+", rf"\1 {BLANK}"),
    # Whoever has a response_url answers in our name; the ticket in a socket's address lets anybody listen.
    _rule(r"(https?://hooks\.slack\.com/|https?://[^\s\"'\\]*/hooks/)[^\s\"'\\]+", rf"\1{BLANK}"),
    _rule(r"(wss?://[^\s?\"'\\]+)\?[^\s\"'\\]+", rf"\1?{BLANK}"),
    _rule(r"(://[^/\s:@]*):[^/\s@]+@", rf"\1:{BLANK}@"),
    _rule(
        r"(?i)([\w-]*(?:secret|passw(?:or)?d|token|api_?-?key|signature|authorization|assertion|ticket|response_url)"
        r"[\w-]*\\?[\"']?\s*[:=]\s*\\?[\"']?)([^\s\"'\\,;}&)]+)",
        rf"\1{BLANK}",
    ),
    _rule(r"[\w.%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "[e-mail]"),
    # 192 random bits, as buttons carry them; and an AWS secret key. Hashes are of one case and pass.
    _rule(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{32}(?![\w-])"),
    _rule(r"(?<![\w/+])(?=[\w/+]*[A-Z])(?=[\w/+]*[a-z])(?=[\w/+]*\d)[A-Za-z0-9/+]{40}(?![\w/+=])"),
    _rule(r"[\w/+=-]{160,}"),
)


class Redaction:
    """Blanks what looks like a secret, and every value that is known to be one."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        values = sorted({value for value in known if len(value) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, values))) if values else None

    def __call__(self, said: str) -> str:
        """The same words without secrets."""
        if self._known is not None:
            said = self._known.sub(BLANK, said)
        for pattern, instead in _RULES:
            said = pattern.sub(instead, said)
        return said
