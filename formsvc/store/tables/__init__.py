"""Every table. Migrations bring a database to exactly this; a test compares the two."""

from formsvc.store.tables.access import password_link, session
from formsvc.store.tables.base import metadata
from formsvc.store.tables.children import (
    allocation,
    blob,
    child,
    child_key,
    child_token,
    fact,
    placement,
    secret,
)
from formsvc.store.tables.people import (
    effective_definition,
    force,
    home,
    membership,
    organisation,
    team,
    user,
)
from formsvc.store.tables.readers import emergency, withholding
from formsvc.store.tables.records import (
    attachment,
    document,
    record,
    revision,
    section,
    section_past,
    sendback,
    signoff,
    snapshot,
)
from formsvc.store.tables.work import audit_entry, audit_head, audit_link, audit_unlinked, job

__all__ = [
    "allocation",
    "attachment",
    "audit_entry",
    "audit_head",
    "audit_link",
    "audit_unlinked",
    "blob",
    "child",
    "child_key",
    "child_token",
    "document",
    "effective_definition",
    "emergency",
    "fact",
    "force",
    "home",
    "job",
    "membership",
    "metadata",
    "organisation",
    "password_link",
    "placement",
    "record",
    "revision",
    "secret",
    "section",
    "section_past",
    "sendback",
    "session",
    "signoff",
    "snapshot",
    "team",
    "user",
    "withholding",
]
