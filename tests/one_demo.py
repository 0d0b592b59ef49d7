"""A page that holds demos and nothing else, as the published pages do: no book has to be built."""

import json
from base64 import b64encode
from collections.abc import Iterable

from checkout import ROOT
from ipywidgets import Widget

HOST = ROOT / "book" / "_ext" / "live_demos.js"


def page_of(views: Iterable[Widget], title: str = "Demos") -> str:
    """The HTML of a page with a view of each of these widgets, brought to life by the host script.

    A widget that is named twice has two views of one model.
    """
    views = list(views)
    state = {widget.model_id: {"state": _addressed(widget.get_state())} for widget in views}
    text = json.dumps({"state": state}, default=str).replace("</script>", r"<\/script>")
    frames = "".join(
        '<div class="live-demo"><p>still</p>'
        '<script type="application/vnd.jupyter.widget-view+json">'
        f'{{"model_id": "{widget.model_id}"}}</script></div>'
        for widget in views
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title>{frames}"
        f'<script type="application/vnd.jupyter.widget-state+json">{text}</script>'
        f'<script type="module">{HOST.read_text()}</script></html>'
    )


def _addressed(state: dict) -> dict:
    """A state with addresses that hold code and style, where a published page names files."""
    kinds = {"_esm": "text/javascript", "_css": "text/css"}
    return state | {
        trait: f"data:{kind};base64,{b64encode(state[trait].encode()).decode()}"
        for trait, kind in kinds.items()
        if trait in state
    }
