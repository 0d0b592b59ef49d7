// The values that a demo's numbers can take, and the sentence for one that cannot be.

/**
 * A sentence on the first number of `state` outside its range, or null.
 *
 * `ranges` has an entry a number, [meaning, low, high, kind]: `kind` is "whole" for whole numbers,
 * "or none" where null stands for 'left open', nothing for any number.
 */
export function outside(state, ranges) {
  for (const [name, [meaning, low, high, kind]] of Object.entries(ranges)) {
    const value = state[name];
    if (value === null && kind === "or none") continue;
    const fits = typeof value === "number" && value >= low && value <= high;
    if (!fits || (kind === "whole" && !Number.isInteger(value)))
      return (
        `Here ${meaning} (${name}) is a ${kind === "whole" ? "whole " : ""}number ` +
        `from ${low} to ${high}${kind === "or none" ? ", or none" : ""}.`
      );
  }
  return null;
}
