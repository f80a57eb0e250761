import hashlib
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from generation.painter import digest
from generation.painter.contact_sheet import contact_sheet

RED, BLUE = Image.new("RGB", (300, 200), (200, 30, 30)), Image.new("RGB", (300, 200), (30, 30, 200))


def share(image, colour):
    data = image.tobytes()
    return sum(data[i : i + 3] == bytes(colour) for i in range(0, len(data), 3)) / (len(data) / 3)


def test_a_contact_sheet_holds_every_picture_once_in_its_proportions():
    sheet = contact_sheet([(RED, "t01"), (BLUE, "t02"), (RED, "t03")], title="shot")
    area = sheet.width * sheet.height
    assert share(sheet, (200, 30, 30)) * area == pytest.approx(2 * 300 * 200, rel=0.01)
    assert share(sheet, (30, 30, 200)) * area == pytest.approx(300 * 200, rel=0.01)


def test_captions_and_title_are_written():
    plain = contact_sheet([(RED, "t01"), (RED, "t01")], title="shot")
    other = contact_sheet([(RED, "t01"), (RED, "t02")], title="shot")
    box = ImageChops.difference(plain, other).getbbox()
    assert box is not None and box[1] > 200 and box[0] > 300
    titled = ImageChops.difference(plain, contact_sheet([(RED, "t01"), (RED, "t01")], title="other")).getbbox()
    assert titled is not None and titled[3] < 80


def test_columns_are_kept_and_a_column_below_one_is_refused():
    pictures = [(RED, "a")] * 4
    assert contact_sheet(pictures, title="t", columns=1).width < contact_sheet(pictures, title="t", columns=4).width
    with pytest.raises(ValueError, match="columns is 0"):
        contact_sheet(pictures, title="t", columns=0)


def test_an_empty_sheet_odd_sizes_and_other_scripts_are_no_error():
    assert contact_sheet([], title="").mode == "RGB"
    odd = [(Image.new("L", (5, 900)), "桜" * 80), (Image.new("RGBA", (4096, 64)), "long " * 90), (RED, "")]
    assert contact_sheet(odd, title="場面 01").mode == "RGB"


def test_the_same_pictures_give_the_same_sheet():
    one, two = (contact_sheet([(RED, "a"), (BLUE, "b")], title="t") for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_the_digest_covers_every_source_of_the_painter(tmp_path, monkeypatch):
    folder = Path(digest.__file__).parent
    copied = shutil.copytree(folder, tmp_path / "painter", ignore=shutil.ignore_patterns("__pycache__"))
    real = digest.painter_digest()
    assert len(bytes.fromhex(real)) == hashlib.sha256().digest_size
    monkeypatch.setattr(digest, "__file__", str(copied / "digest.py"))
    assert digest.painter_digest() == real
    seen = {real}
    for source in sorted(copied.glob("*.py")):
        source.write_bytes(source.read_bytes()[:-1] + b"#" if source.stat().st_size else b"#")
        seen.add(digest.painter_digest())
    (copied / "new.py").write_bytes(b"")
    seen.add(digest.painter_digest())
    assert len(seen) == len(list(folder.glob("*.py"))) + 2
