import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from generation.core.embed import pixel_digest, read_picture, write_parameters, write_png
from generation.core.errors import ImageUnreadableError

RECIPE = {
    "engine": "previz", "engine_digest": "c" * 64, "width": 40, "height": 30, "steps": 2, "guidance": 4.5,
    "scheduler": "none", "seed": 7,
}  # fmt: skip
PROMPT = "<scene>\n  <background>桜, soft_blur</background>\n</scene>\n"


def picture():
    return Image.linear_gradient("L").resize((40, 30)).convert("RGB")


def png(image):
    return write_png(image, block={"settei": 1}, prompt=PROMPT, parameters=write_parameters(PROMPT, RECIPE))


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_the_same_picture_gives_the_same_bytes():
    assert png(picture()) == png(picture())


def test_lineage_prompt_and_parameters_travel_in_the_file():
    found = read_picture(png(picture()), name="a.png")
    assert (found.lineage, found.prompt) == ('{"settei":1}', PROMPT)
    with Image.open(io.BytesIO(png(picture()))) as image:
        assert image.info["parameters"].startswith(PROMPT)
        assert image.info["parameters"].endswith(
            "Steps: 2, Sampler: none, CFG scale: 4.5, Seed: 7, Size: 40x30, Model hash: cccccccccc, Model: previz, Version: settei"
        )


def test_the_pixel_digest_is_what_its_description_says():
    image = picture()
    expected = hashlib.sha256(b"RGB 40x30\n" + image.tobytes()).hexdigest()
    assert pixel_digest(image) == expected
    assert read_picture(png(image), name="a.png").pixels_sha256 == expected


def test_saving_anew_without_loss_keeps_the_pixel_digest():
    image = picture()
    with_alpha = image.copy()
    with_alpha.putalpha(255)
    palette = Image.linear_gradient("L").resize((40, 30))
    for data in (
        saved(image, "PNG", compress_level=9),
        saved(image, "WEBP", lossless=True),
        saved(with_alpha, "PNG"),
        saved(palette, "PNG"),
    ):
        assert read_picture(data, name="x").pixels_sha256 == pixel_digest(image)


def test_one_changed_pixel_or_a_see_through_one_changes_the_pixel_digest():
    image = picture()
    image.putpixel((3, 3), (1, 2, 3))
    assert pixel_digest(image) != pixel_digest(picture())
    image = picture().convert("RGBA")
    image.putpixel((3, 3), (*picture().getpixel((3, 3)), 254))
    assert pixel_digest(image) != pixel_digest(picture())
    assert pixel_digest(Image.new("RGB", (2, 8))) != pixel_digest(Image.new("RGB", (8, 2)))


def test_metadata_of_the_engine_does_not_leak_into_the_file():
    image = picture()
    image.info.update(dpi=(72, 72), icc_profile=b"x", exif=b"Exif\0\0")
    assert png(image) == png(picture())


def test_a_file_that_is_no_picture_is_refused():
    for data in (
        b"",
        b"GIF89a",
        b"<svg/>",
        b"%!PS-Adobe",
        png(picture())[:200],
        saved(picture(), "GIF"),
        saved(picture(), "TIFF"),
    ):
        with pytest.raises(ImageUnreadableError, match="evil.png"):
            read_picture(data, name="evil.png")


def test_a_bomb_is_refused_before_it_is_unpacked():
    for width, height in ((7_000, 6_000), (10_000, 10_000), (60_000, 60_000)):
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
        with pytest.raises(ImageUnreadableError, match="40,000,000"):
            read_picture(data, name="bomb.png")


def test_a_text_bomb_is_refused():
    texts = PngInfo()
    texts.add_text("settei:lineage", "a" * 5_000_000, zip=True)
    with pytest.raises(ImageUnreadableError):
        read_picture(saved(picture(), "PNG", pnginfo=texts), name="bomb.png")


def test_an_animation_is_refused():
    data = saved(picture(), "PNG", save_all=True, append_images=[picture().transpose(0)])
    with pytest.raises(ImageUnreadableError, match="animated"):
        read_picture(data, name="a.png")
