"""Which texts are SOQL; semantics are tested over HTTP elsewhere."""

import pytest

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.soql import parse
from sandbox.salesforce.tree import Among, AmongRows, Call, Column, Compare, FieldPath, Query, TypeOf, Value

GOOD = [
    "SELECT Id FROM Account",
    "select id, name from account where name like 'A%' order by name desc nulls last limit 5 offset 2",
    "SELECT COUNT() FROM Opportunity",
    "SELECT COUNT(Id) n, StageName FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 5 ORDER BY COUNT(Id) DESC",
    "SELECT Id, (SELECT Id, Contact.Name FROM OpportunityContactRoles LIMIT 1) FROM Opportunity o WHERE o.Amount > 1.5",
    "SELECT Id FROM Opportunity WHERE SystemModstamp >= 2026-01-01T00:00:00Z",
    "SELECT Id FROM Opportunity WHERE SystemModstamp < 2026-01-01T00:00:00.000+0000 AND IsClosed = false",
    "SELECT Id FROM Opportunity WHERE CreatedDate > 2026-01-01T00:00:00-05:00",
    "SELECT Id FROM Opportunity WHERE CloseDate = 2026-01-01 OR CloseDate > TODAY",
    "SELECT Id FROM Opportunity WHERE CloseDate = LAST_N_DAYS:30",
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true) AND (NOT Name = 'x')",
    "SELECT TYPEOF What WHEN Account THEN Phone, Name WHEN Opportunity THEN Amount ELSE Name END FROM Event",
    "SELECT FIELDS(ALL) FROM Account LIMIT 200",
    "SELECT Id FROM Account USING SCOPE mine WHERE Industry NOT IN ('a', 'b')",
    "SELECT Id FROM Account WHERE Tags__c INCLUDES ('a;b', 'c') FOR UPDATE",
    "SELECT Id FROM Account WHERE IsDeleted = true ALL ROWS",
    "SELECT Id FROM Account WHERE Name = 'O\\'Brien \\\\ x' AND AnnualRevenue > -1.5e3",
    "SELECT CALENDAR_YEAR(CloseDate) y, SUM(Amount) FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate)",
    "SELECT Id FROM Contact WITH SECURITY_ENFORCED LIMIT 1",
    "SELECT Id FROM Contact WHERE AccountId != null AND (Email = null OR Name <> '')",
]
BAD = [
    "",
    "SELECT",
    "SELECT * FROM Account",
    "SELECT Id FROM Account;",
    "SELECT Id FROM Account; DROP TABLE Account",
    "SELECT Id FROM Account WHERE a = 1 AND b = 2 OR c = 3",
    "SELECT Id FROM Account WHERE Name = 'a' OR 'x' = 'x'",
    "SELECT Id FROM Account WHERE Name = 'it's'",
    "SELECT Id FROM Account WHERE Name = 'bad \\x escape'",
    "SELECT Id FROM Account -- comment",
    "SELECT Id FROM Account LIMIT -1",
    "SELECT Id FROM Account JOIN Contact",
]


@pytest.mark.parametrize("text", GOOD)
def test_soql_parses(text: str) -> None:
    assert isinstance(parse(text), Query)


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(SalesforceError, match="MALFORMED_QUERY"):
        parse(text)


def test_the_tree_keeps_every_part() -> None:
    query = parse(GOOD[3])

    assert query.selections == (
        Column(Call("COUNT", FieldPath(("Id",))), "n"),
        Column(FieldPath(("StageName",)), None),
    )
    assert query.having == Compare(Call("COUNT", FieldPath(("Id",))), ">", Value("number", "5"))
    assert query.order[0].descending


def test_lists_queries_and_kinds_are_told_apart() -> None:
    listed = parse("SELECT Id FROM Account WHERE Name NOT IN ('a')").where
    joined = parse("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)").where

    assert isinstance(listed, Among)
    assert listed.negated
    assert isinstance(joined, AmongRows)
    assert isinstance(parse(GOOD[11]).selections[0], TypeOf)


def test_escapes_become_characters_but_stay_for_like() -> None:
    where = parse(r"SELECT Id FROM Account WHERE Name LIKE '50\% \'x\' \n'").where

    assert isinstance(where, Compare)
    assert where.value.text == "50\\% 'x' \n"
