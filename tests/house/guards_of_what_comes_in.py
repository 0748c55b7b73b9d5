"""The guards of what comes in: envelopes, deliveries and alerts; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_INBOX = "store/inbox.py"
_ALERTS = "handlers/alerts.py"

ROWS: tuple[Row, ...] = (
    (
        "inbox: an envelope that was handled is known",
        _INBOX,
        '        if known["handled_at"] is not None:\n            return Arrival.HANDLED\n',
        "",
        ("tests/contracts/test_store_inbox.py::test_an_envelope_is_new_once_waits_and_is_then_handled",),
    ),
    (
        "inbox: the same gesture under another key is known",
        _INBOX,
        "        same += [inbox.c.moment == envelope.moment] if envelope.moment else []\n",
        "",
        ("tests/contracts/test_store_inbox.py::test_the_same_gesture_under_another_key_is_known",),
    ),
    (
        "inbox: one of several workers gets an envelope",
        _INBOX,
        "inbox.c.due_at <= now, _HAS_PAYLOAD)\n        oldest",
        "_HAS_PAYLOAD)\n        oldest",
        ("tests/contracts/test_store_inbox.py::test_what_is_due_is_taken_by_one_for_a_while_and_counted",),
    ),
    (
        "ingress: a delivery that is known starts nothing",
        "handlers/ingress.py",
        "        return envelope if arrival is Arrival.NEW else None\n",
        "        return envelope\n",
        ("tests/handlers/test_ingress.py::test_an_event_is_handled_once_however_often_it_comes",),
    ),
    (
        "ingress: what bots and we ourselves say starts nothing",
        "handlers/ingress.py",
        '        if is_noise(body, self._us):\n            return BoltResponse(status=_OK, body="")\n',
        "",
        ("tests/handlers/test_ingress.py::test_what_no_person_said_is_dropped_and_not_kept",),
    ),
    (
        "alerts: only what is signed with our secret",
        _ALERTS,
        (
            "    if not any(hmac.compare_digest(expected, mac.encode()) for mac in macs):\n"
            '        return "the signature does not fit this body and the shared secret"\n'
        ),
        "",
        ("tests/handlers/test_alerts.py::test_a_wrong_signature_is_refused",),
    ),
    (
        "alerts: an old signature is no good",
        _ALERTS,
        (
            "    if abs(now.timestamp() - int(stamps[0])) > _WINDOW:\n"
            '        return f"signed more than {_WINDOW} seconds ago, or in the future"\n'
        ),
        "",
        ("tests/handlers/test_alerts.py::test_a_signature_is_good_for_five_minutes",),
    ),
    (
        "alerts: the same alert again does nothing",
        _ALERTS,
        '    if arrival is Arrival.HANDLED:\n        return JSONResponse({"status": "duplicate"})\n',
        "",
        ("tests/handlers/test_alerts.py::test_the_same_alert_again_does_nothing",),
    ),
)
