"""The admin site: where the library is curated."""

from typing import Any, Final

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

_ORDER: Final = (
    "Project", "CharacterSheet", "Scene", "Pose", "Prop", "Style", "ShotComposition", "Episode", "Sequence",
    "VocabularyTag", "Version", "Label", "Waiver", "Changeset", "LabelMove", "PromptRevision", "Resolution",
    "AuditEvent", "Anchor",
)  # fmt: skip


class SetteiAdminSite(AdminSite):
    """The stock admin with our name, our login page and a way back to the gallery."""

    site_title = "Settei"
    site_header = "Settei"
    index_title = "Library"
    enable_nav_sidebar = False

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one login page; those who are logged in but are no staff are refused."""
        target = request.GET.get("next") or reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(target, resolve_url(settings.LOGIN_URL))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """List what people edit before what came of it."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_place)
        return sorted(apps, key=lambda app: app["app_label"] != "ip_library")


def _place(model: Any) -> tuple[int, str]:
    name = model["object_name"]
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), str(model["name"]))
