"""The one place that maps our errors to HTTP."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ip_library.core.errors import SetteiError

_STATUS: Final = {
    "unknown": 404,
    "not_allowed": 403,
    "draft.stale": 409,
    "frozen": 409,
    "idempotency.reused": 409,
    "library": 503,
    "storage": 503,
}


def status_of(error: SetteiError) -> int:
    """Return the HTTP status of an error; what people got wrong is 400."""
    return _STATUS.get(error.code, 400)


class ErrorPages:
    """Turns our errors into a page with one clear message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show an error of ours; leave the others to Django."""
        if not isinstance(exception, SetteiError):
            return None
        return render(request, "studio/error.html", {"error": exception}, status=status_of(exception))
