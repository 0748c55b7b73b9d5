"""The calls that file a referral at AWS, in order, each with its look-up; knows no ledger and no clock.

Tokens are derived from our key, the step and the exact bytes, so the same step sent again is the same call to AWS,
and a step with other bytes never passes for it.
"""

from collections.abc import Mapping, Sequence

from connectors.aws.client import AwsClient
from connectors.aws.mapping import associate_request, create_request, submit_request
from connectors.aws.reading import Record, is_over, is_submitted, moment_at, solutions_of, text_at
from connectors.aws.refusals import SYSTEM, Conflict, problem_at
from connectors.aws.requirements import Payload, at
from motions.effects import Recovery, Undo
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.proposals import sha256_of
from motions.referrals import FilingStep

Ids = Mapping[str, str]

_TASK_POLL_SECONDS = 1.0


def filing_steps(client: AwsClient, payload: Payload, key: str) -> Sequence[FilingStep]:
    """Create, associate (when there is a real solution), submit, and how the submission ended."""
    filing = Filing(client, payload, key)
    # AWS remembers a token for some time only, so every lost answer is looked up. It deletes no opportunity and takes
    # no submission back: both can only be closed as lost.
    create = FilingStep("create", filing.create, filing.created, Recovery.LOOK_UP, Undo.FINAL)
    associate = FilingStep("associate", filing.associate, filing.associated, Recovery.LOOK_UP, Undo.FINAL)
    submit = FilingStep("submit", filing.submit, filing.started, Recovery.LOOK_UP, Undo.FINAL)
    # How AWS's task ended is a step of its own, so that a failed submission is never taken for one not sent.
    submitted = FilingStep("submitted", filing.outcome, filing.outcome, Recovery.LOOK_UP, Undo.FINAL)
    if associate_request(payload, "") is None:
        return (create, submit, submitted)
    return (create, associate, submit, submitted)


def filed_for(client: AwsClient, *customer: str) -> Sequence[Record]:
    """The summaries of everything filed for a customer, by every spelling of its name, latest change first."""
    return tuple(client.pages("list_opportunities", "OpportunitySummaries", CustomerCompanyName=[*customer]))


class Filing:
    """One payload being filed under one key. Every method takes the ids of the earlier steps."""

    def __init__(self, client: AwsClient, payload: Payload, key: str) -> None:
        self._client = client
        self._payload = payload
        self._key = key

    def create(self, _ids: Ids) -> str:
        """Create the opportunity; its id is the referral's id."""
        request = create_request(self._payload)
        return str(self._client.write("create_opportunity", **request, ClientToken=self._token("create"))["Id"])

    def created(self, _ids: Ids) -> str | None:
        """The opportunity filed under our CRM id, unless nothing will come of it any more."""
        crm_id = at(self._payload, "create.PartnerOpportunityIdentifier")
        customer = str(at(self._payload, "create.Customer.Account.CompanyName"))
        for summary in filed_for(self._client, customer):
            if summary.get("PartnerOpportunityIdentifier") == crm_id and not is_over(summary):
                return str(summary["Id"])
        return None

    def associate(self, ids: Ids) -> str:
        """Hang our solution on the opportunity."""
        request = associate_request(self._payload, ids["create"]) or {}
        solution = str(request["RelatedEntityIdentifier"])
        try:
            self._client.write("associate_opportunity", **request)
        except Conflict as conflict:
            # Partners report a conflict for a repeated association; any other conflict is a real one.
            if self.associated(ids) is None:
                if solution in str(conflict):  # it hangs there, and what AWS reads back lags behind what it wrote
                    raise OutcomeUnknown(SYSTEM, f"{solution} may be associated with {ids['create']}") from conflict
                raise
        return solution

    def associated(self, ids: Ids) -> str | None:
        """Our solution, when it hangs there."""
        wanted = str(at(self._payload, "associate.solution_id"))
        return wanted if wanted in solutions_of(self._opportunity(ids)) else None

    def submit(self, ids: Ids) -> str:
        """Start the task that invites AWS; some recorded answers lack the task's id, so the referral's stands in."""
        request = submit_request(self._payload, ids["create"])
        token = self._token("submit")
        answer = self._client.write("start_engagement_from_opportunity_task", **request, ClientToken=token)
        return str(answer.get("TaskId") or ids["create"])

    def started(self, ids: Ids) -> str | None:
        """The latest task of this opportunity, or the referral's id when it was submitted by another door."""
        task = self._latest_task(ids)
        if task is not None:
            return str(task.get("TaskId") or ids["create"])
        return ids["create"] if is_submitted(self._opportunity(ids)) else None

    def outcome(self, ids: Ids) -> str:
        """The engagement the task led to; raises Rejected when it failed, Unavailable while it runs."""
        task = self._latest_task(ids) or {}
        match text_at(task, "TaskStatus"):
            case "COMPLETE":
                return str(task.get("EngagementId") or task.get("TaskId") or ids["create"])
            case "FAILED":
                problem = problem_at("", text_at(task, "ReasonCode") or "FAILED", text_at(task, "Message"))
                raise Rejected(SYSTEM, f"the submission failed ({problem.code})", (problem,))
            case None if is_submitted(self._opportunity(ids)):
                return ids["create"]
            case _:
                raise Unavailable(SYSTEM, "the submission is still under way", retry_after=_TASK_POLL_SECONDS)

    def _latest_task(self, ids: Ids) -> Record | None:
        only = {"OpportunityIdentifier": [ids["create"]]}
        tasks = self._client.pages("list_engagement_from_opportunity_tasks", "TaskSummaries", **only)
        return max(tasks, key=lambda task: moment_at(task, "StartTime"), default=None)

    def _opportunity(self, ids: Ids) -> Record:
        return self._client.read("get_opportunity", Identifier=ids["create"])

    def _token(self, step: str) -> str:
        return sha256_of([self._key, step, self._payload])
