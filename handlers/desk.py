"""What Slack's listeners may do and whom they work for: the use cases, bound to their ports, and our own identity."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from dataclasses import dataclass

from slack_sdk import WebClient

from handlers.slack_errors import translated
from motions.answer_surfaces import Answer
from motions.deals import OpportunityId
from motions.desk_surfaces import Batch, DeskItem, Handling, HomeView, Look
from motions.invitation_surfaces import AcceptForm, RejectForm
from motions.joint_forms import AgreeForm, FiguresForm, Typed
from motions.model import Person, Role, Token
from motions.partner_surfaces import PartnerAnswer, SharedDeal, SharedDeals
from motions.ports import Clock, Messenger, People
from motions.records import Envelope, Store
from motions.referrals import Field, Problem
from motions.rule_surfaces import RuleForm, RulePreview, RuleTyped
from motions.setup_surfaces import SetupForm
from motions.setup_surfaces import Typed as TypedSetup
from motions.sheet_drops import Dropped
from motions.sheet_surfaces import ColumnsForm, FiledForm, NotTaken
from motions.spaces import JointField, Side
from motions.surfaces import ClickReply, Complaints, EditForm


@dataclass(frozen=True)
class RuleCases:
    """Those of match rules."""

    form: Callable[[Token, Person], RuleForm | ClickReply]
    preview: Callable[[Token, Person, RuleTyped], RulePreview | ClickReply | Complaints]
    change: Callable[[Token, Person, RuleTyped], ClickReply | Complaints]


@dataclass(frozen=True)
class SetupCases:
    """Those of setting up."""

    form: Callable[[Token, Person], SetupForm | ClickReply]
    save: Callable[[Token, Person, TypedSetup], ClickReply | Complaints]


@dataclass(frozen=True)
class SheetCases:
    """Those of a partner's sheet in its alliance channel."""

    drop: Callable[[str, str, str, Sequence[Dropped], Person], ClickReply | None]  # channel, thread, message
    take: Callable[[Token, Person], ClickReply]
    leave: Callable[[Token, Person], ClickReply]
    columns_form: Callable[[Token, Person], ColumnsForm | ClickReply]
    map_columns: Callable[[Token, Person, Mapping[str, str]], ClickReply | dict[str, str]]


@dataclass(frozen=True)
class UseCases:
    """The use cases with their ports already in them; each in the words of `motions`."""

    approve: Callable[[Token, Person], ClickReply]
    deny: Callable[[Token, Person, str], ClickReply]
    take_back: Callable[[Token, Person], ClickReply]
    edit_form: Callable[[Token, Person], EditForm | ClickReply]
    edit: Callable[[Token, Person, Mapping[Field, str]], ClickReply | tuple[Problem, ...]]
    filed_form: Callable[[Token, Person], FiledForm | ClickReply]
    filed: Callable[[Token, Person, str], ClickReply | NotTaken]
    sheets: SheetCases
    correction_form: Callable[[Token, Person], EditForm | ClickReply]
    correct: Callable[[Token, Person, Mapping[Field, str]], ClickReply | tuple[Problem, ...]]
    accept_form: Callable[[Token, Person], AcceptForm | ClickReply]
    accept: Callable[[Token, Person, str, str], ClickReply]  # the chosen deal's id, or what names another
    reject_form: Callable[[Token, Person], RejectForm | ClickReply]
    reject: Callable[[Token, Person, str], ClickReply]
    link_form: Callable[[Token, Person], AcceptForm | ClickReply]
    link: Callable[[Token, Person, str, str], ClickReply]
    draft_offer: Callable[[Token, Person], ClickReply]
    write_crm: Callable[[Token, Person], ClickReply]
    skip_crm: Callable[[Token, Person], ClickReply]
    give_standing: Callable[[Token, Person], ClickReply]
    revoke_standing: Callable[[Token, Person], ClickReply]
    propose_grant: Callable[[Token, Person], ClickReply]
    agree_grant: Callable[[Token, Person], ClickReply]
    revoke_grant: Callable[[Token, Person], ClickReply]
    rules: RuleCases
    setup: SetupCases
    answer: Callable[[str, Person], Answer]
    about_deal: Callable[[str, Person], Answer]
    start_deal: Callable[[str, Person], bool]
    deal_named: Callable[[str, Person], OpportunityId | None]
    show_deal: Callable[[str, Person], Answer]
    about_message: Callable[[str, Person], Answer | None]
    greet: Callable[[Person], bool]
    home_for: Callable[[Person, Look], HomeView]
    desk_item: Callable[[str, Person], DeskItem | ClickReply]
    desk_handle: Callable[[str, Token | None, Person, Handling], ClickReply]
    desk_batch: Callable[[Person, Look], Batch | ClickReply]
    desk_approve: Callable[[Sequence[Token], Person], ClickReply]
    take: Callable[[Token, Person], ClickReply]
    remind_less: Callable[[Token, Person], ClickReply]
    replied: Callable[[str, str, Person], bool]  # channel, thread_ts
    figures_form: Callable[[Token, Person], FiguresForm | ClickReply]
    report_figures: Callable[[Token, Person, Typed], ClickReply | Complaints]
    agree_form: Callable[[Token, Person], AgreeForm | ClickReply]
    agree: Callable[[Token, Person, Mapping[JointField, Side]], ClickReply]
    partner_answer: Callable[[str, Person], PartnerAnswer]
    shared_with: Callable[[Person], SharedDeals]
    details: Callable[[Token, Person], SharedDeal | None]
    decline: Callable[[Token, Person, str, str], ClickReply]  # the reason's code, and words
    ask_owner: Callable[[Token, Person, str], ClickReply]
    propose_next_step: Callable[[Token, Person, str], ClickReply]
    recheck: Callable[[str], bool]  # channel
    welcome: Callable[[str], bool]  # channel
    moved: Callable[[str, str], None]  # channel, before and now
    give_up: Callable[[Envelope, str], None]  # and the reference its log lines carry


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack."""

    team_id: str
    bot_user_id: str
    bot_id: str
    app_id: str
    enterprise_id: str = ""  # on Enterprise Grid, where every workspace of it is ours

    @property
    def orgs(self) -> frozenset[str]:
        """Every id Slack may name our company by."""
        return frozenset({self.team_id, self.enterprise_id} - {""})

    def is_ours(self, orgs: AbstractSet[str]) -> bool:
        """Whether a member's ids name our company."""
        return not self.orgs.isdisjoint(orgs)


@dataclass(frozen=True)
class Desk:
    """What listeners need besides use cases."""

    us: Identity
    people: People
    messenger: Messenger
    store: Store
    clock: Clock
    lanes: Mapping[str, Executor] | None = None  # whose threads work envelopes off, by kind; None: its own
    has_work_objects: bool = False  # whether the app at Slack may show them
    is_agent: bool = False  # whether it is declared an agent there


def whoami(client: WebClient) -> Identity:
    """Our own ids, asked of Slack once at start; raises AuthExpired or Unavailable."""
    with translated("auth.test"):
        me = client.auth_test()
        bot = client.bots_info(bot=me["bot_id"])["bot"]
    return Identity(
        team_id=me["team_id"],
        bot_user_id=me["user_id"],
        bot_id=me["bot_id"],
        app_id=bot["app_id"],
        enterprise_id=me.get("enterprise_id") or "",
    )


def is_ours(person: Person) -> bool:
    """Whether somebody works for the company that runs this program."""
    return person.role not in {Role.PARTNER, Role.STRANGER}
