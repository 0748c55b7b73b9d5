"""The guards: the words of the source that make each, what they become when it is taken out, and who must miss it.

`python -m tests.house.guards` takes them out one by one. They stand with their subjects in `guards_of_*.py`: a guard
whose words change belongs there under its new ones; a new guard belongs there with the test that fails without it.
"""

from dataclasses import dataclass

from tests.house.guards_of_approvals import ROWS as OF_APPROVALS
from tests.house.guards_of_competitors import ROWS as OF_COMPETITORS
from tests.house.guards_of_corrections import ROWS as OF_CORRECTIONS
from tests.house.guards_of_effects import ROWS as OF_EFFECTS
from tests.house.guards_of_grants import ROWS as OF_GRANTS
from tests.house.guards_of_invitations import ROWS as OF_INVITATIONS
from tests.house.guards_of_keeping_in_step import ROWS as OF_KEEPING_IN_STEP
from tests.house.guards_of_microsoft import ROWS as OF_MICROSOFT
from tests.house.guards_of_motions import ROWS as OF_MOTIONS
from tests.house.guards_of_offers import ROWS as OF_OFFERS
from tests.house.guards_of_programs import ROWS as OF_PROGRAMS
from tests.house.guards_of_readers import ROWS as OF_READERS
from tests.house.guards_of_sheets_in_slack import ROWS as OF_SHEETS_IN_SLACK
from tests.house.guards_of_standing_approvals import ROWS as OF_STANDING_APPROVALS
from tests.house.guards_of_the_configuration import ROWS as OF_THE_CONFIGURATION
from tests.house.guards_of_the_desk import ROWS as OF_THE_DESK
from tests.house.guards_of_the_forecast import ROWS as OF_THE_FORECAST
from tests.house.guards_of_the_log import ON_POSTGRES
from tests.house.guards_of_the_log import ROWS as OF_THE_LOG
from tests.house.guards_of_the_model import ROWS as OF_THE_MODEL
from tests.house.guards_of_what_comes_in import ROWS as OF_WHAT_COMES_IN


@dataclass(frozen=True)
class Guard:
    """One thing that must not be left out."""

    name: str
    path: str
    source: str  # stands once in the file
    without: str
    tests: tuple[str, ...]  # at least one of them fails without it
    marked: str = "not postgres"  # of which only these are run


GUARDS: tuple[Guard, ...] = (
    *(Guard(*row) for row in OF_APPROVALS),
    *(Guard(*row) for row in OF_COMPETITORS),
    *(Guard(*row) for row in OF_CORRECTIONS),
    *(Guard(*row) for row in OF_EFFECTS),
    *(Guard(*row) for row in OF_GRANTS),
    *(Guard(*row) for row in OF_INVITATIONS),
    *(Guard(*row) for row in OF_KEEPING_IN_STEP),
    *(Guard(*row) for row in OF_MICROSOFT),
    *(Guard(*row) for row in OF_MOTIONS),
    *(Guard(*row) for row in OF_OFFERS),
    *(Guard(*row) for row in OF_PROGRAMS),
    *(Guard(*row) for row in OF_READERS),
    *(Guard(*row) for row in OF_SHEETS_IN_SLACK),
    *(Guard(*row) for row in OF_STANDING_APPROVALS),
    *(Guard(*row) for row in OF_THE_CONFIGURATION),
    *(Guard(*row) for row in OF_THE_DESK),
    *(Guard(*row) for row in OF_THE_FORECAST),
    *(Guard(*row) for row in OF_THE_LOG),
    *(Guard(*row) for row in OF_THE_MODEL),
    *(Guard(*row) for row in OF_WHAT_COMES_IN),
    *(Guard(*row, marked="postgres") for row in ON_POSTGRES),
)
