// Several rows a unit, for years or risk groups: added up, if the reader asked.
import { groupsOf } from "./grid.js";
import { overlaps } from "./overlaps.js";
import { inRows, note, OutcomesError } from "./problems.js";

const ADDED = ["trials", "low", "high", "expected"];

/** One row a unit, and what was added up: { units, notes }. */
export function settleStrata(table, roles, rows, sumRows) {
  const units = addedUp(rows);
  if (units.length === rows.length) return { units, notes: [] };
  const several = units.filter(({ own }) => own.length > 1);
  const doubts = overlaps(table, roles, rows);
  if (!sumRows) {
    const [{ doctor, own }] = several;
    throw new OutcomesError(
      `“${doctor}” stands in ${inRows(own.map(({ row }) => row))}; ${several.length} of ${units.length} units have ` +
        `more than one line. ${doubts.map((one) => `${one.text} `).join("")}Add them up if they are other patients ` +
        "of the same unit, or tell two units apart by name.",
      "rows",
    );
  }
  const text = `${rows.length} lines were added up to ${units.length} units; ${several.length} of them have more than one line.`;
  return { units, notes: [note("summed", text), ...doubts] };
}

/** One row a unit, the sum of its `own`. */
export const addedUp = (rows) =>
  Array.from(groupsOf(rows, ({ doctor }) => doctor).values(), (own) => {
    const unit = { ...own[0], own };
    for (const name of ADDED)
      if (unit[name] !== undefined) unit[name] = own.reduce((sum, row) => sum + row[name], 0);
    return unit;
  });
