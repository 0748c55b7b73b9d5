"""The guards of the log: what was changed or cut is found; one writes at a time; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

ROWS: tuple[Row, ...] = (
    (
        "log: each hash holds the one before",
        "store/log.py",
        'f"{entry.prev_hash}{canonical_json(said)}"',
        'f"{canonical_json(said)}"',
        (
            "tests/store/test_store_log.py::test_an_entry_replaced_by_one_with_a_hash_of_its_own_breaks_the_one_after_it",
        ),
    ),
    (
        "log: a changed entry is found",
        "store/log.py",
        (
            "            if (entry.seq, entry.prev_hash, entry.hash) != (seq + 1, prev_hash, hash_of(entry)):\n"
            "                return seq + 1\n"
        ),
        "",
        ("tests/store/test_store_log.py::test_tampering_is_found_where_it_begins",),
    ),
    (
        "log: a cut tail is found",
        "store/log.py",
        "    return None if (seq, prev_hash) == head else seq + 1\n",
        "    return None\n",
        ("tests/store/test_store_log.py::test_tampering_is_found_where_it_begins",),
    ),
)

# What only a real server shows.
ON_POSTGRES: tuple[Row, ...] = (
    (
        "log: one writer at the end of the chain",
        "store/log.py",
        ".with_for_update()",
        "",
        ("tests/store/test_store_log.py::test_who_comes_while_another_is_at_the_end_of_the_chain_waits_and_follows",),
    ),
)
