"""Which portals there are, and what opens each; knows nothing of any of them."""

from collections.abc import Callable, Mapping

from connectors import aws, microsoft
from motions.ports import Portal

# Each takes what its own wire needs, by keyword; nothing is called before the portal is used.
PORTALS: Mapping[str, Callable[..., Portal]] = {"aws": aws.open_portal, "microsoft": microsoft.open_portal}
