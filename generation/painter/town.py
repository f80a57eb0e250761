"""Places in a town: streets, skylines, a school roof, a shrine."""

from typing import Final

from generation.painter.colours import RGB, mix
from generation.painter.geometry import Point
from generation.painter.nature import LEAVES, hills
from generation.painter.scenery import HORIZON, Scenery

WINDOW: Final[RGB] = (255, 226, 150)
GLASS: Final[RGB] = (150, 190, 220)
HOUSES: Final[tuple[RGB, ...]] = ((236, 216, 190), (204, 178, 168), (190, 208, 214), (238, 228, 206))


def skyline(
    s: Scenery, base: float, low: float, high: float, colour: RGB, step: float, *, windows: bool = True
) -> None:
    """Draw a row of towers that stand on ``base``; their roofs lie between ``high`` and ``low``."""
    x, i = -0.02, 0
    while x < s.aspect + 0.02:
        wide = step * (0.75 + 0.5 * ((i * 7) % 5) / 4)
        top = high + (low - high) * ((i * 11) % 7) / 6
        tone = mix(colour, (255, 255, 255), 0.05 * ((i * 3) % 4))
        s.rect(x, top, x + wide, base, tone)
        s.rect(x + wide * 0.82, top, x + wide, base, mix(tone, (40, 40, 80), 0.18))
        if i % 3 == 0:
            s.rect(x + wide * 0.4, top - 0.03, x + wide * 0.46, top, tone)
        if windows:
            _windows(s, x, x + wide * 0.8, top, base, step)
        x += wide + 0.004
        i += 1


def _windows(s: Scenery, x0: float, x1: float, top: float, base: float, step: float) -> None:
    """Draw the windows of one tower; at night some are lit."""
    cell = max(0.018, step * 0.2)
    rows, columns = min(26, int((base - top) / (cell * 1.25))), max(1, int((x1 - x0) / cell))
    for row in range(rows):
        for column in range(columns):
            x, y = x0 + (column + 0.3) * (x1 - x0) / columns, top + cell * (0.6 + row * 1.25)
            lit = s.light.lamps and s.rng.random() < 0.5
            if lit:
                warm = mix(WINDOW, (150, 214, 255), 0.7 if s.rng.random() < 0.25 else 0.0)
                s.rect(x, y, x + cell * 0.5, y + cell * 0.62, warm, raw=True)
            else:
                s.rect(x, y, x + cell * 0.5, y + cell * 0.62, GLASS)


def city(s: Scenery) -> None:
    """Draw a skyline behind a wide plaza."""
    s.sky()
    s.clouds(3, 0.32)
    skyline(s, HORIZON + 0.01, 0.40, 0.22, (176, 196, 222), 0.085, windows=False)
    skyline(s, HORIZON + 0.02, 0.38, 0.10, (160, 174, 200), 0.14)
    s.rect(0, HORIZON - 0.005, s.aspect, HORIZON + 0.03, (128, 136, 156))
    s.floor(HORIZON + 0.03, (176, 182, 196), (206, 208, 216), line=(158, 164, 182))
    _lamps(s)


def _lamps(s: Scenery) -> None:
    """Draw two street lamps, lit when it is dark."""
    for x in (0.06 * s.aspect, 0.94 * s.aspect):
        s.rect(x - 0.006, 0.26, x + 0.006, 0.72, (72, 76, 96))
        s.oval(x, 0.25, 0.026, 0.022, (255, 232, 168) if s.light.lamps else (222, 226, 234), raw=s.light.lamps)


