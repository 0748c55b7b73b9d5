"""What operators decide: policy numbers, partners, coverage and match rules, validated when a file is loaded."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from motions.addresses import a_door, a_key
from motions.coverage import Coverage
from motions.grant_terms import GrantBlock
from motions.labels import Catalogue
from motions.merging import FOLLOW_ONLY, Directions
from motions.model import Band, PartnerKey
from motions.rates import Rate
from motions.strict import Strict


class Autonomy(StrEnum):
    """What may happen without a person."""

    AUTO = "auto"
    APPROVE = "approve"
    FORBID = "forbid"


class ActionKind(StrEnum):
    """The kinds of action the autonomy table speaks of."""

    CRM_WRITE = "crm_write"
    INTERNAL_POST = "internal_post"
    PORTAL_FILING = "portal_filing"
    PARTNER_VISIBLE = "partner_visible"


class Policy(Strict):
    """The numbers and switches of policy.yml; they live together so that nobody has to hunt for one."""

    version: str
    company: str = "our company"  # how partners know us
    kill_switch: bool = False
    autonomy: dict[ActionKind, dict[Band, Autonomy]]
    approval_expires_after: timedelta = timedelta(days=5)
    requester_may_approve: bool = False
    two_people_from: Decimal | None = Field(default=None, gt=0)  # in the deal's own currency; None: never
    remind_before: timedelta = timedelta(days=1)
    review_poll_after: timedelta = timedelta(seconds=20)
    review_poll_at_most: timedelta = timedelta(hours=1)
    cold_after: timedelta = timedelta(days=2)
    nudge_every: timedelta = timedelta(days=2)
    nudges_at_most: int = Field(default=3, ge=0, le=10)
    pings_a_day: int | None = Field(default=None, ge=1)  # to one person; None: as many as there are
    quiet_from: time = time(19)
    quiet_until: time = time(8)
    digest_at: time = time(8, 30)
    guests_are_internal: bool = False  # whether a channel of ours with an invited guest in it is still internal
    payloads_kept: timedelta = Field(default=timedelta(days=1), ge=timedelta(hours=1), le=timedelta(days=7))
    minimum_evidence: int = Field(default=10, ge=1)  # closed deals before a win rate speaks
    shrinkage: float = Field(default=8.0, gt=0)
    high_from: int = Field(default=60, ge=0, le=100)
    grey_from: int = Field(default=45, ge=0, le=100)
    margin: int = Field(default=5, ge=0, le=100)  # a best partner closer than this to the next is grey
    sync: Directions = FOLLOW_ONLY  # which way a filed referral's fields follow changes
    score_fresh_for: timedelta = Field(default=timedelta(days=90), ge=timedelta(days=1))  # an older one is not written
    rate_fresh_for: timedelta = timedelta(days=7)  # a rate of exchange older than this is asked for, never used
    monthly_spend_share: Decimal = Field(default=Decimal("0.30"), gt=0, le=1)  # of annual value; shown on the card

    @model_validator(mode="after")
    def _people_approve(self) -> "Policy":
        """What leaves for the other company needs a person."""
        for action in (ActionKind.PORTAL_FILING, ActionKind.PARTNER_VISIBLE):
            if Autonomy.AUTO in self.autonomy.get(action, {}).values():
                raise ValueError(f"{action} cannot be auto: write approve or forbid")
        return self

    def autonomy_for(self, action: ActionKind, band: Band) -> Autonomy:
        """What may happen without a person; anything the table does not name is forbidden."""
        return self.autonomy.get(action, {}).get(band, Autonomy.FORBID)


class Tell(StrEnum):
    """How a partner's manager wants our seller told of an acceptance."""

    DIRECT = "direct message"
    CHANNEL = "alliance channel"


class Partner(Strict):
    """A partner company: its portal, its Slack organisations, the channel we share."""

    key: PartnerKey
    name: str
    portal: str | None = None  # None: nothing to file in; such a partner is ranked but no motion starts
    team_ids: tuple[str, ...] = ()
    shared_channel: str | None = None
    tier: str = "registered"
    aliases: tuple[str, ...] = ()  # other names the CRM uses for it
    competes_as: tuple[str, ...] = ()  # what else means it where the CRM names a deal's competitors: its products
    competes_with: tuple[PartnerKey, ...] = ()  # other partners: what one of them has is not filed with the other
    tell_seller: Tell = Tell.DIRECT
    handoff_slack_id: str | None = None  # the partner's seller when the portal names none we can find
    handoff_name: str | None = None
    tz: str = "UTC"  # whose night is quiet
    grant: GrantBlock | None = None  # what `/cosell share` proposes to it; without one nothing is ever shared
    grantors: tuple[str, ...] = ()  # Slack user ids of who may agree for it; (): anybody of the partner
    public_key: Annotated[str, AfterValidator(a_key)] | None = None  # base64, Ed25519: of the partner's own cosell
    url: Annotated[str, AfterValidator(a_door)] | None = None  # of the partner's own cosell, which is told our figures


class RuleField(StrEnum):
    """The catalogue of what a match rule may look at."""

    INDUSTRY = "industry"
    COUNTRY = "country"
    AMOUNT = "amount"
    STAGE = "stage"
    EMPLOYEES = "employees"
    PRODUCT = "product"
    KIND = "kind"
    OWNER_REGION = "owner_region"
    DESCRIPTION = "description"
    DAYS_TO_CLOSE = "days_to_close"
    PARTNER_TIER = "partner_tier"


