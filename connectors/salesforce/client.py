"""The gateway to Salesforce: queries, describes and record writes over the vendor's client; knows no deal, no motion.

Records go through `restful` and `composite` only: the client's SObject objects recurse for ever on a permanent 401,
lose headers on their retries, parse numbers as floats and break external ids with spaces.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.format import format_external_id

from connectors.http import DEFAULT_TIMEOUT, Timeout
from connectors.salesforce.calls import Calls
from connectors.salesforce.fields import FieldShape, Shape
from connectors.salesforce.logins import Credentials, Logins
from connectors.salesforce.refusals import CursorLost, error_from, hidden, refusal_from
from connectors.salesforce.wire import Budget, Wire
from motions.errors import ConnectorError, NotVisible

Record = Mapping[str, Any]

_SHAPE_SECONDS = 600.0  # how long a describe is believed, so that an admin's fix shows without a restart


@dataclass(frozen=True)
class Rows:
    """All rows of one query and the server's clock when it began."""

    records: tuple[Record, ...]
    server_now: datetime


def open_gateway(
    *,
    domain: str,
    consumer_key: str,
    consumer_secret: str | None = None,
    private_key: str | None = None,
    username: str | None = None,
    emulator_url: str | None = None,
    api_version: str = "66.0",
    timeout: Timeout = DEFAULT_TIMEOUT,
    page_size: int = 2000,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> "SalesforceGateway":
    """A gateway by client credentials (a secret) or JWT (a private key and a username); nothing is called yet."""
    credentials = Credentials(domain, consumer_key, consumer_secret, private_key, username)

    def wire() -> Wire:
        return Wire(timeout, emulator_url)

    logins = Logins(credentials, wire, monotonic=monotonic)
    calls = Calls(logins, wire, api_version=api_version, page_size=page_size, sleep=sleep)
    return SalesforceGateway(calls, api_version=api_version, monotonic=monotonic)


class SalesforceGateway:
    """One org, asked from any thread."""

    def __init__(self, calls: Calls, *, api_version: str, monotonic: Callable[[], float]) -> None:
        self._calls = calls
        self._root = f"/services/data/v{api_version}"
        self._monotonic = monotonic
        self._shapes: dict[str, tuple[float, Shape]] = {}

    @property
    def budget(self) -> Budget | None:
        """The org's API usage as the latest answer told it."""
        return self._calls.budget

    def query(self, soql: str, *, about: str) -> Rows:
        """Every row of a query, all pages or an error. Raises Unavailable, AuthExpired, NotVisible, Rejected."""
        try:
            return self._pages(soql, about)
        except CursorLost:
            return self._pages(soql, about)

    def queries(self, soqls: Mapping[str, str]) -> Mapping[str, Rows | ConnectorError]:
        """Up to five small queries in one call, by name; each answers with its rows or with why it may not."""
        asked = [
            {"method": "GET", "url": f"{self._root}/query?q={quote(soql)}", "referenceId": name}
            for name, soql in soqls.items()
        ]
        body = {"allOrNone": False, "compositeRequest": asked}
        answer, now = self._calls.read(
            lambda client: client.restful("composite", method="POST", json=body), about="composite"
        )
        assert answer is not None, "a composite call answers with a body"
        return {each["referenceId"]: _rows_or_error(each, now) for each in answer["compositeResponse"]}

    def read(self, path: str, *, about: str, params: Mapping[str, str] | None = None) -> Record:
        """One resource below the version's root, by GET."""
        asked = dict(params) if params else None
        answer, _ = self._calls.read(lambda client: client.restful(path, params=asked), about=about)
        return dict(answer or {})

    def shape(self, sobject: str) -> Shape:
        """The fields of an object that our user may read, by name; NotVisible when there is no such object for it."""
        known = self._shapes.get(sobject)
        if known is not None and self._monotonic() < known[0]:
            return known[1]
        try:
            described = self.read(f"sobjects/{sobject}/describe", about=sobject)
        except NotVisible as error:
            raise hidden(sobject) from error
        shape = {each["name"]: _field_shape(each) for each in described["fields"]}
        self._shapes[sobject] = (self._monotonic() + _SHAPE_SECONDS, shape)
        return shape

    def forget_shapes(self) -> None:
        """Describe everything anew at the next use."""
        self._shapes.clear()

    def server_now(self) -> datetime:
        """The server's clock, by the cheapest call there is."""
        _, now = self._calls.read(lambda client: client.restful(""), about="the API")
        return now

    def create(self, sobject: str, values: Record) -> str:
        """A new record's id. Not repeatable: raises OutcomeUnknown when the answer is lost."""
        answer = self._calls.write(
            lambda client: client.restful(f"sobjects/{sobject}", method="POST", json=dict(values)),
            about=sobject,
            repeatable=False,
        )
        assert answer is not None, "a create answers with the new id"
        return str(answer["id"])

    def update(self, sobject: str, record_id: str, values: Record, *, unmodified_since: datetime) -> bool:
        """Set fields of one record, by values that may be set twice; False when it was modified in the meantime."""

        def send(client: Salesforce) -> bool:
            try:
                client.restful(
                    f"sobjects/{sobject}/{record_id}",
                    method="PATCH",
                    json=dict(values),
                    headers={"If-Unmodified-Since": format_datetime(unmodified_since, usegmt=True)},
                )
            except SalesforceError as error:
                if error.status == HTTPStatus.PRECONDITION_FAILED:
                    return False
                raise
            return True

        return self._calls.write(send, about=sobject, repeatable=True)

    def upsert(self, sobject: str, field: str, key: str, values: Record) -> str:
        """The id of the record with this external id, created or updated; safe to repeat."""
        path = f"sobjects/{sobject}/{format_external_id(field, key)}"
        answer = self._calls.write(
            lambda client: client.restful(path, method="PATCH", json=dict(values)), about=sobject, repeatable=True
        )
        if answer is None:  # an update may answer 204 without a body
            answer = self.read(path, about=sobject, params={"fields": "Id"})
            return str(answer["Id"])
        return str(answer["id"])

    def _pages(self, soql: str, about: str) -> Rows:
        page, began = self._calls.read(lambda client: client.query(soql), about=about)
        records: list[Record] = list(page["records"])
        while not page["done"]:
            page = self._next_page(page["nextRecordsUrl"], about)
            records += page["records"]
        return Rows(tuple(records), began)

    def _next_page(self, url: str, about: str) -> Record:
        page, _ = self._calls.read(lambda client: client.query_more(url, identifier_is_url=True), about=about)
        return dict(page)


def _rows_or_error(answer: Record, now: datetime) -> Rows | ConnectorError:
    status = int(answer["httpStatusCode"])
    if status >= HTTPStatus.BAD_REQUEST:
        refusal = refusal_from(status, answer["body"])
        return error_from(refusal, about=answer["referenceId"], headers=answer["httpHeaders"], repeatable=True)
    return Rows(tuple(answer["body"]["records"]), now)


def _field_shape(described: Record) -> FieldShape:
    return FieldShape(
        name=described["name"],
        type=described["type"],
        length=described["length"],
        can_update=described["updateable"],
        can_create=described["createable"],
    )