def night_city(s: Scenery) -> None:
    """Draw a city of lit windows and its reflections on a wet street."""
    a = s.aspect
    s.sky()
    skyline(s, HORIZON + 0.01, 0.42, 0.24, (110, 116, 170), 0.085, windows=False)
    skyline(s, HORIZON + 0.02, 0.40, 0.08, (84, 86, 140), 0.14)
    s.rect(0, HORIZON, a, HORIZON + 0.03, (60, 62, 100))
    s.floor(HORIZON + 0.03, (86, 90, 140), (58, 60, 102), line=(76, 80, 130))
    for colour, x in (
        ((255, 120, 170), 0.16),
        ((110, 220, 255), 0.34),
        ((255, 214, 130), 0.62),
        ((170, 140, 255), 0.84),
    ):
        s.rect(x * a - 0.03, 0.37, x * a + 0.03, 0.43, colour, raw=True)
        s.soft(
            [
                (x * a - 0.035, HORIZON + 0.035),
                (x * a + 0.035, HORIZON + 0.035),
                (x * a + 0.07, 0.95),
                (x * a - 0.07, 0.95),
            ],
            colour,
            0.26,
            blur=0.025,
        )
    _lamps(s)


def _house(s: Scenery, side: int, far: float, near: float, index: int) -> None:
    """Draw one house front of a street; ``far`` and ``near`` are shares of half the width from the middle."""
    m = s.aspect / 2
    high = 0.54 - 0.05 * (index % 2)

    def at(reach: float, up: float) -> Point:
        """Return a point of the front: on the pavement for ``up`` 0."""
        return m + side * m * reach, HORIZON + (0.16 * reach if up == 0 else -up * reach)

    def front(low: float, top: float, first: float, last: float) -> list[Point]:
        """Return a piece of the front between two heights and two distances."""
        return [at(last, low), at(last, top), at(first, top), at(first, low)]

    tone = HOUSES[(index + (side > 0)) % len(HOUSES)]
    s.poly(front(0, high, far, near), tone if side < 0 else mix(tone, (90, 90, 130), 0.14))
    s.poly(front(high, high + 0.06, far, near), (150, 96, 92) if index % 2 else (96, 108, 132))
    for level in (0.14, 0.32):
        for start in (0.22, 0.62):
            x0, x1 = far + (near - far) * start, far + (near - far) * (start + 0.2)
            glass = WINDOW if s.light.lamps else GLASS
            s.poly(front(level, level + 0.11, x0, x1), glass, raw=s.light.lamps)


def street(s: Scenery) -> None:
    """Draw a street of houses in one-point perspective, with wires and a crossing."""
    m = s.aspect / 2
    s.sky()
    s.clouds(3, 0.34)
    hills(s, HORIZON, (150, 182, 200), 0.08)
    s.floor(HORIZON, (166, 168, 180), (132, 134, 150))
    edges = (1.06, 0.66, 0.42, 0.27, 0.17)
    for side in (-1, 1):
        for i in range(4):
            _house(s, side, edges[i + 1], edges[i], i)
    s.poly([(m * 0.90, HORIZON), (m * 1.10, HORIZON), (m * 2.1, 1.02), (-m * 0.1, 1.02)], (116, 120, 138))
    for i in range(7):
        x = m + (i - 3) * m * 0.22
        lean = (x - m) * 0.2
        s.poly(
            [(x - 0.03, 0.86), (x + 0.03, 0.86), (x + lean + 0.045, 0.95), (x + lean - 0.045, 0.95)], (232, 232, 238)
        )
    for side in (-1, 1):
        x = m + side * m * 0.62
        s.rect(x - 0.007, 0.10, x + 0.007, HORIZON + 0.1, (110, 100, 104))
        s.rect(x - 0.05, 0.13, x + 0.05, 0.142, (110, 100, 104))
        s.line([(x - 0.04, 0.14), (m + side * m * 0.2, 0.42)], (80, 84, 104), 0.002)
        s.line([(x + 0.04, 0.14), (m + side * m * 1.2, 0.02)], (80, 84, 104), 0.002)


