"""A CRM and a catalogue side by side: what was added is restricted and shown, what cosell misses is serious."""

from motions.drift import drift_of
from motions.labels import Catalogue, CatalogueRow, Label

ROWS = [("Opportunity", "Name"), ("Opportunity", "Amount"), ("Account", "Name")]
CATALOGUE = Catalogue(
    rows=tuple(CatalogueRow(object=o, field=f, label=Label.SHAREABLE, owner="a@b.example") for o, f in ROWS)
)


def test_a_field_somebody_added_is_named_and_harmless() -> None:
    drift = drift_of(CATALOGUE, {"Opportunity": ["Name", "Amount", "Secret__c"]}, ["Opportunity.Name"])

    assert (drift.unlabelled, drift.gone, drift.serious) == (("Opportunity.Secret__c",), (), ())


def test_a_field_cosell_reads_must_be_labelled_and_there() -> None:
    drift = drift_of(CATALOGUE, {"Opportunity": ["Name", "StageName"]}, ["Opportunity.Amount", "Opportunity.StageName"])

    assert drift.gone == ("Opportunity.Amount",)
    assert drift.serious == ("Opportunity.StageName", "Opportunity.Amount")


def test_a_row_of_a_field_nobody_reads_may_be_gone() -> None:
    drift = drift_of(CATALOGUE, {"Opportunity": ["Name"]}, ["Opportunity.Name"])

    assert (drift.gone, drift.serious) == (("Opportunity.Amount",), ())


def test_what_cosell_reads_and_nobody_has_or_labelled_is_gone_all_the_same() -> None:
    assert drift_of(Catalogue(), {"Opportunity": []}, ["Opportunity.Name"]).serious == ("Opportunity.Name",)


def test_objects_that_were_not_looked_at_say_nothing() -> None:
    assert drift_of(CATALOGUE, {"Opportunity": ["Name", "Amount"]}, []).gone == ()