class Op(StrEnum):
    """How a condition compares."""

    EQ = "eq"
    IN = "in"
    NOT_IN = "not_in"
    GTE = "gte"
    LTE = "lte"
    BETWEEN = "between"
    CONTAINS_ANY = "contains_any"
    IS_EMPTY = "is_empty"


Scalar = str | Decimal
RuleValue = Scalar | tuple[Scalar, ...] | None
_LISTS = {Op.IN, Op.NOT_IN, Op.CONTAINS_ANY, Op.BETWEEN}
_ORDERED = {Op.GTE, Op.LTE, Op.BETWEEN}
_NUMERIC = {RuleField.AMOUNT, RuleField.EMPLOYEES, RuleField.DAYS_TO_CLOSE}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Condition(Strict):
    """One comparison of a match rule."""

    field: RuleField
    op: Op
    value: RuleValue = None

    @model_validator(mode="after")
    def _fits(self) -> "Condition":
        is_list = isinstance(self.value, tuple)
        if self.op in _LISTS and not is_list:
            raise ValueError(f"{self.field} {self.op} needs a list of values")
        if self.op is Op.BETWEEN and isinstance(self.value, tuple) and len(self.value) != 2:  # noqa: PLR2004 - a pair
            raise ValueError(f"{self.field} between needs exactly two values")
        if self.op in {Op.EQ, Op.GTE, Op.LTE} and (is_list or self.value is None):
            raise ValueError(f"{self.field} {self.op} needs one value")
        return self

    @model_validator(mode="after")
    def _compares_numbers_with_numbers(self) -> "Condition":
        if self.op in _ORDERED and self.field not in _NUMERIC:
            raise ValueError(f"{self.field} is not a number, so {self.op} cannot be judged")
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        if self.field in _NUMERIC and self.op is not Op.IS_EMPTY and not all(_NUMBER.fullmatch(str(v)) for v in values):
            raise ValueError(f"{self.field} {self.op} needs numbers")
        return self


def _sane_points(points: float) -> float:
    if not -2.0 <= points <= 2.0:  # noqa: PLR2004 - log-odds; beyond this one rule decides alone: use require/exclude
        raise ValueError("points are log-odds between -2 and 2 (weak 0.3, strong 0.7)")
    return points


class MatchRule(Strict):
    """One operator-edited row: conditions on the deal -> an effect on some partners, with a because."""

    id: str
    when: tuple[Condition, ...]  # all must hold
    partners: tuple[PartnerKey, ...]  # ('*',) is everybody
    effect: Literal["points", "require", "exclude"]
    points: Annotated[float, AfterValidator(_sane_points)] = 0.0
    because: str = Field(min_length=3, max_length=140)
    owner: str
    enabled: bool = True
    expires: date | None = None


class Rulebook(Strict):
    """All match rules; their ids are unique."""

    rules: tuple[MatchRule, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Rulebook":
        ids = [rule.id for rule in self.rules]
        doubled = {i for i in ids if ids.count(i) > 1}
        if doubled:
            raise ValueError(f"rule ids must be unique; twice: {', '.join(sorted(doubled))}")
        return self


class ReferralDefaults(Strict):
    """What code may fill into a referral without asking, by our own product."""

    product: str  # '*' is every product
    use_case: str
    delivery_models: tuple[str, ...]
    help_wanted: tuple[str, ...]
    solution_name: str | None = None  # picks among the portal's active solutions; None: the first
    consent: str | None = None  # what lets us name the customer's people to a partner, for portals that want a contact


class Configuration(Strict):
    """All of it, as loaded."""

    policy: Policy
    partners: tuple[Partner, ...]
    coverage: Coverage
    rulebook: Rulebook
    referral_defaults: tuple[ReferralDefaults, ...] = ()
    fields: Catalogue = Catalogue()  # an empty one releases nothing
    rates: tuple[Rate, ...] = ()  # without one for its currency, the money is asked for

    def partner(self, key: PartnerKey) -> Partner:
        """The partner with this key; KeyError when there is none."""
        return {partner.key: partner for partner in self.partners}[key]

    @property
    def partner_of_team(self) -> dict[str, PartnerKey]:
        """Which partner a Slack organisation is."""
        return {team: partner.key for partner in self.partners for team in partner.team_ids}

    @property
    def portals_named(self) -> set[str]:
        """The portals that partners are filed with."""
        return {partner.portal for partner in self.partners if partner.portal}

    @property
    def partner_names(self) -> dict[str, PartnerKey]:
        """Which partner a name in the CRM is."""
        return {name: partner.key for partner in self.partners for name in (partner.name, *partner.aliases)}

    def portal_of(self, key: PartnerKey) -> str | None:
        """The key of the portal this partner files in; None too when it has left partners.yml."""
        return next((partner.portal for partner in self.partners if partner.key == key), None)

    def name_of(self, key: PartnerKey) -> str:
        """What people call this partner; its key when it has left partners.yml."""
        return next((partner.name for partner in self.partners if partner.key == key), key)

    def defaults_for(self, product: str | None) -> ReferralDefaults | None:
        """The row of this product, else the '*' row."""
        rows = {row.product: row for row in self.referral_defaults}
        return rows.get(product or "") or rows.get("*")
