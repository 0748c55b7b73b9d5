"""Refusals in Salesforce's shape: a JSON array of {message, errorCode, fields}; knows no endpoint."""

from collections.abc import Sequence


class SalesforceError(Exception):
    """One refusal: the HTTP status and the single error its body carries."""

    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = None if fields is None else list(fields)

    @property
    def body(self) -> list[dict[str, object]]:
        """The array a REST call answers with."""
        error: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = self.fields
        return [error]

    @property
    def save_error(self) -> dict[str, object]:
        """The same as one entry of a collection's `errors`."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields or []}


def refused(code: str, message: str, fields: Sequence[str] | None = None) -> SalesforceError:
    """A 400."""
    return SalesforceError(400, code, message, fields)


def not_found(message: str = "The requested resource does not exist") -> SalesforceError:
    """A 404."""
    return SalesforceError(404, "NOT_FOUND", message)


def no_such_column(field: str, entity: str, *, writing: bool = False) -> SalesforceError:
    """The same refusal for a missing field and for one the user may not see."""
    if writing:
        return refused("INVALID_FIELD", f"No such column '{field}' on sobject of type {entity}")
    return refused(
        "INVALID_FIELD",
        f"No such column '{field}' on entity '{entity}'. If you are attempting to use a custom field, be sure to "
        "append the '__c' after the custom field name. Please reference your WSDL or the describe call for the "
        "appropriate names.",
    )


def invalid_type(name: str) -> SalesforceError:
    """A query or record of an object the org does not have."""
    return refused(
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append "
        "the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
    )
