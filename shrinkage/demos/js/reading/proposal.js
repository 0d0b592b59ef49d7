// Which column has which role: as the reader chose, by the course's own names, or as proposed. Only the
// course's own names need no confirmation.
import { isDate } from "./dates.js";
import { columnOf, refuseTwins, used } from "./grid.js";
import { meaning, ownName, plain } from "./headings.js";
import { countsMore, isFrequency, oneRowEach, refuseFrequencies, sideBySide } from "./layouts.js";
import { looksLikeNumber } from "./numbers.js";
import { isOutcome, nearlyOutcome } from "./patients.js";
import { listed, OutcomesError } from "./problems.js";
import { compatible } from "./qualifiers.js";
import { RULES } from "./rules.js";
import { byValues, mayBeRates } from "./values.js";

export const COUNTED = ["successes", "failures", "rate", "failure_rate"];
const OUTCOME = ["success", "failure"];
const MOSTLY = 0.9; // of the rows: a column with more different values names them, and no units
const OWN = { ...RULES.own.counts, ...RULES.own.patients, ...RULES.own.further };

const any = (roles, names) => names.some((name) => name in roles);

/**
 * The heading of each role: { roles, isOwn, said, unsure, complete }. `stated`: what the reader chose,
 * or null; what was chosen for another table is passed over. `isOwn`: whether nothing is guessed; `said`: what is uncertain, in sentences; `unsure`:
 * whether that may change what is counted; `complete`: whether the roles suffice.
 */
export function findRoles(table, stated) {
  if (stated && Object.values(stated).every((heading) => columnOf(table, heading))) {
    refuseTwins(table, Object.values(stated));
    return { roles: stated, isOwn: false, said: [], unsure: false, complete: isComplete(stated) };
  }
  const roles = {};
  for (const [role, name] of Object.entries(OWN)) {
    const column = table.columns.find(({ heading }) => ownName(heading) === name);
    if (column) roles[role] = column.heading;
  }
  if ("success" in roles && "successes" in roles)
    throw new OutcomesError(
      `Line ${table.headerRow}: found “${roles.success}” and also “${roles.successes}”. Keep the first ` +
        "for a row a patient, or the second with “trials” for a row a doctor.",
      "layouts",
    );
  if (asks(table, roles)) delete roles.success;
  if (isComplete(roles)) {
    refuseTwins(table, Object.values(roles));
    return { roles, isOwn: true, said: [], unsure: false, complete: true };
  }
  const own = Object.values(OWN);
  const needed = table.columns.map(({ heading }) => heading);
  refuseTwins(
    table,
    needed.filter((heading) => own.includes(ownName(heading))),
  );
  const wide = sideBySide(table, ["trials", ...COUNTED]);
  if (wide.length)
    throw new OutcomesError(
      `Line ${table.headerRow}: ${listed(wide)} seem to be the same for several years or groups. Write a ` +
        "row for each unit and year instead (doctor, year, successes, trials), or take out the columns that " +
        "are not meant.",
      "wide",
    );
  const guessed = guess(table, roles);
  refuseFrequencies(table, guessed.roles);
  return { ...guessed, isOwn: false, complete: isComplete(guessed.roles) };
}

function isComplete(roles) {
  if (!("unit" in roles)) return false;
  if (any(roles, OUTCOME)) return !("trials" in roles);
  if (!any(roles, COUNTED)) return false;
  const both = "successes" in roles && "failures" in roles;
  const rare = "expected" in roles && any(roles, ["successes", "failures"]);
  return "trials" in roles || both || rare;
}

/** Whether own names leave a doubt on the layout: 'success' beside a column of n. */
function asks(table, roles) {
  const taken = Object.values(roles);
  return (
    "success" in roles &&
    ("trials" in roles ||
      table.columns.some((column) => !taken.includes(column.heading) && isFrequency(column)))
  );
}

