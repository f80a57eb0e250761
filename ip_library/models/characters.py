"""Character sheets with their looks and expressions."""

from typing import ClassVar

from django.db import models

from ip_library.core.documents import GENDERS
from ip_library.models.drafts import Draft
from ip_library.models.fields import TagsField, validate_slug, validate_tags
from ip_library.models.projects import Project

_SLUG_HELP = "Lower-case letters, digits, hyphens. It never changes."


class CharacterSheet(Draft):
    """The draft of a character: its canonical appearance by slot."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="characters")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=_SLUG_HELP)
    name = models.CharField(max_length=120, help_text="In any script.")
    prompt_name = models.CharField(
        max_length=64, blank=True, help_text="The name that the model knows, if it differs: hatsune_miku."
    )
    gender = models.CharField(max_length=8, choices=[(gender, gender) for gender in GENDERS], default=GENDERS[0])
    hair = TagsField(blank=True, default=(), help_text="blue_hair, long_twintails")
    eyes = TagsField(blank=True, default=(), help_text="teal_eyes")
    face = TagsField(blank=True, default=(), help_text="freckles")
    body = TagsField(blank=True, default=(), help_text="tall, slim")
    clothing = TagsField(blank=True, default=(), help_text="red_school_uniform")
    accessories = TagsField(blank=True, default=(), help_text="round_glasses")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "slug"], name="one_character_per_slug")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.project})"


class Look(models.Model):
    """An outfit variant: inherits the character's appearance and overrides it by slot."""

    character = models.ForeignKey(CharacterSheet, on_delete=models.CASCADE, related_name="looks")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=_SLUG_HELP)
    name = models.CharField(max_length=120)
    hair = TagsField(blank=True, null=True, default=None, help_text="Empty: as the character; a lone - : nothing.")
    eyes = TagsField(blank=True, null=True, default=None)
    face = TagsField(blank=True, null=True, default=None)
    body = TagsField(blank=True, null=True, default=None)
    clothing = TagsField(blank=True, null=True, default=None)
    accessories = TagsField(blank=True, null=True, default=None)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["character", "slug"], name="one_look_per_slug")]

    def __str__(self) -> str:
        return f"{self.slug} of {self.character.slug}"


class Expression(models.Model):
    """A face variant of a character."""

    character = models.ForeignKey(CharacterSheet, on_delete=models.CASCADE, related_name="expressions")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=_SLUG_HELP)
    name = models.CharField(max_length=120)
    tags = TagsField(validators=[validate_tags], help_text="slight_smile")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["character", "slug"], name="one_expression_per_slug"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} of {self.character.slug}"
