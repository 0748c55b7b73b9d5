"""A Salesforce org for unmodified clients: REST API, SOQL, OAuth, faults, and a seeded company to look at.

Responsible for answering as Salesforce does (shapes, error codes, semantics); knows nothing of the application.

What it does not imitate:

- SOAP, Bulk, Metadata, Tooling, Pub/Sub, Streaming and Apex; SOSL search; file and feed objects.
- Sharing rules, profiles and object permissions: every session may do everything. Field-level security exists as the
  `hide_field` fault, which makes a field unknown to everybody.
- Validation rules, flows, duplicate rules, record types, multi-currency, person accounts, compound addresses.
- Governor limits, apart from the daily request count in `Sforce-Limit-Info` (the knob is `POST /_control/limits`).
- SOQL: `GROUP BY ROLLUP/CUBE`, `WITH DATA CATEGORY`, distance functions, currency literals, bind variables;
  fiscal periods are calendar periods. `FOR VIEW/REFERENCE/UPDATE` are accepted and change nothing.
- ETags: of the conditional headers only `If-Unmodified-Since` on a record PATCH is honoured. The body of the 412 and
  the wording of a few messages are guesses; the error codes are the documented ones.
- `latestDateCovered` trails only behind a transaction held back by the `late_commit` fault.

The application sets its own `Date` header, from the world's clock: serve it with uvicorn's `date_header=False`.
"""
