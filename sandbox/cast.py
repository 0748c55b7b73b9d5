"""The people, companies and channels of the sandbox world, shared by its emulators; invented, all of them.

Sellers are the 35 sales agents of the recorded CRM data; their Slack ids and e-mail addresses are derived
from their names by `slug`, `seller_slack_id` and `email_of`, so that Slack and Salesforce agree.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SELLER = "seller"
    ALLIANCE_MANAGER = "alliance manager"
    OPERATOR = "operator"
    ADMIN = "admin"
    PARTNER_REP = "partner rep"
    PARTNER_MANAGER = "partner manager"  # the PAM: the partner's person for us
    GUEST = "guest"  # invited into our workspace, and not one of our people
    STRANGER = "stranger"
    BOT = "bot"


@dataclass(frozen=True)
class Team:
    id: str
    name: str
    domain: str  # Slack subdomain and e-mail domain


@dataclass(frozen=True)
class Member:
    id: str
    team: str
    name: str
    email: str
    role: Role
    title: str
    tz: str
    guest_of: int = 0  # how many channels a guest may be in: 1, or more than one
    enterprise: str = ""  # of somebody whose company is on Enterprise Grid
    bot: tuple[str, str] | None = None  # bot id and app id


@dataclass(frozen=True)
class Channel:
    id: str
    name: str
    teams: tuple[str, ...]  # more than one: a Slack Connect channel
    members: tuple[str, ...]
    private: bool = False


MERIDIAN = Team("T0MERIDIAN", "Meridian Software", "meridian.example")
AWS = Team("T0AWSTEAM", "AWS", "aws-partner.example")
NORTHSTAR = Team("T0NORTHSTR", "Northstar Integrators", "northstar.example")
AWS_GRID = Team("T0AWSGRID", "AWS Worldwide", "aws-worldwide.example")  # one workspace of an Enterprise Grid
AWS_ENTERPRISE = "E0AWSGRID"
ELSEWHERE = Team("T0ELSEWHERE", "Elsewhere", "elsewhere.example")  # shares no channel with anybody here
ENTERPRISE_OF = {AWS_GRID.id: AWS_ENTERPRISE}  # by which id a shared channel names a workspace of a Grid
TEAMS = (MERIDIAN, AWS, NORTHSTAR, AWS_GRID, ELSEWHERE)

BOT_USER_ID = "U0COSELLBOT"
BOT_ID = "B0COSELLBOT"
APP_ID = "A0COSELL"
BOT_TOKEN = "xoxb-sandbox-cosell"  # noqa: S105 - opens nothing but the sandbox
APP_TOKEN = "xapp-sandbox-cosell"  # noqa: S105 - the same

PRIYA = Member(
    "U0PRIYA",
    MERIDIAN.id,
    "Priya Raman",
    "priya.raman@meridian.example",
    Role.ALLIANCE_MANAGER,
    "Alliance manager, AWS",
    "America/New_York",
)
TOMAS = Member(
    "U0TOMAS",
    MERIDIAN.id,
    "Tomas Lindqvist",
    "tomas.lindqvist@meridian.example",
    Role.ALLIANCE_MANAGER,
    "Alliance manager, AWS West",
    "America/Los_Angeles",
)
DANA = Member(
    "U0DANA",
    MERIDIAN.id,
    "Dana Whitfield",
    "dana.whitfield@meridian.example",
    Role.OPERATOR,
    "Partnership operator",
    "America/Chicago",
)
SAM = Member(
    "U0SAM",
    MERIDIAN.id,
    "Sam Okafor",
    "sam.okafor@meridian.example",
    Role.ADMIN,
    "Revenue systems",
    "Europe/London",
)
ALEX = Member(
    "U0ALEX",
    AWS.id,
    "Alex Moreno",
    "alex.moreno@aws-partner.example",
    Role.PARTNER_REP,
    "AWS account executive",
    "America/New_York",
)
JORDAN = Member(
    "U0JORDAN",
    AWS.id,
    "Jordan Blake",
    "jordan.blake@aws-partner.example",
    Role.PARTNER_MANAGER,
    "Partner development manager",
    "America/Los_Angeles",
)
KIM = Member(
    "U0KIM",
    NORTHSTAR.id,
    "Kim Aalto",
    "kim.aalto@northstar.example",
    Role.PARTNER_REP,
    "Practice lead",
    "Europe/Helsinki",
)
NAMED = (PRIYA, TOMAS, DANA, SAM, ALEX, JORDAN, KIM)

# Nobody of these is in a channel until somebody lets them in.
GINA = Member(
    "U0GINA", MERIDIAN.id, "Gina Guest", "gina@agency.example", Role.GUEST, "Contractor", "Europe/Paris", guest_of=2
)
SOLO = Member(
    "U0SOLO", MERIDIAN.id, "Solo Single", "solo@agency.example", Role.GUEST, "Contractor", "Europe/Paris", guest_of=1
)
RIVER = Member(
    "W0RIVER",
    AWS_GRID.id,
    "River Stone",
    "river@aws-worldwide.example",
    Role.PARTNER_REP,
    "AWS global account executive",
    "Europe/London",
    enterprise=AWS_ENTERPRISE,
)
MALLORY = Member(
    "U0MALLORY", ELSEWHERE.id, "Mallory Quist", "mallory@elsewhere.example", Role.STRANGER, "", "Europe/London"
)
AWS_BOT = Member("U0AWSBOT", AWS.id, "AWS helper", "", Role.BOT, "", "Etc/UTC", bot=("B0AWSBOT", "A0AWSHELPER"))
SIBLING = Member("U0SIBLING", AWS.id, "cosell", "", Role.BOT, "", "Etc/UTC", bot=("B0SIBLING", APP_ID))
OUTSIDERS = (GINA, SOLO, RIVER, MALLORY, AWS_BOT, SIBLING)

_STAFF = (PRIYA.id, TOMAS.id, DANA.id, SAM.id, BOT_USER_ID)
CHANNELS = (
    Channel("C0AWSCENT", "alliance-aws-central", (MERIDIAN.id,), _STAFF),
    Channel("C0AWSEAST", "alliance-aws-east", (MERIDIAN.id,), _STAFF),
    Channel("C0AWSWEST", "alliance-aws-west", (MERIDIAN.id,), _STAFF),
    Channel("C0COSELLOPS", "cosell-ops", (MERIDIAN.id,), _STAFF),
    Channel("C0SHAREDAWS", "meridian-aws", (MERIDIAN.id, AWS.id), (*_STAFF, ALEX.id, JORDAN.id)),
    Channel(
        "C0SHAREDNST",
        "meridian-northstar",
        (MERIDIAN.id, NORTHSTAR.id),
        (PRIYA.id, DANA.id, KIM.id, BOT_USER_ID),
    ),
    Channel("C0SALES", "sales", (MERIDIAN.id,), (PRIYA.id, DANA.id, BOT_USER_ID)),  # every seller joins too
)
SALES_CHANNEL = "C0SALES"

# Time zone of each regional office in the recorded data.
REGION_TZ = {"Central": "America/Chicago", "East": "America/New_York", "West": "America/Los_Angeles"}


def slug(name: str) -> str:
    """'Darcel Schlecht' -> 'darcel.schlecht'."""
    return ".".join(name.lower().split())


def email_of(name: str) -> str:
    """The address of one of our own people."""
    return f"{slug(name)}@{MERIDIAN.domain}"


def seller_slack_id(name: str) -> str:
    """'Darcel Schlecht' -> 'U0DARCELSCHLECHT'."""
    return "U0" + "".join(name.upper().split())
