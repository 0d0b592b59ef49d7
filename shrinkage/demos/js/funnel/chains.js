// Both chains of a state, computed as far as a picture waits for.
import { makeChain } from "./engine.js";
import { KINDS } from "./model.js";

const PICTURE = 40; // ms of computing in slices, after which the draws so far are shown

export function makeChains() {
  let rows; // the doctors taken
  let state; // the one taken up last
  let complete = 0; // the number of draws when it was last the one that the state asks for
  const both = {
    all: [], // the chains
    made: 0, // how often new ones were made, to tell those of one state from those of another
    shown: 0, // draws of both chains that are there
    computing: true, // whether draws are missing

    /**
     * Take up the settings of a state: new doctors, new chains, or more draws of those there are.
     * Returns whether the chains are new.
     */
    takeUp(present, doctors) {
      const isOther =
        rows !== doctors ||
        present.step_size !== state.step_size ||
        present.seed !== state.seed ||
        both.all.some(({ count }) => count > present.draws);
      [rows, state] = [doctors, present];
      if (!isOther) return false;
      both.all = KINDS.map((kind) => makeChain(kind, rows, present));
      both.made++;
      both.shown = 0;
      complete = present.draws; // the draws of a new chain are not animated
      return true;
    },

    /**
     * Compute what is still missing, or as much of it as a picture waits for, in slices. Returns how
     * many draws more there are than when they were last complete; none while they are not.
     */
    *compute() {
      both.computing = true;
      const stop = performance.now() + PICTURE;
      const missing = () => both.all.filter(({ count }) => count < state.draws);
      for (let left = missing(); left.length && performance.now() < stop; left = missing())
        for (const chain of left) {
          chain.advance();
          yield;
        }
      both.shown = Math.min(...both.all.map(({ count }) => count));
      both.computing = both.shown < state.draws;
      if (both.computing) return 0;
      const added = both.shown - complete;
      complete = both.shown;
      return added;
    },
  };
  return both;
}
