"""A local AWS Partner Central (Selling API) for unmodified boto3; imports nothing of the application.

It imitates the wire (JSON 1.0, error shapes, explicit nulls), every constraint of botocore's own service model,
the published business rules, the review and stage machines, idempotency tokens, the LastModifiedDate lock,
asynchronous tasks, quotas per second, the AWS side of a deal, EventBridge events, and faults on command
(`/_control`).

It does not imitate:

- IAM: any signature of the access key `sandbox` is accepted, no policy is evaluated, clock skew is not checked.
- The other 28 operations (engagements, snapshots, leads, prospecting, tags, settings): UnknownOperationException.
- Quotas per day: one partner account, one bucket per second for writes and one for reads.
- Several partner accounts: a deal is between the sandbox's own company and AWS.
- Rules nobody has published, notably what special programs (ISV Accelerate, SaaS revenue recognition) may omit.
  The company is held to the stricter consulting-partner rule: an AWS account id before Launched.
- `Opportunity Accepted` and `Opportunity Rejected` events: their names are published, what fires them is not.
- What the service derives from a contract: total contract value is stored, never turned into monthly revenue.
- The exact prose of most messages: field names and codes are the contract; messages follow the field guide (the
  ACE data model) where it has one. Where sources contradict each other the chosen side is written beside the rule:
  recorded answers first, then the field guide, then what partners report.

Everything that happens by itself (tasks, reviews, expiry) is due at a moment of the world's clock and is applied,
in order, before the next request is answered; so advancing the clock by a week shows a week's changes at once.
"""
