"""The customer's side of a referral: name, website, address, industry, each as one line; knows nothing of the deal."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from connectors.aws import values
from connectors.aws.lines import Line, choice_line, line, said, said_by_crm, text_line, unlisted, wrong
from connectors.aws.validation import enum_of
from connectors.texts import one_line
from motions.referrals import Field, InputKind, Referral

_ACCOUNT = "create.Customer.Account."
_ADDRESS = _ACCOUNT + "Address."
_ADDRESS_PART_LIMIT = 255


def account_lines(referral: Referral) -> Iterator[Line]:
    """The customer's lines, in the order a person reads them."""
    country = values.country(said(referral, Field.COUNTRY, referral.account.country))
    yield text_line(Field.CUSTOMER, said(referral, Field.CUSTOMER, referral.account.name), _ACCOUNT + "CompanyName")
    yield _website(referral)
    yield _country(referral, country)
    yield _state(referral, country)
    yield _postal_code(referral, country)
    yield _industry(referral)


def host_of(text: str) -> str | None:
    """The host name in a web address, in lower case and ASCII; None when it holds none with a top-level domain."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:  # an unclosed bracket, an empty label, a label longer than DNS allows
        return None
    labels = name.split(".")
    is_name = all(part.replace("-", "").isalnum() and part.strip("-") == part for part in labels)
    return name if is_name and len(labels) > 1 and not _is_ip(name) and _is_top_level(labels[-1]) else None


def _website(referral: Referral) -> Line:
    asked = said(referral, Field.WEBSITE, referral.account.website)
    host = host_of(asked) if asked else None
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
        values.country_name(country) if country else asked,
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
    if country and not values.has_postal_codes(country):
        note = f"not sent: {values.country_name(country)} has no postal codes"
        return line(Field.POSTAL_CODE, None, {}, note=note)
    problem = None
    if country and code and not values.fits_postal_format(country, code):
        formats = " or ".join(values.postal_formats(country)).replace("#", "9").replace("@", "A")
        message = f"“{code}” is not a postal code of {values.country_name(country)}."
        problem = wrong(Field.POSTAL_CODE, "INVALID_STRING_FORMAT", message, f"AWS wants the form {formats}.")
    return line(Field.POSTAL_CODE, code, {_ADDRESS + "PostalCode": code}, problem=problem)


def _industry(referral: Referral) -> Line:
    in_crm = one_line(referral.account.industry)
    answer = said(referral, Field.INDUSTRY, None)
    # "Other" must be explained, and the CRM's own word is the only explanation we have.
    options = [name for name in enum_of("Industry") if name != values.OTHER_INDUSTRY or in_crm]
    chosen = values.pick(answer, options) if answer else _translated(in_crm, options)
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
    known = values.pick(in_crm, options)
    return known if known and known != values.OTHER_INDUSTRY else values.industry(in_crm)


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_top_level(label: str) -> bool:
    return label.startswith("xn--") or (label.isalpha() and len(label) > 1)
