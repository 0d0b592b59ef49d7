// The choice among the league tables that come with a demo.
import { same } from "./permalink.js";
import { choice } from "./controls.js";

const OWN = "a table of your own";

/** A control that puts a preset's rows into `counts`; `choose(counts)` is told which. */
export function presetChoice(model, choose) {
  const tables = model.get("presets");
  const nameOf = ({ counts }) =>
    Object.keys(tables).find((name) => same(tables[name], counts)) ?? OWN;
  return choice({
    label: "Table",
    options: (state) =>
      [...Object.keys(tables), ...(nameOf(state) === OWN ? [OWN] : [])].map((name) => [name, name]),
    read: nameOf,
    change: (name) => tables[name] && choose(tables[name]),
  });
}
