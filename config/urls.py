"""All routes. Everything needs a login but the login page itself (LoginRequiredMiddleware)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/ip_library/", include("ip_library.admin.urls")),
    path("admin/", admin.site.urls),
    path("", include("studio.urls")),
]
