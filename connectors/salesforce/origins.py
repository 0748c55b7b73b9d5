"""Which fields of Salesforce each fact of a deal is made of, derived ones too, and all that we read; pure data.

`bot/defaults/fields.yml` labels the same names. What is missing here goes to no partner.
"""

from collections.abc import Iterator, Mapping

from connectors.salesforce.fields import FieldMap, of_account, of_deal, of_owner

_ORIGINS: Mapping[str, tuple[str, ...]] = {
    "title": ("Opportunity.Name",),
    "customer": ("Account.Name",),
    "website": ("Account.Website",),
    "country": ("Account.BillingCountry", "Account.BillingCountryCode"),
    "state": ("Account.BillingState", "Account.BillingStateCode"),
    "city": ("Account.BillingCity",),
    "street": ("Account.BillingStreet",),
    "postal_code": ("Account.BillingPostalCode",),
    "industry": ("Account.Industry",),
    "employees": ("Account.NumberOfEmployees",),
    "contact": ("Contact.Name", "Contact.Email", "Contact.Phone"),
    "problem": ("Opportunity.Description",),
    "amount": ("Opportunity.Amount", "Opportunity.CurrencyIsoCode"),
    "monthly_spend": ("Opportunity.Amount", "Opportunity.CurrencyIsoCode"),
    "close_date": ("Opportunity.CloseDate",),
    "stage": ("Opportunity.StageName", "Opportunity.IsClosed", "Opportunity.IsWon"),
    "next_steps": ("Opportunity.NextStep",),
    "kind": ("Opportunity.Type",),
    "seller": ("User.Name",),
}
# Read for our own people only.
CONTACT = ("Id", "Name", "Title", "Email", "Phone")
_AROUND: Mapping[str, tuple[str, ...]] = {
    "Contact": CONTACT,
    "Task": ("Id", "Subject", "ActivityDate", "Description"),
    "Event": ("Id", "Subject", "ActivityDate"),
}


def origins_of(fields: FieldMap) -> Mapping[str, tuple[str, ...]]:
    """Canonical field -> the fields it is made of, as this org names them."""
    # Without a product of its own a deal's is the end of its name.
    product = (*([f"Opportunity.{fields.product}"] if fields.product else []), "Opportunity.Name")
    return {**_ORIGINS, "solution": product, "loss_reason": (f"Opportunity.{fields.loss_reason}",)}


def fields_read(fields: FieldMap) -> Mapping[str, frozenset[str]]:
    """Every field we read, by object; without those that only orgs with a certain feature have."""
    read: dict[str, set[str]] = {"Opportunity": {*of_deal(fields)}, "Account": {"Id", *of_account()}}
    read["User"] = {"Id", *of_owner(fields)}
    read |= {name: set(columns) for name, columns in _AROUND.items()}
    return {name: frozenset(columns) for name, columns in read.items()}


def paths(read: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """The same as a catalogue writes them: 'Opportunity.Amount'."""
    return (f"{name}.{column}" for name, columns in read.items() for column in columns)
