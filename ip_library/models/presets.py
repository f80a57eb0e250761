"""What shots share: poses, props and styles."""

from typing import ClassVar

from django.db import models

from ip_library.models.characters import SLUG_HELP
from ip_library.models.drafts import Draft
from ip_library.models.fields import TagsField, validate_slug
from ip_library.models.projects import Project


class Preset(Draft):
    """What the drafts of poses, props and styles share."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="%(class)ss")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=SLUG_HELP)
    name = models.CharField(max_length=120, help_text="In any script.")

    class Meta:
        """Django's options."""

        abstract = True
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "slug"], name="one_%(class)s_per_slug")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.project})"


class Pose(Preset):
    """The draft of a pose that several shots use."""

    tags = TagsField(blank=True, default=(), help_text="standing, arms_crossed, facing_front")


class Prop(Preset):
    """The draft of a thing that is held or stands about."""

    tags = TagsField(blank=True, default=(), help_text="red_umbrella, wagasa")


class Style(Preset):
    """The draft of a style: how pictures are drawn, how good they shall be, and what shall never be seen."""

    style = TagsField(blank=True, default=(), help_text="anime_coloring, clean_lineart")
    artists = TagsField(blank=True, default=(), help_text="Names that the model knows; mind their rights.")
    quality = TagsField(blank=True, default=(), help_text="masterpiece, best_quality")
    negative = TagsField(blank=True, default=(), help_text="lowres, bad_anatomy")
