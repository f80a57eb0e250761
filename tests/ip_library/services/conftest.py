"""The sample project's repository, seen by the real git, and everything that a refusal must leave as it was."""

import pytest

from ip_library.models import (
    AuditEvent,
    CastMember,
    Changeset,
    CharacterArt,
    CharacterSheet,
    DialogueLine,
    Episode,
    Expression,
    Interaction,
    Label,
    LabelMove,
    Look,
    Pose,
    Project,
    PromptRevision,
    Prop,
    Resolution,
    Review,
    Scene,
    Sequence,
    ShotComposition,
    ShotProp,
    Style,
    Version,
)
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.library import repository_path
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from tests.ip_library.store.conftest import Git

ROWS = (
    CastMember, Changeset, CharacterArt, CharacterSheet, DialogueLine, Episode, Expression, Interaction, Label, LabelMove, Look,
    Pose, PromptRevision, Prop, Resolution, Review, Scene, Sequence, ShotComposition, ShotProp, Style, Version,
)  # fmt: skip
CHAIN = ("audit_head", "audit_length")


@pytest.fixture
def git(empty_project):
    """The real git on the sample project's repository."""
    return Git(repository_path(empty_project))


@pytest.fixture
def everything(library):
    """Return a function that tells all rows and all files, to compare before and after.

    That something was refused is a record of its own: the audit is told without it.
    """

    def tell():
        rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in ROWS}
        rows["AuditEvent"] = list(AuditEvent.objects.filter(outcome="done").order_by("pk").values())
        rows["Project"] = [
            {name: value for name, value in row.items() if name not in CHAIN}
            for row in Project.objects.order_by("pk").values()
        ]
        files = {str(path): path.read_bytes() for path in library.rglob("*") if path.is_file()}
        return rows, files

    return tell


@pytest.fixture
def change(empty_project, alice):
    """Return a function that changes an asset's draft by replacing fields of its document, and may commit it."""

    def act(kind, asset, edit, *, commit=True, author=None, **options):
        document = edit(read_draft(get_draft(empty_project, kind, asset)))
        save_document(project=empty_project, document=document, editor=alice)
        if not commit:
            return None
        return commit_assets(
            project=empty_project, assets=[(kind, asset)], message="Change", author=author or alice, **options
        )

    return act
