"""A partner without an API as a portal: a filing pack for a person, and the news a person brings.

Fits the folder to the `Portal` and `FiledByHand` ports; the words are `layouts.py`, the files `book.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from connectors.canonical import MARK, read_canonical, referral_of
from connectors.checking import Finding, NotReadable, Verdict
from connectors.sheets.book import Book, Entry, pack_id
from connectors.sheets.layouts import SHIPPED, Layout, fill, form_of, judge, lines_of_schema, load_layout
from motions.effects import Recovery, Undo
from motions.errors import Rejected, UserMistake
from motions.imports import Decision
from motions.ports import Clock
from motions.referrals import Draft, Field, FilingStep, LookAlike, Referral, ReferralStatus, Review
from motions.sheet_drops import SharedFile

KEY = "sheet"


def open_portal(*, folder: Path, layout_file: Path, clock: Clock) -> "SheetPortal":
    """The portal over a folder; without a layout of the operator's own the shipped one is filled."""
    layout = load_layout(layout_file if layout_file.exists() else SHIPPED)
    return SheetPortal(Book(folder), layout, clock)


def check(document: object, today: date) -> Verdict:
    """What the shipped layout would have against a canonical referral."""
    if not isinstance(document, Mapping) or MARK not in document:
        raise NotReadable(
            "The file holds no canonical referral (`crm_id`, …), and a sheet is filled from nothing else."
        )
    layout = load_layout(SHIPPED)
    findings = [
        Finding(
            field=each.problem.field or each.column.heading,
            canonical=each.problem.field,
            rule=each.problem.code,
            code=each.problem.code,
            message=each.problem.message,
            source=layout.version,
            fix=each.problem.fix,
        )
        for each in fill(layout, referral_of(read_canonical(document)), today)
        if each.problem is not None
    ]
    return Verdict("a canonical referral", findings)


