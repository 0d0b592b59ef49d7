// What the worker is asked: what the data say of the spread, and the estimates at the dial's place.
import { makeSolver } from "../posterior/solver.js";
import { question } from "../shared/clinic.js";

/** The answers to the questions of one view; `again()` asks for another frame. */
export function answers(model, again) {
  const solver = makeSolver(model, again);

  /** The newest state with answers, { state, learned, found }: what the data say, and the dial. */
  function ask(present) {
    const { counts, sigma_pop } = present;
    const learned = [[counts], () => question(counts)];
    const dial = [[counts, sigma_pop], () => question(counts, { options: { sigma_pop } })];
    const known = solver.ask(present, sigma_pop === null ? { learned } : { learned, dial });
    return (
      known && { ...known, found: known.state.sigma_pop === null ? known.learned : known.dial }
    );
  }

  return {
    ask,
    /** The dial's value: the reader's, or the posterior mean where the data decide. */
    stand: (state) => state.sigma_pop ?? ask(state)?.learned.sigma.mean ?? 1,
    get busy() {
      return solver.busy;
    },
    stop: solver.stop,
  };
}
