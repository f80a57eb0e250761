"""Triggers that refuse to change or take away an audit event, whatever program asks.

They are a guard against mistakes and against somebody who has the application's rights; who owns the database can
remove them, which ``manage.py verify`` reports, as it reports every change of the chain. SQLite drops a table's
triggers when a migration makes the table anew: a later migration of ``AuditEvent`` must end with ``put_guard``.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ip_library.core.audit_guard import POSTGRESQL, POSTGRESQL_OFF, SQLITE


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
