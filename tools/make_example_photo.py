"""Draw the portrait that stands in for a photo in the example Trigger Plan.

The child does not exist, so neither does a photograph. This draws one: plainly an illustration,
with what the example describes (black hair with a copper streak, a mole under the left eye, a scar
on the chin, a bottle-green school polo), so that print and description can be compared by eye.

    python tools/make_example_photo.py [form_templates/examples/photo.jpg]
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT, SCALE = 900, 1200, 2
Colour = tuple[int, int, int]
Points = list[tuple[float, float]]

SKIN, SKIN_SHADE, SKIN_LIGHT = (233, 190, 152), (207, 156, 118), (243, 208, 174)
HAIR, HAIR_LIGHT, COPPER = (32, 28, 31), (58, 52, 57), (169, 88, 45)
POLO, POLO_DARK, POLO_LIGHT = (24, 78, 58), (16, 57, 42), (38, 98, 75)
INK, LIP, IRIS = (44, 32, 30), (201, 134, 117), (84, 53, 33)


def curve(points: Points, *, steps: int = 24, closed: bool = True) -> Points:
    """Return a smooth line through the points (Catmull-Rom)."""
    count = len(points)
    out: Points = []
    for i in range(count if closed else count - 1):
        p = [
            points[(i + k) % count] if closed else points[min(max(i + k, 0), count - 1)]
            for k in (-1, 0, 1, 2)
        ]
        for step in range(steps):
            t = step / steps
            out.append(
                tuple(  # type: ignore[arg-type]  # two coordinates
                    0.5
                    * (
                        2 * p[1][k]
                        + (p[2][k] - p[0][k]) * t
                        + (2 * p[0][k] - 5 * p[1][k] + 4 * p[2][k] - p[3][k]) * t**2
                        + (3 * p[1][k] - p[0][k] - 3 * p[2][k] + p[3][k]) * t**3
                    )
                    for k in (0, 1)
                )
            )
    return out


class Easel:
    """A canvas at twice the size, so that edges come out smooth."""

    def __init__(self) -> None:
        self.image = background()

    def shape(
        self, points: Points, colour: Colour, *, soft: float = 0, within: Image.Image | None = None
    ) -> Image.Image:
        """Fill a smooth closed shape, softened or clipped to a mask, and return its mask."""
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon([(x * SCALE, y * SCALE) for x, y in curve(points)], fill=255)
        if soft:
            mask = mask.filter(ImageFilter.GaussianBlur(soft * SCALE))
        if within is not None:
            mask = ImageChops.multiply(mask, within)
        self.image.paste(Image.new("RGB", self.image.size, colour), (0, 0), mask)
        return mask

    def oval(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        colour: Colour,
        *,
        soft: float = 0,
        within: Image.Image | None = None,
    ) -> Image.Image:
        """Fill an oval about its centre."""
        across, down = across / 2, down / 2
        around = [
            (1, 0),
            (0.707, 0.707),
            (0, 1),
            (-0.707, 0.707),
            (-1, 0),
            (-0.707, -0.707),
            (0, -1),
            (0.707, -0.707),
        ]
        return self.shape(
            [(x + a * across, y + d * down) for a, d in around], colour, soft=soft, within=within
        )

    def line(self, points: Points, colour: Colour, width: float) -> None:
        """Draw a smooth open line with round ends."""
        pen, path = ImageDraw.Draw(self.image), curve(points, closed=False)
        radius = width * SCALE / 2
        for x, y in [*path, points[-1]]:
            across, down = x * SCALE, y * SCALE
            pen.ellipse((across - radius, down - radius, across + radius, down + radius), fill=colour)


def background() -> Image.Image:
    """Return a soft blue-grey wall, lighter behind the head."""
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    wall = Image.new("RGB", size, (183, 199, 206))
    glow = (
        Image.radial_gradient("L")
        .resize((size[0] * 2, size[1] * 2))
        .crop((size[0] // 2, size[1] * 2 // 3, size[0] * 3 // 2, size[1] * 5 // 3))
    )
    wall.paste(Image.new("RGB", size, (229, 234, 233)), (0, 0), ImageChops.invert(glow))
    return wall


def at(written: str) -> Points:
    """Return points written as "x,y x,y"."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in written.split())]


def mirrored(points: Points) -> Points:
    """Return the points on the other side of the face."""
    return [(WIDTH - x, y) for x, y in points]


