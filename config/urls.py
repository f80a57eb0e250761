"""All routes. Everything needs a login but the login page itself (LoginRequiredMiddleware)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("studio.urls")),
]
