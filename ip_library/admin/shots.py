"""Shot compositions."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ip_library.admin.cast import CastFormSet, CastInline
from ip_library.admin.display import link
from ip_library.admin.documents import Values, shot_document
from ip_library.admin.drafts import DraftAdmin
from ip_library.admin.following import VersionField
from ip_library.admin.forms import DraftForm
from ip_library.admin.ordered import CastPartFormSet, CastPlan
from ip_library.admin.shot_parts import InteractionInline, LineInline, PropInline
from ip_library.core import documents as d
from ip_library.core.problems import Problem, errors_of
from ip_library.core.shot_codes import ShotPattern
from ip_library.core.validate import validate
from ip_library.models import Project, ShotComposition


class ShotForm(DraftForm):
    """The shot itself."""

    parts = frozenset({"cast", "props", "interactions", "dialogue"})
    field_of = {"duration/seconds": "seconds", "duration/frames": "frames"}
    scene_version = VersionField(
        kind=d.SCENE, of="scene", follow="scene_follow", pin="scene_pin", label="Version of the scene"
    )
    style_version = VersionField(
        kind=d.STYLE, of="style", follow="style_follow", pin="style_pin", label="Version of the style"
    )

    class Meta:
        """Django's options."""

        model = ShotComposition
        fields: ClassVar[list[str]] = [
            "project", "code", "title", "scene", "style", "size", "angle", "seconds", "frames", "action", "negative",
            "notes",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "action": forms.Textarea(attrs={"rows": 3, "cols": 60}),
            "seconds": forms.NumberInput(attrs={"class": "short"}),
            "frames": forms.NumberInput(attrs={"class": "short"}),
        }

    def document(self, values: Values) -> d.Document:
        """Return the shot without its cast."""
        return shot_document(values)

    def judge(self, document: d.Document) -> list[Problem]:
        """Judge by the project's rules too; a code that exists stays as it is when the pattern changes."""
        project = self.cleaned_data.get("project") or self.instance.project
        pattern = "" if self.instance.pk else project.shot_pattern
        return errors_of(validate(document, pattern=pattern, frame_rate=project.frame_rate))


class ShotAdmin(DraftAdmin):
    """Shot compositions."""

    kind = d.SHOT
    name_field = "code"
    form = ShotForm
    inlines: ClassVar[Any] = [CastInline, PropInline, InteractionInline, LineInline]
    list_display = ["code", "title", "scene", "project", "latest", "changed_at"]
    list_select_related = ["project", "scene__project", "style", "sequence__episode"]
    search_fields: ClassVar[Any] = ["code", "title"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("code", "title")]}),
        ("Place and style", {"fields": [("scene", "scene_version", "style", "style_version")]}),
        ("Camera and time", {"fields": [("size", "angle", "seconds", "frames")]}),
        ("Story", {"fields": ["action"]}),
        ("What shall not be seen, and notes", {"fields": ["negative", "notes"], "classes": ["collapse"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Say how codes of the project look, and how many frames a second has."""
        form = super().get_form(request, obj, change=change, **options)
        fields = form.base_fields
        field = fields.get("project")
        offered = field.queryset if isinstance(field, forms.ModelChoiceField) else None
        projects = [obj.project] if obj else list(offered[:2]) if offered is not None else []
        if len(projects) == 1:
            _explain(fields, projects[0])
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show the sequence that the code names."""
        return [*super().get_readonly_fields(request, obj), "in_sequence"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the sequence of a shot that exists."""
        sets = super().get_fieldsets(request, obj)
        if obj:
            sets[0][1]["fields"].append("in_sequence")
        return sets

    @admin.display(description="sequence")
    def in_sequence(self, row: Any) -> SafeString | str:
        """Link to the sequence."""
        return link(row.sequence) if row.sequence else "-"

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Let the parts of the shot know its cast."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if issubclass(inline.formset, (CastFormSet, CastPartFormSet)):
            given["plan"] = vars(request).setdefault("settei_plan", CastPlan())
        return given


def _explain(fields: dict[str, forms.Field], project: Project) -> None:
    if "code" in fields:
        fields["code"].help_text = f"{ShotPattern.of(project.shot_pattern).example}. It never changes."
    if "frames" in fields:
        fields["frames"].help_text = f"On top of the seconds; {project.frame_rate} make one."
