"""The rows of the library, one file a noun."""

from ip_library.models.audit import AuditEvent
from ip_library.models.characters import CharacterSheet, Expression, Look
from ip_library.models.projects import Membership, Project, Role
from ip_library.models.scenes import Scene
from ip_library.models.shots import CastMember, ShotComposition
from ip_library.models.versions import Changeset, PromptRevision, Resolution, Version

__all__ = [
    "AuditEvent",
    "CastMember",
    "Changeset",
    "CharacterSheet",
    "Expression",
    "Look",
    "Membership",
    "Project",
    "PromptRevision",
    "Resolution",
    "Role",
    "Scene",
    "ShotComposition",
    "Version",
]
