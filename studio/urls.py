"""Routes of the pages."""

from django.contrib.auth import views as auth_views
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from studio import views


class Sha256Converter(StringConverter):
    """A SHA-256 in lower-case hex."""

    regex = "[0-9a-f]{64}"


register_converter(Sha256Converter, "sha256")

app_name = "studio"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("images/<int:key>/", views.image, name="image"),
    path("files/<sha256:sha256>.png", views.image_file, name="file"),
    path("files/<sha256:sha256>.png/download", views.image_file, {"download": True}, name="download"),
    path(
        "login/",
        auth_views.LoginView.as_view(template_name="studio/login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
]
