// The choice among the league tables that come with a demo.

import { choice } from "./controls.js";
import { same } from "./permalink.js";

const OWN = "a table of your own";

/** A control that puts a preset's rows into `counts`; `choose(counts)` is told which. */
export function presetChoice(model, choose) {
  const tables = model.get("presets");
  let known = null; // a table of hundreds of doctors is not compared in every frame
  const nameOf = ({ counts }) => {
    if (known?.counts !== counts)
      known = {
        counts,
        name: Object.keys(tables).find((name) => same(tables[name], counts)) ?? OWN,
      };
    return known.name;
  };
  return choice({
    label: "Table",
    options: (state) =>
      [...Object.keys(tables), ...(nameOf(state) === OWN ? [OWN] : [])].map((name) => [name, name]),
    read: nameOf,
    change: (name) => tables[name] && choose(tables[name]),
  });
}
