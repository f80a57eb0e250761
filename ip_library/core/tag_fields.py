"""Where tags stand in a document: what lint looks at, and what search finds."""

from collections.abc import Iterator

from ip_library.core import documents as d


def tag_fields(document: d.Document) -> Iterator[tuple[str, d.Tags]]:
    """Yield every list of tags with its field; what shall not be seen is the last of a shot and of a style."""
    match document:
        case d.CharacterDocument():
            for slot in d.SLOTS:
                yield slot, getattr(document.appearance, slot)
            for look in document.looks:
                for slot, tags in look.overrides:
                    yield f"looks/{look.slug}/{slot}", tags
            for item in document.expressions:
                yield f"expressions/{item.slug}/tags", item.tags
                for slot, tags in item.overrides:
                    yield f"expressions/{item.slug}/{slot}", tags
        case d.SceneDocument() | d.StyleDocument():
            for slot in d.SCENE_SLOTS if isinstance(document, d.SceneDocument) else d.STYLE_SLOTS:
                yield slot, getattr(document, slot)
        case d.PoseDocument() | d.PropDocument():
            yield "tags", document.tags
        case d.ShotDocument():
            for number, member in enumerate(document.cast, start=1):
                yield f"cast/{number}/pose", member.pose
            for number, together in enumerate(document.interactions, start=1):
                yield f"interactions/{number}", together.tags
            yield "negative", document.negative
