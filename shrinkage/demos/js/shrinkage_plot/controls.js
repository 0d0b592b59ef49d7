// The controls above the figure and below it.
import { columns, MOST, successesInWords } from "../shared/clinic.js";
import { button, choice, slider } from "../shared/controls.js";
import { grouped, percent } from "../shared/dom.js";
import { presetChoice } from "../shared/presets.js";
import { inHand, middle } from "./engine.js";

const CASELOADS = [
  ...Array.from({ length: 31 }, (_, i) => i),
  ...[35, 40, 45, 50, 60, 70, 80, 90, 100, 125, 150, 200, 250, 300, 400, 500, 700, 1000],
];
const ORDERS = [
  ["caseload", "patients seen"],
  ["estimate", "estimate"],
  ["table", "as in the table"],
];

export const actions = (model, edit) => [
  presetChoice(model, edit.use),
  button({
    label: "Add a doctor",
    press: edit.add,
    enabled: ({ counts }) => counts.length < MOST.doctors,
  }),
  button({
    label: "Remove the doctor in hand",
    press: edit.removeInHand,
    enabled: ({ counts }) => counts.length > 1,
  }),
];

/** `now()` is the state, `set(changes)` changes it and `edit` its table. */
export function settings({ now, set }, edit) {
  const counts = (state) => {
    const row = state.counts[inHand(state)];
    return [middle(row), row[2]];
  };
  return [
    choice({
      label: "Doctor in hand",
      options: ({ counts }) => counts.map(([name], j) => [String(j), name]),
      read: (state) => String(inHand(state)),
      change: (j) => edit.take(Number(j)),
    }),
    choice({
      label: "Rows sorted by",
      options: ORDERS,
      read: ({ order }) => order,
      change: (order) => set({ order }),
    }),
    slider({
      label: "Successes",
      range: (state) => [0, counts(state)[1]],
      read: (state) => counts(state)[0],
      say: grouped,
      explain(state) {
        const j = inHand(state);
        const table = columns(state.counts);
        if (table.successes[j] === null)
          return `withheld: ${successesInWords(j, table)}, until you choose a number`;
        const n = table.trials[j];
        const where = table.expected ? " at the average expectation" : "";
        return n
          ? `raw rate ${percent(table.raw[j], n < 500 ? 0 : 1)}${where}`
          : "no patients, so no raw rate";
      },
      change: (successes) => edit.setSuccesses(inHand(now()), successes),
    }),
    slider({
      label: "Patients",
      stops: CASELOADS,
      read: (state) => counts(state)[1],
      say: grouped,
      explain: () => "the raw rate stays where it is, as nearly as whole patients allow",
      change: (trials) => edit.setCaseload(inHand(now()), trials),
    }),
  ];
}
