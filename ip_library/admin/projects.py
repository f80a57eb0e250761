"""Projects and their members: for owners."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest

from ip_library.admin.anchors import MirrorBanner
from ip_library.admin.choices import drop_popups
from ip_library.admin.forms import tidy
from ip_library.admin.generic import InlineFormSet, ModelForm, TabularInline
from ip_library.admin.scoped import ScopedAdmin, ScopedInline, allows
from ip_library.core.text import NAME_LIMIT, text_problems
from ip_library.models import Membership, Project, Role
from ip_library.selectors.access import Action
from ip_library.services.audit import record_event

_SETTINGS = ["default_dialect", "shot_pattern", "frame_rate", "starter_vocabulary"]


class ProjectForm(ModelForm):
    """A project's own settings."""

    before: dict[str, object] | None = None

    class Meta:
        """Django's options."""

        model = Project
        fields: ClassVar[list[str]] = ["slug", "name", *_SETTINGS]
        widgets: ClassVar[dict[str, Any]] = {
            "shot_pattern": forms.TextInput(attrs={"size": 48}),
            "frame_rate": forms.NumberInput(attrs={"class": "short"}),
        }

    def clean(self) -> dict[str, Any]:
        """Judge the name by the library's rules."""
        super().clean()
        self.cleaned_data = tidy(self.cleaned_data)
        for problem in text_problems("name", self.cleaned_data.get("name", ""), limit=NAME_LIMIT):
            self.add_error("name", ValidationError(problem.message, code=problem.code))
        return self.cleaned_data


class MembersFormSet(InlineFormSet):
    """The members of a project, one of whom owns it."""

    def clean(self) -> None:
        """Refuse to leave a project without an owner."""
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        if not any(self.errors) and not any(row["role"] == Role.OWNER for row in rows if not row.get("DELETE")):
            raise ValidationError("members: a project needs at least one owner")


class MembershipInline(ScopedInline, TabularInline):
    """Who may do what."""

    writes = Action.MANAGE
    model = Membership
    formset = MembersFormSet
    extra = 0
    verbose_name = "member"
    verbose_name_plural = "members"

    def project_id(self, parent: Any) -> int | None:
        """The parent is the project."""
        key: int | None = parent.pk
        return key

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show the members to owners alone."""
        return self._grants(request, Action.MANAGE, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Take away the pop-ups that would lead out of the form."""
        formset = super().get_formset(request, obj, **options)
        drop_popups(formset.form.base_fields)
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer people who can still log in."""
        if db_field.name == "user":
            options["queryset"] = User.objects.filter(is_active=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **options)


class ProjectAdmin(MirrorBanner, ScopedAdmin):
    """Projects: members read them, owners change them, superusers make them."""

    writes = Action.MANAGE
    form = ProjectForm
    inlines: ClassVar[Any] = [MembershipInline]
    list_display = ["slug", "name", "shot_pattern", "default_dialect", "created_at"]
    search_fields: ClassVar[Any] = ["slug", "name"]

    class Media:
        """How the form looks."""

        css: ClassVar[Any] = {"all": ["ip_library/forms.css"]}

    def project_id(self, row: Model) -> int | None:
        """The row is the project."""
        key: int | None = row.pk
        return key

    project_path = "pk"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let superusers make projects."""
        return request.user.is_active and request.user.is_superuser

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show the members to owners."""
        return self.inlines if allows(request, Action.MANAGE, obj.pk if obj else None) else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show where the history stands once there is one."""
        sets: list[Any] = [
            (None, {"fields": ["slug", "name"]}),
            ("Shots and prompts", {"fields": [("shot_pattern", "frame_rate"), "default_dialect"]}),
            ("Tags", {"fields": ["starter_vocabulary"]}),
        ]
        if obj:
            sets.append(("Its history", {"fields": ["main_head", "created_at"], "classes": ["collapse"]}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep the slug: it names the repository."""
        return ["slug", "main_head", "created_at"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Say what a slug is, where one is typed."""
        form = super().get_form(request, obj, change=change, **options)
        if "slug" in form.base_fields:
            form.base_fields["slug"].help_text = "Lower-case letters, digits, hyphens. It never changes."
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Write what the form shows and no more: the heads may have moved since the row was read."""
        if change and isinstance(form, ProjectForm):
            form.before = _picture(Project.objects.get(pk=obj.pk))
            obj.save(update_fields=list(form.fields))
        else:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the members, then record the change in the same transaction."""
        super().save_related(request, form, formsets, change)
        project = form.instance
        after = _picture(Project.objects.get(pk=project.pk))
        if after != form.before:
            record_event(
                project=project,
                actor=request.user if isinstance(request.user, User) else None,
                action="edit" if change else "create",
                subject=f"project/{project.slug}",
                before=form.before,
                after=after,
            )


def _picture(project: Project) -> dict[str, object]:
    """Return what an owner can change about a project."""
    members = project.memberships.select_related("user").order_by("user__username")
    return {
        "name": project.name,
        **{name: getattr(project, name) for name in _SETTINGS},
        "members": {member.user.username: member.role for member in members},
    }
