// What the paste box reads in a text: for test_demo_reading.py.
import { readOutcomes } from "../shrinkage/demos/js/reading/outcomes.js";
import { atOnce } from "../shrinkage/demos/js/shared/slices.js";

export function answer({ text, columns = null, sumRows = false, without = [] }) {
  return atOnce(readOutcomes(text, { columns, sumRows, without: new Set(without) }));
}
