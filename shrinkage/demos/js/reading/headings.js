// What a heading means, by its words alone: the unit, the patients, what is counted.
import { abbreviated, changed, directions, OUTCOMES, unitOfRate } from "./qualifiers.js";
import { RULES, words } from "./rules.js";

const SOFT_IDENTIFIERS = ["number", "no", "num", "nr"]; // 'Hospital no', but 'No of patients'
const OF_PATIENTS = "trials successes failures rate failure_rate expected ratio".split(" ");
const SURE = 2; // every word of the heading is known
const WEAK = 1; // it has others beside

/** What becomes of counts that are rates. */
export const RATES = {
  successes: "rate",
  failures: "failure_rate",
  undirected: "undirected rate",
};

/** A heading without capitals and with single blanks, by which columns are named. */
export const plain = (heading) => heading.toLowerCase().trim().split(/\s+/).join(" ");

/** A heading as the course's own name: 'Successes (n)' is 'successes'. */
export function ownName(heading) {
  const found = words(heading);
  if (found.includes("no") && !abbreviated(heading)) return plain(heading);
  const kept = found.filter((word) => !["n", "number", "no", "count"].includes(word));
  return kept.length === 1 && !heading.includes("%") ? kept[0] : plain(heading);
}

const isIn = (table) =>
  Array.isArray(table) ? (word) => table.includes(word) : (word) => Object.hasOwn(table, word);
const some = (found, ...tables) => tables.some((table) => found.some(isIn(table)));
const all = (found, ...tables) => found.every((word) => tables.some((table) => isIn(table)(word)));

const means = (role, strength = 0, noun = null) => ({ role, strength, noun, scale: null });

const known = new Map(); // the meaning of each heading that was asked for

/**
 * What a heading means by its words: { role, strength, noun, scale }; the first rule that fits decides.
 *
 * `role` is one of the table of rules, or "undirected" (counts something, good or bad), "undirected
 * rate", "identifier", "patient" (names a patient), "covariate", or null; `strength` is 2 where every
 * word is known, else 1; `noun` is the unit in the singular, or the noun of the rate;
 * `scale` the size of what a rate is of, where it is no percent: 1000 of 'per 1,000'.
 */
export function meaning(heading) {
  if (known.size > 4096) known.clear();
  if (!known.has(heading)) known.set(heading, decided(heading));
  return known.get(heading);
}

function decided(heading) {
  const [found, scale] = unitOfRate(heading);
  if (!found.length || some(found, RULES.passed_over) || found.length > 12) return means(null);
  for (const rule of [ratio, identifier, expected, adjusted, covariate, counted, cases, unit]) {
    const decision = rule(heading, found);
    if (!decision) continue;
    const { role } = decision;
    const counts = OF_PATIENTS.includes(role) || role?.startsWith("undirected");
    if (!counts) return decision;
    return changed(found)
      ? means(null)
      : { ...decision, role: (scale && RATES[role]) || role, scale };
  }
  return means(null);
}

function ratio(heading, found) {
  const both = some(found, RULES.expected) && some(found, RULES.undirected, ["observed"]);
  const isRatio = found.includes("ratio");
  const told = some(found, RULES.adjusted, OUTCOMES);
  if (
    found.some((word) => word !== "ratio" && RULES.ratios.includes(word)) ||
    (heading.includes("/") && both) ||
    (isRatio && (told || both))
  )
    return means("ratio", SURE, nounOf(found));
  return null;
}

function identifier(_, found) {
  const hard = found.some(
    (word) => RULES.identifiers.includes(word) && !SOFT_IDENTIFIERS.includes(word),
  );
  const others = found.slice(0, -1);
  const soft = SOFT_IDENTIFIERS.includes(found.at(-1)) && others.length > 0;
  if (!hard && !(soft && all(others, RULES.unit, RULES.patient_identifiers))) return null;
  const ofPatient =
    found.some((word) => word !== "id" && RULES.patient_identifiers.includes(word)) &&
    !some(found, RULES.unit);
  return means(ofPatient ? "patient" : "identifier", SURE);
}

function expected(_, found) {
  if (!some(found, RULES.expected)) return null;
  if (some(found, ["e", "pred"]) && found.length > 1) return null;
  const outcome = some(found, OUTCOMES);
  const { expected, fillers, rates, undirected, trials, by_a_model } = RULES;
  const known = all(found, expected, fillers, rates, undirected, trials, by_a_model, ["emr"]);
  if (!outcome && !known) return means(null); // of something else: 'Expected length of stay'
  return means("expected", some(found, RULES.expected_second) ? WEAK : SURE, nounOf(found));
}

function adjusted(_, found) {
  if (!found.some((word) => word !== "risk" && RULES.adjusted.includes(word))) return null;
  const rate = some(found, RULES.rates, OUTCOMES);
  return means(rate ? "ratio" : null, WEAK, nounOf(found));
}

const covariate = (_, found) =>
  some([found[0], found.at(-1)], RULES.covariates) ? means("covariate", SURE) : null;

function counted(heading, found) {
  if (found.includes("denominator")) return means("trials", WEAK);
  const told = directions(heading, found);
  if (!told) return means(null);
  const [bad, good, turned] = told;
  const { rates, fillers, trials, undirected, turning, turned_after } = RULES;
  const rate = some(found, rates);
  const isKnown = all(found, fillers, OUTCOMES, rates, trials, undirected, turning, turned_after);
  const noun = turned ? null : nounOf(found);
  const strength = isKnown ? SURE : WEAK;
  if (bad || some(found, RULES.failure_rates))
    return means(rate ? "failure_rate" : "failures", strength, noun);
  if (good) return means(rate ? "rate" : "successes", strength, noun);
  if (rate && isKnown) return means("undirected rate", WEAK);
  if (all(found, undirected, fillers) && some(found, undirected)) return means("undirected", WEAK);
  return null;
}

/** How many patients; or which kind of them, where one unit has several rows. */
function cases(_, found) {
  const many = found.filter((word) => RULES.trials.includes(word));
  const sure = all(found, RULES.trials, RULES.fillers);
  if (many.length && (sure || many.some((word) => !RULES.trials_alone.includes(word))))
    return means("trials", sure ? SURE : WEAK);
  if (some(found, RULES.stratum)) return means("stratum", SURE);
  if (found.length === 1 && RULES.patient_identifiers.includes(found[0]))
    return means("patient", SURE);
  return null;
}

function unit(_, found) {
  if (some(found, RULES.rates, RULES.ratios)) return null; // 'Nurse-patient ratio'
  const nouns = found
    .filter((word) => Object.hasOwn(RULES.unit, word))
    .map((word) => RULES.unit[word]);
  if (nouns.length) return means("unit", SURE, nouns.at(-1));
  if (all(found, RULES.names) || some(found, RULES.wider_units))
    return means("unit", WEAK, found.find((word) => RULES.wider_units.includes(word)) ?? null);
  return null;
}

/** The noun of the rate of what is counted: 'Deaths' give 'mortality'. */
function nounOf(found) {
  for (const nouns of [RULES.nouns_of_ratios, OUTCOMES]) {
    const word = found.find(isIn(nouns));
    if (word) return nouns[word];
  }
  return null;
}
