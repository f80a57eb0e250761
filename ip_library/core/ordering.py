"""Put documents in an order in which each comes after what it refers to."""

from collections.abc import Iterable, Mapping

from ip_library.core import documents as d


def references_first(documents: Iterable[d.Document]) -> list[d.Document]:
    """Return the documents by kind, a variant of a character after its base; otherwise as they came.

    Bases that go round in a circle keep some order: whoever resolves them refuses them.
    """
    documents = list(documents)
    bases = {
        document.asset: document.base.asset
        for document in documents
        if isinstance(document, d.CharacterDocument) and document.base
    }
    return sorted(documents, key=lambda document: (d.KINDS.index(document.kind), _depth(document, bases)))


def _depth(document: d.Document, bases: Mapping[str, str]) -> int:
    """Return how many of the documents a character builds on, one on the other."""
    if document.kind != d.CHARACTER:
        return 0
    seen = [document.asset]
    while (base := bases.get(seen[-1])) and base not in seen:
        seen.append(base)
    return len(seen)
