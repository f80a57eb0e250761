"""Shot compositions with their cast."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from ip_library.admin.choices import drop_popups, narrow, pin_problem
from ip_library.admin.documents import Values, position, shot_document
from ip_library.admin.drafts import DraftAdmin
from ip_library.admin.forms import DraftForm, PartForm, PartFormSet
from ip_library.admin.generic import ModelForm, StackedInline
from ip_library.admin.scoped import ScopedInline, allowed_projects
from ip_library.core import documents as d
from ip_library.core.prompt import MAX_CHARACTERS
from ip_library.core.validate import position_problems
from ip_library.models import CastMember, ShotComposition
from ip_library.selectors.access import Action

_ASIDE = 1000  # numbers out of the way while a cast is put in a new order


class ShotForm(DraftForm):
    """The shot itself."""

    parts = frozenset({"cast"})

    class Meta:
        """Django's options."""

        model = ShotComposition
        fields: ClassVar[list[str]] = ["project", "code", "title", "scene", "scene_pin", "negative", "notes"]

    def document(self, values: Values) -> d.Document:
        """Return the shot without its cast."""
        return shot_document(values)

    def clean(self) -> dict[str, Any]:
        """Check that the scene is the project's, and that a pinned version exists."""
        cleaned = super().clean()
        scene, pin = cleaned.get("scene"), cleaned.get("scene_pin")
        project_id = cleaned["project"].pk if cleaned.get("project") else self.instance.project_id
        if scene and project_id and scene.project_id != project_id:
            self.add_error("scene", f"{scene.slug} belongs to project {scene.project}, the shot to another")
        elif pin is not None and "scene" in cleaned:
            problem = pin_problem(scene.project_id, d.SCENE, scene.slug, pin) if scene else "there is no scene to pin"
            if problem:
                self.add_error("scene_pin", problem)
        return cleaned


class CastForm(PartForm):
    """One member of a cast. Members are numbered anew by saving; what is typed gives their order alone."""

    number = forms.IntegerField(
        required=False, min_value=1, max_value=_ASIDE - 1, label="Place", help_text="Order in the prompt."
    )
    x = forms.DecimalField(initial="0.5", help_text="Feet, from the left edge: 0 to 1.")
    y = forms.DecimalField(initial="0.7", help_text="Feet, from the top edge: 0 to 1.")
    scale = forms.DecimalField(initial="1", help_text="1 is normal size; 0.1 to 4.")

    class Meta:
        """Django's options."""

        model = CastMember
        exclude: ClassVar[list[str]] = ["number"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("x", "y", "scale"):
            self.fields[name].widget.attrs.update({"step": "any", "class": "short"})
        self.fields["number"].widget.attrs.update({"class": "short"})
        if self.instance.pk:
            self.initial["number"] = self.instance.number
            for name in ("x", "y", "scale"):
                self.initial[name] = f"{getattr(self.instance, name).normalize():f}"

    def clean(self) -> dict[str, Any]:
        """Check position, look, expression and pin against the character."""
        cleaned = super().clean()
        if all(cleaned.get(name) is not None for name in ("x", "y", "scale")):
            for problem in position_problems("position", position(cleaned)):
                self.add_error(problem.field.rpartition("/")[2], ValidationError(problem.message, code=problem.code))
        if character := cleaned.get("character"):
            for name, variants in (("look", character.looks), ("expression", character.expressions)):
                variant = cleaned.get(name)
                if variant and variant.character_id != character.pk:
                    known = ", ".join(variants.values_list("slug", flat=True)) or "none"
                    other = f"{variant.slug!r} is a {name} of {variant.character.slug}"
                    self.add_error(name, f"{other}; {character.slug} has: {known}")
            if (pin := cleaned.get("pin")) is not None and (
                problem_text := pin_problem(character.project_id, d.CHARACTER, character.slug, pin)
            ):
                self.add_error("pin", problem_text)
        return self.cleaned_data


class CastFormSet(PartFormSet):
    """The cast of a shot, in order."""

    part = "cast"

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the shot with this cast."""
        return shot_document(vars(self.instance), rows)

    def key_of(self, form: ModelForm, place: int) -> str:
        """Return the place of a member."""
        return str(place)

    def living(self) -> list[ModelForm]:
        """Return the members in the order of their numbers; one without a number comes last."""
        return sorted(super().living(), key=lambda form: form.cleaned_data.get("number") or _ASIDE)

    def clean(self) -> None:
        """Check that the characters are the project's, then judge the cast by the library's rules."""
        project_id = self.instance.project_id
        for form in self.living():
            character = form.cleaned_data.get("character")
            if character and project_id and character.project_id != project_id:
                text = f"{character.slug} belongs to project {character.project}, the shot to another"
                form.add_error("character", text)
        super().clean()

    def save(self, commit: bool = True) -> list[Any]:
        """Save the members, numbered from 1 in their order."""
        if not commit or not self.has_changed():
            return super().save(commit=commit)
        changed = super().save(commit=False)
        for row in self.deleted_objects:
            row.delete()
        CastMember.objects.filter(shot=self.instance).update(number=models.F("number") + _ASIDE)
        for number, form in enumerate(self.living(), start=1):
            form.instance.shot = self.instance
            form.instance.number = number
            form.instance.save()
        return changed


class CastInline(ScopedInline, StackedInline):
    """Who is in the shot."""

    model = CastMember
    form = CastForm
    formset = CastFormSet
    extra = 0
    max_num = MAX_CHARACTERS
    verbose_name_plural = "cast: who is in the shot, in the order of the prompt"
    fieldsets: ClassVar[Any] = [
        (
            None,
            {
                "fields": [
                    ("number", "character", "pin"),
                    ("look", "expression"),
                    "pose",
                    ("x", "y", "scale"),
                ]
            },
        )
    ]

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        """Offer the first member of a new shot at once."""
        return 0 if obj and obj.pk else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Offer only characters, looks and expressions of the shot's project."""
        formset = super().get_formset(request, obj, **options)
        projects = [obj.project_id] if obj and obj.pk else allowed_projects(request, Action.EDIT)
        narrow(formset.form.base_fields, projects)
        drop_popups(formset.form.base_fields)
        return formset


class ShotAdmin(DraftAdmin):
    """Shot compositions."""

    kind = d.SHOT
    name_field = "code"
    form = ShotForm
    inlines: ClassVar[Any] = [CastInline]
    list_display = ["code", "title", "scene", "project", "latest", "changed_at"]
    list_select_related = ["project", "scene__project"]
    search_fields: ClassVar[Any] = ["code", "title"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("code", "title"), ("scene", "scene_pin")]}),
        ("Besides", {"fields": ["negative", "notes"]}),
    ]
