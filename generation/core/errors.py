"""The errors of the generation service."""

from ip_library.core.errors import SetteiError


class ImageUnreadableError(SetteiError):
    """A file is no picture that Settei reads, or is larger than it reads."""

    code = "image.unreadable"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name} {reason}")


class LineageRefusedError(SetteiError):
    """The lineage that is embedded in a file breaks its format or a limit."""

    code = "lineage.refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the embedded lineage {reason}")


class LineageContradictedError(SetteiError):
    """A file claims a lineage that the library contradicts."""

    code = "lineage.contradicted"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"the lineage that {name} claims is not true: {reason}")


class StorageError(SetteiError):
    """The image store cannot be read or written, or holds something else than it should."""

    code = "storage"


class KeyReusedError(SetteiError):
    """An idempotency key came again with another request."""

    code = "idempotency.reused"

    def __init__(self, key: str, job: int) -> None:
        self.key = key
        self.job = job
        super().__init__(f"the idempotency key {key!r} belongs to job {job}, which asked for something else")


class RenderFailedError(SetteiError):
    """An engine could not render. ``permanent``: another try of the same request cannot mend it."""

    code = "render.failed"

    def __init__(self, reason: str, *, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(reason)


class LeaseLostError(SetteiError):
    """A worker was thought dead and its job given away; what it still does must not count."""

    code = "render.lease_lost"

    def __init__(self, job: int, attempt: int) -> None:
        self.job = job
        self.attempt = attempt
        super().__init__(f"try {attempt} of job {job} has been given away or ended elsewhere")
