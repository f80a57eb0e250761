"""Episodes and sequences: made by themselves with the first shot that names them, named by people."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.admin.display import link
from ip_library.admin.forms import tidy
from ip_library.admin.generic import ModelForm
from ip_library.admin.scoped import ProjectFilter, ScopedAdmin
from ip_library.core.text import NAME_LIMIT, NOTES_LIMIT, text_problems
from ip_library.models import Episode, Sequence, ShotComposition
from ip_library.selectors.access import Action
from ip_library.services.audit import record_event

_SHOWN = 200  # shots on one page


class NamedForm(ModelForm):
    """What people say about a part of the story; its code comes from its shots."""

    before: dict[str, object] | None = None

    class Meta:
        """Django's options."""

        fields: ClassVar[list[str]] = ["name", "notes"]
        widgets: ClassVar[dict[str, Any]] = {"notes": forms.Textarea(attrs={"rows": 4, "cols": 60})}

    def clean(self) -> dict[str, Any]:
        """Judge the texts by the library's rules."""
        super().clean()
        self.cleaned_data = tidy(self.cleaned_data)
        for field, limit in (("name", NAME_LIMIT), ("notes", NOTES_LIMIT)):
            text = self.cleaned_data.get(field, "")
            for problem in text_problems(field, text, limit=limit, multiline=field == "notes"):
                self.add_error(field, ValidationError(problem.message, code=problem.code))
        return self.cleaned_data


class StoryAdmin(ScopedAdmin):
    """What episodes and sequences share."""

    writes = Action.EDIT
    form = NamedForm
    kind: ClassVar[str]
    list_filter: ClassVar[Any] = [ProjectFilter]
    search_fields: ClassVar[Any] = ["code", "name"]
    actions = None

    class Media:
        """How the form looks."""

        css: ClassVar[Any] = {"all": ["ip_library/forms.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the first shot makes them."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the row and record what changed, in one transaction."""
        before = _picture(type(obj).objects.get(pk=obj.pk))
        super().save_model(request, obj, form, change)
        if (after := _picture(obj)) != before:
            record_event(
                project=obj.project,
                actor=request.user if isinstance(request.user, User) else None,
                action="edit",
                subject=f"{self.kind}/{self.code_of(obj)}",
                before=before,
                after=after,
            )

    def code_of(self, row: Any) -> str:
        """Return the code under which the record knows a row."""
        return str(row.code)


class EpisodeAdmin(StoryAdmin):
    """Episodes."""

    kind = "episode"
    list_display = ["code", "name", "project", "sequence_count", "shot_count"]
    list_select_related = ("project",)
    readonly_fields: ClassVar[Any] = ["project", "code", "held"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("code", "name"), "notes"]}),
        ("Shots", {"fields": ["held"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the sequences and shots of each."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counts = {"sequences_held": Count("sequences", distinct=True), "shots_held": Count("sequences__shots")}
        counted: QuerySet[Any] = rows.annotate(**counts)
        return counted

    @admin.display(description="sequences")
    def sequence_count(self, row: Any) -> int:
        """Show how many sequences it has."""
        return int(row.sequences_held)

    @admin.display(description="shots")
    def shot_count(self, row: Any) -> int:
        """Show how many shots it has."""
        return int(row.shots_held)

    @admin.display(description="by sequence")
    def held(self, row: Episode) -> SafeString:
        """List the shots by sequence."""
        parts: dict[Sequence, list[ShotComposition]] = {}
        for shot in _shots(sequence__episode=row):
            if shot.sequence:
                parts.setdefault(shot.sequence, []).append(shot)
        return format_html_join(
            "",
            '<div class="story"><h3>{}</h3>{}</div>',
            ((link(part, f"{part.code} {part.name}".strip()), _listed(shots)) for part, shots in parts.items()),
        ) or SafeString("no shots yet")


class SequenceAdmin(StoryAdmin):
    """Sequences."""

    kind = "sequence"
    list_display = ["code", "episode", "name", "project", "shot_count"]
    list_select_related = ("project", "episode")
    search_fields: ClassVar[Any] = ["code", "name", "episode__code", "episode__name"]
    readonly_fields: ClassVar[Any] = ["project", "episode", "code", "held"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", "episode", ("code", "name"), "notes"]}),
        ("Shots", {"fields": ["held"]}),
    ]

    def code_of(self, row: Sequence) -> str:
        """Return the code with that of the episode."""
        return "_".join(filter(None, [row.episode.code if row.episode else "", row.code]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the shots of each."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(shots_held=Count("shots"))
        return counted

    @admin.display(description="shots")
    def shot_count(self, row: Any) -> int:
        """Show how many shots it has."""
        return int(row.shots_held)

    @admin.display(description="in order")
    def held(self, row: Sequence) -> SafeString:
        """List the shots."""
        return _listed(list(_shots(sequence=row))) or SafeString("no shots yet")


def _shots(**where: object) -> QuerySet[ShotComposition]:
    rows = ShotComposition.objects.filter(**where).select_related("sequence__episode")
    return rows.order_by("sequence__code", "code")[:_SHOWN]


def _listed(shots: list[ShotComposition]) -> SafeString:
    items = (
        (reverse("admin:ip_library_shotcomposition_change", args=[shot.pk]), shot.code, shot.title) for shot in shots
    )
    rows = format_html_join("", '<li><a href="{}">{}</a> {}</li>', items)
    return format_html('<ul class="shots">{}</ul>', rows) if shots else SafeString("")


def _picture(row: Any) -> dict[str, object]:
    return {"name": row.name, "notes": row.notes}
