// The part of the scale of rates that a picture needs. Where all rates lie within a few points, marks
// on the whole of it would lie on each other.
import { nice } from "d3-array";
import { percent } from "./dom.js";

const NARROW = 0.1; // of the whole scale: a picture of more than that shows all of it
const MARGIN = 0.05; // on either side, of what is shown

/** The part, [low, high], of the scale from 0 to 1 that shows rates from `low` to `high`. */
export function partFor(low, high) {
  if (!(high - low <= NARROW)) return [0, 1];
  const margin = MARGIN * Math.max(high - low, 1e-6);
  const [from, to] = nice(low - margin, high + margin, 5);
  return [Math.max(from, 0), Math.min(to, 1)];
}

/** The ticks of an axis of rates, { values, say }, about so many; of all of it, every fifth part. */
export function ticksOf(scale, room) {
  const [from, to] = scale.domain();
  if (from === 0 && to === 1)
    return { values: room < 260 ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1], say: percent };
  const values = scale.ticks(room < 260 ? 3 : 5);
  const points = 100 * (values[1] - values[0]);
  const digits = Math.max(0, Math.ceil(-Math.log10(points) - 1e-9));
  return { values, say: (rate) => percent(rate, digits) };
}
