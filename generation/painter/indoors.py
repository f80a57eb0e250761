"""Places under a roof: rooms with a back wall, windows and a floor in perspective; and the plain backdrop."""

from generation.painter.colours import RGB, mix, shade, tint
from generation.painter.scenery import HORIZON, Scenery


def window(s: Scenery, x0: float, y0: float, x1: float, y1: float, panes: int = 2) -> None:
    """Draw a window onto the sky."""
    s.rect(x0 - 0.012, y0 - 0.012, x1 + 0.012, y1 + 0.012, (250, 248, 244))
    top, _, low = s.light.sky
    rows = 10
    for i in range(rows):
        a, b = y0 + (y1 - y0) * i / rows, y0 + (y1 - y0) * (i + 1) / rows
        s.rect(x0, a, x1, b, mix(top, low, i / (rows - 1)), raw=True)
    if s.light.time in ("day", "indoor"):
        s.oval((x0 + x1) / 2, y1 - (y1 - y0) * 0.2, (x1 - x0) * 0.3, (y1 - y0) * 0.1, (255, 255, 255), raw=True)
    for i in range(1, panes):
        x = x0 + (x1 - x0) * i / panes
        s.rect(x - 0.005, y0, x + 0.005, y1, (250, 248, 244))
    s.rect(x0, (y0 + y1) / 2 - 0.004, x1, (y0 + y1) / 2 + 0.004, (250, 248, 244))


def boards(s: Scenery, y: float, far: RGB, near: RGB) -> None:
    """Draw a wooden floor whose boards run away from the viewer."""
    s.floor(y, far, near, line=shade(far, 0.55), rows=3, columns=16)


def sunpatch(s: Scenery, x: float) -> None:
    """Draw the light that falls from a window onto the floor."""
    if s.light.time in ("day", "indoor", "sunset"):
        s.soft([(x, 0.70), (x + 0.26, 0.70), (x + 0.46, 0.93), (x + 0.12, 0.93)], s.light.glow, 0.4, blur=0.008)


def classroom(s: Scenery) -> None:
    """Draw a blackboard, windows and rows of desks."""
    a = s.aspect
    s.gradient(0, HORIZON + 0.06, ((246, 238, 220), (238, 228, 206)))
    s.rect(0, 0, a, 0.045, (226, 218, 204))
    s.rect(0, HORIZON + 0.02, a, HORIZON + 0.06, (176, 138, 104))
    boards(s, HORIZON + 0.06, (206, 164, 118), (226, 186, 138))
    for i in range(3):
        w = 0.115 * a
        x = 0.03 * a + i * w * 1.16
        window(s, x, 0.11, x + w * 0.94, 0.43)
    x0, x1 = 0.45 * a, 0.95 * a
    s.rect(x0 - 0.014, 0.12, x1 + 0.014, 0.445, (150, 108, 76))
    s.rect(x0, 0.134, x1, 0.43, (58, 104, 88))
    for i, reach in enumerate((0.5, 0.66, 0.4)):
        s.rect(
            x0 + 0.05 * a,
            0.19 + 0.06 * i,
            x0 + 0.05 * a + reach * (x1 - x0) * 0.6,
            0.197 + 0.06 * i,
            (170, 200, 186),
        )
    s.oval((x0 + x1) / 2, 0.075, 0.024, 0.024, (250, 250, 250))
    s.line([((x0 + x1) / 2, 0.075), ((x0 + x1) / 2, 0.06)], (70, 70, 80), 0.003)
    sunpatch(s, 0.12 * a)
    for row, (y, size) in enumerate(((0.645, 0.62), (0.735, 0.95))):
        for column in range(-3, 4):
            x = a / 2 + (column + 0.5 * (row % 2)) * 0.32 * size
            if abs(x - a / 2) < a / 2 + 0.2:
                _desk(s, x, y, size)
    s.soft([(0, 0.6), (a, 0.6), (a, 0.63), (0, 0.63)], (90, 60, 50), 0.15, blur=0.012)


def _desk(s: Scenery, x: float, y: float, size: float) -> None:
    """Draw one school desk that stands on y."""
    w, h = 0.085 * size, 0.1 * size
    for leg in (-0.8, 0.8):
        s.rect(x + leg * w - 0.003, y - h * 0.9, x + leg * w + 0.003, y, (150, 152, 162))
    s.rect(x - w * 0.9, y - h * 0.92, x + w * 0.9, y - h * 0.6, (150, 152, 162))
    s.poly(
        [
            (x - w, y - h * 0.92),
            (x - w * 0.82, y - h * 1.22),
            (x + w * 0.82, y - h * 1.22),
            (x + w, y - h * 0.92),
        ],
        (222, 178, 122),
    )
    s.rect(x - w, y - h * 0.93, x + w, y - h * 0.84, (184, 138, 90))


