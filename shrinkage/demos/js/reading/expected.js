// What somebody's model expected of each unit: a number, a rate or percent, or the ratio's part. Which of
// them a column has is decided by the total: that which lies nearest to the observed.
import { countedRole } from "./counts.js";
import { note, OutcomesError, Problems } from "./problems.js";
import { directions, OUTCOMES, unitOfRate } from "./qualifiers.js";
import { hasWord, RULES, words } from "./rules.js";

const DOUBTFUL = 1.5; // from which that is doubtful, if it is far too
const FACTOR = 3; // by which the expected total may differ from the observed
const CHANCE = 3; // standard errors within which a sum agrees with the observed
const FAR = 4; // and beyond which it is no chance that it does not
const COUNTS = [
  ...Object.keys(OUTCOMES).filter((word) => /[^is]s$/.test(word)), // 'deaths'
  ...["number", "count", "counts", "events"],
];
const RARE = 1000; // patients for each event, where nobody says how many there were
const FORMS = {
  number: "numbers",
  share: "rates, shares of 1",
  percent: "rates in percent",
  per: "rates",
};

const sum = (values) => values.reduce((total, value) => total + (value || 0), 0);
const about = (value) => String(Number(value.toPrecision(4)));

/** Put the expected number of what is counted into `expected` of the rows; notes. */
export function readExpected(roles, rows) {
  if (!("expected" in roles) && !("ratio" in roles)) return [];
  const notes = "expected" in roles ? fromExpected(roles, rows) : fromRatio(roles, rows);
  if (!("trials" in roles) && rows.every(({ trials }) => Number.isNaN(trials))) {
    for (const row of rows) row.trials = RARE * Math.ceil(Math.max(row.high, row.expected || 0, 1));
    const text =
      "The table has no number of patients: the events are taken as rare, which is right where each unit " +
      "has many more patients than events. Nothing can be said of rates, only of their ratio to what was expected.";
    notes.push(note("rare", text));
  }
  for (const row of rows) if (row.trials === 0 && Number.isNaN(row.expected)) row.expected = 0;
  refuseImpossible(rows, roles.expected ?? roles.ratio);
  return notes;
}

function fromExpected(roles, rows) {
  const heading = roles.expected;
  const observed = sum(rows.map(({ low, high }) => low + high)) / 2;
  const forms = formsOf(heading, rows);
  const set = (form, turned) =>
    rows.forEach((row, k) => {
      row.expected = turned ? row.trials - forms[form][k] : forms[form][k];
    });
  let fits = ofTheOthers(heading, roles) ? [] : fitting(forms, observed);
  if (fits.includes("number") && counts(heading) && isNear(sum(forms.number), observed, CHANCE))
    fits = ["number"];
  const [form, ...rest] = fits;
  if (form) {
    const close = (a, b) => Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b);
    const others = rest.filter(
      (other) => !forms[other].every((value, k) => close(value, forms[form][k])),
    );
    const doubt = others.length ? `; it could be ${FORMS[others[0]]} too` : "";
    const total = sum(forms[form]);
    const isFar =
      observed > 0 &&
      Math.abs(Math.log(total / observed)) > Math.log(DOUBTFUL) &&
      !isNear(total, observed, FAR);
    const far = ", which is far from it. Is it expected of other years, or of something else?";
    const text =
      `Column “${heading}” was read as expected ${FORMS[form]}: ${about(total)} expected in all, ` +
      `${about(observed)} observed${doubt}${isFar ? far : "."}`;
    set(form, false);
    return [note("expected", text, [], isFar || others.length > 0)];
  }
  const others = sum(rows.map(({ trials }) => trials)) - observed;
  const turned = others > 0 && observed > 0 ? fitting(forms, others) : [];
  if (turned.length) {
    const text =
      `Column “${heading}” fits those that “${roles[countedRole(roles)]}” does not count, and was read so: ` +
      `expected ${FORMS[turned[0]]} of the other patients. If that is wrong, choose “not used” for it.`;
    set(turned[0], true);
    return [note("expected", text, [], true)];
  }
  const tried = Object.entries(forms).map(
    ([one, values]) => `${FORMS[one]} give ${about(sum(values))}`,
  );
  throw new OutcomesError(
    `Column “${heading}”: expected a total near the ${about(observed)} observed, but ${tried.join(", ")}. Is ` +
      "it a number of patients, or expected of something else? Choose so, or “not used”, for the column.",
    "expected",
  );
}

