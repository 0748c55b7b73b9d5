"""What partners call the columns we know, and the statuses they write; the words only, in the languages seen."""

from collections.abc import Mapping
from typing import Final

from motions.partner_sheets import SheetColumn
from motions.referrals import Review

ALIASES: Final[Mapping[SheetColumn, tuple[str, ...]]] = {
    SheetColumn.CRM_ID: (
        "crm id", "crm opportunity id", "crm record id", "opportunity id", "partner opportunity id", "sfdc id",
        "salesforce id", "your reference", "your id", "external id", "external reference id",
        "partner crm unique identifier", "deal id", "crm deal id", "ihre referenz", "votre reference", "our reference",
    ),
    SheetColumn.REFERENCE: (
        "reference", "referral id", "registration id", "registration number", "deal registration id", "case number",
        "ticket", "ref", "ref no", "reference number", "referral reference", "filing id", "vorgangsnummer", "referenz",
    ),
    SheetColumn.TITLE: (
        "opportunity name", "opportunity", "deal", "deal name", "deal title", "project", "project name",
        "project title", "display name", "opportunity title", "projekt", "projektname", "nom de l affaire",
    ),
    SheetColumn.CUSTOMER: (
        "customer", "customer name", "account", "account name", "company", "company name", "end customer",
        "end customer name", "client", "client name", "organization", "organisation", "organization name", "kunde",
        "kundenname", "endkunde", "firma", "societe", "cliente",
    ),
    SheetColumn.WEBSITE: (
        "website", "web site", "domain", "company domain", "customer domain", "customer website", "url", "web",
        "account domain", "webseite", "website domain",
    ),
    SheetColumn.COUNTRY: ("country", "customer country", "land", "pays", "country code"),
    SheetColumn.INDUSTRY: ("industry", "vertical", "sector", "branche", "secteur"),
    SheetColumn.AMOUNT: (
        "amount", "value", "deal value", "deal size", "deal amount", "opportunity value", "revenue",
        "estimated revenue", "expected revenue", "estimated value", "tcv", "acv", "arr",
        "betrag", "wert", "umsatz", "volumen", "montant",
    ),
    SheetColumn.CURRENCY: ("currency", "curr", "ccy", "currency code", "wahrung", "devise"),
    SheetColumn.CLOSE_DATE: (
        "close date", "target close", "target close date", "expected close", "expected close date", "closing date",
        "estimated close date", "estimated close", "close", "abschluss", "abschlussdatum", "date de cloture",
    ),
    SheetColumn.STAGE: ("stage", "sales stage", "deal stage", "phase", "opportunity stage", "partner stage"),
    SheetColumn.NEXT_STEPS: ("next step", "next steps", "nachster schritt", "next action", "prochaine etape"),
    SheetColumn.SCORE: (
        "score", "p2b", "p2b score", "propensity", "propensity to buy", "propensity score", "fit score", "fit",
        "account score", "deal score", "likelihood", "rating", "bewertung", "score p2b", "partner score",
    ),
    SheetColumn.SCORED_ON: (
        "score date", "scored on", "as of", "as of date", "date scored", "scored at", "score as of", "updated",
        "last updated", "stand", "run date", "date", "datum", "scoring date",
    ),
    SheetColumn.STATUS: (
        "status", "review status", "referral status", "registration status", "decision", "state", "outcome", "statut",
    ),
    SheetColumn.PARTNER_CONTACT: (
        "partner contact", "partner manager", "pam", "partner rep", "account executive", "ae", "fsr", "our contact",
        "sales rep", "owner", "partner owner", "field sales rep", "ansprechpartner", "contact", "rep",
    ),
    SheetColumn.PARTNER_EMAIL: (
        "partner contact email", "partner email", "email", "e mail", "contact email", "rep email", "ae email",
        "pam email", "owner email",
    ),
    SheetColumn.COMMENT: (
        "comment", "comments", "reason", "notes", "note", "remarks", "feedback", "kommentar", "bemerkung", "grund",
        "review comments", "status reason",
    ),
}  # fmt: skip

REVIEWS: Final[Mapping[str, Review]] = {
    **dict.fromkeys(
        ("accepted", "approved", "won", "registered", "confirmed", "angenommen", "accepte"), Review.ACCEPTED
    ),
    **dict.fromkeys(
        ("rejected", "declined", "denied", "refused", "not accepted", "abgelehnt", "refuse"), Review.REJECTED
    ),
    **dict.fromkeys(
        ("action required", "more information", "more info needed", "needs info", "incomplete", "ruckfrage"),
        Review.ACTION_REQUIRED,
    ),
    **dict.fromkeys(
        ("pending", "submitted", "in review", "under review", "open", "new", "received", "in progress", "in prufung"),
        Review.PENDING,
    ),
}  # fmt: skip

TOTALS: Final = (
    "total", "totals", "grand total", "sub total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme",
    "zwischensumme", "somme", "totale", "total general",
)  # fmt: skip

MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv", "feb february februar fevrier fevr", "mar march marz maerz mars mrz",
            "apr april avril avr", "may mai", "jun june juni juin", "jul july juli juillet juil",
            "aug august aout", "sep sept september septembre", "oct october oktober okt octobre",
            "nov november novembre", "dec december dezember dez decembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
