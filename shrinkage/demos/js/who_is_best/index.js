// Demo: who is best, and who deserves a review. A standard, two costs, and the decision that follows.
import { counted, h, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { answers } from "./answers.js";
import { actions, settings } from "./controls.js";
import { describeBest, describeDecision } from "./describe.js";
import { byEstimate, decide, inHand, problem, STANDARDS, tableOf } from "./engine.js";
import { makePointer } from "./pointer.js";
import { HEADINGS, rowInNumbers, totalInNumbers } from "./results.js";
import { makeReview } from "./review.js";
import { makeStanding } from "./standing.js";

/** What follows from a state and its posterior, with the doctors from the highest estimate to the lowest. */
function sceneOf({ state, found }, order, current, pointed) {
  const table = tableOf(state.counts);
  // A standard that is no whole percent is the last of those asked, which is where `at` finds -1.
  const above = found.above.at(STANDARDS.indexOf(state.standard));
  const decision = decide(above, table.raw, state);
  const told = pointed === null ? inHand(state) : order[pointed];
  const sentences = [describeBest(table, current), ...describeDecision(table, decision, state)];
  const row = order.indexOf(told);
  return { state, table, found, order, current, told, row, decision, sentences };
}

function build(host) {
  const { set, again, model } = host;
  let rows = null; // of the answer that is shown: { order, names, of: the answer }
  const known = answers(model, again);
  const take = (row) => rows && set({ hand: rows.names[rows.order[row]] });
  const pointer = makePointer(again, take);
  const review = makeReview(host, pointer);
  const standing = makeStanding(review.picture, pointer);
  const title = "Probabilities, ranks and decisions in numbers";
  const numbers = numbersTable({ title, headings: HEADINGS, opened: again });
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"));

  function* show(present, width) {
    const { counts } = present;
    pointer.follow(counts);
    const newest = yield* known.ask(present);
    // The last picture stays on the screen until the worker has answered.
    if (newest?.state.counts !== counts)
      return review.say(`Computing the posterior of ${counted(counts.length, "doctor")} …`);
    yield;
    const { found } = newest;
    if (rows?.of !== found)
      rows = { order: byEstimate(found.mean), names: tableOf(counts).names, of: found };
    yield;
    const scene = sceneOf(newest, rows.order, known.ranksOf(counts), pointer.row);
    yield;
    yield* review.update(width, scene);
    const last = yield* known.lastRanks();
    yield* standing.update(width, scene, last);
    yield;
    const { table, order, decision, sentences } = scene;
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    const row = (j) => rowInNumbers(j, table, scene);
    yield* numbers.fill(order, row, totalInNumbers(table, decision));
  }

  return {
    actions: actions(host),
    settings: settings(host),
    figure: review.node,
    summary,
    table: h("div", { class: "sn-decide" }, ...standing.nodes, numbers.node),
    show,
    // The summary names the probability of being best, which is ranks.
    busy: () => known.busy,
    stop: known.stop,
  };
}

export default {
  render: mount({ title: "Demo: who is best, and who deserves a review", problem, build }),
};
