"""The README's two pictures are what chapter 7 draws from the exact posterior today."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from checkout import ROOT
from PIL import Image
from scipy.special import expit
from test_chapters import code

from shrinkage import figures
from shrinkage.data import count_by_doctor, load_doctors
from shrinkage.exact import posterior

NAMES = ["shrinkage_plot", "forest_plot"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """What chapter 7's own cell writes into `results/`, run apart from its notebook."""
    (cell,) = [c.source for c in code("chapters/07_reading_shrinkage") if "../results" in c.source]
    counts = count_by_doctor(load_doctors()).set_index("doctor")
    folder = tmp_path_factory.mktemp("course")
    (folder / "chapters").mkdir()
    (folder / "results").mkdir()
    names = {"counts": counts, "posterior": posterior, "figures": figures, "expit": expit}
    with mpl.rc_context(), pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "chapters")
        mpl.use("agg")
        figures.set_style()
        exec(cell, names | {"plt": plt})
    return folder / "results"


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_a_png_of_a_sensible_size(name):
    with Image.open(ROOT / "results" / f"{name}.png") as picture:
        assert picture.format == "PNG"
        width, height = picture.size
        assert 800 <= width <= 1600
        assert 0.7 <= height / width <= 1.5
        assert "Software" not in picture.info
    assert (ROOT / "results" / f"{name}.png").stat().st_size < 200_000


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_what_the_chapter_draws_from_the_exact_posterior(name, drawn):
    kept, fresh = (
        np.asarray(Image.open(folder / f"{name}.png").convert("RGB"), float)
        for folder in (ROOT / "results", drawn)
    )
    assert kept.shape == fresh.shape
    apart = np.sqrt(np.mean((kept - fresh) ** 2))
    # Of 255; another version of the fonts' engine moves edges by less.
    assert apart <= 2, f"execute chapter 7 again: results/{name}.png is {apart:.1f} apart"


def test_the_readme_shows_both_with_a_finding_as_alternative_text():
    readme = (ROOT / "README.md").read_text()
    shown = dict(re.findall(r"!\[([^\]]+)\]\(results/(\w+)\.png\)", readme))
    assert sorted(shown.values()) == sorted(NAMES)
    for alt in shown:
        assert len(alt) > 40
        assert "Dr. " in alt
