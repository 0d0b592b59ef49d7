// Several rows a unit, for years or risk groups: added up, if the reader asked.
import { inRows, note, OutcomesError } from "./problems.js";

const ADDED = ["trials", "low", "high", "expected"];

/** One row a unit, and what was added up: { units, notes }. */
export function settleStrata(rows, sumRows) {
  const byUnit = new Map();
  for (const row of rows) {
    if (!byUnit.has(row.doctor)) byUnit.set(row.doctor, []);
    byUnit.get(row.doctor).push(row);
  }
  if (byUnit.size === rows.length) return { units: rows, notes: [] };
  const several = [...byUnit.values()].filter(({ length }) => length > 1);
  if (!sumRows) {
    const [own] = several;
    throw new OutcomesError(
      `“${own[0].doctor}” stands in ${inRows(own.map(({ row }) => row))}; ${several.length} of ${byUnit.size} ` +
        "units have more than one row. Add them up, or tell two units apart by name.",
      "rows",
    );
  }
  const units = Array.from(byUnit.values(), (own) => {
    const unit = { ...own[0] };
    for (const name of ADDED)
      if (unit[name] !== undefined) unit[name] = own.reduce((sum, row) => sum + row[name], 0);
    return unit;
  });
  const text = `${rows.length} rows were added up to ${byUnit.size} units; ${several.length} of them have more than one row.`;
  return { units, notes: [note("summed", text)] };
}
