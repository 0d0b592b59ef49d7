// What the worker is asked: the exact posterior of sigma_pop, and the outlines of its density.
import { makeSolver } from "../posterior/solver.js";
import { halfWidth } from "./draw.js";
import { taken } from "./engine.js";
import "./exact.js";

const SHARES = [0.95, 0.5]; // of the exact posterior, shaded

/** The answers to the questions of one view; `again()` asks for another frame. */
export function answers(model, again) {
  const solver = makeSolver(model, again);
  const outliner = makeSolver(model, again); // takes longer, and the chains do not wait for it
  let last = {}; // the doctors taken last: { counts, doctors, rows }
  let outlines = { regions: [], half: 1 }; // the last that are known, and their scale of log-odds

  /** The doctors taken: one object as long as they are the same. */
  function rowsOf(present) {
    const { counts, doctors } = present;
    if (last.counts !== counts || last.doctors !== doctors)
      last = { counts, doctors, rows: taken(present) };
    return last.rows;
  }

  return {
    /** { rows, sigma, regions, half }; null until the posterior of these doctors is known. */
    ask(present) {
      const { counts, doctors } = present;
      const about = [counts, doctors];
      const outlined = outliner.ask(present, {
        regions: [about, () => ({ kind: "regions", rows: rowsOf(present), shares: SHARES })],
      });
      if (outlined && outlined.regions !== outlines.regions)
        outlines = { regions: outlined.regions, half: halfWidth(outlined.regions) };
      const known = solver.ask(present, { found: [about, () => rowsOf(present)] });
      if (known?.state.counts !== counts || known.state.doctors !== doctors) return null;
      return { rows: rowsOf(present), sigma: known.found.sigma, ...outlines };
    },
    get busy() {
      return solver.busy || outliner.busy;
    },
    stop() {
      solver.stop();
      outliner.stop();
    },
  };
}
