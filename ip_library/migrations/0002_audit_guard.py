"""Triggers that refuse to change or take away an audit event, whatever program asks.

They are a guard against mistakes and against somebody who has the application's rights; who owns the database can
remove them, which ``manage.py verify`` reports, as it reports every change of the chain. SQLite drops a table's
triggers when a migration makes the table anew: a later migration of ``AuditEvent`` must end with ``put_guard``.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = {
    "audit_refuses_update": """
        CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON ip_library_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END
    """,
    "audit_refuses_delete": """
        CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON ip_library_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END
    """,
    # INSERT OR REPLACE deletes what stands in its way without asking the trigger above.
    "audit_refuses_replace": """
        CREATE TRIGGER audit_refuses_replace BEFORE INSERT ON ip_library_auditevent
        WHEN EXISTS (SELECT 1 FROM ip_library_auditevent WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM ip_library_auditevent
                     WHERE project_id = NEW.project_id AND sequence = NEW.sequence)
          OR EXISTS (SELECT 1 FROM ip_library_auditevent
                     WHERE project_id = NEW.project_id AND previous = NEW.previous)
        BEGIN SELECT RAISE(ABORT, 'audit events are never replaced'); END
    """,
}
POSTGRESQL = [
    """
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit events are never changed or deleted'; END $$
    """,
    """
    CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ip_library_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()
    """,
    # ALWAYS: also in a session that calls itself a replica.
    "ALTER TABLE ip_library_auditevent ENABLE ALWAYS TRIGGER audit_refuses_change",
]
POSTGRESQL_OFF = [
    "DROP TRIGGER IF EXISTS audit_refuses_change ON ip_library_auditevent",
    "DROP FUNCTION IF EXISTS audit_refuse_change()",
]


def put_guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    take_guard(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    for statement in SQLITE.values() if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def take_guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    statements = [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE] if vendor == "sqlite" else POSTGRESQL_OFF
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ip_library", "0001_initial")]

    operations = [migrations.RunPython(put_guard, take_guard)]
