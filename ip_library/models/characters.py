"""Character sheets with their looks, expressions and reference art."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ip_library.core.documents import GENDERS, LATEST
from ip_library.models.drafts import Draft
from ip_library.models.fields import TagsField, validate_label, validate_slug, validate_tags
from ip_library.models.frozen import Frozen, FrozenQuerySet
from ip_library.models.projects import Project

SLUG_HELP = "Lower-case letters, digits, hyphens. It never changes."
FOLLOW_HELP = "The label to follow: latest, canon, or one of your own."
PIN_HELP = "Empty: follow the label."


class Slots(models.Model):
    """Tags by slot. Nothing in a slot means: as what it is built on; a lone ``-`` in the form means: nothing at all."""

    hair = TagsField(blank=True, null=True, default=None, help_text="blue_hair, long_twintails")
    eyes = TagsField(blank=True, null=True, default=None, help_text="teal_eyes")
    face = TagsField(blank=True, null=True, default=None, help_text="freckles")
    body = TagsField(blank=True, null=True, default=None, help_text="tall, slim")
    clothing = TagsField(blank=True, null=True, default=None, help_text="red_school_uniform")
    accessories = TagsField(blank=True, null=True, default=None, help_text="round_glasses")

    class Meta:
        """Django's options."""

        abstract = True


class CharacterSheet(Draft, Slots):
    """The draft of a character: its canonical appearance by slot.

    A variant (``base``) inherits from another character what its own slots do not say.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="characters")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=SLUG_HELP)
    name = models.CharField(max_length=120, help_text="In any script.")
    aliases = models.TextField(blank=True, help_text="Other names, one a line; found by search, never in a prompt.")
    prompt_name = models.CharField(
        max_length=64, blank=True, help_text="The name that the model knows, if it differs: hatsune_miku."
    )
    gender = models.CharField(max_length=8, choices=[(gender, gender) for gender in GENDERS], default=GENDERS[0])
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants", verbose_name="variant of"
    )
    base_follow = models.CharField(max_length=63, default=LATEST, validators=[validate_label], help_text=FOLLOW_HELP)
    base_pin = models.PositiveIntegerField(null=True, blank=True, help_text=PIN_HELP)
    locked = TagsField(blank=True, default=(), help_text="Slots that must not change.")
    palette = models.TextField(blank=True, help_text="One colour a line: hair #39c5bb")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "slug"], name="one_character_per_slug")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.project})"


class Look(Slots):
    """An outfit variant: inherits the character's appearance (or another look's) and overrides it by slot."""

    character = models.ForeignKey(CharacterSheet, on_delete=models.CASCADE, related_name="looks")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=SLUG_HELP)
    name = models.CharField(max_length=120)
    base = models.CharField(max_length=63, blank=True, help_text="The slug of the look it builds on.")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["character", "slug"], name="one_look_per_slug")]

    def __str__(self) -> str:
        return f"{self.slug} of {self.character.slug}"


class Expression(Slots):
    """A face variant of a character: its own tags, and slots that it overrides (closed eyes)."""

    character = models.ForeignKey(CharacterSheet, on_delete=models.CASCADE, related_name="expressions")
    slug = models.CharField(max_length=63, validators=[validate_slug], help_text=SLUG_HELP)
    name = models.CharField(max_length=120)
    base = models.CharField(max_length=63, blank=True, help_text="The slug of the expression it builds on.")
    tags = TagsField(blank=True, default=(), validators=[validate_tags], help_text="slight_smile")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["character", "slug"], name="one_expression_per_slug"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} of {self.character.slug}"


class ReferenceImage(Frozen):
    """A picture that people look at when they draw: re-encoded on upload, kept under the SHA-256 of its file."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reference_images")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    original_name = models.CharField(max_length=120, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "sha256"], name="one_image_per_digest")]

    def __str__(self) -> str:
        return f"{self.original_name or 'image'} ({self.sha256[:10]})"


class CharacterArt(models.Model):
    """One piece of a character's reference art."""

    character = models.ForeignKey(CharacterSheet, on_delete=models.CASCADE, related_name="art")
    number = models.PositiveSmallIntegerField(default=1, help_text="Order, from 1.")
    image = models.ForeignKey(ReferenceImage, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=120, blank=True, help_text="Front view, turnaround ...")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["number", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["character", "image"], name="one_art_per_image")]

    def __str__(self) -> str:
        return self.caption or str(self.image)
