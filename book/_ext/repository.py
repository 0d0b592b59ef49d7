"""Sphinx extension: the buttons that lead to the course's repository, and none where it has none.

The address is `repository: url` of ``_config.yml``; where that is empty, the checkout's own remote
is taken, if it is a public address on GitHub or GitLab. Without an address there is no button:
a launch button that leads nowhere is worse than none.
"""

import re
import subprocess
from pathlib import Path

BRANCH = "notebooks"  # what Binder and Colab open: `_build/notebooks` as a branch of its own
BUTTONS = ("use_repository_button",)  # mistakes are reported from the footer
# https://host/owner/name(.git), with or without somebody's credentials, or git@host:owner/name
REMOTE = re.compile(
    r"(?:(?:https|ssh|git)://(?:[^@/]+@)?|git@)(?P<host>github\.com|gitlab\.com)[:/]"
    r"(?P<path>[\w.-]+/[\w.-]+?)(?:\.git)?/?"
)


def public_address(remote: str) -> str:
    """The page of a repository, from what git calls its remote; '' if it is not on a public host.

    Credentials in the remote's address are left out.
    """
    found = REMOTE.fullmatch(remote.strip())
    return f"https://{found['host']}/{found['path']}" if found else ""


def ask_git(folder: Path, *question: str) -> str:
    """What git says about a checkout; '' where there is no git or no answer."""
    try:
        done = subprocess.run(
            ["git", "-C", folder, *question], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def find_repository(app, config) -> None:
    """Give the theme the repository's address and branch, or take its buttons away."""
    options = config.html_theme_options
    folder = Path(app.srcdir)
    given = options.get("repository_url") or ""
    address = public_address(given) or given.rstrip("/")
    address = address or public_address(ask_git(folder, "remote", "get-url", "origin"))
    options["repository_url"] = address
    for button in BUTTONS:
        options[button] = bool(address)
    if not address:
        options["launch_buttons"] = {}
        return
    if not address.startswith("https://github.com/"):
        options["launch_buttons"].pop("colab_url", None)  # it opens nothing from elsewhere
    branch = options.get("repository_branch")
    options["repository_branch"] = branch or ask_git(folder, "symbolic-ref", "--short", "HEAD")
    if not options["repository_branch"]:
        options["repository_branch"] = "main"


def binder_address(config, path: str) -> str:
    """Where Binder opens a reader's notebook in JupyterLab; '' where it cannot."""
    options = config.html_theme_options
    binder = options.get("launch_buttons", {}).get("binderhub_url", "").rstrip("/")
    found = re.fullmatch(r"https://(github|gitlab)\.com/([^/]+)/([^/]+)", options["repository_url"])
    if not binder or not found:
        return ""
    host, owner, name = found.groups()
    where = f"gh/{owner}/{name}" if host == "github" else f"gl/{owner}%2F{name}"
    return f"{binder}/v2/{where}/{BRANCH}?urlpath=lab/tree/{path}"


def clone_address(config) -> str:
    """Where the repository is cloned from; '' where it has no public address."""
    address = config.html_theme_options["repository_url"]
    return f"{address}.git" if address else ""


def site_address(config) -> str:
    """Where the site is published, with a slash at its end; '' if nobody said.

    It is `html_baseurl` of ``_config.yml``'s `sphinx: config`, else where GitHub or GitLab publish
    the pages of a repository.
    """
    if config.html_baseurl:
        return config.html_baseurl.rstrip("/") + "/"
    found = re.fullmatch(
        r"https://(github|gitlab)\.com/([^/]+)/([^/]+)", config.html_theme_options["repository_url"]
    )
    if not found:
        return ""
    service, owner, name = found[1], found[2].lower(), found[3]
    host = f"{owner}.{service}.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def setup(app) -> dict:
    """Register the extension with Sphinx."""
    app.connect("config-inited", find_repository)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