def rooftop(s: Scenery) -> None:
    """Draw a school roof with its wire fence above a far town."""
    a = s.aspect
    s.sky(0.62)
    for x, y, size in ((0.2, 0.34, 0.19), (0.72, 0.26, 0.15), (0.5, 0.14, 0.07)):
        s.cloud(x * a, y, size)
    skyline(s, 0.63, 0.57, 0.46, (176, 196, 216), 0.075, windows=s.light.lamps)
    s.rect(0, 0.60, a, 0.645, (206, 210, 216))
    s.floor(0.645, (186, 192, 198), (214, 216, 218), line=(164, 172, 182), rows=6, columns=12)
    wire: RGB = (126, 150, 152)
    for i in range(round(a / 0.045) + 3):
        x = i * 0.045 - 0.05
        s.line([(x, 0.33), (x + 0.27, 0.60)], wire, 0.0018)
        s.line([(x, 0.60), (x + 0.27, 0.33)], wire, 0.0018)
        s.line([(x - 0.27, 0.60), (x, 0.33)], wire, 0.0018)
    for y in (0.325, 0.46, 0.598):
        s.rect(0, y - 0.006, a, y + 0.006, (98, 124, 128))
    for i in range(round(a / 0.3) + 1):
        s.rect(i * 0.3 + 0.09, 0.31, i * 0.3 + 0.104, 0.62, (98, 124, 128))
    x = a * 0.84
    s.rect(x, 0.14, a + 0.02, 0.70, (226, 224, 220))
    s.rect(x - 0.02, 0.12, a + 0.02, 0.155, (184, 184, 188))
    s.rect(x + 0.04, 0.34, x + 0.17, 0.70, (120, 146, 160))
    s.rect(x + 0.065, 0.38, x + 0.145, 0.48, GLASS)


def shrine(s: Scenery) -> None:
    """Draw a red gate on a stone path between trees."""
    a = s.aspect
    s.sky()
    hills(s, HORIZON, (138, 178, 168), 0.16)
    s.floor(HORIZON, (176, 192, 146), (138, 166, 118))
    m = a / 2
    for i in range(round(8 * a) + 1):
        x = i / (round(8 * a) or 1) * a
        s.foliage(x, HORIZON - 0.09 - 0.1 * abs(x - m), 0.12, 0.12, LEAVES, 16)
    s.poly([(m - 0.09, HORIZON), (m + 0.09, HORIZON), (m + 0.5, 1.02), (m - 0.5, 1.02)], (206, 204, 200))
    for i in range(7):
        y = HORIZON + 0.03 + 0.43 * (i / 6) ** 1.7
        w = 0.09 + 0.42 * (y - HORIZON) / (1 - HORIZON)
        s.line([(m - w, y), (m + w, y)], (172, 172, 174), 0.004)
    red: RGB = (206, 66, 56)
    reach = min(0.34, a * 0.42)
    for side in (-1, 1):
        x = m + side * reach * 0.78
        s.poly(
            [
                (x - 0.026, 0.70),
                (x + 0.026, 0.70),
                (x - side * 0.02 + 0.022, 0.16),
                (x - side * 0.02 - 0.022, 0.16),
            ],
            red,
        )
        s.rect(x - 0.034, 0.665, x + 0.034, 0.705, (64, 54, 66))
    s.rect(m - reach * 0.86, 0.235, m + reach * 0.86, 0.272, red)
    s.smooth(
        [
            (m - reach * 1.12, 0.09, 1),
            (m, 0.125),
            (m + reach * 1.12, 0.09, 1),
            (m + reach * 1.06, 0.155, 1),
            (m, 0.178),
            (m - reach * 1.06, 0.155, 1),
        ],
        red,
    )
    s.smooth(
        [
            (m - reach * 1.16, 0.07, 1),
            (m, 0.108),
            (m + reach * 1.16, 0.07, 1),
            (m + reach * 1.12, 0.102, 1),
            (m, 0.136),
            (m - reach * 1.12, 0.102, 1),
        ],
        (64, 54, 66),
    )
    s.rect(m - 0.03, 0.172, m + 0.03, 0.24, (86, 62, 60))
