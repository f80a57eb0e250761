"""Versions and their documents for one piece of work: looked up many at a time, and each read once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from django.db.models import Max, Q

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.inherit import effective
from ip_library.core.problems import Problem, error
from ip_library.models import Label, Project, PromptRevision, Version
from ip_library.selectors.drafts import AssetName
from ip_library.selectors.library import latest_version

MAX_BASES: Final = 4  # how many characters a variant may build on, one on the other
_AT_ONCE: Final = 500  # names in one query
_Name = tuple[str, str, int]
_Point = tuple[str, str, str]
_Item = TypeVar("_Item")


class Shelf:
    """What has been looked up in a project, so that a thousand shots of one character cost what one does.

    ``add`` puts the versions of the changeset in the making before those that are committed.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._newest: dict[AssetName, Version | None] = {}
        self._numbered: dict[_Name, Version | None] = {}
        self._labelled: dict[_Point, Version | None] = {}
        self._fresh: dict[AssetName, Version] = {}
        self._prompts: dict[AssetName, tuple[int, Sequence[PromptRevision]]] = {}
        self._documents: dict[str, d.Document] = {}
        self._characters: dict[str, d.CharacterDocument] = {}

    def add(self, version: Version, document: d.Document, prompts: Sequence[PromptRevision] = ()) -> None:
        """Put a version of the same changeset on the shelf; ``latest`` means this one from now on."""
        self._prompts[version.kind, version.asset] = (version.number, prompts)
        self._fresh[version.kind, version.asset] = version
        self._numbered[version.kind, version.asset, version.number] = version
        self._documents[version.sha256] = document

    def prompts_of(self, version: Version) -> Iterable[PromptRevision]:
        """Return the prompts of a version, which may not be saved yet."""
        number, prompts = self._prompts.get((version.kind, version.asset), (0, ()))
        return prompts if number == version.number else version.prompts.all()

    def settle(self) -> None:
        """Count what was added as committed: the next changeset begins."""
        self._newest |= self._fresh
        self._fresh.clear()

    def forget_documents(self, *, above: int) -> None:
        """Forget the documents that were read once they are more than so many; they are read again when asked for."""
        if len(self._documents) > above:
            self._documents.clear()
            self._characters.clear()

    def load(self, names: Iterable[AssetName] = (), references: Iterable[tuple[str, d.Reference]] = ()) -> None:
        """Look up the newest versions of assets, and the versions of references (each with its kind)."""
        newest = {name for name in names if name not in self._newest}
        numbered: set[_Name] = set()
        labelled: set[_Point] = set()
        for kind, reference in references:
            name = (kind, reference.asset)
            if not reference.follow:
                numbered.add((*name, reference.version or 0))
            elif reference.follow == d.LATEST:
                if name not in self._newest:
                    newest.add(name)
            else:
                labelled.add((*name, reference.follow))
        # Not the difference with the keys: that would look at every key there is, for every reference.
        self._load_labels({point for point in labelled if point not in self._labelled})
        self._load_versions(newest, {name for name in numbered if name not in self._numbered})

    def newest(self, kind: str, asset: str) -> Version | None:
        """Return the newest version of an asset that is committed."""
        self.load([(kind, asset)])
        return self._newest[kind, asset]

    def version_of(self, kind: str, reference: d.Reference) -> Version | None:
        """Return the version that a reference means now."""
        self.load(references=[(kind, reference)])
        if not reference.follow:
            return self._numbered[kind, reference.asset, reference.version or 0]
        if reference.follow == d.LATEST:
            name = (kind, reference.asset)
            return self._fresh.get(name) or self._newest[name]
        return self._labelled[kind, reference.asset, reference.follow]

    def document_of(self, version: Version) -> d.Document:
        """Return the document of a version."""
        if version.sha256 not in self._documents:
            self._documents[version.sha256] = from_xml(version.document.encode())
        return self._documents[version.sha256]

    def load_bases(self, references: Iterable[tuple[str, d.Reference]]) -> None:
        """Look up what the characters among loaded references build on, and the bases of those."""
        versions = [self.version_of(kind, reference) for kind, reference in references if kind == d.CHARACTER]
        for _ in range(MAX_BASES):
            distinct = {version.sha256: version for version in versions if version}  # some have no key yet
            documents = [self.document_of(version) for version in distinct.values()]
            bases = [exactly(item.base) for item in documents if isinstance(item, d.CharacterDocument) and item.base]
            if not bases:
                return
            self.load(references=[(d.CHARACTER, base) for base in bases])
            versions = [self.version_of(d.CHARACTER, base) for base in bases]

    def character(self, document: d.CharacterDocument) -> tuple[d.CharacterDocument | None, list[Problem]]:
        """Return a character with everything inherited from the exact versions that the documents name.

        Or nothing and the problem: it builds on itself, on too many, or on what there is not.
        """
        chain = [document]
        while base := chain[-1].base:
            names = [item.slug for item in chain]
            if base.asset in names:
                circle = " is a variant of ".join([*names, base.asset])
                return None, [error("base.circle", "base", f"{circle}; a character cannot build on itself")]
            if len(chain) > MAX_BASES:
                message = f"{' is a variant of '.join([*names, base.asset])}: at most {MAX_BASES} may stand so"
                return None, [error("base.too_deep", "base", message)]
            version = self.version_of(d.CHARACTER, exactly(base))
            found = self.document_of(version) if version else None
            if not isinstance(found, d.CharacterDocument):
                message = f"{chain[-1].slug} is a variant of {base.asset!r} v{base.version or 0:03d}, which is missing"
                return None, [error("reference.missing", "base", message)]
            chain.append(found)
        whole: d.CharacterDocument | None = None
        for item in reversed(chain):
            whole = effective(item, whole)
        return whole, []

    def character_of(self, version: Version) -> tuple[d.CharacterDocument | None, list[Problem]]:
        """Return the character that a version holds, with everything inherited."""
        if known := self._characters.get(version.sha256):
            return known, []
        document = self.document_of(version)
        if not isinstance(document, d.CharacterDocument):
            raise TypeError(f"{version} holds no character")
        whole, problems = self.character(document)
        if whole:
            self._characters[version.sha256] = whole
        return whole, problems

    def _load_labels(self, points: set[_Point]) -> None:
        self._labelled |= dict.fromkeys(points)
        for chunk in _chunks(sorted(points)):
            rows = Label.objects.filter(
                project=self.project,
                name__in={label for *_, label in chunk},
                asset__in={asset for _, asset, _ in chunk},
            ).select_related("version")
            for row in rows:
                if (row.kind, row.asset, row.name) in points:
                    self._labelled[row.kind, row.asset, row.name] = row.version

    def _load_versions(self, newest: set[AssetName], numbered: set[_Name]) -> None:
        self._newest |= dict.fromkeys(newest)
        self._numbered |= dict.fromkeys(numbered)
        if len(newest) == 1 and not numbered:
            ((kind, asset),) = newest
            self._newest[kind, asset] = latest_version(self.project, kind, asset)
            return
        lasts = dict(self._numbers(newest))
        wanted = numbered | {(*name, number) for name, number in lasts.items()}
        for chunk in _chunks(sorted(wanted, key=lambda name: (name[0], name[2], name[1]))):
            alike: dict[tuple[str, int], list[str]] = {}
            for kind, asset, number in chunk:
                alike.setdefault((kind, number), []).append(asset)
            exact = Q()
            for (kind, number), assets in alike.items():
                exact |= Q(project=self.project, kind=kind, number=number, asset__in=assets)
            for version in Version.objects.filter(exact).order_by():
                name = (version.kind, version.asset)
                if lasts.get(name) == version.number:
                    self._newest[name] = version
                self._numbered[*name, version.number] = version

    def _numbers(self, names: set[AssetName]) -> Iterator[tuple[AssetName, int]]:
        """Yield the highest numbers of assets that are committed."""
        for chunk in _chunks(sorted(names)):
            some = Q()  # the project stands in every part of it, or SQLite would read all that the project has
            for kind in {kind for kind, _ in chunk}:
                some |= Q(
                    project=self.project, kind=kind, asset__in=[asset for wanted, asset in chunk if wanted == kind]
                )
            rows = Version.objects.filter(some).order_by().values_list("kind", "asset")
            for kind, asset, number in rows.annotate(last=Max("number")):
                yield (kind, asset), number


def exactly(reference: d.Reference) -> d.Reference:
    """Return a reference pinned to the version that it has resolved to."""
    return d.Reference(reference.asset, "", reference.version)


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
