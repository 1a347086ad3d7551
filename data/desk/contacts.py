"""Contacts beside what is begun at the door: kept apart from it, and found by name and number as residents are."""

from sqlalchemy import insert

from data.desk.work import Work
from data.models import ContactRow, columns_of, table_of
from data.registers.pinyin import search_keys
from dispatch.resident import Contact

CONTACTS = table_of(ContactRow)


def keep_contact(work: Work, subject: str, contact: Contact | None) -> None:
    """Keep how to reach whoever stands behind a report, order or alarm; None keeps nothing."""
    if contact is not None:
        values = {"subject": subject, **columns_of(contact), **search_keys(contact.name)}
        work.session.execute(insert(CONTACTS), values)
