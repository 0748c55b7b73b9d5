"""The guards of what is in force and who changes it; `guard_list` has all the others."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_RULES, _SETUP, _CONFIGURING = "motions/rule_desk.py", "motions/setup_desk.py", "motions/configuring.py"
_OF_RULES = "tests/motions/test_rule_desk.py::"
_OF_SETUP = "tests/motions/test_setup_desk.py::"
_OF_FORECASTING = "tests/motions/test_forecasting.py::"
_OF_CONFIGURING = "tests/motions/test_configuring.py::"

# Name, path, words of the source, what becomes of them, tests that must fail then.
ROWS: tuple[Row, ...] = (
    (
        "rules: operators and admins alone change them",
        _RULES,
        "    if by.role not in OVERSEERS:\n",
        "    if by.role is None:\n",
        (f"{_OF_RULES}test_nobody_else_changes_a_rule",),
    ),
    (
        "rules: what was opened on something else changes nothing",
        _RULES,
        "    if form.token != token:\n",
        "    if not form.token:\n",
        (f"{_OF_RULES}test_who_opened_a_form_before_somebody_else_changed_a_rule_changes_nothing",),
    ),
    (
        "setup: admins alone change it",
        _SETUP,
        "    if by.role is not Role.ADMIN:\n",
        "    if by.role is None:\n",
        (f"{_OF_SETUP}test_nobody_else_and_nothing_older_than_what_is_in_force_changes_anything",),
    ),
    (
        "setup: what was opened on something else changes nothing",
        _SETUP,
        "    if form.token != token:\n",
        "    if not form.token:\n",
        (f"{_OF_SETUP}test_nobody_else_and_nothing_older_than_what_is_in_force_changes_anything",),
    ),
    (
        "setup: whoever sends it stays an admin",
        "motions/setup_forms.py",
        '    if by.email not in admins and "admins" not in wrong:\n',
        '    if not admins and "admins" not in wrong:\n',
        (f"{_OF_SETUP}test_what_is_wrong_is_said_beside_its_input",),
    ),
    (
        "configuration: read before it is in force",
        _CONFIGURING,
        "    files.read(after)\n",
        "",
        (f"{_OF_CONFIGURING}test_what_is_wrong_is_not_put_in_force",),
    ),
    (
        "configuration: another policy has another version",
        _CONFIGURING,
        "    if not is_another or ",
        "    if is_another or not is_another or ",
        (f"{_OF_CONFIGURING}test_another_policy_has_another_version_and_other_rules_alone_have_not",),
    ),
    (
        "forecast: what is labelled otherwise is drawn again",
        "motions/forecasting.py",
        "    return space, lines, tuple(grant.id for grant in grants), ports.in_force.number  #",
        "    return space, lines, tuple(grant.id for grant in grants)  #",
        (f"{_OF_FORECASTING}test_a_field_that_is_labelled_otherwise_while_everything_runs_leaves_the_message",),
    ),
    (
        "forecast: a line is known by its version and what is released",
        "motions/pipelines.py",
        " if deal in known and known[deal][0] == version}",
        " if deal in known and version}",
        ("tests/motions/test_pipelines.py",),
    ),
)
