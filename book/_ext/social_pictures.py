"""The picture that goes with a link to a page: its title over the course's motif.

The motif is the clinic's own: raw rates as red crosses, the exact posterior's estimates as blue
circles, the population as a grey line. It is drawn once, and each title is written over it.
"""

import hashlib
import io
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from shrinkage import exact
from shrinkage.data import load_doctors
from shrinkage.figures.style import BLUE, GREY, INK, RED

SIZE = (1200, 630)  # pixels; what networks cut a picture to
LEFT, TOP, WIDTH = 70, 60, 1060  # of the title
LARGEST, SMALLEST, LINES = 76, 44, 3  # of its letters, in pixels, and of its lines
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


def draw_picture(folder: Path, title: str) -> str:
    """Draw the picture of a title, if it is not there yet; return its file's name."""
    digest = hashlib.sha256(title.encode() + Path(__file__).read_bytes()).hexdigest()
    path = folder / f"{digest[:12]}.png"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        picture = motif().copy()
        write_title(ImageDraw.Draw(picture), title)
        picture.quantize(64).save(path, optimize=True)
    return path.name


def write_title(draw: ImageDraw.ImageDraw, title: str) -> None:
    """Write a title as large as it fits into three lines."""
    for size in range(LARGEST, SMALLEST - 1, -4):
        font = ImageFont.truetype(FONTS / "DejaVuSans-Bold.ttf", size)
        lines = wrapped(title, font)
        if len(lines) <= LINES:
            break
    draw.multiline_text((LEFT, TOP), "\n".join(lines), fill=INK, font=font, spacing=12)
    name = ImageFont.truetype(FONTS / "DejaVuSans.ttf", 30)
    draw.text((LEFT, SIZE[1] - 66), "Small N: partial pooling for clinical decisions", GREY, name)


def wrapped(title: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """A title's lines, none wider than the picture."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


@cache
def motif() -> Image.Image:
    """The clinic's rates and estimates, without a word."""
    table = load_doctors().groupby("doctor").success.agg(["sum", "count"])
    raw = table["sum"] / table["count"]
    estimates = exact.posterior(table["sum"].to_numpy(), table["count"].to_numpy()).mean
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor="white")
    axes = figure.add_axes((0.06, 0.17, 0.88, 0.36))
    places = range(len(table))
    axes.axhline(estimates.mean(), color=GREY, linewidth=3)
    axes.vlines(places, raw, estimates, color=GREY, linewidth=2)
    axes.scatter(places, raw, marker="x", color=RED, s=260, linewidths=6, zorder=3)
    axes.scatter(places, estimates, color=BLUE, s=260, zorder=4)
    axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(-0.12, 1.12))
    axes.axis("off")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return Image.open(file).convert("RGB")
