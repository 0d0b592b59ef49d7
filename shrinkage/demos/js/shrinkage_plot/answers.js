// What the worker is asked: the posterior with each doctor's weight of own data, at every change, and
// the ranks, where a table stays for a while.
import { answer, KINDS, makeSolver } from "../posterior/solver.js";
import { question } from "../shared/clinic.js";
import { PAUSE } from "../shared/slices.js";

const REST = 250; // ms without a change after which ranks are computed

// The weights follow from the posterior, and are computed with it in the worker.
KINDS.weighed = (asked, near) => {
  const { found, plain } = answer(asked, near);
  return { found, plain: { ...plain, weight: found.ownWeight } };
};

/** The answers to the questions of one view; `again()` asks for another frame. */
export function answers(model, again) {
  const solver = makeSolver(model, again);
  const ranker = makeSolver(model, again);
  let newest = null; // the counts asked last
  let rested = null; // the counts that have not changed for a while
  let begun = null; // the counts whose ranks have been asked for
  let resting = 0;

  function rest() {
    // On a slow device the posterior is behind: ranks of what is still dragged would be dropped.
    if (solver.busy) {
      resting = setTimeout(rest, REST);
      return;
    }
    rested = newest;
    if (ranker.busy) ranker.stop(); // ranks of hundreds of doctors take seconds
    again();
  }

  return {
    /** The newest state that is answered, { state, found }; null before the first. */
    ask(present) {
      const { counts } = present;
      if (counts !== newest) {
        clearTimeout(resting);
        resting = setTimeout(rest, REST);
      }
      newest = counts;
      const asked = () => question(counts, { kind: "weighed" });
      return solver.ask(present, { found: [[counts], asked] });
    },
    /** The ranks for a state, in slices, or null until they are computed. */
    *ranksOf(state) {
      const { counts } = state;
      if (counts !== rested) return null;
      if (counts !== begun) yield PAUSE; // starting a worker takes most of a slice
      begun = counts;
      const asked = () => question(counts, { ranks: true });
      const ranked = ranker.ask(state, { found: [[counts], asked] });
      return ranked?.state.counts === counts ? ranked.found.ranks : null;
    },
    /** Whether the posterior is still to come. */
    get busy() {
      return solver.busy;
    },
    stop() {
      clearTimeout(resting);
      solver.stop();
      ranker.stop();
    },
  };
}
