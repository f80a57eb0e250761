"""What a shot holds besides its cast: props, interactions and dialogue. Members are chosen by name."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from ip_library.admin.choices import drop_popups, narrow
from ip_library.admin.documents import Values, row_values, shot_document
from ip_library.admin.following import VersionField
from ip_library.admin.generic import StackedInline
from ip_library.admin.ordered import CastPartFormSet, MemberField, OrderedForm
from ip_library.admin.scoped import ScopedInline, allowed_projects
from ip_library.core import documents as d
from ip_library.models import DialogueLine, Interaction, ShotProp
from ip_library.selectors.access import Action


class PropForm(OrderedForm):
    """A prop in the shot."""

    prop_version = VersionField(kind=d.PROP, of="prop")
    member = MemberField(nobody="in the scene", label="Who has it")

    class Meta:
        """Django's options."""

        model = ShotProp
        exclude: ClassVar[list[str]] = ["number", "follow", "pin"]


class InteractionForm(OrderedForm):
    """What one member does with another."""

    actor = MemberField(label="Who")
    partner = MemberField(label="With whom", initial=2)

    class Meta:
        """Django's options."""

        model = Interaction
        exclude: ClassVar[list[str]] = ["number"]


class LineForm(OrderedForm):
    """A line of dialogue."""

    speaker = MemberField(nobody="somebody unseen", label="Who says it", initial=1)

    class Meta:
        """Django's options."""

        model = DialogueLine
        exclude: ClassVar[list[str]] = ["number"]
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 2, "cols": 40})}


class PropFormSet(CastPartFormSet):
    """The props of a shot."""

    part = "props"
    main_field = "prop"
    members = ("member",)

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the shot with these props."""
        return shot_document(row_values(self.instance), self.plan.rows or (), props=rows)


class InteractionFormSet(CastPartFormSet):
    """The interactions of a shot."""

    part = "interactions"
    main_field = "tags"
    members = ("actor", "partner")

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the shot with these interactions."""
        return shot_document(row_values(self.instance), self.plan.rows or (), interactions=rows)


class LineFormSet(CastPartFormSet):
    """The dialogue of a shot."""

    part = "dialogue"
    main_field = "text"
    members = ("speaker",)

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the shot with these lines."""
        return shot_document(row_values(self.instance), self.plan.rows or (), dialogue=rows)


class CastPartInline(ScopedInline, StackedInline):
    """Rows that name members of the cast."""

    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Offer the members by name, and only what lies in the shot's project."""
        formset = super().get_formset(request, obj, **options)
        fields = formset.form.base_fields
        narrow(fields, [obj.project_id] if obj and obj.pk else allowed_projects(request, Action.EDIT), request)
        drop_popups(fields)
        names = cast_names(request, obj) if obj and obj.pk else []
        for field in fields.values():
            if isinstance(field, MemberField):
                field.offer(names)
        return formset


def cast_names(request: HttpRequest, shot: Any) -> list[str]:
    """Return the names of a shot's saved cast in order, read once a request."""
    known: dict[int, list[str]] = vars(request).setdefault("settei_cast", {})
    if shot.pk not in known:
        rows = shot.cast.order_by("number").values_list("character__name", "character__slug")
        known[shot.pk] = [name or slug for name, slug in rows]
    return known[shot.pk]


class PropInline(CastPartInline):
    """Things in the shot."""

    model = ShotProp
    form = PropForm
    formset = PropFormSet
    verbose_name = "prop"
    verbose_name_plural = "props: what is held, and what stands about"
    fields: ClassVar[Any] = [("number", "prop", "prop_version", "member")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the props with their uses."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("prop")


class InteractionInline(CastPartInline):
    """Who does what with whom."""

    model = Interaction
    form = InteractionForm
    formset = InteractionFormSet
    verbose_name = "interaction"
    verbose_name_plural = "interactions: who does what with whom"
    fields: ClassVar[Any] = [("number", "actor", "partner", "tags")]


class LineInline(CastPartInline):
    """What is said."""

    model = DialogueLine
    form = LineForm
    formset = LineFormSet
    verbose_name = "line"
    verbose_name_plural = "dialogue: for people and storyboards, never part of a prompt"
    fields: ClassVar[Any] = [("number", "speaker", "voice", "text")]
