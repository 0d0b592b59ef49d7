// Demo: when the sampler fails. A centred and a non-centred chain on one posterior, and their
// animation.

import { makeSolver } from "../posterior/solver.js";
import { key } from "../shared/chart.js";
import { button, slider } from "../shared/controls.js";
import { place } from "../shared/density.js";
import { counted, grouped, h, percent, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { presetChoice } from "../shared/presets.js";
import { describe, describeDraw, number } from "./describe.js";
import { AVERAGES_KEY, averages, halfWidth, KEY, panel } from "./draw.js";
import {
  estimate,
  longestStep,
  MOST_DRAWS,
  makeChain,
  problem,
  stableAbove,
  taken,
} from "./engine.js";
import "./exact.js";
import { stepsFor } from "./hmc.js";
import { KINDS } from "./model.js";

const PICTURE = 40; // ms of computing in slices, after which the draws so far are shown
const GAP = 16; // px between the panels, as in demo.css
const SIDE_BY_SIDE = 560; // px of width from which the panels stand side by side
const SHARES = [0.95, 0.5]; // of the exact posterior, shaded
const STEPS = [0.01, 0.014, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.4, 0.5, 0.7, 1];
const ONE = 900; // ms that one trajectory takes
/**
 * How running goes on after `n` draws: so many draws at once, and the time their trajectory takes.
 * It starts slowly enough to follow a trajectory and gathers speed. Without motion the draws appear
 * in groups.
 */
function pace(n, still) {
  if (still) return { add: 20, time: 500 };
  const time = ONE * 0.9 ** n;
  if (time > 40) return { add: 1, time };
  return { add: Math.min(10, 1 + Math.floor((n - 28) / 30)), time: 0 };
}

function build({ now, set, again, model }) {
  let state; // the one shown last
  let rows; // the doctors taken
  let sigma; // the exact posterior of sigma_pop
  let regions = []; // the outlines of the last density that is known
  let half = 1; // of the scale of log-odds
  let chains;
  let made = 0; // counts the chains, to tell those of one state from those of another
  let shown = 0; // draws of both chains that are there
  let complete = 0; // the number of draws when it was last the one that the state asks for
  let computing = true;

  const solver = makeSolver(model, again);
  const outliner = makeSolver(model, again); // takes longer, and the chains do not wait for it

  // Animation: the trajectory on its way, and whether draws continue by themselves.
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  let running = null; // { draws: the last one asked for, n: how many so far }
  let wish = { time: ONE }; // how long the next trajectory takes
  let moving = null; // { begin, time } of the trajectory on its way
  let visible = true;
  let frame = 0;

  const run = button({
    label: "Run",
    primary: true,
    press() {
      if (running) pause();
      else {
        running = { draws: now().draws, n: 0 };
        // Running pauses while the figure is off the screen: scroll it into view.
        const { top, bottom } = figure.getBoundingClientRect();
        if (bottom < 60 || top > innerHeight - 60) figure.closest(".sn-demo").scrollIntoView();
        schedule();
      }
      again();
    },
    enabled: ({ draws }) => draws < MOST_DRAWS,
  });
  const enabled = ({ draws }) => draws < MOST_DRAWS;
  const draw = (add) => () => {
    pause();
    wish = { time: ONE };
    set({ draws: Math.min(MOST_DRAWS, now().draws + add) });
  };
  const actions = [
    {
      node: run.node,
      show(present) {
        run.show(present);
        write(run.node, running ? "Pause" : "Run");
      },
    },
    button({ label: "Draw one", press: draw(1), enabled }),
    button({ label: "Draw 100", press: draw(100), enabled }),
    button({ label: "Draw 1,000", press: draw(1000), enabled }),
    button({
      label: "Restart",
      press() {
        pause();
        set({ draws: 0 });
      },
      enabled: ({ draws }) => draws > 0,
    }),
    button({
      label: "Other random numbers",
      press: () => set({ seed: (now().seed + 1) % 2 ** 32 }),
    }),
  ];
  const settings = [
    slider({
      label: "Step size",
      stops: STEPS,
      read: ({ step_size }) => step_size,
      say: String,
      explain: ({ step_size }) =>
        `about ${counted(stepsFor(step_size, 0.5), "leapfrog step")} a trajectory`,
      change: (step_size) => set({ step_size }),
    }),
    slider({
      label: "Number of doctors",
      range: ({ counts }) => [Math.min(2, counts.length), Math.min(50, counts.length)],
      read: ({ doctors, counts }) => Math.min(doctors, counts.length),
      say: String,
      explain: ({ counts }) =>
        `of ${counted(counts.length, "doctor")} in the table, those with the fewest patients`,
      change: (doctors) => set({ doctors: Math.max(2, doctors) }),
    }),
    presetChoice(model, (counts) => set({ counts })),
  ];

  const panels = ["Centred: alpha", "Non-centred: z"].map(panel);
  const below = averages();
  const readout = h("p", { class: "sn-readout" });
  const still = h(
    "p",
    { class: "sn-still", hidden: true },
    "Your device asks for less motion: a trajectory appears whole, and Run adds 20 draws twice a second.",
  );
  const heads = ["sampler", "average of sigma_pop", "diver\u00adgences", "accepted", ""].map(
    (words) => h("th", { scope: "col" }, words),
  );
  const cells = [...KINDS, "exact posterior"].map((name) => ({
    name,
    values: Array.from({ length: 4 }, () => h("td")),
  }));
  const compare = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...heads)),
    h(
      "tbody",
      {},
      ...cells.map(({ name, values }) => h("tr", {}, h("th", { scope: "row" }, name), ...values)),
    ),
  );
  const figure = h(
    "div",
    { class: "sn-figure sn-funnel" },
    h("div", { class: "sn-pictures" }, ...panels.map(({ node }) => node)),
    key(KEY),
    readout,
    still,
    h("div", { class: "sn-averages" }, below.node, key(AVERAGES_KEY)),
    h("div", { class: "sn-compare" }, compare),
  );
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"), h("p"));

  /** Take up the settings of a state: new doctors, new chains, or more draws of those there are. */
  function takeUp(present) {
    const fresh = !state || present.counts !== state.counts || present.doctors !== state.doctors;
    if (fresh) rows = taken(present);
    const other = fresh || present.step_size !== state.step_size || present.seed !== state.seed;
    if (other || chains.some(({ count }) => count > present.draws)) {
      chains = KINDS.map((kind) => makeChain(kind, rows, present));
      made++;
      moving = null;
      shown = 0;
      complete = present.draws; // the draws of a new chain are not animated
    }
    if (running && present.draws !== running.draws) {
      pause(); // something else has changed the number of draws
      again(); // to update the button, which has been shown already
    }
    state = present;
  }

  /** Compute what is still missing, or as much of it as a picture waits for. */
  function* compute() {
    computing = true;
    const stop = performance.now() + PICTURE;
    const missing = () => chains.filter(({ count }) => count < state.draws);
    for (let left = missing(); left.length && performance.now() < stop; left = missing())
      for (const chain of left) {
        chain.advance();
        yield;
      }
    shown = Math.min(...chains.map(({ count }) => count));
    if (shown === state.draws && shown !== complete) {
      // A single new draw is animated; several are not.
      if (shown === complete + 1) move();
      else moving = null;
      complete = shown;
    }
    computing = shown < state.draws;
  }

  /** Ask for the exact posterior of the state; returns whether it is known. */
  function ask(present) {
    const { counts, doctors } = present;
    const about = [counts, doctors];
    const outlined = outliner.ask(present, {
      regions: [about, () => ({ kind: "regions", rows: taken(present), shares: SHARES })],
    });
    if (outlined && outlined.regions !== regions) {
      regions = outlined.regions;
      half = halfWidth(regions);
    }
    const known = solver.ask(present, { found: [about, () => taken(present)] });
    if (known?.state.counts !== counts || known.state.doctors !== doctors) return false;
    sigma = known.found.sigma;
    return true;
  }

  function* show(present, width) {
    if (!ask(present)) return; // the last picture stays until the worker has answered
    yield;
    takeUp(present);
    yield;
    yield* compute();
    const estimates = chains.map((chain) => estimate(chain, shown));
    const limit = stableAbove(state.step_size, rows.names.length);
    const share = 1 - place(sigma, limit).larger;
    const each = width >= SIDE_BY_SIDE ? (width - GAP) / 2 : width;
    for (const [i, { update }] of panels.entries())
      yield* update(each, {
        chain: chains[i],
        draws: shown - (moving ? 1 : 0),
        key: made,
        regions,
        half,
        below: i === 0 ? limit : 0,
        xTitle: `${shortened(rows.names[0])} minus the typical doctor, log-odds`,
        label: labelOf(KINDS[i], estimates[i]),
      });
    if (!moving) showTrajectories();
    yield;
    yield* below.update(width, {
      chains,
      draws: shown,
      mean: sigma.mean,
      sd: sigma.sd,
      ends: estimates.map(({ mean }) => mean ?? 0),
      label: averagesLabel(estimates),
    });
    yield;
    write(readout, describeDraw(shown, chains));
    still.hidden = !quiet.matches;
    write(heads[4], `below ${number(limit)}`);
    fillTable(estimates, share);
    yield;
    const sentences = describe({
      estimates,
      exact: sigma.mean,
      limit,
      below: share,
      doctors: rows.names.length,
      patients: rows.trials.reduce((sum, n) => sum + n, 0),
      longest: longestStep(rows),
      stepSize: state.step_size,
    });
    [...summary.children].forEach((line, i) => write(line, sentences[i] ?? ""));
    if (computing) again(); // not before: it would interrupt this drawing
    if (running) schedule();
  }

  function fillTable(estimates, share) {
    const none = "\u2013";
    const filled = (value, say) => (value === null ? none : say(value));
    const lines = estimates.map(({ mean, divergences, accepted, below }) => [
      filled(mean, number),
      grouped(divergences),
      filled(accepted, percent),
      filled(below, percent),
    ]);
    [...lines, [number(sigma.mean), none, none, percent(share)]].forEach((line, i) =>
      line.forEach((words, k) => write(cells[i].values[k], words)),
    );
  }

  const shortened = (name) => (name.length > 18 ? `${name.slice(0, 17)}…` : name);
  const averagesLabel = (estimates) => {
    const so = estimates.map(({ mean }, i) =>
      mean === null ? "" : `, ${KINDS[i]} ${number(mean)}`,
    );
    return `Running averages of sigma_pop: exact mean ${number(sigma.mean)}${so.join("")}.`;
  };
  const labelOf = (kind, { draws, divergences }) =>
    `${counted(draws, "draw")} of the ${kind} sampler over the exact posterior, ${grouped(divergences)} of them divergent.`;

  // ----------------------------------------------------------------------------------------------
  // Animation
  // ----------------------------------------------------------------------------------------------

  function pause() {
    running = null;
  }

  function showTrajectories(progress = 1) {
    const latest = shown > 0 && chains.every(({ count }) => count === shown);
    panels.forEach(({ trajectory }, i) => trajectory(latest ? chains[i] : null, progress));
  }

  /** Let the latest trajectories be drawn step by step. */
  function move() {
    moving = quiet.matches || !wish.time ? null : { begin: performance.now(), time: wish.time };
    if (moving) schedule();
  }

  function schedule() {
    if (visible) frame ||= requestAnimationFrame(tick);
  }

  function tick(time) {
    frame = 0;
    if (moving) {
      const progress = Math.min(1, Math.max(0, (time - moving.begin) / moving.time));
      showTrajectories(progress);
      if (progress < 1) return schedule();
      moving = null;
      again(); // its end becomes a draw
    }
    if (!running || computing) return;
    if (now().draws !== running.draws) {
      pause(); // something else has changed the number of draws; the next frame takes it up
      return again();
    }
    if (time < (running.wait ?? 0)) return schedule();
    const { add, time: next } = pace(running.n, quiet.matches);
    wish = { time: next };
    running.n += add;
    running.wait = quiet.matches ? time + next : 0;
    running.draws = Math.min(MOST_DRAWS, now().draws + add);
    set({ draws: running.draws });
    if (running.draws === MOST_DRAWS) pause();
  }

  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    visible = isIntersecting;
    if (visible && (running || moving)) schedule();
  });
  observer.observe(figure);
  quiet.addEventListener("change", again);

  return {
    actions,
    settings,
    figure,
    summary,
    show,
    // Animations pause off the screen: then there is nothing to wait for.
    busy: () =>
      solver.busy || outliner.busy || computing || running !== null || (moving !== null && visible),
    stop() {
      pause();
      solver.stop();
      outliner.stop();
      cancelAnimationFrame(frame);
      observer.disconnect();
      quiet.removeEventListener("change", again);
    },
  };
}

export default {
  render: mount({ title: "Demo: when the sampler fails", problem, build }),
};
