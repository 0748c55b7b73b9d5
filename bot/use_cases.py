"""The use cases with their ports put into them, as the listeners know them; wires nothing else."""

from functools import partial

from handlers.desk import UseCases
from motions import (
    agreeing,
    approvals,
    asking,
    crm_requests,
    deliveries,
    editing,
    handoffs,
    queues,
    reporting,
    standing,
)
from motions.ports import Ports


def use_cases(ports: Ports) -> UseCases:
    """Every use case a listener may call."""
    return UseCases(
        approve=partial(approvals.approve, ports=ports),
        deny=partial(approvals.deny, ports=ports),
        take_back=partial(approvals.undo, ports=ports),
        edit_form=partial(editing.edit_form, ports=ports),
        edit=partial(editing.edit, ports=ports),
        write_crm=partial(crm_requests.write_it, ports=ports),
        skip_crm=partial(crm_requests.not_now, ports=ports),
        give_standing=partial(standing.give, ports=ports),
        revoke_standing=partial(standing.revoke, ports=ports),
        answer=partial(asking.answer, ports=ports),
        home_for=partial(queues.home_for, ports=ports),
        take=partial(handoffs.take, ports=ports),
        replied=partial(handoffs.replied, ports=ports),
        figures_form=partial(reporting.figures_form, ports=ports),
        report_figures=partial(reporting.report, ports=ports),
        agree_form=partial(agreeing.agree_form, ports=ports),
        agree=partial(agreeing.agree, ports=ports),
        give_up=partial(deliveries.give_up, ports=ports),
    )
