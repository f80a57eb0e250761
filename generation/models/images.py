"""The images and where they come from."""

from typing import ClassVar

from django.db import models

from generation.models.jobs import RenderJob
from ip_library.models import Project, PromptRevision
from ip_library.models.frozen import Frozen, FrozenQuerySet


class Image(Frozen):
    """One take: a file named by its SHA-256, and the full recipe that made it. Never updated.

    ``pixels_sha256`` is what the picture is (metadata does not change it); ``sha256`` names the file.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="images")
    job = models.ForeignKey(RenderJob, on_delete=models.PROTECT, related_name="images")
    prompt = models.ForeignKey(PromptRevision, on_delete=models.PROTECT, related_name="images")
    index = models.PositiveSmallIntegerField(help_text="Place in the batch of its job, from 0.")
    take = models.PositiveIntegerField(help_text="From 1, per prompt revision.")
    seed = models.BigIntegerField()
    kind = models.CharField(max_length=16, help_text="previz: a blocking picture, no art. render: made by a model.")
    sha256 = models.CharField(max_length=64, db_index=True)
    pixels_sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes of the file.")
    recipe = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "index"], name="one_image_per_index"),
            models.UniqueConstraint(fields=["prompt", "take"], name="one_image_per_take"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt.name} {self.label}"

    @property
    def label(self) -> str:
        """The take as people write it: ``t03``."""
        return f"t{self.take:02d}"
