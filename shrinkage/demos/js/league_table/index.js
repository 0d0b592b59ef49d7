// Demo: the league table of equal doctors, drawn year after year.
import { h, percent, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { actions, settings } from "./controls.js";
import { describeTally, describeYear } from "./describe.js";
import { countYear, drawYear, emptyTally, makeDoctors, problem } from "./engine.js";
import { makeFigure } from "./figure.js";

const FRAME = 4; // ms of counting a frame, so that ten thousand years never block the page

function build(host) {
  const { again } = host;
  let scene = null; // the year shown last: { state, doctors, league, before, moves }
  let tally = emptyTally();
  let tallied = "";
  const figure = makeFigure(again);
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"), h("p"));
  const table = numbersTable({
    title: "The year’s table in numbers",
    headings: ["place", "doctor", "patients", "successes", "raw rate"],
    opened: again,
  });

  /** Draw the year of a state, in slices, unless it is the one shown. */
  function* drawn(state) {
    const last = scene?.state;
    if (JSON.stringify(last) === JSON.stringify(state)) return;
    const doctors = makeDoctors(state);
    yield;
    const before = state.year > 1 ? drawYear(doctors, state.year - 1) : null;
    yield;
    const league = drawYear(doctors, state.year);
    scene = { state, doctors, league, before, moves: state.year === last?.year + 1 };
  }

  /** Count the years not yet counted, as many as fit into a frame. */
  function count({ state, doctors }) {
    const { year, truth, ...settings } = state;
    const present = JSON.stringify(settings);
    if (present !== tallied || tally.years > year) [tally, tallied] = [emptyTally(), present];
    const stop = performance.now() + FRAME;
    while (tally.years < year) {
      countYear(tally, doctors);
      if (performance.now() >= stop) break;
    }
    if (tally.years < year) again();
  }

  function* show(present, width) {
    yield* drawn(present);
    yield;
    count(scene);
    yield* figure.update(width, scene, tally);
    const { state, league, before, doctors } = scene;
    const sentences = [
      ...describeYear(league, before, doctors),
      describeTally(tally, state, doctors),
    ];
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    yield* table.fill(league.order, (doctor) => [
      String(league.place[doctor]),
      String(doctor + 1),
      String(doctors.caseload[doctor]),
      String(league.successes[doctor]),
      percent(league.rawRate[doctor]),
    ]);
  }

  return {
    actions: actions(host),
    settings: settings(host),
    figure: figure.node,
    summary,
    table: table.node,
    show,
    busy: () => scene !== null && tally.years < scene.state.year,
  };
}

export default {
  render: mount({ title: "Demo: the league table of equal doctors", problem, build }),
};
