"""How far a value may go: labels, the catalogue that gives them, and values that carry theirs; releases nothing.

The catalogue is data (fields.yml). What it does not name is restricted, so a field somebody adds to the CRM tomorrow
crosses to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from motions.deals import DealContext
from motions.referrals import Field as ReferralField

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Label(StrEnum):
    """How far a value may go, the least restrictive first."""

    PUBLIC = "public"
    SHAREABLE = "shareable"  # may cross to a partner under a grant
    INTERNAL = "internal"
    RESTRICTED = "restricted"

    def is_within(self, limit: "Label") -> bool:
        """Whether this is as restrictive as the limit, or less."""
        return _ORDER.index(self) <= _ORDER.index(limit)


_ORDER = tuple(Label)
_AND = ", "  # between the fields a value is made of; no field's name holds it
_TYPED = "typed by "
_OURS = "referrals.yml"


def join(*labels: Label) -> Label:
    """The most restrictive of these: what is made of several values may go where all of them may."""
    return max(labels, key=_ORDER.index, default=Label.PUBLIC)


@dataclass(frozen=True)
class Labeled(Generic[T_co]):
    """A value with its label and where it comes from: 'Opportunity.Amount', 'typed by Priya Raman'."""

    value: T_co
    label: Label
    origin: str

    def made_into(self, make: Callable[[T_co], U]) -> "Labeled[U]":
        """Something made of this value, as restrictive as it and from where it is from."""
        return Labeled(make(self.value), self.label, self.origin)


class CatalogueRow(BaseModel):
    """One field of the CRM: how far its values may go, and who answers for that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    object: str = Field(pattern=r"^\w+$")
    field: str = Field(pattern=r"^\w+$")
    label: Label
    owner: str = Field(pattern=r"^\S+@\S+$")

    @property
    def path(self) -> str:
        return f"{self.object}.{self.field}"


class Catalogue(BaseModel):
    """Every field somebody has put a label on; an empty one releases nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: tuple[CatalogueRow, ...] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> "Catalogue":
        paths = [row.path for row in self.rows]
        if doubled := sorted({path for path in paths if paths.count(path) > 1}):
            raise ValueError(f"a field has one label; named twice: {', '.join(doubled)}")
        return self

    def label_of(self, object: str, field: str) -> Label:  # noqa: A002 - the CRM's own word for it
        """The label of one field of the CRM; restricted when nobody labelled it."""
        return self.label_at(f"{object}.{field}")

    def label_at(self, origin: str) -> Label:
        """The same by its path, as origins are written."""
        return self._labels.get(origin, Label.RESTRICTED)

    @cached_property
    def _labels(self) -> Mapping[str, Label]:
        return {row.path: row.label for row in self.rows}


def labeled(context: DealContext, catalogue: Catalogue) -> Mapping[ReferralField, Labeled[object]]:
    """Every fact of a deal that a partner could be told, with its label and the fields of the CRM it comes from."""
    found = {}
    for field, read in _FACTS.items():
        value = read(context)
        if value is not None and value != "":
            origin = _AND.join(context.origins.get(field.value, ()))
            found[field] = Labeled(value, label_of_origin(origin, catalogue), origin)
    return found


def typed_by(person: str, value: str) -> Labeled[str]:
    """What somebody typed on a card: the approval shows it in full, so it may cross under a grant."""
    return Labeled(value, Label.SHAREABLE, f"{_TYPED}{person}")


def of_our_own(value: U) -> "Labeled[U]":
    """What our operators wrote in referrals.yml for partners to read."""
    return Labeled(value, Label.PUBLIC, _OURS)


def label_of_origin(origin: str, catalogue: Catalogue) -> Label:
    """How far a value of this origin may go by the catalogue of today; restricted when it comes from nowhere known."""
    if origin == _OURS:
        return Label.PUBLIC
    if origin.startswith(_TYPED):
        return Label.SHAREABLE
    return join(*map(catalogue.label_at, origin.split(_AND)))


def _of_deal(name: str) -> Callable[[DealContext], object]:
    return lambda context: getattr(context.deal, name)


def _of_account(name: str) -> Callable[[DealContext], object]:
    return lambda context: getattr(context.deal.account, name) if context.deal.account else None


def _seller(context: DealContext) -> str | None:
    return context.deal.owner.name if context.deal.owner else None


def _contact(context: DealContext) -> str | None:
    """The first contact anybody can write to, on one line."""
    found = next((each for each in context.contacts if each.email), None)
    return f"{found.name} <{found.email}> {found.phone or ''}".strip() if found else None


_FACTS: Mapping[ReferralField, Callable[[DealContext], object]] = {
    ReferralField.TITLE: _of_deal("name"),
    ReferralField.CUSTOMER: _of_account("name"),
    ReferralField.WEBSITE: _of_account("website"),
    ReferralField.COUNTRY: _of_account("country"),
    ReferralField.STATE: _of_account("state"),
    ReferralField.CITY: _of_account("city"),
    ReferralField.STREET: _of_account("street"),
    ReferralField.POSTAL_CODE: _of_account("postal_code"),
    ReferralField.INDUSTRY: _of_account("industry"),
    ReferralField.EMPLOYEES: _of_account("employees"),
    ReferralField.CONTACT: _contact,
    ReferralField.PROBLEM: _of_deal("description"),
    ReferralField.SOLUTION: _of_deal("product"),
    ReferralField.AMOUNT: _of_deal("amount"),
    ReferralField.MONTHLY_SPEND: _of_deal("amount"),  # `preparing` derives it
    ReferralField.CLOSE_DATE: _of_deal("close_date"),
    ReferralField.STAGE: _of_deal("stage"),
    ReferralField.LOSS_REASON: _of_deal("loss_reason"),
    ReferralField.NEXT_STEPS: _of_deal("next_step"),
    ReferralField.KIND: _of_deal("kind"),
    ReferralField.SELLER: _seller,
}
