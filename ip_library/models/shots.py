"""Shot compositions and their cast, and the episodes and sequences they stand in."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.documents import LATEST
from ip_library.models.characters import FOLLOW_HELP, PIN_HELP, CharacterSheet
from ip_library.models.drafts import Draft
from ip_library.models.fields import TagsField, validate_label, validate_shot_code
from ip_library.models.presets import Pose, Prop, Style
from ip_library.models.projects import Project
from ip_library.models.scenes import Scene


class Episode(models.Model):
    """An episode by the part of its shots' codes: ``E01``. Made by itself with its first shot."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="episodes")
    code = models.CharField(max_length=16, validators=[validate_shot_code])
    name = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "code"], name="one_episode_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class Sequence(models.Model):
    """A sequence of an episode (or of the project, where its codes know no episodes): ``SQ010``."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sequences")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, blank=True, related_name="sequences")
    code = models.CharField(max_length=16, validators=[validate_shot_code])
    name = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["episode__code", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "episode", "code"], name="one_sequence_per_code"),
            models.UniqueConstraint(
                fields=["project", "code"], condition=models.Q(episode=None), name="one_sequence_without_episode"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.episode.code if self.episode else "", self.code, self.name]))


class ShotComposition(Draft):
    """The draft of a shot: a scene, a style, a camera, a cast, and what is said and done."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="shots")
    sequence = models.ForeignKey(
        Sequence, on_delete=models.PROTECT, null=True, blank=True, related_name="shots", editable=False
    )
    code = models.CharField(
        max_length=32, validators=[validate_shot_code], help_text="E01_SQ010_SH0010. It never changes."
    )
    title = models.CharField(max_length=120, blank=True)
    scene = models.ForeignKey(Scene, on_delete=models.PROTECT, related_name="shots", null=True, blank=True)
    scene_follow = models.CharField(max_length=63, default=LATEST, validators=[validate_label], help_text=FOLLOW_HELP)
    scene_pin = models.PositiveIntegerField(
        null=True, blank=True, verbose_name="pinned scene version", help_text=PIN_HELP
    )
    style = models.ForeignKey(Style, on_delete=models.PROTECT, related_name="shots", null=True, blank=True)
    style_follow = models.CharField(max_length=63, default=LATEST, validators=[validate_label], help_text=FOLLOW_HELP)
    style_pin = models.PositiveIntegerField(
        null=True, blank=True, verbose_name="pinned style version", help_text=PIN_HELP
    )
    size = models.CharField(
        max_length=24, blank=True, choices=[(slug, term.name) for slug, term in SIZES.items()], verbose_name="shot size"
    )
    angle = models.CharField(
        max_length=24,
        blank=True,
        choices=[(slug, term.name) for slug, term in ANGLES.items()],
        verbose_name="camera angle",
    )
    action = models.TextField(blank=True, help_text="What happens, for people; never part of a prompt.")
    seconds = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(3599)])
    frames = models.PositiveSmallIntegerField(null=True, blank=True, help_text="3 + 12: three seconds, twelve frames.")
    negative = TagsField(blank=True, default=(), help_text="What shall not be seen: lowres, bad_anatomy")

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "code"], name="one_shot_per_code")]

    def __str__(self) -> str:
        return f"{self.code} ({self.project})"


class CastMember(models.Model):
    """Who is in a shot: character, look, expression, pose and position; pinned, or following a label."""

    shot = models.ForeignKey(ShotComposition, on_delete=models.CASCADE, related_name="cast")
    number = models.PositiveSmallIntegerField(help_text="Order in the prompt, from 1.")
    character = models.ForeignKey(CharacterSheet, on_delete=models.PROTECT, related_name="roles")
    follow = models.CharField(max_length=63, default=LATEST, validators=[validate_label], help_text=FOLLOW_HELP)
    pin = models.PositiveIntegerField(null=True, blank=True, verbose_name="pinned version", help_text=PIN_HELP)
    look = models.CharField(max_length=63, blank=True, help_text="The slug of a look of the character.")
    expression = models.CharField(max_length=63, blank=True, help_text="The slug of an expression of the character.")
    preset = models.ForeignKey(
        Pose, on_delete=models.PROTECT, null=True, blank=True, related_name="roles", verbose_name="pose preset"
    )
    preset_follow = models.CharField(max_length=63, default=LATEST, validators=[validate_label], help_text=FOLLOW_HELP)
    preset_pin = models.PositiveIntegerField(null=True, blank=True, help_text=PIN_HELP)
    pose = TagsField(blank=True, default=(), help_text="standing, facing_front: on top of the preset")
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


class ShotPart(models.Model):
    """What the smaller parts of a shot share: their order in it."""

    number = models.PositiveSmallIntegerField(default=1, help_text="Order, from 1.")

    class Meta:
        """Django's options."""

        abstract = True
        ordering: ClassVar = ["number", "pk"]


class ShotProp(ShotPart):
    """A prop in a shot: in the scene (member 0), or with the member of that number."""

    shot = models.ForeignKey(ShotComposition, on_delete=models.CASCADE, related_name="props")
    prop = models.ForeignKey(Prop, on_delete=models.PROTECT, related_name="roles")
    follow = models.CharField(max_length=63, default=LATEST, validators=[validate_label], help_text=FOLLOW_HELP)
    pin = models.PositiveIntegerField(null=True, blank=True, help_text=PIN_HELP)
    member = models.PositiveSmallIntegerField(default=0, help_text="Who has it, by number; 0: it is in the scene.")

    def __str__(self) -> str:
        return f"{self.number} {self.prop.slug}"


class Interaction(ShotPart):
    """What one member of a cast does with another."""

    shot = models.ForeignKey(ShotComposition, on_delete=models.CASCADE, related_name="interactions")
    actor = models.PositiveSmallIntegerField(default=1, help_text="Who does it, by number.")
    partner = models.PositiveSmallIntegerField(default=2, help_text="With whom, by number.")
    tags = TagsField(help_text="holding_hands")

    def __str__(self) -> str:
        return f"{self.actor} with {self.partner}"


class DialogueLine(ShotPart):
    """A line that is said in a shot, for people; never part of a prompt."""

    shot = models.ForeignKey(ShotComposition, on_delete=models.CASCADE, related_name="dialogue")
    speaker = models.PositiveSmallIntegerField(default=1, help_text="Who says it, by number; 0: somebody unseen.")
    voice = models.CharField(max_length=120, blank=True, help_text="Who that is, where nobody in the cast says it.")
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.number} {self.text[:40]}"
