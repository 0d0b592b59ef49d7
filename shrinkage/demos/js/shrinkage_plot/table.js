// A league table as text: to edit in the paste box, and the results as a CSV file.
import { csvFormatRows, tsvFormatRows } from "d3-dsv";
import { columns } from "../shared/clinic.js";
import { rankSummary } from "../shared/ranks.js";

/** The table as text to edit: a row a line below the headings, tabs between the columns. */
export function writeTable(counts) {
  const { expected } = columns(counts);
  const rows = counts.map(([name, successes, trials, wanted, bounds]) => [
    name,
    bounds ? bounds.join("-") : successes,
    trials,
    ...(expected ? [wanted ?? ""] : []),
  ]);
  return tsvFormatRows([
    ["doctor", "successes", "trials", ...(expected ? ["expected"] : [])],
    ...rows,
  ]);
}

/** A name as a spreadsheet's cell: what begins like a formula would be computed. */
const cell = (name) => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);

/** Six digits, more than the engine promises. */
const digits = (value) => (value === null ? "" : Number(value.toPrecision(6)));

/** Estimates, intervals, ranks and weights as a CSV file, with what was expected where that is known. */
export function writeResults(counts, found, ranks) {
  const { names, successes, trials, raw, expected, bounds } = columns(counts);
  const rows = names.map((name, j) => {
    const rank = rankSummary(ranks[j]);
    return {
      doctor: cell(name),
      successes: successes[j] ?? "",
      ...(bounds && { fewest_successes: bounds[j][0], most_successes: bounds[j][1] }),
      trials: trials[j],
      ...(expected && { expected_successes: trials[j] ? digits(expected[j]) : "" }),
      raw_rate: trials[j] && successes[j] !== null ? digits(successes[j] / trials[j]) : "",
      ...(expected && { standardised_rate: digits(raw[j]) }),
      estimate: digits(found.mean[j]),
      low_95: digits(found.low[j]),
      high_95: digits(found.high[j]),
      weight_of_own_data: digits(found.weight[j]),
      rank_median: rank.median,
      rank_low_95: rank.low,
      rank_high_95: rank.high,
    };
  });
  return csvFormatRows([Object.keys(rows[0]), ...rows.map(Object.values)]);
}
