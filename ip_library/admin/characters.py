"""Character sheets with their looks and expressions."""

from collections.abc import Sequence
from typing import Any, ClassVar

from ip_library.admin.documents import Values, character_document
from ip_library.admin.drafts import DraftAdmin
from ip_library.admin.forms import DraftForm, PartForm, PartFormSet
from ip_library.admin.generic import StackedInline, TabularInline
from ip_library.admin.scoped import ScopedInline
from ip_library.core import documents as d
from ip_library.models import CharacterSheet, Expression, Look


class CharacterForm(DraftForm):
    """The sheet itself."""

    field_of = {"appearance": d.SLOTS[0]}
    parts = frozenset({"looks", "expressions"})

    class Meta:
        """Django's options."""

        model = CharacterSheet
        fields: ClassVar[list[str]] = ["project", "slug", "name", "prompt_name", "gender", *d.SLOTS, "notes"]

    def document(self, values: Values) -> d.Document:
        """Return the sheet without its variants."""
        return character_document(values)


class VariantForm(PartForm):
    """A look or an expression."""

    frozen = ("slug",)


class LookFormSet(PartFormSet):
    """The looks of a sheet."""

    part = "looks"

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the sheet with these looks."""
        return character_document(vars(self.instance), looks=rows)


class ExpressionFormSet(PartFormSet):
    """The expressions of a sheet."""

    part = "expressions"

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the sheet with these expressions."""
        return character_document(vars(self.instance), expressions=rows)


class LookInline(ScopedInline, StackedInline):
    """Outfit variants."""

    model = Look
    form = VariantForm
    formset = LookFormSet
    extra = 0
    verbose_name_plural = "looks: leave a slot empty to keep the character's, write a lone - to clear it"
    fieldsets: ClassVar[Any] = [
        (None, {"fields": [("slug", "name"), ("hair", "eyes"), ("face", "body"), ("clothing", "accessories")]})
    ]


class ExpressionInline(ScopedInline, TabularInline):
    """Face variants."""

    model = Expression
    form = VariantForm
    formset = ExpressionFormSet
    extra = 0
    fields: ClassVar[Any] = ["slug", "name", "tags"]


class CharacterAdmin(DraftAdmin):
    """Character sheets."""

    kind = d.CHARACTER
    form = CharacterForm
    inlines: ClassVar[Any] = [LookInline, ExpressionInline]
    list_display = ["slug", "name", "gender", "project", "latest", "changed_at"]
    search_fields: ClassVar[Any] = ["slug", "name", "prompt_name"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("slug", "name"), ("gender", "prompt_name")]}),
        (
            "Appearance",
            {
                "description": "Tags, separated by commas. They are compiled in this order.",
                "fields": [("hair", "eyes"), ("face", "body"), ("clothing", "accessories")],
            },
        ),
        ("Besides", {"fields": ["notes"]}),
    ]
