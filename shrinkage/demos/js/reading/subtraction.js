// What a total says of the withheld counts that it adds up: bounds, by subtraction.
import { SUPPRESSED } from "./numbers.js";
import { inRows, listed, note } from "./problems.js";
import { added, bounded, matching } from "./sums.js";

const NAMED = 5; // of the counts that were found, in the note on them

/**
 * Put the bounds that totals leave into `low` and `high` of the rows; a note on what they say. `totals`: of
 * each, [its rows, the rows that it adds up]; `heading`: the column of what is counted.
 */
export function tighten(totals, heading) {
  const found = new Set();
  const used = [];
  for (const [total, others] of totals) {
    if (total.some(({ low, high }) => low !== high)) continue;
    const whole = added(total).low;
    const own = others.map(bounded);
    const { low, high } = added(others);
    if (!(low <= whole && whole <= high)) continue;
    let isTighter = false;
    others.forEach((row, k) => {
      if (row.state !== SUPPRESSED || own[k].low >= own[k].high) return;
      const least = Math.max(own[k].low, whole - (high - own[k].high));
      const most = Math.min(own[k].high, whole - (low - own[k].low));
      if (least <= own[k].low && most >= own[k].high) return;
      found.add(row);
      [row.low, row.high] = [least, most];
      isTighter = true;
    });
    if (isTighter) used.push(...total.map(({ row }) => row));
  }
  return said([...found], used, heading);
}

function said(found, used, heading) {
  if (!found.length) return [];
  const isOne = found.length === 1;
  const named = found
    .slice(0, NAMED)
    .map(({ doctor, low, high }) => `${doctor} ${low}${low < high ? ` to ${high}` : ""}`);
  const totals = used.length === 1 ? "total in" : "totals in";
  const text =
    `Column “${heading}” withholds ${isOne ? "a count" : `${found.length} counts`}, and the ${totals} ` +
    `${inRows(used)} ${used.length === 1 ? "says" : "say"} more of ${isOne ? "it" : "them"}: ${named.join("; ")}` +
    `${found.length > NAMED ? " and so on" : ""}. ${isOne ? "It was" : "They were"} taken so. Whoever publishes a ` +
    "total beside withheld counts lets them be found by subtraction.";
  const lines = found.map(({ row }) => row);
  return [note("subtracted", text, lines)];
}

/**
 * A doubtful note on a total's numbers that are not the sums of others, if any is not. `headings`: those of
 * `trials`, `counted` and `expected`, as far as the table has them.
 */
export function differing(total, others, headings) {
  const [own, rest] = [added(total), added(others)];
  const agree = matching(own, rest, others.length);
  const isSum = own.expected > Math.max(...others.map(({ expected }) => expected)); // and no rate
  const ends = { trials: ["trials", "trials"], counted: ["low", "high"] };
  const said = Object.entries(headings)
    .filter(([name, heading]) => heading && !agree[name] && (name !== "expected" || isSum))
    .map(([name, heading]) => {
      const [least, most] = ends[name] ?? [name, name];
      const sums =
        about(rest[least]) + (rest[least] < rest[most] ? ` to ${about(rest[most])}` : "");
      return `${about(own[least])} in “${heading}”, of which the others have ${sums}`;
    });
  if (!said.length) return [];
  const lines = total.map(({ row }) => row);
  const names = listed([...new Set(total.map(({ doctor }) => doctor))]);
  const bounds = rest.low < rest.high ? ", or which bound of a withheld count," : "";
  const text =
    `${names} (${inRows(lines)}) was left out as a total, so that no patient is counted twice, for its other ` +
    `numbers are the sums of other lines. It has ${said.join(" and ")}. Which number${bounds} is wrong, or whose ` +
    "is missing?";
  return [note("total", text, lines, true)];
}

const about = (value) => String(Number(value.toPrecision(6)));
