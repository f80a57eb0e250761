"""What the three drafts share."""

from typing import ClassVar

from django.db import models


class Draft(models.Model):
    """One shared working row per asset: forms edit it, committing makes a version of it.

    ``state`` counts the saves; who saves names the state they read, so nobody overwrites what they have not seen.
    """

    notes = models.TextField(blank=True, help_text="For people; never part of a prompt.")
    state = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Django's options."""

        abstract = True
        ordering: ClassVar = ["pk"]
