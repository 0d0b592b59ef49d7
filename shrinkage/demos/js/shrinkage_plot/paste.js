// A box for the reader's own league table, with what was read in it and what the reader has to decide.
// What is typed in it stays in the browser: on a published page, opening it makes the browser refuse
// every connection, and the requests made are counted.
import { readOutcomes } from "../reading/outcomes.js";
import { button } from "../shared/controls.js";
import { counted, grouped, h, put, uid } from "../shared/dom.js";
import { advance } from "../shared/slices.js";
import { columnChooser } from "./choose.js";
import { writeTable } from "./table.js";
import { doubtful, judged } from "./verdict.js";

const REFUSE = [
  "connect-src 'none'",
  "img-src data: blob:",
  "media-src 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "form-action 'none'",
].join("; ");

const PATIENCE = 10_000; // ms for the next of what the page still lacks
const SHOWN = 20; // sentences on lines or decisions
const LONG = 50; // lines from which a pasted text is inserted in one step

const KNOWN =
  "Headings that are known: doctor, surgeon, hospital, site; patients, cases, operations, n; successes, survivors, alive; " +
  "deaths, complications, readmissions, failures; expected.";

/**
 * A field for the text of a table. `taken(text)` is work in slices, see slices.js, that takes up a
 * text after a change; `again()` has it done again. `edited(isPasted)` is told of a change first, and
 * `busy(isBusy)` whether a text is to be taken up.
 */
function makeField(taken, edited, busy) {
  const area = h("textarea", {
    id: uid("paste"),
    rows: 8,
    spellcheck: "false",
    autocomplete: "off",
    readonly: true, // until makeProof has sealed the page
    input: typed,
    paste: pasted,
  });
  let frame = 0;
  let reading = null; // of the present text, under way

  function typed() {
    edited();
    changed();
  }

  // One reading serves all changes within a frame: what types a whole text changes it for every line.
  function changed() {
    busy(true);
    reading = null;
    frame ||= requestAnimationFrame(read);
  }

  /**
   * Insert a long text in one step: a browser's own paste makes an element of every line, which takes
   * three times as long.
   */
  function pasted(event) {
    edited(true);
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    if (text.split("\n").length < LONG) return;
    event.preventDefault();
    busy(true);
    // Not within the event, in which the browser would lay out the text at once.
    requestAnimationFrame(() => {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      typed();
    });
  }

  function read() {
    frame = 0;
    reading ??= taken(area.value);
    if (advance(reading)) busy(false);
    else frame = requestAnimationFrame(read);
  }

  return { area, again: changed, stop: () => cancelAnimationFrame(frame) };
}

/** Have the page fetch what it still lacks, further demos and pictures, before it is sealed. */
function completePage() {
  const missing = []; // promises, or what is there already
  document.dispatchEvent(new CustomEvent("sn-complete", { detail: missing }));
  // A dead connection must not keep the reader out; a slow one may take its time.
  const stalled = new Promise((go) => {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(go, PATIENCE);
    };
    wait();
    for (const one of missing) Promise.resolve(one).then(wait, wait);
  });
  return Promise.race([Promise.allSettled(missing), stalled]);
}

/**
 * The line on where what is written stays: { node, begin() }, which seals a published page and
 * returns a promise: nothing may be written before that.
 */
function makeProof(published) {
  const node = h("p", { class: "sn-proof" });
  let requests = 0;
  function say() {
    node.textContent = published
      ? `What you write here stays in your browser. Since before you could write, this page may not connect to any computer, its own included ` +
        `(your browser enforces it until you reload), and it has made ${counted(requests, "request")}. It also works with your network switched off.`
      : "What you write here stays in your browser and in this notebook’s Python.";
  }
  async function begin() {
    if (!published) return say();
    node.textContent =
      "One moment: this page fetches the rest of its own pictures and demos, because from then on it may not connect to any computer.";
    await completePage();
    document.head.append(h("meta", { "http-equiv": "Content-Security-Policy", content: REFUSE }));
    new PerformanceObserver((list) => {
      requests += list.getEntries().filter(({ name }) => /^(https?|wss?):/.test(name)).length;
      say();
    }).observe({ type: "resource", buffered: false });
    say();
  }
  return { node, begin };
}

/** A list of sentences of which the first few are shown. */
function showList(list, sentences) {
  list.replaceChildren(...sentences.slice(0, SHOWN).map((sentence) => h("li", {}, sentence)));
  const more = sentences.length - SHOWN;
  if (more > 0) list.append(h("li", {}, `… and ${grouped(more)} more.`));
}

