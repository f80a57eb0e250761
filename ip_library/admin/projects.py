"""Projects and their members: for owners."""

from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from ip_library.admin.anchors import MirrorBanner
from ip_library.admin.choices import drop_popups
from ip_library.admin.forms import tidy
from ip_library.admin.generic import InlineFormSet, ModelForm, TabularInline
from ip_library.admin.scoped import ScopedAdmin, ScopedInline, allows
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.text import NAME_LIMIT, text_problems
from ip_library.models import Membership, Project, Role
from ip_library.selectors.access import Action
from ip_library.services.projects import (
    NO_OWNER,
    ProjectSettings,
    change_project,
    check_members,
    create_project,
)

_SETTINGS = [field.name for field in fields(ProjectSettings)]


class ProjectForm(ModelForm):
    """A project's own settings."""

    class Meta:
        """Django's options."""

        model = Project
        fields: ClassVar[list[str]] = ["slug", *_SETTINGS]
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

    editor: User | None = None

    def clean(self) -> None:
        """Have the service judge who would be a member; it records what it refuses."""
        super().clean()
        if any(self.errors):
            return
        roles = self.roles()
        if self.instance.pk is None and Role.OWNER not in roles.values():  # no project yet that could record it
            raise ValidationError(f"members: {NO_OWNER}")
        if self.instance.pk is not None:
            try:
                check_members(project=self.instance, roles=roles, editor=self.editor)
            except InvalidDocumentError as reason:
                raise ValidationError([str(problem) for problem in reason.problems]) from None

    def roles(self) -> dict[User, str | None]:
        """Return what the form changes: the role of each person, and none for those whom it takes out."""
        changed = [form for form in self.forms if form.has_changed()]
        before = User.objects.in_bulk([key for form in changed if (key := form.initial.get("user"))])
        roles: dict[User, str | None] = dict.fromkeys(before.values())
        for form in changed:
            if form not in self.deleted_forms:
                roles[form.cleaned_data["user"]] = form.cleaned_data["role"]
        return roles


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
        """Offer people, and take away the pop-ups that would lead out of the form."""
        formset: Any = super().get_formset(request, obj, **options)  # a class of this request's own
        formset.editor = request.user if isinstance(request.user, User) else None
        drop_popups(formset.form.base_fields)
        who = formset.form.base_fields.get("user")
        if isinstance(who, forms.ModelChoiceField):
            who.queryset = _people(obj)
        return formset


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
        """Nothing is written yet: the service writes settings and members together."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Have the service write what the form shows and no more, and record it."""
        roles: dict[User, str | None] = {}
        for formset in formsets:
            formset.save(commit=False)  # tells the admin's own log what was changed
            roles |= formset.roles()
        settings = ProjectSettings(**{name: form.cleaned_data[name] for name in _SETTINGS})
        user = request.user if isinstance(request.user, User) else None
        if change:
            change_project(project=form.instance, settings=settings, roles=roles, editor=user)
        else:
            made = create_project(slug=form.cleaned_data["slug"], settings=settings, roles=roles, maker=user)
            form.instance.pk = made.pk
        form.instance.refresh_from_db()


def _people(project: Any) -> QuerySet[User]:
    """Return who can still log in, and who is a member: a closed account must not hold up its project's form."""
    known = Q(is_active=True)
    if project and project.pk:
        known |= Q(pk__in=Membership.objects.filter(project=project).values("user"))
    return User.objects.filter(known).order_by("username")