def bedroom(s: Scenery) -> None:
    """Draw a bed, curtains, a shelf and a rug."""
    a = s.aspect
    _room_shell(s, (246, 228, 226), (232, 206, 206), (232, 196, 152))
    _curtained_window(s, 0.30 * a, (240, 166, 180))
    s.oval(0.46 * a, 0.80, 0.42 * min(a, 1.2), 0.085, (240, 214, 222))
    s.oval(0.46 * a, 0.80, 0.36 * min(a, 1.2), 0.07, (250, 234, 238))
    x = 0.70 * a
    s.rect(x + 0.22 * a, 0.36, a + 0.05, 0.70, (190, 140, 104))
    s.smooth(
        [(x, 0.56), (x + 0.02, 0.53), (a + 0.05, 0.53, 1), (a + 0.05, 0.74, 1), (x + 0.01, 0.74, 1)],
        (160, 190, 226),
    )
    s.rect(x, 0.66, a + 0.05, 0.74, (176, 128, 96))
    s.smooth([(x + 0.16 * a, 0.54), (x + 0.17 * a, 0.475), (a + 0.03, 0.475), (a + 0.03, 0.54)], (252, 250, 250))
    _shelf(s, 0.03 * a, 0.24, 0.15 * a, 0.64)


def room(s: Scenery) -> None:
    """Draw a sofa, a window, a plant and a picture."""
    a = s.aspect
    _room_shell(s, (240, 234, 220), (226, 216, 196), (212, 172, 128))
    _curtained_window(s, 0.18 * a, (150, 190, 176))
    s.rect(0.60 * a, 0.14, 0.76 * a, 0.31, (150, 112, 84))
    s.rect(0.612 * a, 0.155, 0.748 * a, 0.295, (176, 212, 226))
    s.poly(
        [(0.62 * a, 0.295), (0.67 * a, 0.21), (0.70 * a, 0.25), (0.72 * a, 0.23), (0.748 * a, 0.295)],
        (112, 164, 130),
    )
    x0, x1 = 0.50 * a, 0.88 * a
    s.smooth(
        [(x0 + 0.02, 0.45), (x1 - 0.02, 0.45), (x1, 0.50), (x1, 0.66), (x0, 0.66), (x0, 0.50)],
        (118, 150, 180),
    )
    s.rect(x0, 0.575, x1, 0.67, (140, 172, 200))
    for x in (x0, x1):
        s.smooth(
            [(x - 0.03, 0.535), (x + 0.03, 0.535), (x + 0.034, 0.69, 1), (x - 0.034, 0.69, 1)],
            (104, 136, 168),
        )
    s.oval(0.5 * a, 0.82, 0.44 * min(a, 1.3), 0.085, (236, 222, 198))
    x = 0.94 * a
    s.poly([(x - 0.045, 0.60), (x + 0.045, 0.60), (x + 0.034, 0.70), (x - 0.034, 0.70)], (206, 122, 92))
    for lean in (-0.09, -0.04, 0.02, 0.07):
        s.smooth(
            [(x, 0.60, 1), (x + lean - 0.02, 0.48), (x + lean * 1.3, 0.36, 1), (x + lean + 0.025, 0.48)],
            (88, 152, 104),
        )


def _room_shell(s: Scenery, wall: RGB, low_wall: RGB, wood: RGB) -> None:
    """Draw wall, skirting board and floor."""
    s.gradient(0, HORIZON + 0.07, (wall, low_wall))
    s.rect(0, HORIZON + 0.05, s.aspect, HORIZON + 0.075, tint(wall, 0.5))
    boards(s, HORIZON + 0.075, shade(wood, 0.35), tint(wood, 0.15))


