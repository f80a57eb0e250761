"""What people decided about versions: labels, reviews, and waivers of locked traits."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ip_library.core.documents import KINDS
from ip_library.core.reviews import STATUSES, WIP
from ip_library.models.fields import validate_label
from ip_library.models.frozen import Frozen, FrozenQuerySet
from ip_library.models.projects import Project
from ip_library.models.versions import Changeset, Version


class Label(models.Model):
    """A moving pointer to a version: ``canon`` is the approved one; ``latest`` follows by itself and has no row."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="labels")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    asset = models.CharField(max_length=63)
    name = models.CharField(max_length=63, validators=[validate_label])
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="labels")
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["kind", "asset", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "kind", "asset", "name"], name="one_label_per_name")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.kind} {self.asset}: {self.version.label}"


class LabelMove(Frozen):
    """One move of a label, as a commit of branch ``canon`` records it; without a version it was taken away."""

    changeset = models.ForeignKey(Changeset, on_delete=models.PROTECT, related_name="moves")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="label_moves")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    asset = models.CharField(max_length=63)
    name = models.CharField(max_length=63)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="moves")
    previous = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["changeset", "kind", "asset", "name"], name="one_move_per_changeset")
        ]
        indexes: ClassVar = [models.Index(fields=["project", "kind", "asset", "name"], name="moves_of_label")]

    def __str__(self) -> str:
        return f"{self.name} of {self.kind} {self.asset} to {self.version.label if self.version else 'nothing'}"


class Review(models.Model):
    """Where a version stands; a version without a row is ``wip``.

    State machine (``core/reviews.py`` has every way, and says which are a manager's)::

        wip <-> wfa -> approved <-> done
        wfa, approved, done -> retake -> wfa
    """

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="review")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviews")
    status = models.CharField(max_length=16, choices=[(status, status) for status in STATUSES], default=WIP)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_login = models.CharField(max_length=150)
    approved_by_login = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-changed_at"]
        indexes: ClassVar = [models.Index(fields=["project", "status"], name="reviews_by_status")]

    def __str__(self) -> str:
        return f"{self.version}: {self.status}"


class Waiver(models.Model):
    """Leave to contradict a locked trait: who gave it, why, and until when."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="waivers")
    kind = models.CharField(
        max_length=16, choices=[(kind, kind) for kind in KINDS], help_text="Of what may contradict."
    )
    asset = models.CharField(max_length=63, help_text="The character or shot that may contradict.")
    character = models.CharField(max_length=63, help_text="Whose locked trait it is.")
    slot = models.CharField(max_length=16)
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    author_login = models.CharField(max_length=150)
    given_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["project", "kind", "asset"], name="waivers_of_asset")]

    def __str__(self) -> str:
        return f"{self.kind} {self.asset} may change {self.character}'s {self.slot}"


class WaiverUse(Frozen):
    """A version that was committed under a waiver."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="waiver_uses")
    waiver = models.ForeignKey(Waiver, on_delete=models.PROTECT, related_name="uses")
    message = models.TextField(help_text="What was waived, in words.")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "waiver"], name="one_use_per_version")]

    def __str__(self) -> str:
        return f"{self.version} under {self.waiver}"
