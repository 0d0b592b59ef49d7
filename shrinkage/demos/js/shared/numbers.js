// The numbers of a picture as a table that opens below it.
//
// Its rows are grids, with columns as wide as the longest text so far, and a group of rows that is
// out of sight is not laid out: a browser measures every cell of an ordinary table again whenever one
// of them is written. Elements that are displayed as a grid lose their roles in a table, so each names
// its role.
import { h, write } from "./dom.js";
import { inPortions, WORDS } from "./slices.js";

const WIDEST = 28; // of a column, in widths of a figure

/** About how wide a text is, in widths of a figure. */
function widthOf(text) {
  const count = (letters) => text.match(letters)?.length ?? 0;
  return text.length + 0.5 * (count(/[%mw]/g) - count(/[\s.,ijlt]/g));
}

/**
 * `title` is on its summary, `headings` are its columns, of which the first names each row; `opened`
 * is told when the reader opens or closes it. `fill(items, cells, last)`
 * writes a row an item, from the texts that `cells(item, i)` gives, and perhaps a last line below all
 * of them; it does so in slices (see slices.js), and only while the table is open.
 */
export function numbersTable({ title, headings, opened }) {
  const cell = (kind, role, scope) => h(kind, { role, scope });
  const row = () =>
    h(
      "tr",
      { role: "row" },
      cell("th", "rowheader", "row"),
      ...headings.slice(1).map(() => cell("td", "cell")),
    );
  const group = (kind, ...rows) => h(kind, { role: "rowgroup" }, ...rows);
  const names = headings.map((words) => h("th", { role: "columnheader", scope: "col" }, words));
  const foot = group("tfoot");
  const table = h("table", { role: "table" }, group("thead", h("tr", { role: "row" }, ...names)));
  table.append(foot);
  const bodies = []; // groups of as many rows as are written in a step
  const node = h(
    "details",
    { class: "sn-table sn-numbers", toggle: opened },
    h("summary", {}, title),
    h("div", { class: "sn-scroll", tabindex: 0, role: "group", "aria-label": title }, table),
  );

  // A heading breaks between its words, a number does not break at all.
  const least = headings.map((words) => Math.max(...words.split(" ").map(widthOf)));
  let columns = "";
  /** Make the columns wide enough for all texts so far. */
  function fit() {
    const wanted = least.map((least, k) => {
      const share = Math.max(least, Math.min(widthOf(headings[k]), WIDEST));
      return `minmax(calc(${least}ch + 1rem), ${share}fr)`;
    });
    if (wanted.join(" ") === columns) return;
    columns = wanted.join(" ");
    const all = least.reduce((sum, length) => sum + length, 0);
    table.style.setProperty("--sn-columns", columns);
    table.style.setProperty("--sn-least", `calc(${all}ch + ${headings.length}rem)`);
  }

  /** Write a row's texts into the row at this place of a group. */
  function line(rows, i, texts) {
    const { children } = rows.children[i] ?? rows.appendChild(row());
    texts.forEach((text, k) => {
      write(children[k], text);
      least[k] = Math.max(least[k], Math.min(widthOf(text), WIDEST));
    });
  }

  return {
    node,
    *fill(items, cells, last) {
      if (!node.open) return;
      const each = (item, i) => {
        const at = Math.floor(i / WORDS);
        if (!bodies[at]) {
          bodies[at] = group("tbody");
          foot.before(bodies[at]);
        }
        line(bodies[at], i % WORDS, cells(item, i));
      };
      yield* inPortions(items, each, { after: fit });
      for (const body of bodies.splice(Math.ceil(items.length / WORDS))) body.remove();
      const rest = items.length % WORDS || WORDS;
      while (bodies.at(-1)?.children.length > rest) bodies.at(-1).lastChild.remove();
      if (last) line(foot, 0, last);
      fit();
    },
  };
}
