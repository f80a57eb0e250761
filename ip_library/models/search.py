"""What search looks into: one row an asset, one row a tag of it, and the filters that people keep."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ip_library.core.documents import KINDS
from ip_library.models.projects import Project


class AssetEntry(models.Model):
    """An asset as search sees it: made from its draft whenever that is saved, and thrown away and made again at will.

    ``text`` is all its words, case-folded: names, aliases, notes, tags, dialogue. Looked into by substring, which is
    what Japanese and Chinese need.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    asset = models.CharField(max_length=63)
    name = models.CharField(max_length=120)
    text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["kind", "asset"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "kind", "asset"], name="one_entry_per_asset")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asset}"


class AssetTag(models.Model):
    """A tag that stands in an asset's draft, and in which field: ``hair``, ``looks/summer/clothing``."""

    entry = models.ForeignKey(AssetEntry, on_delete=models.CASCADE, related_name="tags")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    tag = models.CharField(max_length=64)
    field = models.CharField(max_length=160)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["project", "tag"], name="assets_by_tag")]

    def __str__(self) -> str:
        return f"{self.tag} in {self.field} of {self.entry}"


class SavedFilter(models.Model):
    """A search that somebody keeps under a name; ``shared`` ones are everybody's in the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="saved_filters")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=400, help_text="As typed into search: miku tag:blue_hair kind:shot status:wfa")
    shared = models.BooleanField(default=False)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "owner", "name"], name="one_filter_per_name")
        ]

    def __str__(self) -> str:
        return self.name
