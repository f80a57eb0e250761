"""What the settings of the generation service may get wrong, found at start-up."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

_SHORTEST_LEASE = 1


def check_engines(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Every engine can be imported, and the default is one of them."""
    found: list[CheckMessage] = []
    for name, path in settings.ENGINES.items():
        try:
            engine = import_string(path)
        except ImportError as reason:
            found.append(Error(f"engine {name!r}: {path!r} cannot be imported: {reason}", id="generation.E001"))
            continue
        missing = [part for part in ("kind", "defaults", "schedulers", "render") if not hasattr(engine, part)]
        if missing:
            found.append(Error(f"engine {name!r}: {path!r} lacks {', '.join(missing)}", id="generation.E002"))
    if settings.DEFAULT_ENGINE not in settings.ENGINES:
        known = ", ".join(sorted(settings.ENGINES))
        found.append(
            Error(f"DEFAULT_ENGINE is {settings.DEFAULT_ENGINE!r}, but it must be one of {known}", id="generation.E003")
        )
    return found


def check_queue(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Leases, tries and sweeps are positive, and a lease outlives the sweep."""
    found: list[CheckMessage] = []
    for name in ("RENDER_LEASE_SECONDS", "RENDER_ATTEMPTS", "SWEEP_SECONDS"):
        value = getattr(settings, name)
        if not isinstance(value, int | float) or value < _SHORTEST_LEASE:
            found.append(Error(f"{name} is {value!r}, but it must be a number from 1", id="generation.E004"))
    return found
