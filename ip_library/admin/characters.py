"""Character sheets with their looks, expressions and reference art."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, re_path

from ip_library.admin.art import ArtFormSet, ArtInline, art_file
from ip_library.admin.documents import Values, character_document, row_values
from ip_library.admin.drafts import DraftAdmin
from ip_library.admin.following import VersionField
from ip_library.admin.forms import DraftForm, PartForm, PartFormSet
from ip_library.admin.generic import StackedInline
from ip_library.admin.scoped import ScopedInline
from ip_library.admin.widgets import LockedField, PaletteWidget, SuggestingInput
from ip_library.core import documents as d
from ip_library.core.prompt import join_tags
from ip_library.core.sheet_lines import read_palette, write_palette
from ip_library.core.text import normalise
from ip_library.models import CharacterSheet, Expression, Look
from ip_library.selectors.wardrobe import Wardrobe, circle_problem, inherited_slots

_ROWS = [("hair", "eyes", "face"), ("body", "clothing", "accessories")]


class CharacterForm(DraftForm):
    """The sheet itself."""

    field_of = {"appearance": d.SLOTS[0], "cleared": "base"}
    parts = frozenset({"looks", "expressions", "art"})
    base_version = VersionField(
        kind=d.CHARACTER, of="base", follow="base_follow", pin="base_pin", label="Version of that character"
    )
    locked = LockedField(label="Locked", help_text="What no look and no shot may change without a waiver.")

    class Meta:
        """Django's options."""

        model = CharacterSheet
        fields: ClassVar[list[str]] = [
            "project", "slug", "name", "aliases", "prompt_name", "gender", "base", *d.SLOTS, "locked", "palette",
            "notes",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "aliases": forms.Textarea(attrs={"rows": 3, "cols": 40}),
            "palette": PaletteWidget(attrs={"rows": 4, "cols": 40}),
        }
        help_texts: ClassVar[dict[str, str]] = {
            "base": "What this sheet leaves empty is then as that character has it.",
            "aliases": "One a line. Found by search, never in a prompt.",
            "palette": "One a line: hair #39c5bb",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.base_id is None:  # without a base nothing can be cleared: an empty slot is an empty slot
            for slot in d.SLOTS:
                self.initial[slot] = self.initial.get(slot) or None

    def clean_palette(self) -> str:
        """Write colours in small letters: other programs copy them as #39C5BB."""
        palette = read_palette(normalise(self.cleaned_data["palette"]))
        return write_palette(tuple(d.Colour(colour.name, colour.hex.lower()) for colour in palette))

    def document(self, values: Values) -> d.Document:
        """Return the sheet without its variants."""
        return character_document(values)

    def clean(self) -> dict[str, Any]:
        """Judge the sheet, and refuse one that would build on itself."""
        cleaned = super().clean()
        base = cleaned.get("base")
        if base and (problem := circle_problem(self.instance, base)):
            self.add_error("base", ValidationError(problem, code="character.circle"))
        return cleaned


def show_inherited(fields: dict[str, forms.Field], slots: Mapping[str, d.Tags]) -> None:
    """Write faintly into empty slots what they keep; an example of tags would be taken for it."""
    for slot in d.SLOTS:
        if slot in fields:
            fields[slot].help_text = ""
            fields[slot].widget.attrs["placeholder"] = join_tags(slots.get(slot, ()))


class VariantForm(PartForm):
    """A look or an expression."""

    frozen = ("slug",)


class LookFormSet(PartFormSet):
    """The looks of a sheet."""

    part = "looks"

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the sheet with these looks."""
        return character_document(row_values(self.instance), looks=rows)


class ExpressionFormSet(PartFormSet):
    """The expressions of a sheet."""

    part = "expressions"

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the sheet with these expressions."""
        return character_document(row_values(self.instance), expressions=rows)


class VariantInline(ScopedInline, StackedInline):
    """What looks and expressions share."""

    form = VariantForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the character with its variants: their names say whose they are."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("character")

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Suggest the names that a variant can build on, and show faintly what an empty slot keeps."""
        formset = super().get_formset(request, obj, **options)
        fields = formset.form.base_fields
        widget = SuggestingInput(attrs={"class": "vTextField"})
        saved = obj if obj and obj.pk else None
        if saved:
            widget.suggestions = tuple(worn.slug for worn in Wardrobe(self.model, [saved.project_id]).of(saved.pk))
        if "base" in fields:
            fields["base"].widget = widget
        show_inherited(fields, inherited_slots(saved) if saved else {})
        return formset


class LookInline(VariantInline):
    """Outfit variants."""

    model = Look
    formset = LookFormSet
    verbose_name_plural = "looks: an empty slot stays as it is, a lone - clears it"
    fieldsets: ClassVar[Any] = [(None, {"fields": [("slug", "name", "base"), *_ROWS]})]


def changes_slots(row: Expression) -> bool:
    """Tell whether an expression changes more than the face's tags."""
    return any(getattr(row, slot) is not None for slot in d.SLOTS)


class ExpressionInline(VariantInline):
    """Face variants."""

    model = Expression
    formset = ExpressionFormSet
    verbose_name_plural = "expressions"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fold the slots away while no expression of the character changes one."""
        folded = not obj or not obj.pk or not any(changes_slots(item) for item in obj.expressions.all())
        slots = {"fields": _ROWS, "classes": ["collapse"] if folded else []}
        return [
            (None, {"fields": [("slug", "name", "base", "tags")]}),
            ("What else it changes: closed eyes, a blush", slots),
        ]


class CharacterAdmin(DraftAdmin):
    """Character sheets."""

    kind = d.CHARACTER
    form = CharacterForm
    inlines: ClassVar[Any] = [LookInline, ExpressionInline, ArtInline]
    list_display = ["slug", "name", "gender", "base", "project", "latest", "changed_at"]
    list_select_related = ["project", "base__project"]
    search_fields: ClassVar[Any] = ["slug", "name", "aliases", "prompt_name"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("slug", "name", "gender", "prompt_name")]}),
        (
            "Appearance",
            {"description": "Tags, separated by commas. They are compiled in this order.", "fields": _ROWS},
        ),
        ("What must not change", {"fields": ["locked"]}),
        (
            "Variant of another character",
            {
                "description": "An empty slot is then as that character has it; a lone - means nothing at all.",
                "fields": [("base", "base_version")],
                "classes": ["collapse"],
            },
        ),
        ("Palette, other names, notes", {"fields": [("palette", "aliases"), "notes"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Show faintly what a variant keeps of its base."""
        form = super().get_form(request, obj, change=change, **options)
        if obj and obj.base:
            show_inherited(form.base_fields, inherited_slots(obj.base))
        return form

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Let the reference art know who uploads it."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if issubclass(inline.formset, ArtFormSet):
            given["editor"] = request.user if isinstance(request.user, User) else None
        return given

    def get_urls(self) -> list[URLPattern]:
        """Add the files of the reference art."""
        view, small = self.admin_site.admin_view(art_file), self.admin_site.admin_view(partial(art_file, small=True))
        return [
            re_path(r"^art/(?P<sha256>[0-9a-f]{64})\.png$", view, name="ip_library_art"),
            re_path(r"^art/(?P<sha256>[0-9a-f]{64})\.webp$", small, name="ip_library_art_small"),
            *super().get_urls(),
        ]
