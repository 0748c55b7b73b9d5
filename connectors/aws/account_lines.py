"""The customer's side of a referral: name, website, address, industry, each as one line; knows nothing of the deal."""

from collections.abc import Iterator

from connectors import places
from connectors.aws import values
from connectors.aws.lines import choice_line, line, text_line, unlisted, wrong
from connectors.aws.validation import enum_of
from connectors.lines import Line, said, said_by_crm
from connectors.texts import one_line, pick
from motions.referrals import Field, InputKind, Referral

_ACCOUNT = "create.Customer.Account."
_ADDRESS = _ACCOUNT + "Address."
_ADDRESS_PART_LIMIT = 255


def account_lines(referral: Referral) -> Iterator[Line]:
    """The customer's lines, in the order a person reads them."""
    country = places.country(said(referral, Field.COUNTRY, referral.account.country))
    yield text_line(Field.CUSTOMER, said(referral, Field.CUSTOMER, referral.account.name), _ACCOUNT + "CompanyName")
    yield _website(referral)
    yield _country(referral, country)
    yield _state(referral, country)
    yield _postal_code(referral, country)
    yield _industry(referral)


def _website(referral: Referral) -> Line:
    asked = said(referral, Field.WEBSITE, referral.account.website)
    host = places.host_of(asked) if asked else None
    problem = None
    if asked and not host:
        problem = wrong(Field.WEBSITE, "INVALID_STRING_FORMAT", f"“{asked}” is not a web address AWS accepts.")
    return line(Field.WEBSITE, host or asked, {_ACCOUNT + "WebsiteUrl": host}, problem=problem)


def _country(referral: Referral, country: str | None) -> Line:
    asked = said(referral, Field.COUNTRY, referral.account.country)
    street = one_line(referral.account.street)[:_ADDRESS_PART_LIMIT]
    city = one_line(referral.account.city)[:_ADDRESS_PART_LIMIT]
    also_sent = ", ".join(part for part in (street, city) if part)
    problem = unlisted(Field.COUNTRY, asked) if asked and not country else None
    return line(
        Field.COUNTRY,
        places.country_name(country) if country else asked,
        {_ADDRESS + "CountryCode": country, _ADDRESS + "City": city, _ADDRESS + "StreetAddress": street},
        note=f"sent with it: {also_sent}" if also_sent else None,
        problem=problem,
    )


def _state(referral: Referral, country: str | None) -> Line:
    asked, path = said(referral, Field.STATE, referral.account.state), _ADDRESS + "StateOrRegion"
    if country != "US":
        return text_line(Field.STATE, asked, path)
    return choice_line(Field.STATE, asked, values.us_state(asked), path, values.us_states())


def _postal_code(referral: Referral, country: str | None) -> Line:
    code = said(referral, Field.POSTAL_CODE, referral.account.postal_code).upper()
    if country and not places.has_postal_codes(country):
        note = f"not sent: {places.country_name(country)} has no postal codes"
        return line(Field.POSTAL_CODE, None, {}, note=note)
    problem = None
    if country and code and not values.fits_postal_format(country, code):
        formats = " or ".join(values.postal_formats(country)).replace("#", "9").replace("@", "A")
        message = f"“{code}” is not a postal code of {places.country_name(country)}."
        problem = wrong(Field.POSTAL_CODE, "INVALID_STRING_FORMAT", message, f"AWS wants the form {formats}.")
    return line(Field.POSTAL_CODE, code, {_ADDRESS + "PostalCode": code}, problem=problem)


def _industry(referral: Referral) -> Line:
    in_crm = one_line(referral.account.industry)
    answer = said(referral, Field.INDUSTRY, None)
    # "Other" must be explained, and the CRM's own word is the only explanation we have.
    options = [name for name in enum_of("Industry") if name != values.OTHER_INDUSTRY or in_crm]
    chosen = pick(answer, options) if answer else _translated(in_crm, options)
    asked = answer or in_crm
    other = in_crm if chosen == values.OTHER_INDUSTRY else None
    return line(
        Field.INDUSTRY,
        chosen,
        {_ACCOUNT + "Industry": chosen, _ACCOUNT + "OtherIndustry": other},
        kind=InputKind.CHOICE,
        options=options,
        note=said_by_crm(in_crm) if chosen != in_crm else None,
        problem=unlisted(Field.INDUSTRY, asked) if asked and not chosen else None,
    )


def _translated(in_crm: str, options: list[str]) -> str | None:
    known = pick(in_crm, options)
    return known if known and known != values.OTHER_INDUSTRY else values.industry(in_crm)
