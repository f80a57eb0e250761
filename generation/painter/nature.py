"""Places out of doors: trees, sea, snow, open sky."""

from typing import Final

from generation.painter.colours import RGB, mix
from generation.painter.geometry import Knot, tube
from generation.painter.scenery import HORIZON, Scenery

BLOSSOM: Final[tuple[RGB, RGB, RGB]] = ((232, 138, 172), (248, 182, 204), (255, 218, 228))
LEAVES: Final[tuple[RGB, RGB, RGB]] = ((60, 122, 84), (96, 164, 98), (156, 206, 118))
BARK: Final[RGB] = (112, 78, 76)


def hills(s: Scenery, y: float, colour: RGB, rise: float = 0.09) -> None:
    """Draw a rolling line of hills that stand on y."""
    a = s.aspect
    knots: list[Knot] = [(-0.1, y + 0.1, 1), (-0.1, y - rise * 0.4)]
    steps = max(3, round(a * 3))
    for i in range(steps + 1):
        knots.append((a * i / steps, y - rise * (0.35 + 0.65 * ((i * 5) % 3) / 2)))
    s.smooth([*knots, (a + 0.1, y - rise * 0.5), (a + 0.1, y + 0.1, 1)], colour)


def meadow(s: Scenery, y: float, far: RGB = (168, 214, 128), near: RGB = (98, 168, 92)) -> None:
    """Draw grass from y to the bottom with tufts that grow towards the viewer."""
    s.floor(y, far, near)
    for _ in range(round(70 * s.aspect)):
        depth = s.rng.random() ** 1.4
        ty, tx = y + 0.02 + (0.98 - y) * depth, s.rng.random() * s.aspect
        size = 0.008 + 0.022 * depth
        blade = mix(near, (52, 118, 76), 0.3 + 0.3 * s.rng.random())
        for lean in (-0.5, 0.0, 0.5):
            s.poly([(tx - size * 0.16, ty), (tx + lean * size, ty - size), (tx + size * 0.16, ty)], blade)


def path(s: Scenery, y: float, colour: RGB) -> None:
    """Draw a path that comes from the horizon to the viewer."""
    a = s.aspect
    s.smooth(
        [
            (a * 0.52, y, 1),
            (a * 0.56, y, 1),
            (a * 0.60, (y + 1) / 2),
            (a * 0.92, 1.05, 1),
            (a * 0.18, 1.05, 1),
            (a * 0.42, (y + 1) / 2),
        ],
        colour,
    )


def cherry_blossom_tree(s: Scenery) -> None:
    """Draw a cherry tree in bloom over a path strewn with petals."""
    a = s.aspect
    s.sky(HORIZON + 0.02)
    s.clouds(3, 0.4)
    hills(s, HORIZON, (150, 190, 204), 0.12)
    for i in range(round(7 * max(a, 0.6)) + 1):
        x = a * (i + 0.3) / (round(7 * max(a, 0.6)) + 0.6)
        s.foliage(x, HORIZON - 0.035, 0.11, 0.055, ((220, 140, 172), (240, 176, 198), (250, 206, 220)), 16)
    meadow(s, HORIZON + 0.01)
    path(s, HORIZON + 0.012, (236, 218, 198))
    trunk = 0.84 * a
    s.poly(
        tube(
            [(trunk + 0.015, 0.74), (trunk - 0.005, 0.56), (trunk + 0.02, 0.36), (trunk - 0.03, 0.16)],
            [0.135, 0.078, 0.062, 0.045],
        ),
        BARK,
    )
    s.poly(
        tube([(trunk + 0.03, 0.73), (trunk + 0.018, 0.56), (trunk + 0.036, 0.36)], [0.045, 0.028, 0.02]),
        (88, 60, 66),
    )
    for root in (-0.085, -0.02, 0.06):
        s.poly(tube([(trunk + root * 0.3, 0.69), (trunk + root, 0.755)], [0.05, 0.006]), BARK)
    for end, mid in (
        ((trunk - 0.42, 0.13), (trunk - 0.16, 0.27)),
        ((trunk + 0.26, 0.14), (trunk + 0.14, 0.28)),
        ((trunk - 0.2, 0.02), (trunk - 0.08, 0.18)),
    ):
        s.poly(tube([(trunk + 0.01, 0.40), mid, end], [0.05, 0.034, 0.014]), BARK)
    for x, y, rx, ry in (
        (-0.05, 0.02, 0.30, 0.14),
        (-0.36, 0.10, 0.22, 0.10),
        (0.20, 0.10, 0.22, 0.13),
        (-0.62, 0.02, 0.22, 0.09),
        (-0.12, 0.17, 0.16, 0.075),
        (-0.86, -0.01, 0.18, 0.07),
    ):
        s.foliage(trunk + x, y, rx, ry, BLOSSOM, 34)
    for _ in range(round(120 * a)):
        depth = s.rng.random() ** 1.3
        x, y = s.rng.random() * a, HORIZON + 0.04 + (0.95 - HORIZON) * depth
        s.oval(x, y, 0.0035 + 0.006 * depth, 0.0018 + 0.0032 * depth, BLOSSOM[1 + s.rng.randrange(2)])


