// A box for the reader's own league table. What is typed in it stays in the browser: on a published
// page, opening it makes the browser refuse every connection, and the requests made are counted.
import { counted, grouped, h, uid } from "../shared/dom.js";
import { advance } from "../shared/slices.js";
import { readTable, writeTable } from "./table.js";

const REFUSE = [
  "connect-src 'none'",
  "img-src data: blob:",
  "media-src 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "form-action 'none'",
].join("; ");

const LONG = 50; // lines from which a pasted text is inserted in one step

/** What has become of a text: a sentence on the rows used and on those that need correction. */
function judged(text, used, refused) {
  if (!text.trim()) return "Paste rows of doctor, successes and patients.";
  const correct =
    refused === 1 ? "One line needs correction" : `${grouped(refused)} lines need correction`;
  if (!used) return `${correct}, here in the text; the picture stays as it was.`;
  const rest = refused ? ` ${correct}, here in the text:` : "";
  return `${counted(used, "row")} in the picture.${rest}`;
}

/**
 * A field for the text of a table. `taken(text)` is work in slices, see slices.js, that takes up a
 * text after a change.
 */
function makeField(taken) {
  const area = h("textarea", {
    id: uid("paste"),
    rows: 8,
    spellcheck: "false",
    autocomplete: "off",
    input: changed,
    paste: pasted,
  });
  let frame = 0;
  let reading = null; // of the present text, under way

  // One reading serves all changes within a frame: what types a whole text changes it for every line.
  function changed() {
    reading = null;
    frame ||= requestAnimationFrame(read);
  }

  /**
   * Insert a long text in one step: a browser's own paste makes an element of every line, which takes
   * three times as long.
   */
  function pasted(event) {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    if (text.split("\n").length < LONG) return;
    event.preventDefault();
    // Not within the event, in which the browser would lay out the text at once.
    requestAnimationFrame(() => {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      changed();
    });
  }

  function read() {
    frame = 0;
    reading ??= taken(area.value);
    if (!advance(reading)) frame = requestAnimationFrame(read);
  }

  return { area, stop: () => cancelAnimationFrame(frame) };
}

/** The line on where what is written stays: { node, begin() }, which seals a published page. */
function makeProof(published) {
  const node = h("p", { class: "sn-proof" });
  let requests = 0;
  function say() {
    node.textContent = published
      ? `What you write here stays in your browser. Since you opened this box, this page may not connect to any computer, its own included ` +
        `(your browser enforces it until you reload), and it has made ${counted(requests, "request")}. It also works with your network switched off.`
      : "What you write here stays in your browser and in this notebook’s Python.";
  }
  function begin() {
    say();
    if (!published) return;
    document.head.append(h("meta", { "http-equiv": "Content-Security-Policy", content: REFUSE }));
    new PerformanceObserver((list) => {
      requests += list.getEntries().filter(({ name }) => /^(https?|wss?):/.test(name)).length;
      say();
    }).observe({ type: "resource", buffered: false });
  }
  return { node, begin };
}

/** `use(counts)` takes up a table and `now()` is the state. */
export function pasteBox({ published, use, now }) {
  const { area, stop } = makeField(taken);
  const verdict = h("p", { class: "sn-verdict", role: "status" });
  const bad = h("ul", { class: "sn-bad" });
  const proof = makeProof(published);
  let begun = false;

  /** Read a text and say what is wrong with it, in slices. */
  function* taken(text) {
    const { counts, bad: wrong, note } = yield* readTable(text);
    yield;
    if (counts.length) use(counts);
    yield;
    const words = judged(text, counts.length, wrong.length);
    verdict.textContent = [note, words].filter(Boolean).join(" ");
    bad.replaceChildren(...wrong.slice(0, 20).map((sentence) => h("li", {}, sentence)));
    if (wrong.length > 20) bad.append(h("li", {}, `… and ${grouped(wrong.length - 20)} more.`));
  }

  function opened() {
    if (!node.open || begun) return;
    begun = true;
    if (!area.value) {
      area.value = writeTable(now().counts);
      verdict.textContent = "This is the present table. Change it, or paste another over it.";
    }
    proof.begin();
  }

  const node = h(
    "details",
    { class: "sn-table sn-paste", toggle: opened },
    h("summary", {}, "Paste your own league table"),
    h(
      "label",
      { for: area.id },
      "Doctor, successes and patients, a row a doctor, as copied from a spreadsheet or a CSV file",
    ),
    area,
    verdict,
    bad,
    proof.node,
    published
      ? h(
          "p",
          { class: "sn-proof" },
          "A copied link holds the table itself: share it as you would share the table.",
        )
      : "",
  );
  return { node, stop };
}