class SheetPortal:
    """Implements `motions.ports.Portal` and `motions.imports.FiledByHand`. Raises Unavailable, Rejected, NotVisible."""

    def __init__(self, book: Book, layout: Layout, clock: Clock) -> None:
        self._book = book
        self._layout = layout
        self._clock = clock

    @property
    def key(self) -> str:
        """'sheet'."""
        return KEY

    def draft(self, referral: Referral, today: date) -> Draft:
        """The row that would be filed, as a form, with everything the partner would say against it."""
        filled = fill(self._layout, referral, today)
        payload = {
            "layout": self._layout.version,
            "crm_id": referral.crm_id,
            "title": referral.answers.get(Field.TITLE, referral.title),
            "customer": referral.answers.get(Field.CUSTOMER, referral.account.name),
            "cells": {each.column.heading: each.value for each in filled if each.value},
        }
        problems = tuple(each.problem for each in filled if each.problem is not None)
        return Draft(KEY, self._layout.version, payload, form_of(filled), problems)

    def look_alikes(self, referral: Referral) -> Sequence[LookAlike]:
        """The pack there is of this deal, unless the partner said no to it."""
        entry = self._book.of_deal(referral.crm_id)
        if entry is None or entry.review is Review.REJECTED:
            return ()
        return (LookAlike(entry.referral_id, entry.title, entry.customer, same_crm_id=True, why="the same CRM id"),)

    def described(self) -> Mapping[str, str]:
        """The columns of the partner's layout."""
        return {"layout": self._layout.version, **lines_of_schema(self._layout)}

    def saga(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        """'pack' alone: its id is the referral's until the partner has given a reference."""
        crm_id = str(payload["crm_id"])
        wanted = pack_id(crm_id, key)

        def find(_ids: Mapping[str, str]) -> str | None:
            entry = self._book.of_deal(crm_id)
            return entry.id if entry is not None and entry.id == wanted else None

        def send(ids: Mapping[str, str]) -> str:
            return find(ids) or self._pack(payload, wanted)

        return (FilingStep("pack", send, find, Recovery.REPEAT, Undo.COMPENSABLE),)

    def status(self, referral_id: str) -> ReferralStatus:
        """What is known of a pack; until somebody says that it was filed, that is what it waits for."""
        entry = self._book.of_referral(referral_id)
        is_filed = entry.reference is not None or entry.review is not Review.PENDING
        where, partner = self._book.workbook(entry.id), self._layout.partner
        said = f"press “Filed, reference is …” on the card, or say: cosell sheet filed {entry.id} REFERENCE"
        to_do = f"file the pack {where.name}, which is in the card's thread and at {where}, with {partner}, then {said}"
        return ReferralStatus(
            referral_id=entry.referral_id,
            review=entry.review,
            modified_at=entry.modified_at,
            partner_stage=entry.stage,
            next_step=entry.next_step,
            pam_name=entry.contact,
            pam_email=entry.email,
            comments=entry.comment,
            waits_for=None if is_filed else to_do,
        )

    def changed_since(self, since: datetime | None) -> Sequence[tuple[str, datetime]]:
        """Every pack somebody changed at or after `since`, oldest first; a filed one under both of its ids."""
        found = [entry for entry in self._book.all() if since is None or entry.modified_at >= since]
        found.sort(key=lambda entry: (entry.modified_at, entry.id))
        return tuple(
            (name, entry.modified_at) for entry in found for name in dict.fromkeys((entry.id, entry.referral_id))
        )

    def workbook(self, pack: str) -> SharedFile:
        """The pack's file as it was written."""
        return self._book.bytes_of(pack)

    def filed(self, referral_id: str, reference: str) -> None:
        """A person filed the pack under this reference; UserMistake when it has another, or another pack has it."""
        entry = self._book.of_referral(referral_id)

        def changed(before: Entry) -> Entry:
            self._check_reference(before, reference)
            return replace(before, reference=reference, modified_at=self._clock.now())

        self._book.change(entry.crm_id, changed)

    def decided(self, crm_id: str, decision: Decision) -> str:
        """What the partner decided of a deal's pack; the referral's id. UserMistake as in `filed`."""

        def changed(before: Entry) -> Entry:
            told = {
                name: value
                for name in ("reference", "comment", "contact", "email", "stage", "next_step")
                if (value := getattr(decision, name)) is not None
            }
            if told.get("reference", before.id) == before.id:  # some give our own id back
                told.pop("reference", None)
            else:
                self._check_reference(before, told["reference"])
            return replace(before, review=decision.review, modified_at=self._clock.now(), **told)

        return self._book.change(crm_id, changed).referral_id

    def _check_reference(self, entry: Entry, reference: str) -> None:
        """A pack has one reference, and no other pack has it, whoever tells it."""
        if entry.reference not in {None, reference}:
            raise UserMistake(f"{entry.id} was filed as {entry.reference} already. Nothing was changed.")
        if other := next((each for each in self._book.all() if _is_another(each, entry, reference)), None):
            raise UserMistake(f"{reference} is the reference of {other.title} already. Nothing was changed.")

    def _pack(self, payload: Mapping[str, object], wanted: str) -> str:
        cells = payload["cells"]
        assert isinstance(cells, Mapping)
        now = self._clock.now()
        if problems := judge(self._layout, cells, now.date()):
            raise Rejected(KEY, "the pack would bounce: " + " ".join(each.message for each in problems), problems)
        crm_id = str(payload["crm_id"])
        before = self._book.of_deal(crm_id)
        if before is not None and before.review is not Review.REJECTED:
            raise Rejected(KEY, f"there is a pack of this deal already: {before.referral_id}")
        from connectors.sheets.packs import workbook_of  # noqa: PLC0415 -- openpyxl takes half a second to load

        entry = Entry(wanted, crm_id, str(payload["title"]), str(payload["customer"]), now)
        self._book.put(entry, workbook_of(self._layout, cells, wanted))
        return wanted


def _is_another(entry: Entry, of: Entry, reference: str) -> bool:
    return entry.crm_id != of.crm_id and reference in {entry.id, entry.reference}