/** `use(counts)` takes up a table and `now()` is the state. */
export function pasteBox({ published, use, now }) {
  const verdict = h("p", { class: "sn-verdict", role: "status" });
  const bad = h("ul", { class: "sn-bad" });
  const notes = h("ul", { class: "sn-notes" });
  const proof = makeProof(published);
  const none = () => ({ columns: null, sumRows: false, without: new Set(), settled: [] });
  let decided = none(); // what the reader chose for the present text
  let headings = []; // those that the choice is for
  let last = null; // what was read
  let begun = false;

  const { area, again, stop } = makeField(taken, edited, busy);
  const decide = (choice) => {
    Object.assign(decided, choice);
    again();
  };
  const chooser = columnChooser((columns) => decide({ columns, settled: [] }));
  const badLines = () => new Set(last?.refusal?.rows.map(({ row }) => row));
  const actions = {
    use: button({
      label: "Use these columns",
      press: () =>
        decide({ columns: chooser.chosen(), settled: doubtful(last).map(({ kind }) => kind) }),
      primary: true,
    }),
    leave: button({
      label: "",
      press: () => decide({ without: new Set([...decided.without, ...badLines()]) }),
    }),
    sum: button({ label: "Add up the rows of each unit", press: () => decide({ sumRows: true }) }),
  };
  const buttons = h(
    "div",
    { class: "sn-buttons" },
    ...Object.values(actions).map(({ node }) => node),
  );

  function edited(isPasted) {
    decided.without = new Set(); // other lines may have these numbers now
    if (isPasted) Object.assign(decided, { sumRows: false, settled: [] });
  }

  // A screen reader waits for what is read, and says that.
  function busy(isBusy) {
    put(verdict, { "aria-busy": String(isBusy) });
  }

  /** The notes that have to be settled before a table is drawn. */
  const unsettled = (found) =>
    found.counts.length
      ? doubtful(found).filter(({ kind }) => !decided.settled.includes(kind))
      : [];

  /** Read a text and say what is wrong with it, in slices. */
  function* taken(text) {
    const found = yield* readOutcomes(text, decided);
    yield;
    const isOther = found.headings.join("\t") !== headings.join("\t");
    headings = found.headings;
    if (isOther && (decided.columns || decided.sumRows)) {
      decided = none(); // the choice was for another table
      return yield* taken(text);
    }
    last = found;
    if (found.counts.length && !unsettled(found).length) use(found.counts);
    yield;
    yield* show(text, found);
  }

  function* show(text, found) {
    const { refusal, asks, roles, isOwn } = found;
    const doubts = unsettled(found);
    verdict.textContent = judged(text, found, doubts);
    showList(
      bad,
      [...(refusal?.rows ?? []), ...doubts].map((one) => one.text),
    );
    const left = decided.without.size
      ? [`${counted(decided.without.size, "line")} left out, as you chose.`]
      : [];
    const others = found.notes.filter((note) => !doubts.includes(note) && note.kind !== "headings");
    const said = others.sort((a, b) => b.doubtful - a.doubtful).map((note) => note.text);
    showList(notes, [...(asks.length ? [KNOWN] : []), ...left, ...said]);
    yield;
    chooser.show(isOwn && !doubts.length ? [] : found.headings, roles);
    yield;
    const wrong = badLines().size;
    const whole = asks.length > 0 && "unit" in roles && Object.keys(roles).length > 2;
    actions.use.node.hidden = !whole && !doubts.length;
    actions.leave.node.hidden = !wrong || wrong >= found.lines;
    actions.leave.node.textContent =
      wrong === 1 ? "Leave this line out" : `Leave these ${grouped(wrong)} lines out`;
    actions.sum.node.hidden = !["rows", "alike"].includes(refusal?.kind);
  }

  function opened() {
    if (!node.open || begun) return;
    begun = true;
    if (!area.value) {
      area.value = writeTable(now().counts);
      verdict.textContent = "This is the present table. Change it, or paste another over it.";
    }
    proof.begin().then(() => (area.readOnly = false));
  }

  for (const { node: one } of Object.values(actions)) one.hidden = true;

  const node = h(
    "details",
    { class: "sn-table sn-paste", toggle: opened },
    h("summary", {}, "Paste your own league table"),
    h(
      "label",
      { for: area.id },
      "A row a doctor or hospital, with its patients and its successes or deaths, as copied from a spreadsheet or a CSV file",
    ),
    area,
    verdict,
    bad,
    chooser.node,
    buttons,
    notes,
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
