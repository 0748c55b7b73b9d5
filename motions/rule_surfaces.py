"""What is shown of match rules: the list, the form to change one, and what that would change; draws nothing."""

from dataclasses import dataclass
from datetime import date

from motions.deals import OpportunityId
from motions.model import Band, PartnerKey, Token

LONGEST = 1500  # characters of a rule's conditions in a form


@dataclass(frozen=True)
class RuleTyped:
    """A rule as a person typed it: its conditions as lines, everything else as picked."""

    when: str
    partners: tuple[str, ...]  # keys; '*' is everybody
    effect: str
    points: str
    because: str
    expires: str  # ISO, or ''
    is_enabled: bool = True


@dataclass(frozen=True)
class RuleLine:
    """One rule in the list."""

    id: str
    token: Token  # what its button carries: the rule, and what was in force when it was shown
    says: str  # whom it is for, and what it does
    conditions: tuple[str, ...]
    because: str
    owner: str
    expires: date | None
    is_on: bool
    why_off: str = ""  # '' while it counts


@dataclass(frozen=True)
class RuleList:
    """`/cosell rules`."""

    lines: tuple[RuleLine, ...]
    new: Token | None  # what the button for another rule carries; None: this person only reads
    asked: str = ""  # the word they all have


@dataclass(frozen=True)
class RuleForm:
    """The form to change a rule, or to add one, with what is in force."""

    token: Token
    id: str  # '' for a new one
    typed: RuleTyped
    partners: tuple[tuple[PartnerKey, str], ...]  # key, name


@dataclass(frozen=True)
class RankChange:
    """One deal that would be ranked otherwise."""

    deal: OpportunityId
    name: str
    before: tuple[str, int, Band] | None  # the best partner's name, its score and band; None: no partner fits
    after: tuple[str, int, Band] | None


@dataclass(frozen=True)
class RulePreview:
    """What a changed rule would change among the open deals, and the form that puts it in force."""

    token: Token
    id: str
    typed: RuleTyped
    looked_at: int  # deals: those that changed last
    changed: int  # of them
    firsts: tuple[RankChange, ...]  # some of them: those that begin or stop to be worth a motion, then the largest
    gained: int  # would be worth a motion and are not now
    lost: int  # are, and would not be
