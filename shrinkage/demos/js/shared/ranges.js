// The ranges of the numbers in a demo's state, and the sentence that refuses one outside its range.

/**
 * A sentence on the first number of `state` outside its range, or null.
 *
 * `ranges` has an entry a number, [meaning, low, high, kind]: `kind` is "whole" for whole numbers,
 * "or none" where null stands for 'left open', "whole or none" for both, nothing for any number.
 */
export function outside(state, ranges) {
  for (const [name, [meaning, low, high, kind = ""]] of Object.entries(ranges)) {
    const value = state[name];
    const [whole, open] = [kind.startsWith("whole"), kind.endsWith("or none")];
    if (value === null && open) continue;
    const fits = typeof value === "number" && value >= low && value <= high;
    if (!fits || (whole && !Number.isInteger(value)))
      return (
        `Here ${meaning} (${name}) is a ${whole ? "whole " : ""}number ` +
        `from ${low} to ${high}${open ? ", or none" : ""}.`
      );
  }
  return null;
}
