"""The references of a document by field: what another asset's change may reach."""

from collections.abc import Mapping
from dataclasses import replace

from ip_library.core import documents as d


def references_of(document: d.Document) -> list[tuple[str, str, d.Reference]]:
    """Return every reference of a document as field, kind and reference.

    Fields are ``base`` (of a variant of a character), ``scene``, ``style``, ``cast/1/character``, ``cast/1/preset``
    and ``props/1``.
    """
    match document:
        case d.CharacterDocument():
            return [("base", d.CHARACTER, document.base)] if document.base else []
        case d.ShotDocument():
            found: list[tuple[str, str, d.Reference | None]] = [
                ("scene", d.SCENE, document.scene),
                ("style", d.STYLE, document.style),
            ]
            for number, member in enumerate(document.cast, start=1):
                found.append((f"cast/{number}/character", d.CHARACTER, member.character))
                found.append((f"cast/{number}/preset", d.POSE, member.preset))
            found += [(f"props/{number}", d.PROP, use.prop) for number, use in enumerate(document.props, start=1)]
            return [(field, kind, reference) for field, kind, reference in found if reference]
    return []


def with_references(document: d.Document, references: Mapping[str, d.Reference]) -> d.Document:
    """Return the document with other references in the named fields; the rest stays as it is.

    Raises:
        KeyError: the document has no reference in such a field.
    """
    if unknown := references.keys() - {field for field, _kind, _reference in references_of(document)}:
        raise KeyError(f"{document.kind} {document.asset} has no reference {sorted(unknown)[0]!r}")
    match document:
        case d.CharacterDocument():
            return replace(document, base=references.get("base", document.base))
        case d.ShotDocument():
            return replace(
                document,
                scene=references.get("scene", document.scene),
                style=references.get("style", document.style),
                cast=tuple(
                    replace(
                        member,
                        character=references.get(f"cast/{number}/character", member.character),
                        preset=references.get(f"cast/{number}/preset", member.preset),
                    )
                    for number, member in enumerate(document.cast, start=1)
                ),
                props=tuple(
                    replace(use, prop=references.get(f"props/{number}", use.prop))
                    for number, use in enumerate(document.props, start=1)
                ),
            )
    return document
