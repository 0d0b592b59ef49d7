// What has become of a pasted text, in the first sentences of the box.
import { counted, grouped } from "../shared/dom.js";
import { readAs } from "./choose.js";

/** The notes on what may be read wrong. */
export const doubtful = ({ notes }) => notes.filter((note) => note.doubtful);

/** How the columns were read, where the reader did not name them so. */
const readIn = ({ roles, notes }) =>
  notes.find(({ kind }) => kind === "headings")?.text ?? readAs(roles);

/**
 * What has become of a text: sentences on how it was read and what is in the picture, or on why nothing
 * of it is. `doubts`: the notes that the reader has to settle first.
 */
export function judged(text, found, doubts) {
  const { counts, lines, refusal, asks } = found;
  const stays = "The picture stays as it was.";
  if (!text.trim())
    return "Paste a table: a row a doctor or hospital, with patients and successes or deaths.";
  if (asks.length) return `${asks.join(" ")} Choose below what the columns are. ${stays}`;
  if (refusal?.rows.length) {
    const bad = new Set(refusal.rows.map(({ row }) => row)).size;
    const others = bad === 1 ? "the other, or leave it out" : "the others, or leave them out";
    return `${grouped(lines - bad)} of ${counted(lines, "line")} can be read; correct ${others}. ${stays}`;
  }
  if (refusal) return `${refusal.text} ${stays}`;
  if (doubts.length)
    return `${readIn(found)} Read below what is doubtful; if the columns are right, press “Use these columns”. ${stays}`;
  const read = found.isOwn ? "" : `${readIn(found)} `;
  const adjusted = counts.some(([, , , expected]) => expected != null);
  const where = adjusted ? " Raw rates and estimates are those at the average expectation." : "";
  return `${read}${counted(counts.length, "row")} in the picture.${where}`;
}
