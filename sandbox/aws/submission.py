"""The rules an opportunity must satisfy, on top of the content rules, before AWS looks at it."""

from collections.abc import Iterator

from sandbox.aws import values
from sandbox.aws.cases import Case, Rule, error, has_solution, missing
from sandbox.aws.rules import CONTENT
from sandbox.aws.wire import Code, FieldError, texts


def submission_fields(case: Case) -> Iterator[FieldError]:
    """What a review needs to read."""
    if not case.text("Project.CustomerUseCase"):
        path = "Project.CustomerUseCase"
        yield missing(path, f"Field {path} is required for opportunity submission.")
    if not texts(case.body, "Project.DeliveryModels"):
        path = "Project.DeliveryModels"
        yield missing(path, f"Field {path} is required for opportunity submission.")
    if not texts(case.body, "Project.SalesActivities"):
        yield missing("Project.SalesActivities", "project.salesActivities is required")


def other_industry(case: Case) -> Iterator[FieldError]:
    """Industry `Other` must be explained; recorded answers show that filing the record does not ask yet."""
    path = "Customer.Account.OtherIndustry"
    if case.text("Customer.Account.Industry") == "Other" and not case.text(path):
        yield missing(path, f"Field {path} is required when Customer.Account.Industry is 'Other'.")


def submission_solution(case: Case) -> Iterator[FieldError]:
    """An associated solution, or words for one."""
    if not has_solution(case.related) and not case.text("Project.OtherSolutionDescription"):
        path = "RelatedEntityIdentifiers.Solutions"
        yield missing(path, f"Field {path} is required for opportunity submission.")


def submission_postal_code(case: Case) -> Iterator[FieldError]:
    """The postal code fits its country."""
    path = "Customer.Account.Address.PostalCode"
    given = case.text(path)
    fault = values.postal_code_fault(case.text("Customer.Account.Address.CountryCode"), given) if given else None
    if fault and not case.is_classified:
        yield error(path, fault, Code.FORMAT)


def submission_needs(case: Case) -> Iterator[FieldError]:
    """What AWS is asked for fits how AWS is involved."""
    path = "PrimaryNeedsFromAws"
    needs = texts(case.body, path)
    if case.involvement == "Co-Sell" and not needs:
        yield missing(path, "primaryNeedsFromAws is required")
    if case.involvement == "For Visibility Only" and needs:
        message = (
            "You cannot perform Submit action. Cannot submit opportunity with InvolvementType "
            "For Visibility Only when PrimaryNeedsFromAws Is Co-Sell"
        )
        yield error(path, message, Code.NOT_PERMITTED)


def submission_classified(case: Case) -> Iterator[FieldError]:
    """Classified deals are co-sold, in full view."""
    if case.is_classified and (case.involvement, case.visibility) != ("Co-Sell", "Full"):
        message = "When National Security is 'Yes', InvolvementType must be Co-Sell and Visibility must be Full."
        yield error("NationalSecurity", message, Code.NOT_PERMITTED)


SUBMISSION: tuple[Rule, ...] = (
    *CONTENT,
    submission_fields,
    other_industry,
    submission_solution,
    submission_postal_code,
    submission_needs,
    submission_classified,
)
