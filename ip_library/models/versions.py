"""What has been committed: changesets, versions, the prompts that were compiled, and what they resolved."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from ip_library.core.documents import KINDS
from ip_library.core.paths import BRANCHES, MAIN
from ip_library.core.prompt import DIALECTS
from ip_library.models.frozen import Frozen, FrozenQuerySet
from ip_library.models.projects import Project


class ChangesetQuerySet(FrozenQuerySet["Changeset"]):
    """Changesets, whose one transition is sealing."""

    def seal(self) -> int:
        """Note that the branch has reached these commits; return how many were not sealed yet."""
        return models.QuerySet.update(self.filter(sealed=False), sealed=True)


class Changeset(Frozen):
    """One Git commit. The sha is a function of the row, so the commit can always be written again.

    State machine::

        recorded (sealed=False) -- ChangesetQuerySet.seal(): the branch points to it or past it --> sealed
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="changesets")
    branch = models.CharField(max_length=16, choices=[(branch, branch) for branch in BRANCHES], default=MAIN)
    sequence = models.PositiveIntegerField(help_text="From 1, without gaps, per project and branch.")
    sha = models.CharField(max_length=40, unique=True)
    parent = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="changesets")
    author_login = models.CharField(max_length=150)
    author_name = models.CharField(max_length=300)
    author_email = models.CharField(max_length=254, blank=True)
    message = models.TextField(help_text="What the person wrote, without trailers.")
    committed_at = models.DateTimeField(help_text="UTC, whole seconds, as in the commit.")
    sealed = models.BooleanField(default=False)

    objects = ChangesetQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["branch", "-sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "branch", "sequence"], name="one_changeset_per_sequence"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project"], condition=models.Q(sealed=False), name="unsealed_changesets"),
        ]

    def __str__(self) -> str:
        return f"changeset {self.sha[:10]} of {self.project}"


class Version(Frozen):
    """An immutable numbered state of one asset: its canonical XML."""

    changeset = models.ForeignKey(Changeset, on_delete=models.PROTECT, related_name="versions")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="versions")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    asset = models.CharField(max_length=63, help_text="The slug of a character or scene, the code of a shot.")
    number = models.PositiveIntegerField()
    document = models.TextField(help_text="Canonical XML, byte for byte what Git holds.")
    sha256 = models.CharField(max_length=64)
    blob = models.CharField(max_length=40)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["kind", "asset", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "kind", "asset", "number"], name="one_version_per_number"),
            models.UniqueConstraint(fields=["changeset", "kind", "asset"], name="one_version_per_changeset"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asset} {self.label}"

    @property
    def label(self) -> str:
        """The number as people write it: ``v007``."""
        return f"v{self.number:03d}"


class PromptRevision(Frozen):
    """The exact text of a prompt at a commit: compiled from a shot, or ad hoc. No image exists without one."""

    changeset = models.ForeignKey(Changeset, on_delete=models.PROTECT, related_name="prompts")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="prompts")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="prompts")
    dialect = models.CharField(max_length=32, choices=[(dialect, dialect) for dialect in DIALECTS])
    path = models.CharField(max_length=255)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    negative_path = models.CharField(max_length=255, blank=True)
    negative_text = models.TextField(blank=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "dialect"], name="one_prompt_per_dialect"),
            models.UniqueConstraint(
                fields=["project", "sha256"],
                condition=models.Q(version=None),
                name="one_adhoc_prompt_per_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}@{self.changeset.sha[:10]} {self.path}"

    @property
    def name(self) -> str:
        """What the prompt belongs to, for people: ``E01_SQ010_SH0010 v001``, or ``ad hoc 1a2b3c4d``."""
        return f"{self.version.asset} {self.version.label}" if self.version else f"ad hoc {self.sha256[:8]}"


class Resolution(Frozen):
    """Which version a version used, and in which field.

    A shot uses its ``scene``, ``style``, ``cast/1/character``, ``cast/1/preset`` and ``props/1``, a variant of a
    character its ``base``.
    """

    using = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="resolutions")
    field = models.CharField(max_length=32)
    used = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="uses")
    follow = models.CharField(max_length=63, blank=True, help_text="The label that was followed; empty: pinned.")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["using", "field"], name="one_resolution_per_field")]

    def __str__(self) -> str:
        return f"{self.using} uses {self.used}"
