// The browser's answer to a state of ShrinkagePlot, for test_demo_shrinkage_plot.py.
import { expit } from "../shrinkage/demos/js/posterior/posterior.js";
import { answer as solve } from "../shrinkage/demos/js/posterior/solver.js";
import { columns, question } from "../shrinkage/demos/js/shared/clinic.js";
import { digitsOfWidth } from "../shrinkage/demos/js/shared/dom.js";
import { rankSummary } from "../shrinkage/demos/js/shared/ranks.js";
import { partFor } from "../shrinkage/demos/js/shared/zoom.js";
import { describe, describeDoctor } from "../shrinkage/demos/js/shrinkage_plot/describe.js";
import * as engine from "../shrinkage/demos/js/shrinkage_plot/engine.js";
import { writeResults, writeTable } from "../shrinkage/demos/js/shrinkage_plot/table.js";

export function answer({ part, width, state, probabilities, names, caseload }) {
  if (part) return partFor(...part);
  if (width) return digitsOfWidth(width);
  if (probabilities) return rankSummary(probabilities);
  if (names) return engine.freeName(names);
  if (caseload) return engine.withCaseload(...caseload);
  const problem = engine.problem(state);
  if (problem) return { problem };
  const table = columns(state.counts);
  const { found: solved, plain } = solve(question(state.counts, { ranks: true }));
  const weight = solved.ownWeight;
  const found = { ...plain, weight };
  return {
    problem,
    mean: plain.mean,
    low: plain.low,
    high: plain.high,
    weight,
    typical: expit(plain.reference + plain.mu.mean),
    sorted: engine.sorted(state.order, table.trials, plain.mean),
    sentences: [
      ...describe(table, found, expit(plain.reference + plain.mu.mean)),
      ...table.names.map((_, j) => describeDoctor(j, table, found)),
    ],
    ranks: plain.ranks.map((row) => Array.from(row)),
    csv: writeResults(state.counts, found, plain.ranks),
    tsv: writeTable(state.counts),
  };
}
