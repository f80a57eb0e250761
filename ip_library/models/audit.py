"""The record of who did what, chained so that no part of it can be changed unseen; and its signed anchors."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ip_library.models.frozen import Frozen, FrozenQuerySet
from ip_library.models.projects import Project
from ip_library.models.versions import Changeset


class AuditEvent(Frozen):
    """One thing that somebody did, or was refused: who, what, to what, when, why, before and after.

    ``hash`` is the SHA-256 of the event's canonical line, which holds the hash before it: a project's events are a
    chain from ``sequence`` 1 without gaps, made by ``services/audit.py`` under the project's lock.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="audit_events")
    sequence = models.PositiveBigIntegerField(help_text="From 1, without gaps, per project.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_login = models.CharField(max_length=150, help_text="Kept in words, for when the account is gone.")
    action = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16, choices=[("done", "done"), ("refused", "refused")], default="done")
    subject = models.CharField(max_length=160)
    reason = models.TextField(blank=True, help_text="Why: the commit message, or why it was refused.")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "sequence"], name="one_event_per_sequence"),
            models.UniqueConstraint(fields=["project", "previous"], name="audit_chain_never_forks"),
        ]
        indexes: ClassVar = [models.Index(fields=["project", "subject"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.actor_login} {self.action} {self.subject}"


class Anchor(Frozen):
    """A signed statement of what a project's branches and audit chain were, committed on branch ``anchors``."""

    changeset = models.OneToOneField(Changeset, on_delete=models.PROTECT, related_name="anchor")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="anchors")
    payload = models.TextField(
        help_text="Canonical JSON: heads, audit sequence and hash. Byte for byte what is signed."
    )
    signature = models.TextField(help_text="The SSH signature of the payload, namespace settei-anchor.")
    signer = models.CharField(max_length=200, help_text="The fingerprint of the key.")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"anchor of {self.project}"
