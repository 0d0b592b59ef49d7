"""A page that a cell shows in a frame is a file, which nobody fetches before it is near."""

import frames
from on_screen import PATIENCE

PAGE = "chapters/12_your_own_clinic.html"
SHOWN = "&lt;p&gt;c &amp;amp; &quot;d&quot;&lt;/p&gt;"
FRAME = f'<p>a</p><iframe title="A &amp; b" srcdoc="{SHOWN}"></iframe>'


def test_a_frame_asks_for_a_file_that_has_its_page():
    html, files = frames.with_files(FRAME, "../")
    [(path, text)] = files.items()
    assert text == '<p>c &amp; "d"</p>'
    assert f'<iframe title="A &amp; b" loading="lazy" src="../{path}"></iframe>' in html
    assert frames.ASKED.findall(html) == [path]
    assert frames.with_files(html, "../") == (html, {})


def test_every_file_is_asked_for_and_there(site, pages):
    asked = {path for html in pages.values() for path in frames.ASKED.findall(html)}
    there = (site.folder / frames.FOLDER).iterdir()
    assert asked == {path.relative_to(site.folder).as_posix() for path in there}
    assert asked
    assert not any(frames.WHOLE.search(html) for html in pages.values())


def test_the_report_of_chapter_12_is_read_when_a_reader_comes_near(site, new_page):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address + PAGE)
    page.wait_for_load_state("networkidle")
    assert not any(frames.FOLDER in url for url in asked)
    page.locator("iframe").scroll_into_view_if_needed()
    report = page.frame_locator("iframe")
    report.locator("h1").wait_for(timeout=PATIENCE)
    assert report.locator("img, svg").count() >= 2
    page.wait_for_load_state("networkidle")
