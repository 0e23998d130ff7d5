"""What the application role may do, table by table; given anew after every migration."""

from __future__ import annotations

from sqlalchemy import Connection

from thidua.store.base import INSTALLATION_TABLES
from thidua.store.tables import metadata

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_RIGHTS = {
    "alembic_version": "SELECT",
    "audit_event": "SELECT, INSERT",
    "audit_seal": "SELECT, INSERT",
    "award": "SELECT, INSERT, UPDATE",
    "award_decision": "SELECT, INSERT",
    "award_refusal": "SELECT, INSERT",
    "council": "SELECT, INSERT, UPDATE",
    "council_choice": "SELECT, INSERT, UPDATE",
    "council_meeting": "SELECT, INSERT, UPDATE",
    "council_member": "SELECT, INSERT, UPDATE",
    "dossier": "SELECT, INSERT, UPDATE",
    "dossier_paper": "SELECT, INSERT, UPDATE",
    "dossier_return": "SELECT, INSERT, UPDATE",
    "evidence_item": "SELECT, INSERT, UPDATE",
    "movement_act": "SELECT, INSERT, UPDATE",
    "movement_amendment": "SELECT, INSERT",
    "opinion": "SELECT, INSERT, UPDATE",
    "paper": "SELECT, INSERT, UPDATE",
    "province": "SELECT, INSERT, UPDATE",
    "user": "SELECT, INSERT, UPDATE",
}


def grant(connection: Connection, role: str) -> None:
    """Take everything from the role and give it exactly its rights, in this transaction."""
    quote = connection.dialect.identifier_preparer.quote
    who = quote(role)
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {who}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {who}",
        f"REVOKE ALL ON FUNCTION memberships_of FROM PUBLIC, {who}",
        f"GRANT EXECUTE ON FUNCTION memberships_of TO {who}",
    ]
    for name in sorted({*metadata.tables, *INSTALLATION_TABLES}):
        statements.append(f"GRANT {_RIGHTS.get(name, _ALL)} ON {quote(name)} TO {who}")
    for statement in statements:
        connection.exec_driver_sql(statement)