/** Roles as the headings and the first values have them, and what is uncertain. */
function guess(table, known) {
  const said = [];
  let unsure = false;
  const roles = { ...known };
  const taken = Object.values(known);
  const free = table.columns
    .filter(({ heading }) => !taken.includes(heading))
    .sort((a, b) => meaning(b.heading).strength - meaning(a.heading).strength);
  const byRole = {};
  for (const column of free) {
    const role = byValues(column);
    if (role) byRole[role] = [...(byRole[role] ?? []), column];
  }
  const has = (role) => byRole[role]?.length > 0;
  const take = (role, sort = role) => {
    if (role in roles || !has(sort)) return role in roles;
    const [first, ...others] = byRole[sort].map(({ heading }) => heading);
    roles[role] = first;
    if (others.length) {
      unsure = true;
      said.push(`${listed(others)} could be it as well as “${first}”.`);
    }
    return true;
  };
  if (!("unit" in roles)) {
    const unit = unitOf(table, byRole, said, ofPatients(known, byRole));
    if (unit) roles.unit = unit;
  }
  if (!any(roles, OUTCOME)) take("trials");
  if ("successes" in roles && !("trials" in roles)) take("failures");
  if (!any(roles, [...COUNTED, ...OUTCOME])) {
    if (has("successes") && has("failures") && !("trials" in roles)) {
      const [good, bad] = [byRole.successes, byRole.failures].map(nounOf);
      // The dead are the others of the survivors, the readmitted are not.
      if (compatible(good, bad)) {
        take("successes");
        take("failures");
      }
    } else {
      if (has("successes") && has("failures"))
        said.push(
          `“${byRole.failures[0].heading}” counts failures and “${byRole.successes[0].heading}” successes: ` +
            "the second was read.",
        );
      if (!["successes", "failures", "failure_rate", "rate"].some((role) => take(role)))
        for (const [sort, role] of [
          ["undirected", "failures"],
          ["undirected rate", "failure_rate"],
        ])
          if (has(sort) && !any(roles, COUNTED)) {
            take(role, sort);
            unsure = true;
            said.push(`“${roles[role]}” does not say whether it counts something good.`);
          }
    }
  }
  const sorts = ["failures", "successes"].filter((role) => role in roles);
  let counted = sorts.length === 1 && sorts[0];
  const isSingle = "unit" in roles && oneRowEach(columnOf(table, roles.unit));
  const ofEach = sorts.map((sort) => nearlyOutcome(columnOf(table, roles[sort]).texts));
  if (sorts.length === 2 && ofEach.every(Boolean) && !isSingle) {
    counted = "successes"; // 'Died' and 'Survived' of each patient
    delete roles.failures;
  }
  const countsBeside = free.some(
    (column) => !Object.values(roles).includes(column.heading) && countsMore(column),
  );
  const isCount = isSingle && (countsBeside || has("expected"));
  const areOutcomes = counted && ofEach.every(Boolean);
  if (areOutcomes && !("trials" in roles) && !isCount) {
    roles[{ failures: "failure", successes: "success" }[counted]] = roles[counted];
    delete roles[counted];
  } else if (!any(roles, OUTCOME)) {
    const role = COUNTED.find((one) => one in roles);
    for (const sort of ["expected", "ratio"]) {
      if (!role || !has(sort)) continue;
      // Expected complications are no expected deaths.
      const { noun } = meaning(roles[role]);
      byRole[sort] = byRole[sort].filter((column) => compatible(nounOf([column]), noun));
    }
    take("expected") || take("ratio");
  }
  if (isSingle && any(roles, OUTCOME))
    said.push("Every unit has one line: if a line has counts, it lacks its number of patients.");
  if (counted in roles && "trials" in roles && mayBeRates(columnOf(table, roles[counted])))
    said.push(`“${roles[counted]}” could be as well percents or shares.`);
  const ordered = RULES.roles.filter((role) => role in roles).map((role) => [role, roles[role]]);
  return { roles: Object.fromEntries(ordered), said, unsure };
}

const nounOf = ([{ heading }]) => meaning(heading).noun;

/** Whether a row seems to be a patient: outcomes of single ones, and no number of them. */
function ofPatients(known, byRole) {
  const counted = ["successes", "failures", "undirected"].flatMap((role) => byRole[role] ?? []);
  const areOutcomes = counted.some(({ texts }) => isOutcome(texts));
  const isCounted = byRole.trials?.length || byRole.expected?.length;
  return any(known, OUTCOME) || (areOutcomes && !isCounted);
}

/** Whether a column has another value in almost every row. */
const namesRows = (column) => used(column).length > MOSTLY * column.texts.length;

/** The heading of the units: a name before a code, a finer one before a coarser. */
function unitOf(table, byRole, said, arePatients) {
  const rank = (column) => {
    const { strength, noun } = meaning(column.heading);
    const named = plain(column.heading)
      .split(" ")
      .some((word) => RULES.names.includes(word));
    const different = used(column).length;
    const isWide = RULES.wider_units.includes(noun);
    const isPerson = RULES.people.includes(noun); // a surgeon of two hospitals is one surgeon
    return [strength - Number(isWide), Number(isPerson), Number(named), different];
  };
  const before = (a, b) => {
    const k = a.findIndex((value, i) => value !== b[i]);
    return k < 0 ? 0 : b[k] - a[k];
  };
  const units = (byRole.unit ?? [])
    .map((column) => ({ column, rank: rank(column) }))
    .sort((a, b) => before(a.rank, b.rank))
    .map(({ column }) => column);
  const codes = (byRole.identifier ?? []).filter((one) => !(arePatients && namesRows(one)));
  const all = [...units, ...codes];
  if (!all.length) {
    const nameless = namelessOf(table, byRole);
    if (nameless && arePatients && namesRows(columnOf(table, nameless))) return null;
    if (nameless) said.push(`No heading says what the units are: “${nameless}” has names.`);
    return nameless;
  }
  const isSingle = namesRows(all[0]);
  const others = all
    .slice(1)
    .filter((column) => isSingle || !namesRows(column))
    .map(({ heading }) => heading);
  if (others.length) said.push(`The unit could also be ${listed(others)}.`);
  return all[0].heading;
}

/** A column of texts without a heading of a known meaning, different in most rows. */
function namelessOf(table, byRole) {
  const taken = Object.values(byRole).flat();
  const digits = ({ texts }) => texts.slice(0, 100).join("").replace(/\D/g, "").length;
  const texts = table.columns.filter((column) => {
    const different = used(column);
    const words = !different.slice(0, 100).some(([text]) => looksLikeNumber(text) || isDate(text));
    return !taken.includes(column) && 2 * different.length > table.numbers.length && words;
  });
  return texts.sort((a, b) => digits(a) - digits(b))[0]?.heading ?? null;
}
