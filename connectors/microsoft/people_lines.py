"""Somebody at the customer, and what lets us name them: sent to Microsoft only with both; knows nothing of the deal."""

import re
from collections.abc import Iterator, Mapping

from connectors.lines import Line, said
from connectors.microsoft.account import Person
from connectors.microsoft.lines import line, wrong
from connectors.microsoft.requirements import MAY_CONTACT, PROFILE, SHARES_PEOPLE
from connectors.microsoft.values import PRIVATE
from motions.referrals import Field, Referral

_PERSON = re.compile(r"(?P<name>[^<>]+?) ?<(?P<email>[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+)> ?(?P<phone>[+()\d .\-/]*)")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


def people_lines(referral: Referral, kind: str) -> Iterator[Line]:
    """The contact's line and the consent's."""
    asked = said(referral, Field.CONTACT, referral.contact)
    consent = said(referral, Field.CONSENT, referral.consent)
    person = person_in(asked) if asked else None
    # A private deal is our own affair: nobody is named on it.
    is_sent = bool(person and consent) and kind != PRIVATE
    problem = None
    if asked and person is None:
        problem = wrong(Field.CONTACT, "invalidFormat", f"“{asked}” does not name somebody with an e-mail address.")
    team = [member(person)] if person and is_sent else None
    note = None if is_sent or not person else "not sent"
    if person and is_sent and not person.phone and re.search(r"\d", asked.partition(">")[2]):
        note = "the phone number is left out: it is not written +1…"
    yield line(Field.CONTACT, asked, {PROFILE + "team": team}, note=note, problem=problem)
    flags = {SHARES_PEOPLE: is_sent, MAY_CONTACT: is_sent, "draft.consent": consent}
    yield line(Field.CONSENT, consent, flags, note="for our own log: not sent to Microsoft")


def person_in(text: str) -> Person | None:
    """Who `Sue Smith <sue@acme.com> +15550100` names; None when there are not two names and an address."""
    found = _PERSON.fullmatch(text)
    first, _, last = found["name"].strip().rpartition(" ") if found else ("", "", "")
    if found is None or not first:
        return None
    digits = re.sub(r"[^+\d]", "", found["phone"])
    return Person(first, last, found["email"].lower(), digits if _E164.fullmatch(digits) else "")


def member(person: Person) -> Mapping[str, object]:
    """Somebody as a referral names them."""
    told: dict[str, object] = {
        "contactPreference": {"locale": "en-us", "disableNotifications": False},
        "firstName": person.first_name,
        "lastName": person.last_name,
        "email": person.email,
    }
    return {**told, "phoneNumber": person.phone} if person.phone else told