/** Whether a heading says that a number of outcomes is expected: deaths, and not mortality. */
const counts = (heading) =>
  hasWord(heading, COUNTS) && !hasWord(heading, [...RULES.rates, ...RULES.rate_nouns]);

/** Whether two numbers of events differ by no more than some standard errors. */
const isNear = (total, observed, errors) =>
  Math.abs(total - observed) <= errors * Math.sqrt(Math.max(total, observed));

/** Whether a heading says that those are expected whom the table does not count. */
function ofTheOthers(heading, roles) {
  const found = words(heading);
  const told = directions(heading, found);
  if (!told || told[0] === told[1] || !found.some((word) => Object.hasOwn(OUTCOMES, word)))
    return false;
  return told[0] !== ["failures", "failure_rate"].includes(countedRole(roles));
}

/** The expected numbers, by what the column may hold. */
function formsOf(heading, rows) {
  const isRate = hasWord(heading, [...RULES.rates, "emr"]);
  const values = rows.map(({ expected }) => expected);
  const given = values.filter((value) => !Number.isNaN(value));
  const forms = isRate ? {} : { number: values };
  const times = (scale) => rows.map(({ expected, trials }) => (expected / scale) * trials);
  const [, size] = unitOfRate(heading);
  if (size) return { per: times(size) };
  if (rows.some(({ trials }) => !Number.isNaN(trials))) {
    if (given.every((value) => value <= 1)) forms.share = times(1);
    if (given.every((value) => value <= 100)) forms.percent = times(100);
  }
  return Object.keys(forms).length ? forms : { number: values };
}

/** The forms whose total lies within the factor of the observed, the nearest first. */
function fitting(forms, observed) {
  const away = Object.entries(forms).map(([form, values], k) => {
    const total = sum(values);
    if (!(observed > 0)) return [form, k ? Infinity : 0];
    return [form, total > 0 ? Math.abs(Math.log(total / observed)) : Infinity];
  });
  return away
    .filter(([, distance]) => distance <= Math.log(FACTOR))
    .sort((a, b) => a[1] - b[1])
    .map(([form]) => form);
}

/** Expected numbers from observed over expected: a ratio, one times 100, or an adjusted rate. */
function fromRatio(roles, rows) {
  const heading = roles.ratio;
  const observed = rows.map(({ low, high }) => (low + high) / 2);
  const problems = new Problems();
  rows.forEach((row, k) => {
    if ((observed[k] === 0 || !(row.ratio > 0)) && row.trials !== 0)
      problems.add(
        row.row,
        heading,
        `what was expected of “${row.doctor}” cannot be found from a ratio where none was observed. Give ` +
          "the expected numbers, or leave the column out.",
        "expected",
      );
  });
  problems.refuse();
  const isKnown = rows.some(({ trials }) => !Number.isNaN(trials));
  const overall = isKnown ? sum(observed) / sum(rows.map(({ trials }) => trials)) : NaN;
  const has = (list) => hasWord(heading, list);
  const ofRate =
    has(RULES.ratios_of_rate) ||
    (has(RULES.adjusted.filter((word) => word !== "risk")) && !has(RULES.ratios));
  const units = ofRate
    ? { "an adjusted rate in percent": 100 * overall, "an adjusted share": overall }
    : { "observed / expected": 1, "100 × observed / expected": 100 };
  const forms = {};
  for (const [unit, scale] of Object.entries(units))
    if (scale > 0) forms[unit] = rows.map(({ ratio }, k) => (observed[k] * scale) / ratio);
  const [form] = fitting(forms, sum(observed));
  if (!form)
    throw new OutcomesError(
      `Column “${heading}”: expected a ratio of observed to expected, or an adjusted rate, whose expected ` +
        "total comes near the observed; it does not. Give the expected numbers.",
      "expected",
    );
  rows.forEach((row, k) => {
    row.expected = forms[form][k];
  });
  const text =
    `The expected numbers were recovered from column “${heading}”, read as ${form}; they are as exact as ` +
    "its decimals allow.";
  return [note("recovered", text)];
}

function refuseImpossible(rows, heading) {
  const problems = new Problems();
  for (const { row, trials, expected } of rows)
    if (trials > 0 && !(expected > 0 && expected < trials))
      problems.add(
        row,
        heading,
        `expected a number above 0 and below the ${trials} patients, found ` +
          `${Number.isNaN(expected) ? "nothing" : about(expected)}. Correct it, or leave the column out.`,
        "expected",
      );
  problems.refuse();
}
