// What the worker is asked: the estimates under these priors, and under the course's.
import { makeSolver } from "../posterior/solver.js";
import { question } from "../shared/clinic.js";
import { isUsual, seen, USUAL } from "./engine.js";

/** The answers to the questions of one view; `again()` asks for another frame. */
export function answers(model, again) {
  const solver = makeSolver(model, again);
  let first = {}; // the doctors seen of the last table: { counts, count, rows }

  /** The rows of the doctors seen. */
  function rowsOf(state) {
    const { counts } = state;
    const count = seen(state);
    if (first.counts !== counts || first.count !== count)
      first = { counts, count, rows: counts.slice(0, count) };
    return first.rows;
  }

  return {
    rowsOf,
    /** The newest state with answers: { state, found } under its priors, and `usual` the course's. */
    ask(present) {
      const under = ({ mu_scale, sigma_scale }) => [
        [present.counts, seen(present), mu_scale, sigma_scale],
        () => question(rowsOf(present), { options: { mu_scale, sigma_scale } }),
      ];
      const usual = under(USUAL);
      const questions = isUsual(present) ? { usual } : { usual, own: under(present) };
      const known = solver.ask(present, questions);
      return known && { ...known, found: isUsual(known.state) ? known.usual : known.own };
    },
    get busy() {
      return solver.busy;
    },
    stop: solver.stop,
  };
}
