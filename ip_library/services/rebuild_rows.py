"""Read commits back into the rows that made them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from ip_library.core.canonical import digest, from_xml
from ip_library.core.errors import LibraryError, SetteiError
from ip_library.core.paths import ADHOC, ANCHORS, CANON, document_path, negative_path, prompt_path
from ip_library.core.prompt import DIALECTS
from ip_library.core.prompt_file import check_prompt
from ip_library.core.references import references_of
from ip_library.core.trailers import LabelName, Trailers, VersionName, read_message
from ip_library.models import Anchor, Changeset, LabelMove, Project, PromptRevision, Resolution, Version
from ip_library.selectors.changesets import ANCHOR_PATH, SIGNATURE_PATH, Content, plan_of
from ip_library.store.git import GitStore
from ip_library.store.history import Commit, History
from ip_library.store.signatures import fingerprint_of

_Key = tuple[str, str, str]


class Reader:
    """Makes unsaved rows of a project's commits, and proves that they make the same commits again."""

    def __init__(self, project: Project, store: GitStore, history: History) -> None:
        self._project = project
        self._store = store
        self._history = history
        self._people: dict[str, User] = {user.username: user for user in User.objects.all()}
        names = Version.objects.filter(project=project).values_list("kind", "asset", "number", "pk")
        self.versions: dict[tuple[str, str, int], int] = {
            (kind, asset, number): pk for kind, asset, number, pk in names
        }
        moves = LabelMove.objects.filter(project=project).order_by("changeset__sequence", "pk")
        self._standing: dict[_Key, int | None] = {
            (kind, asset, name): version
            for kind, asset, name, version in moves.values_list("kind", "asset", "name", "version_id")
        }

    def read(self, branch: str, sequence: int, commit: Commit, parent_tree: str) -> tuple[Changeset, Content]:
        """Return the rows of a commit.

        Raises:
            LibraryError: it is none that Settei wrote, or its rows would make another commit.
        """
        try:
            message, trailers = read_message(commit.message)
            changeset = self._changeset(branch, sequence, commit, message, trailers)
            content = self._content(branch, commit, parent_tree, trailers)
            plan = plan_of(self._store, changeset, content)
        except (ValueError, KeyError, SetteiError) as reason:
            raise LibraryError(f"commit {commit.sha} on {branch} cannot be read back: {reason}") from reason
        if plan.sha != commit.sha:
            raise LibraryError(
                f"commit {commit.sha} on {branch} holds more than Settei writes: its rows make {plan.sha}"
            )
        for version in content.versions:
            version.blob = plan.blobs[document_path(version.kind, version.asset)]
        return changeset, content

    def resolutions(self, versions: Sequence[Version]) -> list[Resolution]:
        """Return what versions used, as their documents say; the versions are saved.

        Raises:
            LibraryError: a document names a version that is not there.
        """
        rows = []
        for version in versions:
            for field, kind, reference in references_of(from_xml(version.document.encode())):
                used = self.versions.get((kind, reference.asset, reference.version or 0))
                if used is None:
                    raise LibraryError(f"{version} uses {kind} {reference.asset} {reference.version}, which is nowhere")
                rows.append(Resolution(using=version, field=field, used_id=used, follow=reference.follow))
        return rows

    def _changeset(self, branch: str, sequence: int, commit: Commit, message: str, trailers: Trailers) -> Changeset:
        return Changeset(
            id=uuid.UUID(trailers.changeset),
            project=self._project,
            branch=branch,
            sequence=sequence,
            sha=commit.sha,
            parent=commit.parent,
            author=self._people.get(trailers.author),
            author_login=trailers.author,
            author_name=commit.author.name,
            author_email=commit.author.email,
            message=message,
            committed_at=datetime.fromtimestamp(commit.author.timestamp, UTC),
            sealed=True,
        )

    def _content(self, branch: str, commit: Commit, parent_tree: str, trailers: Trailers) -> Content:
        match branch:
            case _ if branch == ANCHORS:
                return Content(anchor=self._anchor(commit))
            case _ if branch == CANON:
                return Content(moves=self._moves(trailers.labels))
            case _ if branch == ADHOC:
                return Content(prompts=self._adhoc(commit, parent_tree))
        versions = [self._version(commit, name) for name in trailers.versions]
        return Content(versions, [prompt for version in versions for prompt in self._prompts(commit, version)])

    def _version(self, commit: Commit, name: VersionName) -> Version:
        data = self._history.read(self._find(commit, document_path(name.kind, name.asset)))
        document = from_xml(data)
        if (document.kind, document.asset) != (name.kind, name.asset):
            raise ValueError(f"the document of {name.kind} {name.asset} is of {document.kind} {document.asset}")
        return Version(
            project=self._project,
            kind=name.kind,
            asset=name.asset,
            number=name.number,
            document=data.decode(),
            sha256=digest(data),
        )

    def _prompts(self, commit: Commit, version: Version) -> list[PromptRevision]:
        if version.kind != "shot":
            return []
        found = []
        for dialect in DIALECTS:
            path, negative = prompt_path(dialect, version.asset), negative_path(dialect, version.asset)
            blob, negative_blob = (self._history.find(commit.tree, name) for name in (path, negative))
            if not blob:
                continue
            data = self._history.read(blob)
            negative_text = self._history.read(negative_blob).decode() if negative_blob else ""
            row = PromptRevision(project=self._project, version=version, dialect=dialect, path=path)
            row.text, row.sha256 = data.decode(), digest(data)
            row.negative_path, row.negative_text = negative if negative_text else "", negative_text
            found.append(row)
        return found

    def _adhoc(self, commit: Commit, parent_tree: str) -> list[PromptRevision]:
        found = []
        for path, blob in self._history.new_files(commit.tree, parent_tree):
            data = self._history.read(blob)
            dialect = check_prompt(data).dialect
            if dialect is None:
                raise ValueError(f"the prompt {path} is in no dialect")
            row = PromptRevision(project=self._project, dialect=dialect, path=path)
            row.text, row.sha256 = data.decode(), digest(data)
            found.append(row)
        return found

    def _moves(self, labels: Sequence[LabelName]) -> list[LabelMove]:
        keys = [self.versions[item.kind, item.asset, item.number] for item in labels if item.number is not None]
        rows: Mapping[int, Version] = Version.objects.in_bulk(keys)
        prefetch_related_objects(list(rows.values()), "prompts")
        moves = []
        for item in labels:
            version = None if item.number is None else rows[self.versions[item.kind, item.asset, item.number]]
            key = item.kind, item.asset, item.name
            move = LabelMove(project=self._project, kind=item.kind, asset=item.asset, name=item.name, version=version)
            move.previous_id, self._standing[key] = self._standing.get(key), version.pk if version else None
            moves.append(move)
        return moves

    def _anchor(self, commit: Commit) -> Anchor:
        payload, signature = (
            self._history.read(self._find(commit, path)).decode() for path in (ANCHOR_PATH, SIGNATURE_PATH)
        )
        return Anchor(project=self._project, payload=payload, signature=signature, signer=fingerprint_of(signature))

    def _find(self, commit: Commit, path: str) -> str:
        blob = self._history.find(commit.tree, path)
        if not blob:
            raise LibraryError(f"the file {path} is missing")
        return blob
