"""Which contradictions of locked traits are waived, and which versions were committed so."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from ip_library.core.locks import Contradiction
from ip_library.models import Project, Version, Waiver, WaiverUse


def open_waivers(project: Project) -> QuerySet[Waiver]:
    """Return the waivers of a project that hold now: neither expired nor revoked."""
    return Waiver.objects.filter(project=project, revoked_at=None, expires_at__gt=timezone.now())


def waivers_for(
    project: Project, kind: str, asset: str, contradictions: Iterable[Contradiction]
) -> dict[Contradiction, Waiver]:
    """Return the waiver that lets each contradiction pass; those that none covers are not in it."""
    wanted = list(contradictions)
    if not wanted:
        return {}
    held = {(waiver.character, waiver.slot): waiver for waiver in open_waivers(project).filter(kind=kind, asset=asset)}
    found = ((item, held.get((item.character, item.slot))) for item in wanted)
    return {item: waiver for item, waiver in found if waiver}


def waiver_uses(versions: Iterable[Version]) -> list[WaiverUse]:
    """Return under which waivers any of these versions were committed, oldest first."""
    keys = [version.pk for version in versions]
    return list(WaiverUse.objects.filter(version__in=keys).select_related("waiver", "version").order_by("pk"))
