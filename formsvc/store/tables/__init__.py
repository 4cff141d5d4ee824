"""Every table. Migrations bring a database to exactly this; a test compares the two."""

from formsvc.store.tables.access import (
    kept_page,
    on_call,
    password_link,
    recovery_code,
    second_factor,
    session,
)
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
    "kept_page",
    "membership",
    "metadata",
    "on_call",
    "organisation",
    "password_link",
    "placement",
    "record",
    "recovery_code",
    "revision",
    "second_factor",
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