def draw() -> Image.Image:
    """Return the portrait at its final size."""
    easel = Easel()
    shoulders(easel)
    face(easel)
    features(easel)
    fringe(easel)
    return easel.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def shoulders(easel: Easel) -> None:
    """Draw hair behind, the neck and the polo."""
    easel.shape(
        at("450,196 606,236 666,372 652,500 626,570 450,620 274,570 248,500 234,372 294,236"),
        HAIR,
    )
    easel.shape(at("372,640 528,640 532,800 580,880 450,990 320,880 368,800"), SKIN_SHADE)
    polo = easel.shape(
        at("330,862 450,960 570,862 720,920 834,1010 884,1230 450,1260 16,1230 66,1010 180,920"),
        POLO,
    )
    easel.shape(
        at("560,900 760,930 880,1090 900,1240 640,1240 600,1060"),
        POLO_DARK,
        soft=42,
        within=polo,
    )
    easel.shape(at("130,990 250,930 330,980 250,1120"), POLO_LIGHT, soft=46, within=polo)
    easel.shape(at("396,860 504,860 478,960 450,1012 422,960"), SKIN_SHADE)
    easel.shape(at("326,846 352,838 398,930 446,1004 400,1062 318,944 306,886"), POLO_LIGHT)
    easel.shape(
        mirrored(at("326,846 352,838 398,930 446,1004 400,1062 318,944 306,886")),
        POLO_LIGHT,
    )
    easel.line(at("450,1010 452,1100 450,1200"), POLO_DARK, 5)
    for y in (1064, 1140):
        easel.oval(462, y, 17, 17, (214, 222, 214))
    easel.shape(at("616,1050 654,1062 692,1050 688,1104 654,1136 620,1104"), (226, 205, 140))
    easel.shape(at("628,1066 654,1075 680,1066 677,1098 654,1120 631,1098"), POLO_DARK)


def face(easel: Easel) -> None:
    """Draw the ears and the face with its light and shade."""
    for ear in (at("252,486 228,494 232,556 256,602 284,596 280,500"),):
        easel.shape(ear, SKIN_SHADE)
        easel.shape(mirrored(ear), SKIN_SHADE)
        easel.line(at("250,520 256,552 268,574"), (184, 132, 98), 5)
        easel.line(mirrored(at("250,520 256,552 268,574")), (184, 132, 98), 5)
    mask = easel.shape(
        at("450,268 562,302 630,408 638,520 618,640 560,740 450,796 340,740 282,640 262,520 270,408 338,302"),
        SKIN,
    )
    easel.shape(
        at("640,420 660,600 600,740 450,806 520,740 588,620 604,480"),
        SKIN_SHADE,
        soft=22,
        within=mask,
    )
    easel.oval(384, 610, 120, 80, SKIN_LIGHT, soft=24, within=mask)
    easel.oval(440, 420, 200, 90, SKIN_LIGHT, soft=34, within=mask)
    for x in (346, 556):
        easel.oval(x, 616, 84, 52, (232, 168, 138), soft=20, within=mask)


def features(easel: Easel) -> None:
    """Draw eyes, brows, nose and mouth, and the marks the example describes."""
    for place in (list, mirrored):
        white = easel.shape(
            place(at("308,530 330,508 362,502 392,514 408,536 372,550 334,548")),
            (250, 247, 242),
        )
        [(x, _)] = place([(359, 526)])
        easel.oval(x, 526, 50, 50, IRIS, within=white)
        easel.oval(x, 526, 25, 25, (22, 16, 15), within=white)
        easel.oval(x + 8, 517, 11, 11, (255, 255, 255))
        easel.line(place(at("306,531 330,508 362,501 392,512 410,535")), INK, 6)
        easel.line(place(at("330,552 368,556 398,546")), (196, 144, 110), 3)
        easel.line(place(at("300,474 330,454 368,452 412,466")), HAIR, 13)
    easel.line(at("462,536 472,590 484,624 476,640"), (205, 151, 114), 5)
    easel.line(at("424,640 438,650 450,646 464,652 480,640"), (170, 112, 84), 6)
    easel.shape(at("396,703 424,695 450,699 476,695 504,703 478,719 450,724 422,719"), LIP)
    easel.line(at("392,704 422,707 450,709 480,707 508,703"), (122, 62, 56), 4)
    easel.line(at("428,744 450,748 474,743"), SKIN_SHADE, 5)
    easel.oval(566, 578, 11, 11, (82, 50, 40))
    easel.line(at("486,756 500,764 512,776"), (250, 222, 204), 6)
    for x, y in ((418, 590), (400, 600), (432, 602), (506, 592), (524, 602), (494, 606)):
        easel.oval(x, y, 6, 6, (196, 138, 102))


def fringe(easel: Easel) -> None:
    """Draw the hair over the forehead, its copper streak and some light."""
    left = at("446,214 352,232 268,318 238,436 250,522 274,500 292,436 352,398 420,340")
    right = at("440,214 548,226 634,312 664,440 650,524 624,502 606,434 556,398 492,366 446,326")
    mask = easel.shape(left, HAIR)
    mask = ImageChops.lighter(mask, easel.shape(right, HAIR))
    easel.shape(
        at("462,240 520,262 572,322 600,404 612,452 588,424 556,398 540,346 504,292"), COPPER, within=mask
    )
    easel.shape(at("500,266 544,306 572,360 586,408 564,372 536,324"), (203, 122, 72), soft=3, within=mask)
    for line in (
        at("420,238 340,282 290,362"),
        at("430,262 366,304 310,386"),
        at("474,282 500,312 512,356"),
        at("596,300 632,366 644,440"),
        at("400,246 316,316 268,420"),
    ):
        easel.line(line, HAIR_LIGHT, 4)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "form_templates/examples/photo.jpg")
    draw().save(target, "JPEG", quality=88, optimize=True)
    sys.stdout.write(f"{target}: {target.stat().st_size:,} bytes\n")
