// Rows that are the sums of others by their numbers alone: a total, or regions above hospitals.

import { groupsOf } from "./grid.js";

const MANY = 100; // patients from which equal sums are hardly chance
const CHANCE = 0.02; // how often a table without sums may have such rows
const CERTAIN = 1000; // patients from which three rows suffice
const SOME = 20; // events from which equal sums are hardly chance, where something else agrees too
const MOST = 1e15; // of a count that nothing bounds
const DECIMALS = 6; // of an expected number, at most
const NUMBERS = ["trials", "low", "high", "expected"];

export const sum = (rows, name) => rows.reduce((total, row) => total + (row[name] || 0), 0);

const isKnown = ({ low, high, trials }) => low === high && !Number.isNaN(trials);

/** Rows of a unit that is the sum of all others, or heads of blocks that make up the table. */
export function unnamed(rows) {
  const known = rows.filter(isKnown);
  if (known.length < 3) return [];
  const whole = byUnit(rows).filter(
    ({ rows, own, agree }) => rows.every(isKnown) && own.trials >= MANY && areSums(agree, own),
  );
  if (whole.length) {
    const enough = known.length > 3 || whole.some(({ own }) => own.trials >= CERTAIN);
    return enough && whole.length === 1 ? whole[0].rows : [];
  }
  return ofBlocks(known) ?? ofBlocks([...known].reverse()) ?? [];
}

/** Rows of a unit that has the sum of all others' patients, whatever else it has. */
export function ofPatients(rows) {
  if (rows.length < 4) return [];
  return byUnit(rows)
    .filter(({ own, agree }) => own.trials >= MANY && agree.trials)
    .flatMap((unit) => unit.rows);
}

/** Each unit (or row, where there are two units), with its numbers and which are sums. */
function byUnit(rows) {
  const groups = [...groupsOf(rows, ({ doctor }) => doctor).values()];
  const all = added(rows);
  return (groups.length < 3 ? rows.map((row) => [row]) : groups).map((rows) => {
    const own = added(rows);
    const others = Object.fromEntries(NUMBERS.map((name) => [name, all[name] - own[name]]));
    return { rows, own, agree: matching(own, others, all.count) };
  });
}

/** The numbers of a row that add up, bounds for a count that is not known. */
export function bounded({ trials, low, high, expected = NaN }) {
  const least = low || 0;
  const most = Math.min(Number.isNaN(high) ? MOST : high, Number.isNaN(trials) ? MOST : trials);
  const end = low === high ? high : Math.max(most, least);
  return { trials: trials || 0, low: least, high: end, expected };
}

/** The numbers of some rows, added up, and their `count`. */
export function added(rows) {
  const all = { trials: 0, low: 0, high: 0, expected: 0, count: rows.length };
  for (const row of rows.map(bounded)) for (const name of NUMBERS) all[name] += row[name];
  return all;
}

/**
 * Which numbers of a row are the sums of `count` others: { trials, counted, expected }. What is counted
 * agrees where the bounds allow it, and what is expected as far as its decimals say.
 */
export function matching(own, others, count) {
  const step = ({ expected }) => 10 ** -decimals(expected);
  const slack = (step(own) + count * step(others)) / 2 + 1e-9;
  return {
    trials: own.trials === others.trials,
    counted: others.low <= own.high && own.low <= others.high,
    expected: Math.abs(own.expected - others.expected) <= slack,
  };
}

/**
 * Whether two numbers of a row that say it independently are the sums of others. `fewest`: how many must be
 * counted, where the patients are not the sum.
 */
export const areSums = ({ trials, counted, expected }, { low }, fewest = SOME) =>
  (trials && counted) || (expected && (trials || (counted && low >= fewest)));

/** How many decimals a number has. */
function decimals(value) {
  for (let k = 0; k < DECIMALS; k++)
    if (Math.abs(value * 10 ** k - Math.round(value * 10 ** k)) < 1e-6) return k;
  return DECIMALS;
}

/**
 * Rows that are the sum of two or more rows next below, or next above, as a trust's sites; none where as
 * many would be by chance in as large a table.
 */
export function heads(rows) {
  const known = rows.filter(isKnown);
  if (known.length < 3) return [];
  const found = [known, [...known].reverse()].flatMap((ordered) => {
    const { ends, sizes } = children(ordered, 2);
    return ordered.filter(
      ({ low, trials }, k) => ends[k] && sizes[k] > 1 && trials >= MANY && low > 0,
    );
  });
  const mean = Math.max(sum(known, "trials") / known.length, 1);
  const byChance = known.reduce((total, { low }) => total + 2 / (1 + 2 * Math.sqrt(low)) / mean, 0);
  const heading = rows.filter((row) => found.includes(row));
  let [fewer, term] = [0, 1]; // Poisson: the probability of fewer
  for (let k = 0; k < heading.length; term *= byChance / ++k) fewer += term;
  return 1 - Math.exp(-byChance) * fewer < CHANCE ? heading : [];
}

/**
 * The line of a label below which the rows add up to what those above it do, or undefined: the patients by
 * hospital, and below them the same by sex, are two tables.
 */
export function sameAgain(rows, left) {
  if (!rows.every(({ low, high }) => low === high)) return undefined;
  const [s, n] = [sum(rows, "low"), sum(rows, "trials")];
  let [events, patients, k] = [0, 0, 0]; // of the rows above
  const labels = left.map(({ row }) => row).sort((one, other) => one - other);
  return labels.find((at) => {
    for (; rows[k]?.row < at; k++) {
      events += rows[k].low;
      patients += rows[k].trials || 0;
    }
    const isLarge = k > 1 && rows.length - k > 1 && patients >= MANY;
    return isLarge && 2 * patients === n && 2 * events === s;
  });
}

/** Heads of blocks, and of blocks of blocks, that together are all the rows; null if they are not. */
function ofBlocks(rows) {
  const { ends, sizes } = children(rows, 1);
  let at = 0;
  while (at < rows.length && ends[at]) at = ends[at];
  if (at < rows.length) return null;
  const several = rows.filter((_, k) => sizes[k] > 1);
  const isCertain =
    (several.length > 1 && sum(several, "trials") >= MANY) ||
    several.some(({ trials }) => trials >= CERTAIN);
  return isCertain ? rows.filter((_, k) => ends[k]) : null;
}

/**
 * Where the rows end whose sum each row is (0 if it is none), and how many they are. A row below that is
 * such a sum itself stands for its own rows.
 */
function children(rows, fewest) {
  const ends = rows.map(() => 0);
  const sizes = rows.map(() => 0);
  for (let head = rows.length - 2; head >= 0; head--) {
    const { low, trials } = rows[head];
    let [events, patients, at, size] = [0, 0, head + 1, 0];
    while (at < rows.length && patients < trials && events <= low) {
      events += rows[at].low;
      patients += rows[at].trials;
      size++;
      at = ends[at] || at + 1;
    }
    if (size >= fewest && patients === trials && trials > 0 && events === low)
      [ends[head], sizes[head]] = [at, size];
  }
  return { ends, sizes };
}
