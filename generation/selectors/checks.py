"""Compare images with their rows, files and prompts."""

import hashlib
from collections.abc import Callable, Iterator

from generation.core.claim import read_block
from generation.core.embed import read_picture
from generation.core.errors import ImageUnreadableError, LineageRefusedError, StorageError
from generation.core.lineage import make_block, request_of, write_block
from generation.models import Image, JobState, RenderJob
from generation.selectors.lineage import version_names
from generation.storage import ImageStore, image_store
from ip_library.core.errors import LibraryError
from ip_library.core.problems import Problem, error, warning
from ip_library.selectors.library import read_committed

Progress = Callable[[int, int], None]
_BATCH = 200


def verify_images(*, on_progress: Progress | None = None) -> Iterator[Problem]:
    """Yield every difference between image rows, image files, the prompts in Git and what the files say of themselves.

    Files without a row are warnings: a worker may be about to record them, or died before it could.
    """
    store = image_store()
    rows = Image.objects.select_related("job", "prompt__project", "prompt__changeset", "prompt__version__changeset")
    total = rows.count()
    known = set()
    for done, image in enumerate(rows.order_by("pk").iterator(chunk_size=_BATCH), start=1):
        known.add(image.sha256)
        yield from _verify_file(store, image)
        yield from _verify_recipe(image)
        if on_progress:
            on_progress(done, total)
    yield from _verify_jobs()
    for sha256 in store.digests():
        if sha256 not in known:
            yield warning("verify.unrecorded", _field(sha256), f"no row names {store.path(sha256)}")
    for path in store.strangers():
        yield warning(
            "verify.stranger",
            "images",
            f"{path} is the file of no recorded image: a kill left it, or somebody put it there",
        )


def _verify_file(store: ImageStore, image: Image) -> Iterator[Problem]:
    """Check the file against the row: bytes, pixels, embedded lineage and prompt."""
    field = _field(image.sha256)
    try:
        data = store.read(image.sha256)
        picture = read_picture(data, name=str(store.path(image.sha256)))
    except (StorageError, ImageUnreadableError) as reason:
        yield error("verify.file", field, str(reason))
        return
    if len(data) != image.size or picture.image.size != (image.width, image.height):
        yield error("verify.size", field, "the file has another size than the row says")
    if picture.pixels_sha256 != image.pixels_sha256:
        yield error("verify.pixels", field, f"the pixels are {picture.pixels_sha256}, the row says otherwise")
    if picture.prompt != image.prompt.text:
        yield error("verify.embedded", field, "the embedded prompt is not the prompt of the row")
    try:
        read_block(picture.lineage)
        versions = version_names(image.prompt)
        expected = make_block(image.recipe, pixels_sha256=image.pixels_sha256, versions=versions)
    except LineageRefusedError as reason:
        yield error("verify.embedded", field, str(reason))
    except (KeyError, TypeError):
        yield error("verify.recipe", field, "the recipe of the row lacks what belongs into it")
    else:
        if picture.lineage != write_block(expected):
            yield error("verify.embedded", field, "the embedded lineage is not what the row says")


def _verify_recipe(image: Image) -> Iterator[Problem]:
    """Check the recipe against the row, the job, and the prompt's bytes in Git."""
    field, recipe = _field(image.sha256), image.recipe
    request = image.job.request
    try:
        same = request_of(recipe) == request and recipe["request_digest"] == request.digest == image.job.request_digest
        same = same and recipe["index"] == image.index and recipe["seed"] == image.seed == request.seeds[image.index]
        same = same and recipe["kind"] == image.kind and image.prompt_id == image.job.prompt_id
    except (KeyError, TypeError, IndexError):
        same = False
    if not same:
        yield error("verify.recipe", field, "the recipe is not what the row and its job say")
        return
    try:
        data = read_committed(image.prompt.project, recipe["commit"], recipe["path"])
    except LibraryError as reason:
        yield error("verify.prompt", field, str(reason))
        return
    if hashlib.sha256(data).hexdigest() != recipe["prompt_sha256"]:
        yield error(
            "verify.prompt",
            field,
            f"Git's {recipe['path']} at {recipe['commit']} is not the prompt of the recipe "
            f"(SHA-256 {recipe['prompt_sha256']})",
        )


def _verify_jobs() -> Iterator[Problem]:
    """Check that every job that is done has all its takes, and that no other job has any."""
    for job in RenderJob.objects.prefetch_related("images").order_by("pk").iterator(chunk_size=_BATCH):
        made = sorted((image.index, image.seed) for image in job.images.all())
        expected = list(enumerate(job.seeds)) if job.state == JobState.DONE else []
        if made != expected:
            yield error("verify.job", f"job/{job.pk}", f"is {job.state} with {len(made)} of {len(job.seeds)} takes")


def _field(sha256: str) -> str:
    return f"image/{sha256[:12]}"
