"""The project's lock: whoever writes a project's repository, its labels or its chain of audit events holds it."""

from ip_library.models import Project


def lock_project(project: Project) -> Project:
    """Take the project's lock until the transaction ends, and return the row as it is now.

    The lock leaves the row's key alone (``FOR NO KEY UPDATE``). On PostgreSQL whoever inserts a row that refers to the
    project shares the key while the reference is checked; a lock of the whole row would make all of them wait for a
    commit, and wait for each other where the check comes before their own lock. SQLite has no row locks; there every
    transaction that writes is alone from its beginning.
    """
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)