def park(s: Scenery) -> None:
    """Draw a meadow with round trees and a path."""
    a = s.aspect
    s.sky()
    s.clouds(4, 0.36)
    hills(s, HORIZON, (140, 188, 186), 0.12)
    hills(s, HORIZON + 0.01, (124, 184, 132), 0.05)
    meadow(s, HORIZON)
    path(s, HORIZON + 0.002, (232, 214, 176))
    for x, size in ((0.08, 1.15), (0.30, 0.7), (0.70, 0.75), (0.93, 1.25)):
        foot = HORIZON + 0.10 * size - 0.03
        s.poly(tube([(x * a, foot), (x * a, foot - 0.22 * size)], [0.05 * size, 0.03 * size]), BARK)
        s.foliage(x * a, foot - 0.28 * size, 0.14 * size, 0.14 * size, LEAVES, 30)


def forest(s: Scenery) -> None:
    """Draw a wood in three depths with light between the trunks."""
    a = s.aspect
    s.gradient(0, 1, ((176, 216, 168), (206, 232, 186), (120, 168, 108)))
    for depth, (trunk, leaf) in enumerate(
        (((132, 168, 134), (150, 196, 142)), ((94, 122, 98), (104, 160, 106)), ((84, 66, 60), (64, 128, 82)))
    ):
        size = (0.022, 0.042, 0.085)[depth]
        foot = HORIZON + 0.02 + 0.075 * depth
        count = max(2, round((8, 6, 3)[depth] * max(0.6, a) / 1.5))
        if depth == 1:
            s.floor(HORIZON, (150, 196, 124), (78, 128, 82))
        for i in range(count + 1):
            middle = (i + (0.5, 0.2, 0.0)[depth]) / count * a + s.rng.uniform(-0.02, 0.02)
            s.poly(
                tube(
                    [(middle, foot), (middle + 0.008, 0.3), (middle - 0.005, -0.05)],
                    [size * 1.4, size, size * 0.9],
                ),
                trunk,
            )
            if depth == 2:
                s.poly(
                    tube(
                        [(middle + size * 0.3, foot), (middle + size * 0.28, -0.05)],
                        [size * 0.5, size * 0.32],
                    ),
                    (66, 52, 54),
                )
        for i in range(round(9 * a) + 2):
            s.foliage(
                i / (round(9 * a) + 1) * a,
                (0.16, 0.10, 0.0)[depth],
                0.13,
                0.10 - 0.01 * depth,
                (mix(leaf, (30, 70, 50), 0.3), leaf, mix(leaf, (230, 250, 170), 0.3)),
                12,
            )
    for i in range(round(12 * a) + 2):
        s.foliage(s.rng.random() * a, HORIZON + 0.08 + 0.14 * (i % 2), 0.07, 0.03, LEAVES, 10)
    for x in (0.22, 0.48, 0.72):
        s.soft(
            [(x * a, -0.02), (x * a + 0.1, -0.02), (x * a - 0.06, 0.9), (x * a - 0.26, 0.9)],
            s.light.glow,
            0.07 if s.light.lamps else 0.2,
            blur=0.02,
        )


