"""Shot compositions and their cast."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ip_library.models.characters import CharacterSheet, Expression, Look
from ip_library.models.drafts import Draft
from ip_library.models.fields import TagsField, validate_shot_code
from ip_library.models.projects import Project
from ip_library.models.scenes import Scene


class ShotComposition(Draft):
    """The draft of a shot: a scene and a cast."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="shots")
    code = models.CharField(
        max_length=32, validators=[validate_shot_code], help_text="E01_SQ010_SH0010. It never changes."
    )
    title = models.CharField(max_length=120, blank=True)
    scene = models.ForeignKey(Scene, on_delete=models.PROTECT, related_name="shots", null=True, blank=True)
    scene_pin = models.PositiveIntegerField(
        null=True,
        blank=True,
        verbose_name="pinned scene version",
        help_text="Empty: follow the latest version.",
    )
    negative = TagsField(blank=True, default=(), help_text="What shall not be seen: lowres, bad_anatomy")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "code"], name="one_shot_per_code")]

    def __str__(self) -> str:
        return f"{self.code} ({self.project})"


class CastMember(models.Model):
    """Who is in a shot: character, look, expression, pose and position; pinned, or following the latest version."""

    shot = models.ForeignKey(ShotComposition, on_delete=models.CASCADE, related_name="cast")
    number = models.PositiveSmallIntegerField(help_text="Order in the prompt, from 1.")
    character = models.ForeignKey(CharacterSheet, on_delete=models.PROTECT, related_name="roles")
    pin = models.PositiveIntegerField(
        null=True, blank=True, verbose_name="pinned version", help_text="Empty: follow the latest version."
    )
    look = models.ForeignKey(Look, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    expression = models.ForeignKey(Expression, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pose = TagsField(blank=True, default=(), help_text="standing, facing_front")
    x = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.5"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Feet centre from the left edge, 0 to 1.",
    )
    y = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.7"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Feet centre from the top edge, 0 to 1.",
    )
    scale = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(4)],
        help_text="1 is normal size.",
    )

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["shot", "number"], name="one_member_per_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.character.slug}"
