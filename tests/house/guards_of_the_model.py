"""The guards that hold the model, as rows of `guard_list`: its words, its streams, its process."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_HERE = "tests/agents/test_adversary.py"
_THERE = "tests/agents/test_remote.py"
_APART = "tests/bot/test_writer_process.py"
_SANITISER = "tests/agents/test_sanitiser.py"

ROWS: tuple[Row, ...] = (
    (
        "model: a stream is stopped by its bytes",
        "agents/stream.py",
        "            if room < 0:\n",
        "            if room == 0.5:\n",
        (f"{_HERE}::test_a_model_that_never_stops_is_stopped",),
    ),
    (
        "model: a line that never ends ends with the deadline",
        "agents/stream.py",
        "            self._check()\n",
        "",
        ("tests/agents/test_strange_servers.py::test_one_event_that_never_ends_ends_with_the_deadline",),
    ),
    (
        "model: a sentence with a link is dropped whole",
        "agents/drafts.py",
        "    if has_link_or_mention(draft.text):\n",
        "    if draft.text is None:\n",
        ("tests/agents/test_claude.py",),
    ),
    (
        "model: dots that browsers read as dots are broken",
        "agents/sanitiser.py",
        'return _DISTANT_DOT.sub(".", "".join(_unstacked(said)))',
        'return "".join(_unstacked(said))',
        (f"{_SANITISER}::test_what_becomes_of_hostile_text",),
    ),
    (
        "model: stacks of marks are cut",
        "agents/sanitiser.py",
        "        if marks <= _MARKS_AT_MOST:\n",
        "        if marks >= 0:\n",
        (f"{_SANITISER}::test_what_becomes_of_hostile_text",),
    ),
    (
        "model apart: what the other process wrote is judged here",
        "agents/remote.py",
        "        if verdict.fault is not None or verdict.codes:\n",
        "        if verdict.fault == verdict.codes:\n",
        (f"{_THERE}::test_what_a_captured_writer_says_is_judged_here_again",),
    ),
    (
        "model apart: an answer is signed, and belongs to its question",
        "agents/remote.py",
        '        if not is_signed(response.headers.get(SIGNATURE, ""), signed_answer(self._secret, nonce, said)):\n',
        "        if not said:\n",
        (f"{_THERE}::test_who_does_not_know_the_secret_is_not_believed",),
    ),
    (
        "model apart: a question is signed",
        "agents/service.py",
        "        if body is None or not is_signed(given, signed_question(secret, nonce, body)):\n",
        "        if body is None:\n",
        (f"{_THERE}::test_who_does_not_sign_is_not_served",),
    ),
    (
        "model apart: an answer longer than any is not read",
        "agents/remote.py",
        "                if len(said) > ANSWER_BYTES:\n",
        "                if len(said) < 0:\n",
        (f"{_THERE}::test_what_a_captured_writer_says_is_judged_here_again",),
    ),
    (
        "model apart: a prompt of another version is refused",
        "agents/exchange.py",
        "        if prompt.label != self.prompt:\n",
        "        if prompt.label == '':\n",
        (f"{_THERE}::test_another_version_of_a_prompt_is_refused",),
    ),
    (
        "model apart: the writer starts beside no setting of the bot's",
        "bot/writer_settings.py",
        "    if foreign := sorted(name for name in given if _is_foreign(name)):\n",
        "    if foreign := sorted(name for name in given if name == 'x'):\n",
        (f"{_APART}::test_a_setting_of_the_bot_s_refuses_the_start",),
    ),
    (
        "model apart: what others take for a credential counts too",
        "bot/writer_settings.py",
        " or name.startswith(_FOREIGN)",
        "",
        (f"{_APART}::test_so_does_what_others_would_take_for_a_credential",),
    ),
    (
        "model apart: the bot refuses the model's key",
        "bot/settings.py",
        "    if wrong is None and settings.anthropic_api_key is not None:\n",
        "    if wrong is None and settings.anthropic_api_key == '':\n",
        (f"{_APART}::test_the_bot_refuses_the_key_it_has_no_use_for",),
    ),
    (
        "model apart: facts travel on this machine alone",
        "bot/settings.py",
        "parts.hostname not in _THIS_MACHINE",
        "parts.hostname is None",
        (f"{_APART}::test_facts_travel_on_this_machine_alone_and_signed",),
    ),
)
