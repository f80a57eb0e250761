"""A brush for one transparent tile: flat shapes with an outline, and washes kept inside a shape."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generation.painter.colours import RGB, ink
from generation.painter.geometry import Knot, Point, curve, ellipse, grown, stroke

LINE: Final = 0.0062


@dataclass(frozen=True, slots=True)
class Brush:
    """Draws in units of the figure's height; the origin and the turn can be moved.

    ``image`` is RGBA, larger than the result (supersampled); ``unit`` is pixels a figure height.
    """

    image: Image.Image
    draw: ImageDraw.ImageDraw
    unit: float
    x: float
    y: float
    turn: float = 0.0
    mirror: bool = False

    def at(self, x: float, y: float, turn: float = 0.0) -> "Brush":
        """Return a brush on the same tile whose origin is ``(x, y)`` here, turned by degrees."""
        px, py = self.place([(x, y)])[0]
        return Brush(self.image, self.draw, self.unit, px, py, self.turn + turn, self.mirror)

    def place(self, points: Sequence[Point]) -> list[Point]:
        """Return the points in pixels of the tile."""
        c = math.cos(math.radians(self.turn)) * self.unit
        s = math.sin(math.radians(self.turn)) * self.unit
        sign = -1.0 if self.mirror else 1.0
        return [(self.x + sign * (x * c - y * s), self.y + x * s + y * c) for x, y in points]

    def fill(self, points: Sequence[Point], colour: RGB, *, line: RGB | None = None, width: float = LINE) -> None:
        """Fill a shape; with ``line`` an outline of that colour is drawn around and below the fill."""
        placed = self.place(points)
        if line is not None:
            ring = max(1, round(2 * width * self.unit))
            self.draw.line([*placed, *placed[:2]], fill=(*line, 255), width=ring)
            self.draw.polygon(grown(placed, ring / 2), fill=(*line, 255))
        self.draw.polygon(placed, fill=(*colour, 255))

    def shape(self, knots: Sequence[Knot], colour: RGB, *, outline: bool = True) -> list[Point]:
        """Fill a smooth closed shape with its own dark outline and return its points."""
        points = curve(knots)
        self.solid(points, colour, outline=outline)
        return points

    def solid(self, points: Sequence[Point], colour: RGB, *, outline: bool = True) -> None:
        """Fill finished points; corners of the outline are rounded."""
        if outline:
            self.corners(points, ink(colour))
        self.fill(points, colour, line=ink(colour) if outline else None)

    def corners(self, points: Sequence[Point], colour: RGB) -> None:
        """Round the outline where the shape turns sharply."""
        placed = self.place(points)
        radius = LINE * self.unit
        for i, (x, y) in enumerate(placed):
            (ax, ay), (bx, by) = placed[i - 1], placed[(i + 1) % len(placed)]
            ux, uy, vx, vy = x - ax, y - ay, bx - x, by - y
            if ux * vx + uy * vy < 0.7 * math.hypot(ux, uy) * math.hypot(vx, vy):
                self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*colour, 255))

    def dot(
        self, x: float, y: float, rx: float, colour: RGB, *, ry: float | None = None, outline: bool = False
    ) -> None:
        """Fill an ellipse."""
        self.solid(ellipse(x, y, rx, rx if ry is None else ry), colour, outline=outline)

    def ink(self, knots: Sequence[Knot], colour: RGB, width: float = LINE, *, taper: float = 0.9) -> None:
        """Draw an open line that swells and tapers."""
        self.fill(stroke(knots, width, taper=taper), colour)

    def wash(
        self,
        points: Sequence[Point],
        colour: RGB,
        alpha: float,
        *,
        within: Sequence[Point] | None = None,
        blur: float = 0,
    ) -> None:
        """Lay a translucent shape over what is there, inside ``within`` and never outside the tile's paint.

        ``alpha`` is 0 to 1; ``blur`` is in figure units.
        """
        placed = self.place(points)
        pad = 3 * blur * self.unit + 2
        box = (
            max(0, math.floor(min(x for x, _ in placed) - pad)),
            max(0, math.floor(min(y for _, y in placed) - pad)),
            min(self.image.width, math.ceil(max(x for x, _ in placed) + pad)),
            min(self.image.height, math.ceil(max(y for _, y in placed) + pad)),
        )
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        mask = _mask(placed, box, round(255 * alpha))
        if blur:
            mask = mask.filter(ImageFilter.BoxBlur(blur * self.unit))
        if within is not None:
            mask = ImageChops.multiply(mask, _mask(self.place(within), box, 255))
        region = self.image.crop(box)
        over = Image.new("RGBA", region.size, (*colour, 255))
        over.putalpha(region.getchannel("A"))
        region.paste(over, (0, 0), mask)
        self.image.paste(region, box[:2])


def _mask(placed: Sequence[Point], box: tuple[int, int, int, int], value: int) -> Image.Image:
    """Return a mask of a box with the shape filled in."""
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
    ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in placed], fill=value)
    return mask
