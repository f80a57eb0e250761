import hashlib
import io
import random
import struct
import zlib

import pytest
from PIL import Image

from ip_library.core.errors import NotAllowedError, RefusedError, StorageError
from ip_library.core.pictures import BYTES_LIMIT, FORMATS, clean_name, read_picture
from ip_library.models import AuditEvent, ReferenceImage
from ip_library.selectors.art import read_reference, reference_path, thumbnail_path
from ip_library.services.art import store_reference

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(1)</script><?php system($_GET[0]); ?>"


def picture(size=(40, 30), mode="RGB", colour=None):
    noise = Image.effect_noise(size, 60).convert(mode)
    return Image.new(mode, size, colour) if colour else noise


def encoded(image, form="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def opened(data):
    return Image.open(io.BytesIO(data))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width, height):
    """A PNG that says it is so large, with hardly any data: a bomb of a few bytes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def test_a_picture_is_kept_as_our_own_png_under_its_digest(empty_project, bob, settings):
    row = store_reference(project=empty_project, data=encoded(picture(), "JPEG"), name="front.jpg", uploader=bob)
    data = read_reference(row)
    path = settings.MEDIA / "references" / row.sha256[:2] / f"{row.sha256}.png"
    assert reference_path(row.sha256) == path
    assert hashlib.sha256(data).hexdigest() == row.sha256
    assert (row.width, row.height, row.size) == (40, 30, len(data))
    assert (row.original_name, row.uploaded_by) == ("front.jpg", bob)
    assert opened(data).format == "PNG"
    assert path.stat().st_mode & 0o777 == 0o444
    event = AuditEvent.objects.order_by("-pk").first()
    assert (event.action, event.subject, event.actor) == ("upload", f"reference/{row.sha256}", bob)


def test_the_small_copy_is_at_most_320_pixels_wide_and_high(empty_project, bob):
    row = store_reference(project=empty_project, data=encoded(picture((1000, 500))), name="wide.png", uploader=bob)
    small = opened(read_reference(row, thumbnail=True))
    assert (small.format, small.size) == ("WEBP", (320, 160))
    assert thumbnail_path(row.sha256).parent == reference_path(row.sha256).parent


def test_the_same_pixels_are_kept_once(empty_project, bob):
    image = picture()
    one = store_reference(project=empty_project, data=encoded(image), name="one.png", uploader=bob)
    two = store_reference(project=empty_project, data=encoded(image, compress_level=1), name="two.png", uploader=bob)
    assert (one.pk, ReferenceImage.objects.count()) == (two.pk, 1)
    assert AuditEvent.objects.filter(action="upload").count() == 1


def test_who_may_not_edit_uploads_nothing(empty_project, charlie, settings):
    with pytest.raises(NotAllowedError):
        store_reference(project=empty_project, data=encoded(picture()), name="mine.png", uploader=charlie)
    assert not ReferenceImage.objects.exists()
    assert not (settings.MEDIA / "references").exists()


def test_a_full_disk_is_told_and_leaves_no_row(empty_project, bob, settings):
    settings.MEDIA.parent.mkdir(exist_ok=True)
    settings.MEDIA.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be kept"):
        store_reference(project=empty_project, data=encoded(picture()), name="front.png", uploader=bob)
    assert not ReferenceImage.objects.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_appended_to_a_picture_or_written_into_it_is_gone(form):
    image = picture()
    exif = image.getexif()
    exif[0x010E] = "secret place <script>"
    data = encoded(image, form, exif=exif) + SCRIPT
    kept = read_picture(data, name="polyglot.png")
    assert b"secret place" in data
    for copy in (kept.png, kept.thumbnail):
        assert b"script" not in copy
        assert b"secret" not in copy
        assert not opened(copy).getexif()
    assert opened(kept.png).info == {}


def test_a_picture_that_lies_on_its_side_is_put_upright():
    image = Image.new("RGB", (40, 20), "white")
    image.paste("red", (0, 0, 10, 20))
    exif = image.getexif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: left becomes top
    kept = read_picture(encoded(image, "JPEG", exif=exif, quality=95))
    assert (kept.width, kept.height) == (20, 40)
    top, bottom = opened(kept.png).getpixel((10, 3)), opened(kept.png).getpixel((10, 36))
    assert top[1] < 60 < 200 < bottom[1]


@pytest.mark.parametrize(
    ("mode", "kept"), [("RGB", "RGB"), ("L", "RGB"), ("1", "RGB"), ("P", "RGB"), ("RGBA", "RGBA"), ("LA", "RGBA")]
)
def test_pixels_stay_what_they_are_in_every_mode(mode, kept):
    image = picture(mode=mode)
    assert opened(read_picture(encoded(image)).png).mode == kept
    assert opened(read_picture(encoded(image)).png).tobytes() == image.convert(kept).tobytes()


def test_sixteen_bits_of_grey_are_not_cut_off():
    assert opened(read_picture(encoded(Image.new("I;16", (4, 4), 0x8000))).png).getpixel((1, 1)) == (128, 128, 128)


def frames(count, form):
    images = [picture(colour=(number * 80 % 256, number % 256, 0)) for number in range(count)]
    return encoded(images[0], form, save_all=True, append_images=images[1:])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: b"", "cannot be read as a picture"),
        (lambda: b"\0" * (BYTES_LIMIT + 1), "at most 20,971,520 bytes"),
        (lambda: png_header(20000, 20000), "pixels, but it must be at most 40,000,000 pixels|far too many pixels"),
        (lambda: png_header(8000, 6000), "8000 x 6000 pixels"),
        (lambda: png_header(2**31 - 1, 2**31 - 1), "far too many pixels"),
        (lambda: encoded(Image.new("RGB", (13000, 13000))), "far too many pixels"),
        (lambda: frames(300, "GIF"), "cannot be read as a picture"),
        (lambda: frames(300, "PNG"), "an animation of 300 frames"),
        (lambda: frames(3, "WEBP"), "an animation of 3 frames"),
        (lambda: encoded(picture(), "GIF"), "a PNG, JPEG or WebP picture"),
        (lambda: encoded(picture(), "TIFF"), "a PNG, JPEG or WebP picture"),
        (lambda: encoded(picture(), "BMP"), "a PNG, JPEG or WebP picture"),
        (lambda: encoded(picture(), "PDF"), "a PNG, JPEG or WebP picture"),
        (lambda: encoded(picture(), "EPS"), "a PNG, JPEG or WebP picture"),
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a PNG, JPEG or WebP picture"),
        (lambda: b"<html>" + SCRIPT, "a PNG, JPEG or WebP picture"),
        (lambda: encoded(picture())[:-600], "cannot be read as a picture"),
        (lambda: encoded(picture(), "JPEG")[:400], "cannot be read as a picture"),
        (lambda: encoded(picture(), "WEBP")[:200], "cannot be read as a picture"),
    ],
    ids=lambda value: "" if callable(value) else None,
)
def test_what_is_no_single_picture_of_a_sane_size_is_refused(data, said):
    with pytest.raises(RefusedError, match=said) as refusal:
        read_picture(data(), name="../evil.png")
    assert "evil.png is" in str(refusal.value)
    assert ".." not in str(refusal.value)


def test_texts_that_unfold_into_gigabytes_are_not_unfolded():
    bomb = zlib.compress(bytes(200_000_000), 9)
    data = encoded(picture())
    head, rest = data[:33], data[33:]
    with pytest.raises(RefusedError, match="cannot be read"):
        read_picture(head + chunk(b"zTXt", b"Comment\0\0" + bomb) + rest)


def test_damaged_pictures_are_refused_or_harmless():
    seeds = [encoded(picture(), form) for form in FORMATS]
    seeds += [encoded(picture(mode="P")), encoded(picture(mode="CMYK"), "JPEG"), encoded(picture(mode="I;16"))]
    chance = random.Random(20)
    read = 0
    for _ in range(600):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_picture(bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))
            read += 1
        except RefusedError:
            continue
    assert 0 < read < 600


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("初音ミク 正面.png", "初音ミク 正面.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\art\\front.png", "front.png"),
        ('a"><script>\u202egnp.exe\0\r\n', "ascriptgnp.exe"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("", ""),
    ],
)
def test_the_name_of_a_file_is_cleaned(name, clean):
    assert clean_name(name) == clean
