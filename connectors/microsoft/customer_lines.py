"""The customer's side of a referral: name, address, industry, size, each as one line; knows nothing of the deal."""

from collections.abc import Iterator

from connectors import places
from connectors.lines import Line, said, said_by_crm
from connectors.microsoft import values
from connectors.microsoft.lines import choice_line, line, text_line, unlisted, wrong
from connectors.microsoft.requirements import ADDRESS, PROFILE, REQUIREMENTS_PATH
from connectors.texts import one_line, pick
from motions.referrals import Field, InputKind, Referral


def customer_lines(referral: Referral) -> Iterator[Line]:
    """The customer's lines, in the order a person reads them."""
    country = places.country(said(referral, Field.COUNTRY, referral.account.country))
    yield text_line(Field.CUSTOMER, said(referral, Field.CUSTOMER, referral.account.name), PROFILE + "name")
    yield _website(referral)
    yield text_line(Field.STREET, said(referral, Field.STREET, referral.account.street), ADDRESS + "addressLine1")
    yield text_line(Field.CITY, said(referral, Field.CITY, referral.account.city), ADDRESS + "city")
    yield _country(referral, country)
    yield _state(referral, country)
    yield _postal_code(referral, country)
    yield _industry(referral)
    yield _size(referral)


def _website(referral: Referral) -> Line:
    asked = said(referral, Field.WEBSITE, referral.account.website)
    host = places.host_of(asked) if asked else None
    problem = None
    if asked and not host:
        problem = wrong(Field.WEBSITE, "invalidFormat", f"“{asked}” is not a web address.")
    note = "goes into the notes: Microsoft has no field for it" if host else None
    return line(Field.WEBSITE, host or asked, {"draft.website": host}, note=note, problem=problem)


def _country(referral: Referral, country: str | None) -> Line:
    asked = said(referral, Field.COUNTRY, referral.account.country)
    problem = unlisted(Field.COUNTRY, asked) if asked and not country else None
    shown = places.country_name(country) if country else asked
    return line(Field.COUNTRY, shown, {ADDRESS + "country": country}, problem=problem)


def _state(referral: Referral, country: str | None) -> Line:
    asked, path = said(referral, Field.STATE, referral.account.state), ADDRESS + "state"
    if country != "US":
        return text_line(Field.STATE, asked, path)
    return choice_line(Field.STATE, asked, values.us_state(asked), path, values.us_states())


def _postal_code(referral: Referral, country: str | None) -> Line:
    code = said(referral, Field.POSTAL_CODE, referral.account.postal_code).upper()
    if country and not places.has_postal_codes(country):
        return line(Field.POSTAL_CODE, None, {}, note=f"not sent: {places.country_name(country)} has no postal codes")
    return text_line(Field.POSTAL_CODE, code, ADDRESS + "postalCode", most=20)


def _industry(referral: Referral) -> Line:
    in_crm, options = one_line(referral.account.industry), values.listed("industries")
    asked = said(referral, Field.INDUSTRY, in_crm)
    chosen = values.industry(asked) if asked else None
    sent = {REQUIREMENTS_PATH + "industries": [{"id": chosen}] if chosen else None}
    return line(
        Field.INDUSTRY,
        chosen,
        sent,
        kind=InputKind.CHOICE,
        options=options,
        note=said_by_crm(asked) if chosen != asked else None,
        problem=unlisted(Field.INDUSTRY, asked) if asked and not chosen else None,
    )


def _size(referral: Referral) -> Line:
    known = str(referral.account.employees) if referral.account.employees else None
    asked = said(referral, Field.EMPLOYEES, known).replace(",", "")
    band = pick(asked, values.BANDS) or (values.size(int(asked)) if asked.isdecimal() and asked.isascii() else None)
    problem = None
    if asked and not band:
        problem = wrong(Field.EMPLOYEES, "invalidFormat", f"“{asked}” is not a number of people.")
    note = said_by_crm(asked) if band != asked else None
    sent = {PROFILE + "size": band}
    return line(Field.EMPLOYEES, band, sent, kind=InputKind.CHOICE, options=values.BANDS, note=note, problem=problem)
