// The numbers of a picture as a table that opens below it.
import { h } from "./dom.js";

/**
 * `title` is on its summary, `headings` are its columns, of which the first names each row;
 * `opened` is told when the reader opens or closes it. `fill(rows)` takes a function that gives the
 * rows, each a list of texts, and calls it only while the table is open.
 */
export function numbersTable({ title, headings, opened }) {
  const body = h("tbody");
  const head = h("tr", {}, ...headings.map((words) => h("th", { scope: "col" }, words)));
  const node = h(
    "details",
    { class: "sn-table sn-numbers", toggle: opened },
    h("summary", {}, title),
    h(
      "div",
      { class: "sn-scroll", tabindex: 0, role: "group", "aria-label": title },
      h("table", {}, h("thead", {}, head), body),
    ),
  );
  return {
    node,
    fill(rows) {
      if (!node.open) return;
      body.replaceChildren(
        ...rows().map(([name, ...cells]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            ...cells.map((cell) => h("td", {}, cell)),
          ),
        ),
      );
    },
  };
}
