"""Scenes."""

from typing import ClassVar

from django.db import models

from ip_library.models.drafts import Draft
from ip_library.models.fields import TagsField, validate_slug
from ip_library.models.projects import Project


class Scene(Draft):
    """The draft of a place and its light."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="scenes")
    slug = models.CharField(
        max_length=63,
        validators=[validate_slug],
        help_text="Lower-case letters, digits, hyphens. It never changes.",
    )
    name = models.CharField(max_length=120, help_text="In any script.")
    background = TagsField(blank=True, default=(), help_text="cherry_blossom_tree, soft_blur")
    environment = TagsField(blank=True, default=(), help_text="park, petals_on_the_ground")
    lighting = TagsField(blank=True, default=(), help_text="daytime, gentle_sunlight")
    atmosphere = TagsField(blank=True, default=(), help_text="calm, nostalgic")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "slug"], name="one_scene_per_slug")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.project})"
