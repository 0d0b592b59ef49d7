// Rows of a unit that should not be added up: the same patients twice, or different things.
import { groupsOf, used } from "./grid.js";
import { meaning } from "./headings.js";
import { inRows, listed, note } from "./problems.js";
import { hasWord, RULES } from "./rules.js";

const YEARS = /^((?:19|20)\d\d)(?:\s*[/–-]\s*((?:19|20)?\d\d))?$/;

/** Whether a heading names units, or a part of the names of people: 'Region', 'Forename'. */
const namesAUnit = (heading) =>
  meaning(heading).role === "unit" || hasWord(heading, RULES.person_names);

const isTwice = (keys) => new Set(keys).size < keys.length;

/** A doubtful note on what speaks against the sums of the rows of each unit; none is usual. */
export function overlaps(table, roles, rows) {
  const times = groupsOf(rows, ({ doctor }) => doctor);
  const twice = rows.filter(({ doctor }) => times.get(doctor).length > 1);
  const taken = Object.values(roles);
  const free = table.columns.filter(({ heading }) => !taken.includes(heading));
  for (const check of [identical, otherUnits, measures, periods, samePatients]) {
    const text = check(free, twice, table, roles);
    if (!text) continue;
    const lines = twice.map(({ row }) => row);
    return [note("overlap", text, lines, true)];
  }
  return [];
}

function identical(_, rows, { columns }) {
  const key = ({ place }) => columns.map(({ texts }) => texts[place]).join("\t");
  const same = [...groupsOf(rows, key).values()].filter(({ length }) => length > 1).flat();
  const lines = same.map(({ row }) => row).sort((a, b) => a - b);
  return same.length ? `The same stands in every column of ${inRows(lines)}: delete copies.` : "";
}

function otherUnits(free, rows, _, roles) {
  const found = free.find(
    ({ heading, texts }) =>
      namesAUnit(heading) &&
      !isTwice(rows.map(({ doctor, place }) => `${doctor}\t${texts[place]}`)),
  );
  return found
    ? `The lines of one “${roles.unit}” have different “${found.heading}”: they may be different units of one name.`
    : "";
}

const different = ({ texts }, rows) => [...new Set(rows.map(({ place }) => texts[place]))];

function measures(free, rows) {
  const found = free.find(
    (column) => hasWord(column.heading, RULES.measures) && different(column, rows).length > 1,
  );
  return found
    ? `Column “${found.heading}” has ${listed(different(found, rows))}: different things, perhaps of the same ` +
        "patients. Keep the lines of one of them."
    : "";
}

function periods(free, rows) {
  for (const column of free) {
    const known = different(column, rows)
      .slice(0, 200)
      .map((text) => ({ text, span: yearsOf(text) }))
      .filter(({ span }) => span)
      .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1] || (a.text < b.text ? -1 : 1));
    for (const [k, { text, span: second }] of known.entries()) {
      if (!k) continue;
      const first = known[k - 1].span;
      const isInside = second[1] <= first[1] || first[0] === second[0];
      if (first.join() !== second.join() && (isInside || second[0] < first[1]))
        return (
          `Column “${column.heading}” has “${known[k - 1].text}” and “${text}”, which overlap: the same patients ` +
          "would be counted twice."
        );
    }
  }
  return "";
}

/** The first and the last year of a period: '2018-2020', '2020/21', '2020'; null for another text. */
function yearsOf(text) {
  const found = YEARS.exec(text.trim());
  if (!found) return null;
  const [, first, last = first] = found;
  return [Number(first), Number(last.length === 4 ? last : first.slice(0, 2) + last)];
}

/** The same number of patients in all rows of each unit: perhaps they are the same patients. */
function samePatients(_, rows, __, roles) {
  const units = [...groupsOf(rows, ({ doctor }) => doctor).values()];
  const isSame = units.every((own) => own.every(({ trials }) => trials === own[0].trials));
  if (units.length < 2 || !isSame || new Set(units.map(([{ trials }]) => trials)).size < 2)
    return "";
  return `Each unit has the same “${roles.trials}” in all of its lines: they may be the same patients, for different things.`;
}

/** A unit that stands in two hospitals where most stand in one: two people of one name? */
export function twoPlaces({ columns }, { unit: heading }) {
  const { texts } = columns.find((column) => column.heading === heading);
  for (const column of columns) {
    if (column.heading === heading || meaning(column.heading).role !== "unit") continue;
    const places = new Map(used({ texts }).map(([name]) => [name, new Set()]));
    texts.forEach((name, place) => places.get(name).add(column.texts[place]));
    const several = [...places.keys()].filter((name) => places.get(name).size > 1);
    if (!several.length || 2 * several.length > places.size) continue;
    const text =
      `${listed(several)} in column “${heading}” stand beside more than one “${column.heading}”, the others beside ` +
      "one. Each was taken as one; if two have one name, tell them apart.";
    return [note("similar", text, [], true)];
  }
  return [];
}
