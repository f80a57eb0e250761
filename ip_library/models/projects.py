"""Projects and who may do what in them."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ip_library.core.prompt import DIALECTS, SCENE
from ip_library.core.shot_codes import DEFAULT_SHOT_PATTERN
from ip_library.models.fields import validate_shot_pattern, validate_slug


class Role(models.TextChoices):
    """What a member may do in a project."""

    VIEWER = "viewer", "viewer: reads"
    AUDITOR = "auditor", "auditor: reads all, sees audit and evidence"
    ARTIST = "artist", "artist: edits drafts, commits, renders"
    MANAGER = "manager", "manager: approves, moves labels, waives"
    OWNER = "owner", "owner: members and settings"


class Project(models.Model):
    """One IP or production: members with roles, one Git repository, a default dialect.

    The row is the lock of its repository and of its audit chain: whoever writes either holds it. The heads are the
    commits that the branches point to, or will point to as soon as the last changeset is sealed; the lengths count
    their changesets. ``audit_head`` and ``audit_length`` are the same for the chain of audit events.
    """

    slug = models.CharField(max_length=63, unique=True, validators=[validate_slug])
    name = models.CharField(max_length=120)
    default_dialect = models.CharField(
        max_length=32, choices=[(dialect, dialect) for dialect in DIALECTS], default=SCENE
    )
    shot_pattern = models.CharField(
        max_length=80,
        default=DEFAULT_SHOT_PATTERN,
        validators=[validate_shot_pattern],
        help_text="How shot codes look: E{episode:02}_SQ{sequence:03}_SH{shot:04} makes E01_SQ010_SH0010.",
    )
    frame_rate = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="Frames a second: what a duration of 3 seconds + 12 frames counts in.",
    )
    starter_vocabulary = models.BooleanField(
        default=True, help_text="Start from the tags that Settei ships; the project's own tags come on top."
    )
    vocabulary_state = models.PositiveIntegerField(default=0, editable=False)
    main_head = models.CharField(max_length=40, blank=True, editable=False)
    main_length = models.PositiveIntegerField(default=0, editable=False)
    adhoc_head = models.CharField(max_length=40, blank=True, editable=False)
    adhoc_length = models.PositiveIntegerField(default=0, editable=False)
    canon_head = models.CharField(max_length=40, blank=True, editable=False)
    canon_length = models.PositiveIntegerField(default=0, editable=False)
    anchors_head = models.CharField(max_length=40, blank=True, editable=False)
    anchors_length = models.PositiveIntegerField(default=0, editable=False)
    audit_head = models.CharField(max_length=64, blank=True, editable=False)
    audit_length = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """The role of one person in one project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "user"], name="one_role_per_project")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.project}"
