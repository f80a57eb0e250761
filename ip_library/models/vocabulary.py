"""The tags of a project's own vocabulary."""

from typing import ClassVar

from django.db import models

from ip_library.core.vocabularies.entries import COLOUR, SLOTS
from ip_library.models.projects import Project


class VocabularyTag(models.Model):
    """One row of a project's vocabulary, as ``fixtures/vocabulary.csv`` has them; it stands before the starter's."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="vocabulary")
    tag = models.CharField(max_length=64, help_text="The canonical spelling: blue_hair.")
    slot = models.CharField(
        max_length=24,
        choices=[(slot, slot) for slot in SLOTS],
        help_text="Where it belongs: hair, eyes, pose, background ...",
    )
    aliases = models.TextField(blank=True, help_text="Other spellings, separated by |")
    contradicts = models.TextField(blank=True, help_text="Tags that cannot be true beside it, separated by |")
    words = models.TextField(blank=True, help_text="What people say instead, separated by |: just ran")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["tag", "slot"]
        constraints: ClassVar = [  # a colour is no tag by itself: `orange` may be both
            models.UniqueConstraint(
                fields=["project", "tag"], condition=~models.Q(slot=COLOUR), name="one_row_per_tag"
            ),
            models.UniqueConstraint(
                fields=["project", "tag"], condition=models.Q(slot=COLOUR), name="one_row_per_colour"
            ),
        ]

    def __str__(self) -> str:
        return self.tag
