"""The cast of a shot."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from ip_library.admin.choices import drop_popups, narrow
from ip_library.admin.documents import Values, position, row_values, shot_document
from ip_library.admin.following import VersionField
from ip_library.admin.generic import StackedInline
from ip_library.admin.ordered import CastPlan, OrderedForm, OrderedFormSet
from ip_library.admin.scoped import ScopedInline, allowed_projects
from ip_library.core import documents as d
from ip_library.core.prompt import MAX_CHARACTERS
from ip_library.core.validate import position_problems
from ip_library.models import CastMember, Expression, Look
from ip_library.selectors.access import Action
from ip_library.selectors.wardrobe import Wardrobe, Worn

_AXES = ("x", "y", "scale")


class WornField(forms.ChoiceField):
    """Chooses a look or an expression by its slug: the character's own first, then what other characters have."""

    def __init__(self, *, model: type[Look] | type[Expression], nothing: str, **options: Any) -> None:
        self.worn, self.nothing = model, nothing
        self.wardrobe = Wardrobe(model, [])
        super().__init__(required=False, **options)

    def offer(self, character: int | None, slug: str, now: str) -> None:
        """Offer what the character ``slug`` can wear; ``now`` stays on offer whatever has become of it."""
        if character:
            self.wardrobe.want(character)
        self.choices = lambda: self._choices_of(character, slug, now)

    def _choices_of(self, character: int | None, slug: str, now: str) -> list[tuple[str, Any]]:
        own = self.wardrobe.of(character) if character else []
        mine = [(item.slug, _shown(item, slug)) for item in own]
        known = {item.slug for item in own}
        if now and now not in known:
            mine.append((now, f"{now} (not in the draft of {slug})"))
        groups: list[tuple[str, Any]] = [("", self.nothing)]
        if mine:
            groups.append((f"of {slug}", mine))
        others = [(name, f"{name} ({_few(owners)})") for name, owners in self.wardrobe.elsewhere().items()]
        if rest := [(name, text) for name, text in others if name not in known | {now}]:
            groups.append(("of other characters" if mine else "of the characters", rest))
        return groups

    def validate(self, value: Any) -> None:
        """Leave it to the form, which knows the character."""


def _shown(item: Worn, slug: str) -> str:
    text = item.slug if item.name in ("", item.slug) else f"{item.slug} · {item.name}"
    return text if item.owner == slug else f"{text} (from {item.owner})"


def _few(owners: Sequence[str]) -> str:
    return ", ".join(owners[:3]) + (" …" if len(owners) > 3 else "")


class CastForm(OrderedForm):
    """One member of a cast. Members are numbered anew by saving; what is typed gives their order alone."""

    character_version = VersionField(kind=d.CHARACTER, of="character", label="Version")
    look = WornField(model=Look, nothing="as the sheet")
    expression = WornField(model=Expression, nothing="none")
    preset_version = VersionField(
        kind=d.POSE, of="preset", follow="preset_follow", pin="preset_pin", label="Version of the preset"
    )
    x = forms.DecimalField(initial="0.5", help_text="Feet, from the left edge: 0 to 1.")
    y = forms.DecimalField(initial="0.7", help_text="Feet, from the top edge: 0 to 1.")
    scale = forms.DecimalField(initial="1", help_text="1 is normal size; 0.1 to 4.")

    class Meta:
        """Django's options."""

        model = CastMember
        exclude: ClassVar[list[str]] = ["number", "follow", "pin", "preset_follow", "preset_pin"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        row = self.instance
        for name in _AXES:
            self.fields[name].widget.attrs.update({"step": "any", "class": "short"})
            if row.pk:
                self.initial[name] = f"{getattr(row, name).normalize():f}"
        character = row.character if row.pk else None
        for name in ("look", "expression"):
            field = self.fields[name]
            if isinstance(field, WornField):
                field.offer(
                    character.pk if character else None, character.slug if character else "", getattr(row, name)
                )

    def clean(self) -> dict[str, Any]:
        """Check position, look and expression against the character."""
        cleaned = super().clean()
        if all(cleaned.get(name) is not None for name in _AXES):
            for problem in position_problems("position", position(cleaned)):
                self.add_error(problem.field.rpartition("/")[2], ValidationError(problem.message, code=problem.code))
        for name in ("look", "expression"):
            if not {name, "character"}.isdisjoint(self.changed_data):
                self._check_worn(name, cleaned)
        return self.cleaned_data

    def _check_worn(self, name: str, cleaned: Values) -> None:
        field, character, chosen = self.fields[name], cleaned.get("character"), cleaned.get(name)
        if not character or not chosen or not isinstance(field, WornField):
            return
        known = [item.slug for item in field.wardrobe.of(character.pk)]
        if chosen not in known:
            text = f"{character.slug} has no {name} {chosen[:60]!r}; it has: {', '.join(known[:12]) or 'none'}"
            self.add_error(name, ValidationError(text, code=f"cast.{name}"))


class CastFormSet(OrderedFormSet):
    """The cast of a shot, in order."""

    part = "cast"
    unique = True

    def __init__(self, *args: Any, plan: CastPlan | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.plan = plan or CastPlan()

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the shot with this cast."""
        return shot_document(row_values(self.instance), rows)

    def clean(self) -> None:
        """Judge the cast by the library's rules, then say where each member will stand."""
        super().clean()
        if not any(self.errors):
            self.plan.fill(self.living(), saved=self.initial_form_count())


class CastInline(ScopedInline, StackedInline):
    """Who is in the shot."""

    model = CastMember
    form = CastForm
    formset = CastFormSet
    extra = 0
    max_num = MAX_CHARACTERS
    verbose_name = "member"
    verbose_name_plural = "cast: who is in the shot, in the order of the prompt"
    fieldsets: ClassVar[Any] = [
        (
            None,
            {
                "fields": [
                    ("number", "character", "character_version", "look", "expression"),
                    ("pose", "preset", "preset_version"),
                    ("x", "y", "scale"),
                ]
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the characters and poses with the members."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("character__project", "preset")

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        """Offer the first member of a new shot at once."""
        return 0 if obj and obj.pk else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Offer only what lies in the shot's project."""
        formset = super().get_formset(request, obj, **options)
        fields = formset.form.base_fields
        projects = [obj.project_id] if obj and obj.pk else allowed_projects(request, Action.EDIT)
        narrow(fields, projects, request)
        drop_popups(fields)
        for field in fields.values():
            if isinstance(field, WornField):
                field.wardrobe = Wardrobe(field.worn, projects)
        return formset
