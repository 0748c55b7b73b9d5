"""Which portals there are, what opens each, and what judges a file for each; knows nothing of any of them."""

from collections.abc import Callable, Mapping

from connectors import aws, microsoft, sheets
from connectors.checking import Check
from motions.ports import Portal

# Each takes what its own wire needs, by keyword; nothing is called before the portal is used.
PORTALS: Mapping[str, Callable[..., Portal]] = {
    "aws": aws.open_portal,
    "microsoft": microsoft.open_portal,
    "sheet": sheets.open_portal,
}

# Judged without the portal: `cosell validate`.
CHECKS: Mapping[str, Check] = {"aws": aws.check, "microsoft": microsoft.check, "sheet": sheets.check}
