"""People in memory: whoever was introduced is known by both ids, everybody else is a stranger."""

from motions.model import Person, Role
from motions.ports import People


class FakePeople(People):
    """The People port without Slack."""

    def __init__(self, *people: Person) -> None:
        self._known = {person.user_id: person for person in people}

    def person(self, team_id: str, user_id: str) -> Person:
        """The person when the company fits too; an empty team means that the caller could not tell."""
        known = self._known.get(user_id)
        if known is None or team_id not in {"", known.team_id}:
            return Person(team_id, user_id, "somebody unknown", Role.STRANGER)
        return known

    def by_email(self, email: str) -> Person | None:
        """One of our own people."""
        outside = {Role.PARTNER, Role.STRANGER}
        ours = (person for person in self._known.values() if person.role not in outside)
        return next((person for person in ours if (person.email or "").casefold() == email.casefold()), None)
