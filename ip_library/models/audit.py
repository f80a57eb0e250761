"""The record of who did what."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ip_library.models.frozen import Frozen, FrozenQuerySet
from ip_library.models.projects import Project


class AuditEvent(Frozen):
    """One thing that somebody did, or was refused: who, what, to what, when, before and after."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="audit_events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_login = models.CharField(max_length=150, help_text="Kept in words, for when the account is gone.")
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=160)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["project", "subject"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.actor_login} {self.action} {self.subject}"
