"""Waivers of locked traits: given by managers, with a reason and an end."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from ip_library.admin.choices import drop_popups
from ip_library.admin.display import links
from ip_library.admin.generic import ModelForm
from ip_library.admin.scoped import ProjectFilter, ScopedAdmin, allows
from ip_library.core import documents as d
from ip_library.core.errors import SetteiError
from ip_library.models import Waiver
from ip_library.selectors.access import Action, visible_projects
from ip_library.services.waivers import give_waiver, revoke_waiver


class WaiverForm(ModelForm):
    """Who may contradict what, why, and until when."""

    kind = forms.ChoiceField(choices=[(d.SHOT, "shot"), (d.CHARACTER, "character (its sheet, looks, expressions)")])
    slot = forms.ChoiceField(choices=[(slot, slot) for slot in d.SLOTS], label="Locked slot")

    class Meta:
        """Django's options."""

        model = Waiver
        fields: ClassVar[list[str]] = ["project", "kind", "asset", "character", "slot", "reason", "expires_at"]
        widgets: ClassVar[dict[str, Any]] = {"reason": forms.Textarea(attrs={"rows": 3, "cols": 60})}
        help_texts: ClassVar[dict[str, str]] = {
            "reason": "Stands in the audit, and in the lineage of every picture made under it.",
            "expires_at": "From then on (UTC) new versions must keep to the locked trait again.",
        }

    def clean(self) -> dict[str, Any]:
        """Have the service judge and write, in the form's own transaction."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.instance = give_waiver(author=self.author, **cleaned)
        except SetteiError as reason:
            raise ValidationError(str(reason), code=reason.code) from None
        return cleaned

    author: User | None = None


class OpenFilter(admin.SimpleListFilter):
    """Tell waivers that hold from those that do not any more."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the two."""
        return [("open", "holds"), ("over", "expired or revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        holds = {"revoked_at": None, "expires_at__gt": timezone.now()}
        match self.value():
            case "open":
                return queryset.filter(**holds)
            case "over":
                return queryset.exclude(**holds)
        return queryset


class WaiverAdmin(ScopedAdmin):
    """Waivers: added by managers, revoked by an action, never edited."""

    writes = Action.WAIVE
    form = WaiverForm
    list_display = ["asset", "kind", "character", "slot", "reason", "given_by", "expires_at", "holds", "project"]
    list_filter: ClassVar[Any] = [ProjectFilter, OpenFilter]
    list_select_related = ["project"]
    search_fields: ClassVar[Any] = ["asset", "character", "reason"]
    actions = ["revoke"]
    actions_on_bottom = False
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("kind", "asset"), ("character", "slot"), "reason", "expires_at"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show of a given waiver who gave it, whether it holds, and what was committed under it."""
        if obj is None:
            return self.fieldsets
        given = {"fields": ["given_by", "given_at", "revoked_at", "holds", "used"]}
        return [*self.fieldsets, ("What became of it", given)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Name what is worked out for the page."""
        return ["given_by", "given_at", "revoked_at", "holds", "used"] if obj else []

    @admin.display(description="given by", ordering="author_login")
    def given_by(self, row: Waiver) -> str:
        """Show who gave it."""
        return row.author_login

    @admin.display(description="committed under it")
    def used(self, row: Waiver) -> SafeString:
        """Link to the versions that were committed under it."""
        return links(use.version for use in row.uses.select_related("version"))

    @admin.display(description="holds", boolean=True)
    def holds(self, row: Waiver) -> bool:
        """Show whether it holds now."""
        return row.revoked_at is None and row.expires_at > timezone.now()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a waiver is given or revoked, never edited."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Let managers revoke; the service asks again for each."""
        return allows(request, Action.WAIVE)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Offer the projects in which the person may waive."""
        form: Any = super().get_form(request, obj, change=change, **options)  # a class of this request's own
        form.author = request.user if isinstance(request.user, User) else None
        project = form.base_fields.get("project")
        if isinstance(project, forms.ModelChoiceField):
            project.queryset = visible_projects(request.user, Action.WAIVE)
            drop_popups(form.base_fields)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is left to do: the service has written the row."""

    @admin.action(description="Revoke the selected waivers", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take waivers back."""
        author = request.user if isinstance(request.user, User) else None
        done = refused = 0
        for waiver in queryset.select_related("project"):
            try:
                done += revoke_waiver(waiver=waiver, author=author)
            except SetteiError as reason:
                refused += 1
                self.message_user(request, str(reason), messages.ERROR)
        if done:
            self.message_user(request, f"{done} waiver{' was' if done == 1 else 's were'} revoked.", messages.SUCCESS)
        elif not refused:
            self.message_user(request, "Nothing to revoke: none of them holds any more.", messages.INFO)
