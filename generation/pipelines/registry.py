"""The engines that the settings name, each loaded once a process and kept."""

import threading
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from generation.pipelines.base import Engine
from ip_library.core.errors import UnknownError

_loaded: Final[dict[str, Engine]] = {}
_loading: Final = threading.Lock()


def engine_class(name: str) -> type[Engine]:
    """Return an engine's class for its facts (kind, defaults, schedulers); nothing heavy is loaded.

    Raises:
        UnknownError: the settings name no such engine.
    """
    path = settings.ENGINES.get(name)
    if path is None:
        raise UnknownError("engine", name, hint=f"engines: {', '.join(sorted(settings.ENGINES))}")
    found: type[Engine] = import_string(path)
    return found


def get_engine(name: str) -> Engine:
    """Return the engine called ``name``, loading it on first use.

    Raises:
        UnknownError: the settings name no such engine.
        RenderFailedError: it cannot be loaded.
    """
    kind = engine_class(name)
    with _loading:
        engine = _loaded.get(name)
        if type(engine) is not kind:  # the settings may name another class by now
            engine = _loaded[name] = kind()
        return engine
