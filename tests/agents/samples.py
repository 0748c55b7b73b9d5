"""Realistic facts of one deal, for briefs and for handoffs, and the sentences a good model would write of them."""

from dataclasses import replace

from motions.writing import BriefFacts, Fact, HandoffFacts

HAIKU = "claude-haiku-5-5"


def fact(fact_id: str, label: str, value: str) -> Fact:
    return Fact(fact_id, label, value, "Opportunity 006000000000001 @ 2026-11-21T09:00:00+00:00")


BRIEF = BriefFacts(
    deal_name="Zathunicon GTX Pro",
    partner_name="AWS",
    facts=(
        fact("deal", "Deal", "Zathunicon GTX Pro"),
        fact("stage", "Stage", "Proposal/Price Quote"),
        fact("amount", "Amount", "USD 48,250.00"),
        fact("close_date", "Close date", "2026-12-19"),
        fact("seller", "Seller", "Darcel Schlecht"),
        fact("product", "Product", "GTX Pro"),
        fact("kind", "Type", "New Business"),
        fact("next_step", "Next step", "Send the revised quote"),
        fact("problem", "Business problem", "Three acquired companies keep three sets of customer records."),
        fact("account", "Account", "Zathunicon"),
        fact("industry", "Industry", "Retail"),
        fact("country", "Country", "US"),
        fact("city", "City", "Austin"),
        fact("employees", "Employees", "7,083"),
        fact("contact.1", "Decision Maker", "Maria Lindqvist, Chief Information Officer"),
        fact("contact.2", "Contact", "Tom Abara, Cloud Architect"),
        fact("activity.1", "Planned", "Commercial review on 2026-11-30"),
        fact("activity.2", "Last activity", "Architecture workshop on 2026-11-12"),
        fact("activity.3", "Last activity", "Call about the timeline on 2026-11-02"),
    ),
    reasons=(
        "won 12 of 18 deals with AWS in Retail (all deals: 63%)",
        "our GTX and MG lines run on AWS and are listed there",
        "companies of this size have an AWS account team",
    ),
    missing=("website",),
)

HANDOFF = HandoffFacts(
    partner_name="AWS",
    seller_name="Darcel Schlecht",
    facts=(
        fact("customer", "Customer", "Zathunicon"),
        fact("country", "Country", "United States"),
        fact("industry", "Industry", "Retail"),
        fact("use_case", "Use case", "Business Applications & Contact Center"),
        fact("solution", "Our solution", "Meridian GTX (S-0051234)"),
        fact("help_wanted", "Help wanted from AWS", "Co-Sell - Deal Support"),
        fact("close_date", "Target close date", "2026-12-19"),
    ),
    next_step="Intro call between Darcel Schlecht and the AWS account team",
    due="",
)

CUSTOMER = ("Zathunicon is a retail company with 7,083 employees.", ["account", "industry", "employees"])
STANDING = ("The deal is at Proposal/Price Quote and worth USD 48,250.00.", ["stage", "amount"])
REASON = ("We won 12 of 18 deals with AWS in Retail.", ["reason.1"])
RELEASED = ("Zathunicon is a retail company in the United States.", ["customer", "industry", "country"])
AGREED = ("The next step is an intro call with Darcel Schlecht.", ["agreed_step", "our_seller"])


def brief_with(fact_id: str, value: str) -> BriefFacts:
    """The brief's facts with another value in one of them."""
    changed = tuple(replace(each, value=value) if each.id == fact_id else each for each in BRIEF.facts)
    return replace(BRIEF, facts=changed)
