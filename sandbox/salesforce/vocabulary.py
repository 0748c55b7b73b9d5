"""The invented words of the seed: names, places, titles, what customers want; facts only about geography."""

import json
from dataclasses import dataclass

from sandbox.salesforce.schema import DATA

TEXTS: dict[str, list[str]] = json.loads((DATA / "texts.json").read_text("utf-8"))


@dataclass(frozen=True)
class Place:
    street: str
    city: str
    postal_code: str | None
    country_code: str
    state: str | None = None
    state_code: str | None = None


US_PLACES = (
    Place("500 Howard Street", "San Francisco", "94105", "US", "California", "CA"),
    Place("1201 Third Avenue", "Seattle", "98101", "US", "Washington", "WA"),
    Place("200 W 5th Street", "Austin", "78701", "US", "Texas", "TX"),
    Place("2200 Ross Avenue", "Dallas", "75201", "US", "Texas", "TX"),
    Place("233 S Wacker Drive", "Chicago", "60606", "US", "Illinois", "IL"),
    Place("90 S 7th Street", "Minneapolis", "55402", "US", "Minnesota", "MN"),
    Place("1 Beacon Street", "Boston", "02108", "US", "Massachusetts", "MA"),
    Place("350 Fifth Avenue", "New York", "10118", "US", "New York", "NY"),
    Place("191 Peachtree Street NE", "Atlanta", "30303", "US", "Georgia", "GA"),
    Place("1225 17th Street", "Denver", "80202", "US", "Colorado", "CO"),
    Place("101 N Tryon Street", "Charlotte", "28246", "US", "North Carolina", "NC"),
    Place("600 Brickell Avenue", "Miami", "33131", "US", "Florida", "FL"),
    Place("1 N Central Avenue", "Phoenix", "85004", "US", "Arizona", "AZ"),
    Place("41 S High Street", "Columbus", "43215", "US", "Ohio", "OH"),
    Place("1650 Market Street", "Philadelphia", "19103", "US", "Pennsylvania", "PA"),
)
# Keyed as the recorded data spells the country, misspellings included.
PLACES_ABROAD = {
    "Kenya": Place("14 Riverside Drive", "Nairobi", "00100", "KE"),
    "Philipines": Place("6750 Ayala Avenue", "Makati", "1226", "PH"),
    "Japan": Place("2-7-1 Marunouchi", "Tokyo", "100-0005", "JP"),
    "Italy": Place("Via Dante 16", "Milano", "20121", "IT"),
    "Norway": Place("Karl Johans gate 27", "Oslo", "0159", "NO"),
    "Korea": Place("152 Teheran-ro", "Seoul", "06236", "KR"),
    "Jordan": Place("30 Zahran Street", "Amman", "11183", "JO"),
    "Brazil": Place("Avenida Paulista 1374", "São Paulo", "01310-100", "BR"),
    "Germany": Place("Friedrichstraße 68", "Berlin", "10117", "DE"),
    "Panama": Place("Calle 50", "Ciudad de Panamá", None, "PA"),
    "Belgium": Place("Rue de la Loi 42", "Bruxelles", "1040", "BE"),
    "Romania": Place("Calea Victoriei 155", "București", "010073", "RO"),
    "Poland": Place("ul. Prosta 51", "Warszawa", "00-838", "PL"),
    "China": Place("1 Century Avenue", "Shanghai", "200120", "CN"),
}
# From the recorded sectors, misspellings included, to Salesforce's picklist.
INDUSTRIES = {
    "technolgy": "Technology",
    "software": "Technology",
    "medical": "Healthcare",
    "retail": "Retail",
    "entertainment": "Entertainment",
    "marketing": "Media",
    "telecommunications": "Telecommunications",
    "finance": "Finance",
    "employment": "Consulting",
    "services": "Consulting",
}
FIRST_NAMES = TEXTS["first_names"]
LAST_NAMES = TEXTS["last_names"]
TITLES = (
    "Chief Information Officer",
    "VP Engineering",
    "Head of Data Platform",
    "Director of IT",
    "Procurement Manager",
    "Cloud Architect",
    "VP Operations",
    "Chief Financial Officer",
)
ROLES = ("Decision Maker", "Economic Buyer", "Technical Buyer", "Evaluator", "Influencer", "Executive Sponsor")
LEAD_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
SEATS = (5, 10, 15, 20, 25, 40, 50, 75, 100, 150, 250)
NEXT_STEPS = {
    "Prospecting": "Book a first call",
    "Qualification": "Confirm budget and who signs",
    "Needs Analysis": "Workshop with the platform team",
    "Value Proposition": "Share the business case with finance",
    "Proposal/Price Quote": "Send the revised quote",
    "Negotiation/Review": "Legal review of the master agreement",
}
PROBLEMS = TEXTS["problems"]
# CRM text is data, whatever it says; some of it is written by people who would like it not to be.
HOSTILE = TEXTS["hostile"]
TASKS = ("Call", "Email", "Send Quote")
TASK_SUBJECTS = ("Follow up on the pricing question", "Send the security questionnaire", "Call about the timeline")
EVENT_SUBJECTS = ("Discovery call", "Architecture workshop", "Demo for the steering group", "Commercial review")
PAST_PARTNERS = ("AWS", "AWS", "AWS", "Microsoft", "Microsoft", "Northstar")
