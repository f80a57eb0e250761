"""A canvas for places: x runs from 0 to ``aspect``, y from 0 (top) to 1; colours pass through the light."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from generation.painter.colours import RGB, mix, multiply
from generation.painter.geometry import Knot, Point, curve
from generation.painter.lighting import Light

HORIZON: Final = 0.56


@dataclass(frozen=True, slots=True)
class Scenery:
    """What a place is drawn with; ``rng`` may vary the incidental alone."""

    image: Image.Image
    draw: ImageDraw.ImageDraw
    rng: random.Random
    light: Light

    @property
    def unit(self) -> int:
        """Pixels of the canvas height."""
        return self.image.height

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.image.width / self.image.height

    def lit(self, colour: RGB) -> RGB:
        """Return a colour as it looks in this light."""
        return multiply(colour, self.light.grade)

    def _px(self, points: Sequence[Point]) -> list[Point]:
        """Return points in pixels."""
        return [(x * self.unit, y * self.unit) for x, y in points]

    def rect(self, x0: float, y0: float, x1: float, y1: float, colour: RGB, *, raw: bool = False) -> None:
        """Fill a box; ``raw`` leaves out the light."""
        u = self.unit
        box = (min(x0, x1) * u, min(y0, y1) * u, max(x0, x1) * u, max(y0, y1) * u)
        self.draw.rectangle(box, fill=colour if raw else self.lit(colour))

    def poly(self, points: Sequence[Point], colour: RGB, *, raw: bool = False) -> None:
        """Fill a polygon."""
        self.draw.polygon(self._px(points), fill=colour if raw else self.lit(colour))

    def smooth(self, knots: Sequence[Knot], colour: RGB, *, raw: bool = False) -> None:
        """Fill a smooth closed shape."""
        self.poly(curve(knots), colour, raw=raw)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: RGB, *, raw: bool = False) -> None:
        """Fill an ellipse."""
        u = self.unit
        box = ((x - rx) * u, (y - ry) * u, (x + rx) * u, (y + ry) * u)
        self.draw.ellipse(box, fill=colour if raw else self.lit(colour))

    def line(self, points: Sequence[Point], colour: RGB, width: float, *, raw: bool = False) -> None:
        """Draw a line ``width`` canvas heights thick."""
        fill = colour if raw else self.lit(colour)
        self.draw.line(self._px(points), fill=fill, width=max(1, round(width * self.unit)))

    def soft(self, points: Sequence[Point], colour: RGB, alpha: float, *, blur: float = 0.0) -> None:
        """Lay a translucent shape over the place; ``blur`` in canvas heights."""
        placed = self._px(points)
        pad = 3 * blur * self.unit + 1
        left, top = max(0, round(min(x for x, _ in placed) - pad)), max(0, round(min(y for _, y in placed) - pad))
        right = min(self.image.width, round(max(x for x, _ in placed) + pad))
        foot = min(self.image.height, round(max(y for _, y in placed) + pad))
        if right <= left or foot <= top:
            return
        mask = Image.new("L", (right - left, foot - top), 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=round(255 * alpha))
        if blur:
            mask = mask.filter(ImageFilter.BoxBlur(blur * self.unit))
        self.image.paste(colour, (left, top, right, foot), mask)

    def gradient(self, y0: float, y1: float, stops: Sequence[RGB], *, raw: bool = False) -> None:
        """Fill the rows from y0 to y1 with evenly spaced colour stops."""
        top, end = round(y0 * self.unit), max(round(y0 * self.unit) + 1, round(y1 * self.unit))
        colours = [stop if raw else self.lit(stop) for stop in stops]
        for row in range(top, end + 1):
            at = (row - top) / (end - top) * (len(colours) - 1)
            k = min(int(at), len(colours) - 2)
            self.draw.line((0, row, self.image.width, row), fill=mix(colours[k], colours[k + 1], at - k))

    def sky(self, y1: float = HORIZON) -> None:
        """Fill the sky down to y1, with stars and a moon at night and a low sun at sunset."""
        self.gradient(0, y1, self.light.sky, raw=True)
        if self.light.time == "night":
            for _ in range(70):
                x, y, r = (
                    self.rng.random() * self.aspect,
                    self.rng.random() * y1 * 0.9,
                    self.rng.uniform(0.0012, 0.003),
                )
                self.oval(x, y, r, r, mix((150, 170, 230), (255, 255, 255), self.rng.random()), raw=True)
            self.oval(0.78 * self.aspect, 0.15, 0.062, 0.062, (196, 206, 240), raw=True)
            self.oval(0.78 * self.aspect, 0.15, 0.055, 0.055, (250, 248, 226), raw=True)
        elif self.light.time == "sunset":
            self.oval(0.2 * self.aspect, y1 * 0.72, 0.085, 0.085, (255, 222, 160), raw=True)
            self.oval(0.2 * self.aspect, y1 * 0.72, 0.07, 0.07, (255, 240, 204), raw=True)

    def cloud(self, x: float, y: float, size: float) -> None:
        """Draw one heaped cloud with a shaded foot."""
        top = mix((255, 255, 255), self.light.sky[2], 0.12 if self.light.time == "day" else 0.5)
        if self.light.time == "night":
            top = mix(self.light.sky[1], self.light.sky[2], 0.7)
        foot = mix(top, self.light.sky[0], 0.28)
        puffs = [
            (
                x + self.rng.uniform(-1, 1) * size,
                y - self.rng.random() * size * 0.34,
                size * self.rng.uniform(0.2, 0.4),
            )
            for _ in range(9)
        ]
        puffs.append((x, y - size * 0.12, size * 0.42))
        for px, py, r in puffs:
            self.oval(px, py + r * 0.3, r * 1.12, r * 0.8, foot, raw=True)
        for px, py, r in puffs:
            self.oval(px - r * 0.08, py - r * 0.05, r, r * 0.78, top, raw=True)

    def clouds(self, count: int, low: float) -> None:
        """Draw clouds above y = low."""
        for i in range(count):
            x = (i + self.rng.uniform(0.2, 0.8)) / count * self.aspect
            self.cloud(x, low * self.rng.uniform(0.3, 0.85), self.rng.uniform(0.08, 0.15))

    def floor(
        self, y: float, far: RGB, near: RGB, *, line: RGB | None = None, rows: int = 7, columns: int = 14
    ) -> None:
        """Fill the ground from y on, with a grid that runs to the vanishing point on the horizon."""
        self.gradient(y, 1.0, (far, near))
        if line is None:
            return
        middle, reach = self.aspect / 2, max(1.0, self.aspect) * 1.9
        for i in range(-columns, columns + 1):
            end = middle + reach * i / columns * 1.6
            start = middle + reach * i / columns * 0.34
            self.line([(start, y), (end, 1.02)], line, 0.0024)
        for i in range(1, rows + 1):
            at = y + (1 - y) * (i / rows) ** 2.0
            self.line([(0, at), (self.aspect, at)], line, 0.0024)

    def foliage(self, x: float, y: float, rx: float, ry: float, colours: tuple[RGB, RGB, RGB], count: int = 26) -> None:
        """Draw a crown of leaves or blossoms: dark below, light above."""
        spots = []
        for _ in range(count):
            dx, dy = self.rng.uniform(-1, 1), self.rng.uniform(-1, 1)
            if dx * dx + dy * dy <= 1.1:
                spots.append((x + dx * rx, y + dy * ry, self.rng.uniform(0.2, 0.34) * (rx + ry) / 2))
        for shift, shrink, colour in (
            (0.12, 1.1, colours[0]),
            (0.0, 1.0, colours[1]),
            (-0.22, 0.62, colours[2]),
        ):
            for sx, sy, r in spots:
                self.oval(sx + shift * r * 0.5, sy + shift * r * 1.6, r * shrink, r * shrink * 0.86, colour)