def beach(s: Scenery) -> None:
    """Draw sea, surf and sand under a high sky."""
    a = s.aspect
    y = 0.47
    s.sky(y)
    s.clouds(4, 0.4)
    sea = (42, 138, 200) if s.light.time != "sunset" else (120, 124, 180)
    s.gradient(y, 0.66, (sea, (84, 190, 214), (150, 226, 224)))
    for _ in range(round(60 * a)):
        depth = s.rng.random()
        x, ly = s.rng.random() * a, y + 0.008 + 0.14 * depth
        s.line(
            [(x, ly), (x + 0.015 + 0.05 * depth, ly)],
            mix((226, 246, 250), s.light.sky[2], 0.3),
            0.0014 + 0.002 * depth,
        )
    shore: list[Knot] = [(-0.1, 0.645)]
    steps = max(4, round(a * 5))
    for i in range(steps + 1):
        shore.append((a * i / steps, 0.64 + 0.016 * ((i * 2) % 3)))
    tail: list[Knot] = [(a + 0.1, 0.65), (a + 0.1, 1.1, 1), (-0.1, 1.1, 1)]
    s.smooth([*shore, *tail], (250, 252, 252))
    s.smooth([(k[0], k[1] + 0.014) for k in shore] + tail, (214, 190, 150))
    s.smooth([(k[0], k[1] + 0.04) for k in shore] + tail, (244, 224, 182))
    for _ in range(round(60 * a)):
        x, sy = s.rng.random() * a, s.rng.uniform(0.72, 1.0)
        s.oval(x, sy, 0.006, 0.002, mix((222, 198, 154), (250, 238, 208), s.rng.random()))
    s.smooth(
        [(a * 0.86, y + 0.004, 1), (a * 0.92, y - 0.045), (a * 1.05, y - 0.075), (a * 1.05, y + 0.004, 1)],
        (96, 150, 140),
    )


def snow(s: Scenery) -> None:
    """Draw a snowfield with dark firs."""
    a = s.aspect
    s.sky()
    hills(s, HORIZON, (186, 204, 226), 0.15)
    for i in range(round(12 * a) + 1):
        x, size = i / (round(12 * a) or 1) * a, s.rng.uniform(0.7, 1.2)
        for step in range(3):
            y = HORIZON + 0.03 - 0.055 * size * step
            w = (0.052 - 0.012 * step) * size
            s.poly([(x - w, y), (x, y - 0.095 * size), (x + w, y)], (92, 128, 138))
            s.poly(
                [(x - w * 0.45, y - 0.052 * size), (x, y - 0.095 * size), (x + w * 0.45, y - 0.052 * size)],
                (240, 246, 252),
            )
    s.floor(HORIZON + 0.02, (228, 236, 248), (250, 252, 255))
    for i in range(5):
        s.smooth(
            [
                (a * i / 4 - 0.3, 0.72 + 0.06 * i, 1),
                (a * i / 4, 0.70 + 0.06 * i),
                (a * i / 4 + 0.3, 0.72 + 0.06 * i, 1),
            ],
            (214, 226, 242),
        )


def sky(s: Scenery) -> None:
    """Draw a wide sky above a grassy crest."""
    a = s.aspect
    s.sky(0.86)
    for x, y, size in (
        (0.14, 0.56, 0.24),
        (0.86, 0.50, 0.28),
        (0.52, 0.68, 0.18),
        (0.34, 0.20, 0.10),
        (0.72, 0.13, 0.08),
    ):
        s.cloud(x * a, y, size)
    hills(s, 0.80, (128, 186, 150), 0.07)
    meadow(s, 0.76)
