// The browser's answer to a state of ShrinkagePlot, or to a pasted text, for
// test_demo_shrinkage_plot.py.
import { expit } from "../shrinkage/demos/js/posterior/posterior.js";
import { answer as solve } from "../shrinkage/demos/js/posterior/solver.js";
import { columns } from "../shrinkage/demos/js/shared/clinic.js";
import { rankSummary } from "../shrinkage/demos/js/shared/ranks.js";
import { describe, describeDoctor } from "../shrinkage/demos/js/shrinkage_plot/describe.js";
import * as engine from "../shrinkage/demos/js/shrinkage_plot/engine.js";
import { readTable, writeResults, writeTable } from "../shrinkage/demos/js/shrinkage_plot/table.js";

/** What work in slices returns, done at once. */
function atOnce(work) {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

export function answer({ text, state, probabilities, names, caseload }) {
  if (text !== undefined) return atOnce(readTable(text));
  if (probabilities) return rankSummary(probabilities);
  if (names) return engine.freeName(names);
  if (caseload) return engine.withCaseload(...caseload);
  const problem = engine.problem(state);
  if (problem) return { problem };
  const table = columns(state.counts);
  const { plain } = solve({ ...table, ranks: true });
  const weight = engine.weights(plain.mean, table.trials, plain.sigma);
  const found = { ...plain, weight };
  return {
    problem,
    mean: plain.mean,
    low: plain.low,
    high: plain.high,
    weight,
    typical: expit(plain.mu.mean),
    sorted: engine.sorted(state.order, table.trials, plain.mean),
    sentences: [
      ...describe(table, found, expit(plain.mu.mean)),
      ...table.names.map((_, j) => describeDoctor(j, table, found)),
    ],
    ranks: plain.ranks.map((row) => Array.from(row)),
    csv: writeResults(state.counts, found, plain.ranks),
    tsv: writeTable(state.counts),
  };
}
