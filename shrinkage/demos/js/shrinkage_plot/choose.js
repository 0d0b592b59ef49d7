// How the columns of a pasted table are read: a choice for each of its headings.
import { h, put, uid } from "../shared/dom.js";

const MEANINGS = {
  "": "not used",
  unit: "doctor, hospital …",
  trials: "patients",
  successes: "successes",
  failures: "failures (deaths …)",
  rate: "success rate",
  failure_rate: "failure rate",
  expected: "expected number or rate",
  ratio: "observed / expected",
  success: "success of one patient",
  failure: "failure of one patient",
};

const READ = {
  unit: "the unit",
  trials: "the patients",
  successes: "counted as successes",
  failures: "counted as failures",
  rate: "the success rate",
  failure_rate: "the failure rate",
  expected: "what was expected",
  ratio: "observed over expected",
  success: "whether it went well",
  failure: "whether it failed",
};

/** A sentence on how columns are read: 'Read as: Hospital, the unit; Cases, the patients; …'. */
export const readAs = (roles) =>
  `Read as: ${Object.entries(roles)
    .filter(([role]) => READ[role])
    .map(([role, heading]) => `${heading}, ${READ[role]}`)
    .join("; ")}.`;

/** `changed(roles)` is told of a choice, a heading for each role; `show(headings, roles)` shows one. */
export function columnChooser(changed) {
  const row = h("div", { class: "sn-columns" });
  const node = h(
    "fieldset",
    { class: "sn-chooser", hidden: true },
    h("legend", {}, "How the columns are read"),
    row,
  );
  let selects = []; // one a heading
  let shown = []; // their headings

  function choose(select) {
    // Each meaning is of one column: the last that was given it.
    for (const other of selects)
      if (other !== select && other.value === select.value) other.value = "";
    changed(chosen());
  }

  const chosen = () =>
    Object.fromEntries(
      selects.map(({ value }, k) => [value, shown[k]]).filter(([role]) => role !== ""),
    );

  function make(heading) {
    const id = uid("column");
    const options = Object.entries(MEANINGS).map(([value, words]) => h("option", { value }, words));
    const select = h("select", { id, change: () => choose(select) }, ...options);
    selects.push(select);
    return h("div", {}, h("label", { for: id }, heading), select);
  }

  return {
    node,
    chosen,
    show(headings, roles) {
      node.hidden = headings.length === 0;
      if (headings.join("\t") !== shown.join("\t")) {
        selects = [];
        shown = headings;
        row.replaceChildren(...headings.map(make));
      }
      const role = Object.fromEntries(
        Object.entries(roles).map(([name, heading]) => [heading, name]),
      );
      selects.forEach((select, k) => {
        select.value = role[shown[k]] ?? "";
        put(select, { class: select.value ? null : "sn-unused" });
      });
    },
  };
}