def _curtained_window(s: Scenery, x: float, cloth: RGB) -> None:
    """Draw a window with drawn-back curtains, and its light on the floor."""
    w = 0.22 * min(s.aspect, 1.5)
    window(s, x, 0.12, x + w, 0.44)
    for side, edge in ((-1, x), (1, x + w)):
        s.smooth(
            [
                (edge - side * 0.06, 0.085, 1),
                (edge + side * 0.05, 0.085, 1),
                (edge + side * 0.055, 0.5, 1),
                (edge + side * 0.005, 0.5, 1),
                (edge - side * 0.02, 0.28),
            ],
            cloth,
        )
        s.line([(edge + side * 0.02, 0.1), (edge + side * 0.03, 0.49)], shade(cloth), 0.004)
    s.rect(x - 0.08, 0.075, x + w + 0.08, 0.09, (170, 126, 96))
    sunpatch(s, x)


def _shelf(s: Scenery, x0: float, y0: float, x1: float, y1: float, rows: int = 4) -> None:
    """Draw a shelf filled with books."""
    s.rect(x0, y0, x1, y1, (168, 120, 86))
    inks: tuple[RGB, ...] = (
        (206, 92, 92),
        (98, 134, 184),
        (232, 196, 110),
        (112, 160, 120),
        (176, 132, 184),
        (236, 228, 214),
    )
    high = (y1 - y0) / rows
    for row in range(rows):
        top = y0 + row * high
        s.rect(x0 + 0.008, top + 0.01, x1 - 0.008, top + high - 0.006, (112, 76, 62))
        x, i = x0 + 0.012, row * 2
        while x < x1 - 0.03:
            w = 0.011 + 0.005 * ((i * 5) % 3)
            s.rect(
                x,
                top + high * (0.22 + 0.07 * ((i * 3) % 3)),
                x + w,
                top + high - 0.006,
                inks[(i * 7 + row) % len(inks)],
            )
            x += w + 0.002
            i += 1


def library(s: Scenery) -> None:
    """Draw tall shelves on both sides of a window."""
    a = s.aspect
    _room_shell(s, (236, 222, 196), (214, 194, 162), (186, 138, 98))
    window(s, 0.40 * a, 0.10, 0.60 * a, 0.44, 3)
    for x0, x1 in ((0.0, 0.17), (0.19, 0.35), (0.65, 0.81), (0.83, 1.0)):
        _shelf(s, x0 * a, 0.05, x1 * a, 0.655, 6)
    sunpatch(s, 0.42 * a)


def cafe(s: Scenery) -> None:
    """Draw a counter, hanging lamps and a wide window."""
    a = s.aspect
    _room_shell(s, (226, 204, 178), (206, 178, 148), (166, 118, 86))
    window(s, 0.06 * a, 0.16, 0.46 * a, 0.48, 4)
    s.rect(0.56 * a, 0.12, 0.94 * a, 0.40, (82, 62, 58))
    for i in range(3):
        s.rect(0.58 * a, 0.17 + 0.075 * i, (0.58 + 0.22 - 0.04 * i) * a, 0.178 + 0.075 * i, (232, 222, 206))
    s.rect(0.54 * a, 0.50, 0.98 * a, 0.70, (134, 92, 70))
    s.rect(0.53 * a, 0.485, 0.99 * a, 0.515, (206, 160, 116))
    for i in range(5):
        s.rect((0.56 + 0.085 * i) * a, 0.54, (0.56 + 0.085 * i + 0.06) * a, 0.68, (152, 108, 82))
    for x in (0.18, 0.42, 0.66, 0.88):
        s.line([(x * a, 0), (x * a, 0.085)], (60, 50, 54), 0.004)
        s.poly(
            [(x * a - 0.036, 0.12), (x * a - 0.014, 0.08), (x * a + 0.014, 0.08), (x * a + 0.036, 0.12)],
            (70, 60, 66),
        )
        s.oval(x * a, 0.122, 0.016, 0.014, (255, 232, 170), raw=True)
    sunpatch(s, 0.14 * a)


def plain(s: Scenery, colour: RGB | None = None) -> None:
    """Draw a studio backdrop with a floor grid that gives the perspective."""
    base = colour or (190, 202, 220)
    s.gradient(0, 0.62, (mix(base, (120, 134, 170), 0.25), tint(base, 0.3), tint(base, 0.55)))
    s.floor(
        0.62,
        tint(base, 0.35),
        mix(base, (130, 142, 172), 0.3),
        line=mix(base, (100, 114, 150), 0.35),
        rows=9,
        columns=16,
    )
    s.soft([(0, 0.6), (s.aspect, 0.6), (s.aspect, 0.64), (0, 0.64)], (255, 255, 255), 0.35, blur=0.02)
