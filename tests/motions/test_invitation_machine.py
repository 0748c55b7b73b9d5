"""Whatever people, the portal, time and the engine do in any order: an invitation is answered once, as was decided.

Each call is judged at the moment it reaches the portal; at the end our books say what the portal's do.
"""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from motions.auditing import Difference, verify
from motions.invitation_desk import accept, link, reject
from motions.invitations import SETTLED, InvitationId, InvitationState
from motions.inviting import look
from motions.model import MotionId, MotionState, Person, Role, Token
from motions.performing import LEASE
from motions.proposals import ProposalKind, Verdict
from motions.replaying import replay
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.portal_invitations import REASONS
from tests.fakes.world import ALEX, DANA, DAY, DEAL, MINUTE, PRIYA, SELLER
from tests.motions.invited import BROUGHT, ENGI, invitation, invited

DECIDERS = {Role.ALLIANCE_MANAGER, Role.OPERATOR, Role.ADMIN}
KIND = ProposalKind.ANSWER_INVITATION
ANYBODY = st.sampled_from([PRIYA, DANA, PRIYA, DANA, SELLER, ALEX])
PENDING, ACCEPTED, REJECTED = InvitationState.PENDING, InvitationState.ACCEPTED, InvitationState.REJECTED


class Invitations(RuleBasedStateMachine):
    """One invitation, everybody who may click, a portal where somebody else may answer, and every kind of weather."""

    def __init__(self) -> None:
        super().__init__()
        self.world = invited()
        self.portal = self.world.portal
        self.decided: list[str] = []  # 'accept' and 'reject', as people who may were told
        self.settled_there = False
        self._accept, self._reject = self.portal.accept, self.portal.reject
        self.portal.accept = self._judged_acceptance  # type: ignore[method-assign]  # the same call, looked at first
        self.portal.reject = self._judged_rejection  # type: ignore[method-assign]  # the same call, looked at first

    @rule(by=ANYBODY, deal=st.sampled_from([DEAL, ""]), newest=st.booleans())
    def somebody_accepts(self, by: Person, deal: str, *, newest: bool) -> None:
        self._click(lambda token: accept(token, by, deal, "", self.world.ports), "accept", by, newest=newest)

    @rule(by=ANYBODY, reason=st.sampled_from(REASONS), newest=st.booleans())
    def somebody_rejects(self, by: Person, reason: str, *, newest: bool) -> None:
        self._click(lambda token: reject(token, by, reason, self.world.ports), "reject", by, newest=newest)

    @rule(by=ANYBODY)
    def somebody_names_a_deal(self, by: Person) -> None:
        needed = invitation(self.world).needs_deal and by.role in DECIDERS
        reply = link(Token(ENGI), by, DEAL, "", self.world.ports)
        assert (reply.outcome is ClickOutcome.DONE) == needed

    @precondition(lambda self: self.portal.offers[ENGI].status is PENDING)
    @rule(status=st.sampled_from([ACCEPTED, REJECTED]))
    def somebody_answers_in_the_portal(self, status: InvitationState) -> None:
        if self.portal.invitation(ENGI).status is PENDING:
            self.settled_there = True
            self.portal.settle_elsewhere(ENGI, status, "Other" if status is REJECTED else None)

    @rule(what=st.sampled_from(["accept", "reject"]))
    def an_answer_will_be_lost(self, what: str) -> None:
        self.portal.lose_answer(what)

    @rule(times=st.integers(1, 8), at=st.sampled_from(["accept", "reject", "outcome", "status", "find accept"]))
    def the_portal_is_away(self, times: int, at: str) -> None:
        self.portal.be_unavailable(times, at=at)

    @rule()
    def the_portal_will_fail_an_acceptance(self) -> None:
        self.portal.fail_acceptances()

    @rule()
    def the_sweep_comes_by(self) -> None:
        look(self.world.ports)

    @rule()
    def the_engine_works(self) -> None:
        self.world.durable.settle()

    @rule(by=st.sampled_from([MINUTE, LEASE, DAY, 13 * DAY]))
    def time_passes(self, by: timedelta) -> None:
        self.world.advance(by)

    @rule()
    def the_engine_loses_its_tables(self) -> None:
        self.world.durable.run_again()

    @invariant()
    def it_is_accepted_once_at_most_and_never_what_was_rejected(self) -> None:
        assert len(self.portal.answers) <= 1

    @invariant()
    def one_card_is_out(self) -> None:
        cards = [each for each in self.world.messenger.posted if each.key == f"invitation:{ENGI}:card"]
        assert len(cards) == 1

    def teardown(self) -> None:
        """Calm weather: what was begun ends, and our books agree with the portal's and the CRM."""
        self.portal._failures.clear()
        for _ in range(3):
            self.world.advance(2 * timedelta(hours=1))
            look(self.world.ports)
            self.world.durable.settle()
        kept, there = invitation(self.world), self.portal.invitation(ENGI)
        assert kept.state is there.status
        if kept.state in SETTLED and kept.answered_by is None:
            assert self.settled_there or kept.state is InvitationState.EXPIRED
        written = self.world.org.get(DEAL).cosell.referral_id
        assert written == (BROUGHT if kept.opportunity_id == DEAL and kept.state is ACCEPTED else None)
        if written:
            assert self.world.state is MotionState.ENGAGED
        assert ("deal-missing" in self.world.problems(ENGI)) == kept.needs_deal
        assert self._audited() == []

    def _audited(self) -> list[Difference]:
        """What the log does not tell of the rows and messages, or tells otherwise."""
        ports = self.world.ports
        replayed = self.world.read(lambda uow: replay(uow, ports.messenger.render, ports.renderer))
        verified = self.world.read(verify)
        return [*replayed.differences, *verified.differences]

    def _click(self, click: Callable[[Token], ClickReply], word: str, by: Person, *, newest: bool) -> None:
        tokens = [
            t for t, (a, p) in self.world.store._rows.decisions.items() if p.kind is ProposalKind.ANSWER_INVITATION
        ]
        token = tokens[-1] if newest else tokens[0]
        before = invitation(self.world)
        reply = click(token)
        if reply.outcome is ClickOutcome.DONE:
            assert by.role in DECIDERS
            assert before.state is PENDING
            assert token == tokens[-1]
            self.decided.append(word)
        else:
            assert invitation(self.world) == before
            assert "Nothing changed." in reply.text

    def _judged_acceptance(self, invitation_id: InvitationId, key: str) -> str:
        self._judge("accept", Verdict.APPROVED)
        return self._accept(invitation_id, key)

    def _judged_rejection(self, invitation_id: InvitationId, reason: str) -> None:
        self._judge("reject", Verdict.DENIED)
        assert reason == invitation(self.world).reason
        self._reject(invitation_id, reason)

    def _judge(self, word: str, verdict: Verdict) -> None:
        approval, proposal = self.world.read(
            lambda uow: uow.decisions.latest(MotionId(ENGI), ProposalKind.ANSWER_INVITATION)
        )
        assert self.decided[-1:] == [word]
        assert (approval.verdict, approval.seal) == (verdict, proposal.seal)


TestInvitations = Invitations.TestCase
TestInvitations.settings = settings(max_examples=60, stateful_step_count=25)
