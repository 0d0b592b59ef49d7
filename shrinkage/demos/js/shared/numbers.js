// The numbers of a picture as a table that opens below it.
import { h, write } from "./dom.js";
import { inPortions } from "./slices.js";

/**
 * `title` is on its summary, `headings` are its columns, of which the first names each row;
 * `opened` is told when the reader opens or closes it. `fill(items, cells, last)` writes a row an
 * item, from the texts that `cells(item, i)` gives, and perhaps a last line below all of them; it does
 * so in slices (see slices.js), and only while the table is open.
 */
export function numbersTable({ title, headings, opened }) {
  const body = h("tbody");
  const foot = h("tfoot");
  const head = h("tr", {}, ...headings.map((words) => h("th", { scope: "col" }, words)));
  const row = () => h("tr", {}, h("th", { scope: "row" }), ...headings.slice(1).map(() => h("td")));
  const node = h(
    "details",
    { class: "sn-table sn-numbers", toggle: opened },
    h("summary", {}, title),
    h(
      "div",
      { class: "sn-scroll", tabindex: 0, role: "group", "aria-label": title },
      h("table", {}, h("thead", {}, head), body, foot),
    ),
  );
  /** Write a row's texts into the row at this place of a part of the table. */
  const line = (part, i, texts) => {
    const { children } = part.children[i] ?? part.appendChild(row());
    texts.forEach((text, k) => write(children[k], text));
  };
  return {
    node,
    *fill(items, cells, last) {
      if (!node.open) return;
      yield* inPortions(items, (item, i) => line(body, i, cells(item, i)));
      while (body.children.length > items.length) body.lastChild.remove();
      if (last) line(foot, 0, last);
    },
  };
}
