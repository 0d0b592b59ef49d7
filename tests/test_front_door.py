"""The repository's papers: licences where they belong, a citation, issue forms, links that work."""

import hashlib
import json
import re
import tomllib

import nbformat
import pytest
import yaml
from checkout import ROOT
from readable import readable

import shrinkage.demos

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
TEMPLATE = ROOT / "shrinkage" / "exercises" / "templates" / "solution.ipynb"
NOTEBOOKS = [*ROOT.glob("solutions/*.ipynb"), *ROOT.glob("exercises/*.ipynb"), TEMPLATE]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
PAGES = sorted(ROOT.glob("*.md"))
LOCK = json.loads((ROOT / "shrinkage/demos/js/package-lock.json").read_text())["packages"]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def test_both_licences_are_there_whole():
    assert text("LICENSE").startswith("MIT License\n\nCopyright (c) 2026 The Small N authors\n")
    content = text("LICENSE-CONTENT")
    assert "\nCreative Commons Attribution 4.0 International Public License\n" in content
    assert all(f"Section {n} -- " in content for n in range(1, 9))


def test_both_are_named_in_the_readme_the_package_and_the_footer():
    readme = text("README.md")
    assert "[MIT licence](LICENSE)" in readme
    assert "[CC BY 4.0](LICENSE-CONTENT)" in readme
    assert {"MIT", "CC-BY-4.0"} <= set(PROJECT["license"].split(" AND "))
    assert set(PROJECT["license-files"]) == {"LICENSE", "LICENSE-CONTENT", "THIRD-PARTY.md"}
    footer = CONFIG["html"]["extra_footer"]
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in footer
    assert 'href="https://opensource.org/license/mit"' in footer


def test_every_notebook_names_both():
    assert len(NOTEBOOKS) >= 21
    chapter = nbformat.v4.new_notebook()
    readable(chapter, names=None)
    for notebook in [chapter, *(nbformat.read(path, as_version=4) for path in NOTEBOOKS)]:
        assert notebook.metadata.get("license") == {"code": "MIT", "content": "CC-BY-4.0"}


def test_every_data_set_is_under_a_licence_or_has_its_source():
    data = text("book/references.md").partition("\n## Data\n")[2]
    for path in ROOT.glob("shrinkage/data/*.csv"):
        assert path.name in text("LICENSE-CONTENT"), path.name
    for loader in re.findall(r"\bload_\w+", text("shrinkage/data/__init__.py")):
        assert loader == "load_outcomes" or f"`{loader}`" in data, loader


def test_what_others_made_is_listed_with_its_version_and_its_licence():
    page = text("THIRD-PARTY.md")
    listed = dict(re.findall(r"^\| `(d3-\w+)` \| .*? \| ([\d.]+) \| \[ISC\]", page, re.M))
    modules = {name.removeprefix("node_modules/"): package for name, package in LOCK.items()}
    assert listed == {name: modules[name]["version"] for name in listed}
    sources = [p for p in ROOT.glob("shrinkage/demos/js/*/*.js") if "node_modules" not in p.parts]
    used = {name for p in sources for name in re.findall(r'from "(d3-\w+)"', p.read_text())}
    assert used == set(LOCK[""]["dependencies"]) <= set(listed)
    notice = text("book/vendor/d3/LICENSE")
    assert all(name in notice for name in listed)
    assert notice in page
    for folder in (ROOT / "book" / "vendor").iterdir():
        assert (folder / "LICENSE").is_file(), folder.name
        assert f"(book/vendor/{folder.name}/LICENSE)" in page


def test_the_search_has_the_ranking_that_is_listed_unchanged():
    row = re.search(r"^\| MiniSearch .*$", text("THIRD-PARTY.md"), re.M)[0]
    content = (ROOT / "book/vendor/minisearch/index.js").read_bytes()
    assert f"`{hashlib.sha256(content).hexdigest()[:16]}`" in row


def test_the_citation_is_the_projects():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["message"]
    assert CITATION["type"] == "software"
    assert CITATION["version"] == PROJECT["version"]
    assert CITATION["title"] == CONFIG["title"]
    assert f"# {CITATION['title']}\n" in text("README.md")
    assert PROJECT["description"].startswith(CITATION["title"])
    assert CITATION["authors"] == PROJECT["authors"] == [{"name": CONFIG["author"]}]
    assert CITATION["license"] == ["MIT", "CC-BY-4.0"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_has_the_fields_that_github_needs(path):
    form = yaml.safe_load(path.read_text())
    assert {"name", "description", "body"} <= set(form) <= {"name", "description", "title", "body"}
    asked = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in asked}) == len(asked) >= 3
    for field in form["body"]:
        assert field["type"] in ("markdown", "input", "textarea", "dropdown")
        assert field["attributes"]["value" if field["type"] == "markdown" else "label"]
        assert field["type"] != "dropdown" or len(field["attributes"]["options"]) > 1
    assert any(field.get("validations", {}).get("required") for field in asked)


def test_the_forms_are_three_and_name_every_demo():
    names = [yaml.safe_load(path.read_text())["name"] for path in FORMS]
    assert names == [
        "A mistake in the text",
        "A demo misbehaves",
        "An exercise is unfair",
    ]
    offered = re.findall(r"\((\w+)\)$", FORMS[1].read_text(), re.M)
    assert sorted(offered) == sorted(shrinkage.demos.__all__)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_to_what_is_there(path):
    words = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", words):
        if not re.match(r"https?://|#", target):
            assert (path.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", ".github/pull_request_template.md"]
)
def test_every_make_command_that_a_page_names_exists(name):
    targets = set(re.findall(r"^([\w-]+(?: [\w-]+)*):", text("Makefile"), re.M))
    known = {target for line in targets for target in line.split()}
    asked = set(re.findall(r"`make ([\w-]+)|^make ([\w-]+)", text(name), re.M))
    assert {a or b for a, b in asked} <= known
