"""The SQL of the triggers that guard the audit: migration 0002 puts them, and ``manage.py verify`` looks for them.

It never changes: a database that was migrated yesterday holds these very words, and ``verify`` compares every one of
them, since a trigger of the same name that does nothing is no guard. Other triggers are another module and another
migration, which takes these away.
"""

from collections.abc import Mapping, Sequence
from typing import Final

SQLITE: Final[Mapping[str, str]] = {
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
_BODY: Final = """
    BEGIN RAISE EXCEPTION 'audit events are never changed or deleted'; END """
POSTGRESQL: Final[Sequence[str]] = [
    f"""
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$
    """,
    """
    CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ip_library_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()
    """,
    # ALWAYS: also in a session that calls itself a replica.
    "ALTER TABLE ip_library_auditevent ENABLE ALWAYS TRIGGER audit_refuses_change",
]
POSTGRESQL_OFF: Final[Sequence[str]] = [
    "DROP TRIGGER IF EXISTS audit_refuses_change ON ip_library_auditevent",
    "DROP FUNCTION IF EXISTS audit_refuse_change()",
]

# How each database is asked for its triggers (their names and what they say), and what it must answer.
QUESTIONS: Final[Mapping[str, str]] = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ip_library_auditevent'",
    "postgresql": """
        SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || ' ' || lanname || ' ' || prosrc
        FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_language ON pg_language.oid = prolang
        WHERE tgrelid = 'ip_library_auditevent'::regclass AND tgenabled = 'A' AND NOT tgisinternal
    """,
}
_ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": SQLITE,
    "postgresql": {
        # PostgreSQL tells a trigger in its own words, not in those that made it.
        "audit_refuses_change": f"""
            CREATE TRIGGER audit_refuses_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ip_library_auditevent
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change() plpgsql {_BODY}
        """,
    },
}


def guard_problems(vendor: str, found: Mapping[str, str]) -> list[str]:
    """Say which triggers are missing or say something else than they must; blanks and line ends tell nothing."""
    problems = []
    for name, wanted in sorted(_ANSWERS[vendor].items()):
        if name not in found:
            problems.append(f"the trigger {name} is missing or switched off; somebody removed it")
        elif found[name].split() != wanted.split():
            problems.append(f"the trigger {name} does something else than it must; somebody replaced it")
    return problems
