// What is wrong with a table, or doubtful: what refuses it, and how its parts are named.

const SHOWN = 5; // things that a sentence names

/** A table cannot be read; `kind` is one word for what is wrong, the same as in Python. */
export class OutcomesError extends Error {
  /** `rows`: { row, text, kind } of each value that is wrong, where single rows are. */
  constructor(message, kind, rows = []) {
    super(message);
    this.kind = kind;
    this.rows = rows;
  }
}

/** Something that was decided, or that a reader should doubt. */
export const note = (kind, text, rows = [], doubtful = false) => ({ kind, text, rows, doubtful });

/** The values of a table that cannot be used, collected so that all of them are named. */
export class Problems {
  #found = [];

  add(row, column, what, kind = "value") {
    this.#found.push({ row, text: `Line ${row}, column “${column}”: ${what}`, kind });
  }

  refuse() {
    if (!this.#found.length) return;
    this.#found.sort((a, b) => a.row - b.row);
    throw new OutcomesError(this.#found[0].text, this.#found[0].kind, this.#found);
  }
}

/** The first of some things in words: “A”, “B” and 3 more. */
export function listed(things, most = SHOWN) {
  const said = things
    .slice(0, most)
    .map((thing) => (typeof thing === "string" ? `“${thing}”` : String(thing)));
  if (things.length > most) said.push(`${things.length - most} more`);
  return said.length === 1 ? said[0] : `${said.slice(0, -1).join(", ")} and ${said.at(-1)}`;
}

/** 'line 3', or 'lines 3, 5 and 8'. */
export const inRows = (rows) => (rows.length === 1 ? `line ${rows[0]}` : `lines ${listed(rows)}`);

/** What stands in a cell, in words. */
export function found(text, isMissing) {
  if (!text) return "nothing";
  return isMissing ? `“${text}”, which stands for nothing` : `“${text}”`;
}
