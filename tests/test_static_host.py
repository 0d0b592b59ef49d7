"""The tests' server answers as a good static host does, so that what is measured there holds."""

import gzip
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest
from static_host import served

TEXT = "a page " * 1000


@pytest.fixture
def host(tmp_path):
    folder = tmp_path / "site"
    (folder / "part").mkdir(parents=True)
    for name in ("a.html", "part/index.html", "a.mjs", "a.webmanifest", "a.xml"):
        (folder / name).write_text(TEXT)
    for name in ("a.webp", "a.woff2"):
        (folder / name).write_bytes(bytes(500))
    (folder / "404.html").write_text("Not here")
    (tmp_path / "secret.html").write_text("not the site's")
    with served(folder) as running:
        yield running


@pytest.fixture
def ask(host):
    connection = HTTPConnection(urlsplit(host.address).netloc)

    def asked(path, **head):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"} | head)
        answer = connection.getresponse()
        return answer, answer.read()

    yield asked
    connection.close()


@pytest.mark.parametrize(
    ("path", "kind", "packed"),
    [
        ("/a.html", "text/html; charset=utf-8", True),
        ("/part/", "text/html; charset=utf-8", True),
        ("/a.mjs?v=1", "text/javascript; charset=utf-8", True),
        ("/a.webmanifest", "application/manifest+json; charset=utf-8", True),
        ("/a.xml", "application/xml; charset=utf-8", True),
        ("/a.webp", "image/webp", False),
        ("/a.woff2", "font/woff2", False),
    ],
)
def test_text_is_sent_compressed_and_everything_by_its_type(host, ask, path, kind, packed):
    answer, body = ask(path)
    assert (answer.status, answer.getheader("Content-Type")) == (200, kind)
    assert (answer.getheader("Content-Encoding") == "gzip") == packed
    assert len(body) < 600
    if packed:
        assert gzip.decompress(body).decode() == TEXT
    (sent,) = host.sent
    assert len(body) < sent.size < len(body) + 500, "the head counts too"


def test_a_browser_that_has_a_file_is_told_so(ask):
    tag = ask("/a.html")[0].getheader("ETag")
    again, body = ask("/a.html", **{"If-None-Match": tag})
    assert (again.status, body) == (304, b"")
    assert again.getheader("Cache-Control") == "max-age=600"


def test_a_changed_file_is_sent_as_it_is_now(host, ask):
    ask("/a.html")
    (host.folder / "a.html").write_text("changed")
    assert gzip.decompress(ask("/a.html")[1]) == b"changed"


@pytest.mark.parametrize("path", ["/b.html", "/../secret.html", "/%2e%2e/secret.html"])
def test_what_is_not_there_is_answered_by_the_page_for_it(ask, path):
    answer, body = ask(path)
    assert (answer.status, gzip.decompress(body)) == (404, b"Not here")


def test_a_folder_without_a_slash_leads_to_the_one_with(ask):
    answer, _ = ask("/part")
    assert (answer.status, answer.getheader("Location")) == (301, "/part/")


def test_who_does_not_read_gzip_gets_plain_text(ask):
    assert ask("/a.html", **{"Accept-Encoding": "identity"})[1].decode() == TEXT


def test_a_host_that_is_gone_answers_nobody(tmp_path):
    (tmp_path / "a.html").write_text(TEXT)
    with served(tmp_path) as running:
        connection = HTTPConnection(urlsplit(running.address).netloc)
        connection.request("GET", "/a.html")
        connection.getresponse().read()
    # Nor on the connection that was open
    with pytest.raises((OSError, HTTPException)):  # noqa: PT012 (either step may notice)
        connection.request("GET", "/a.html")
        connection.getresponse()
    connection.close()
