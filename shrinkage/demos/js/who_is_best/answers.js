// What the worker is asked: the posterior with the probabilities of being below each standard, and
// the ranks, which take longer.
import { makeSolver } from "../posterior/solver.js";
import { question } from "../shared/clinic.js";
import { same } from "../shared/permalink.js";
import { PAUSE } from "../shared/slices.js";
import { highest, STANDARDS } from "./engine.js";

const namesIn = (counts) => counts.map((row) => row[0]);

/** The answers to the questions of one view; `again()` asks for another frame. */
export function answers(model, again) {
  const solver = makeSolver(model, again);
  const ranker = makeSolver(model, again);
  let asked = null; // the counts asked last
  let ranks = null; // of the doctors called `ranked`
  let ranked = null; // the counts they were computed from
  let most = {}; // the highest of `ranks`: { of: the ranks, found }

  function* askRanks(present) {
    const { counts } = present;
    if (asked !== counts) {
      // Ranks of hundreds of doctors take seconds: stop those of the table before.
      if (ranker.busy) ranker.stop();
      yield PAUSE; // starting a worker takes most of a slice
      if (ranked && !same(namesIn(ranked), namesIn(counts))) ranks = ranked = null;
      asked = counts;
    }
    const found = [[counts], () => question(counts, { ranks: true })];
    const places = ranker.ask(present, { found });
    if (places?.state.counts === counts) [ranks, ranked] = [places.found.ranks, counts];
  }

  return {
    /**
     * The newest state with its posterior, { state, found }, in slices: `above` is at each of its
     * standards.
     */
    *ask(present) {
      yield* askRanks(present);
      yield;
      // The answer holds every whole percent, so that the standard can be dragged without another.
      const { counts, standard } = present;
      const rates = STANDARDS.includes(standard) ? STANDARDS : [...STANDARDS, standard];
      const key = [counts, rates.at(-1)];
      return solver.ask(present, { found: [key, () => question(counts, { above: rates })] });
    },
    /** The ranks of these counts, or null while they are computed. */
    ranksOf: (counts) => (ranked === counts ? ranks : null),
    /** The ranks there are, perhaps of the same doctors before, and their highest: in slices. */
    *lastRanks() {
      if (ranks && most.of !== ranks) most = { of: ranks, found: yield* highest(ranks) };
      return { ranks, most: most.found };
    },
    get busy() {
      return solver.busy || ranker.busy;
    },
    stop() {
      solver.stop();
      ranker.stop();
    },
  };
}
