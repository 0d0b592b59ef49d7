// Demo: when the sampler fails. A centred and a non-centred chain on one posterior, and their
// animation.
import { place } from "../shared/density.js";
import { h, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { Animation } from "./animation.js";
import { answers } from "./answers.js";
import { makeChains } from "./chains.js";
import { actions, settings } from "./controls.js";
import { describe } from "./describe.js";
import { estimate, longestStep, problem, stableAbove } from "./engine.js";
import { makeFigure } from "./figure.js";

/** The sentences below the figure. */
const sentencesOn = ({ rows, sigma, estimates, limit, below }, { step_size }) =>
  describe({
    estimates,
    exact: sigma.mean,
    limit,
    below,
    doctors: rows.names.length,
    patients: rows.trials.reduce((sum, n) => sum + n, 0),
    longest: longestStep(rows),
    stepSize: step_size,
  });

function build(host) {
  const { again, model } = host;
  const known = answers(model, again);
  const chains = makeChains();
  const figure = makeFigure();
  const animation = new Animation(host, figure.node, {
    draw: (progress) => figure.trajectories(chains.all, chains.shown, progress),
    computing: () => chains.computing,
  });
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"), h("p"));

  function* show(present, width) {
    const found = known.ask(present);
    if (!found) return; // the last picture stays until the worker has answered
    yield;
    if (chains.takeUp(present, found.rows)) animation.finish();
    animation.follow(present.draws);
    yield;
    // A single new draw is animated; several are not.
    const added = yield* chains.compute();
    if (added === 1) animation.move();
    else if (added) animation.finish();

    const { all, shown: draws, made } = chains;
    const estimates = all.map((chain) => estimate(chain, draws));
    const limit = stableAbove(present.step_size, found.rows.names.length);
    const below = 1 - place(found.sigma, limit).larger;
    const scene = { ...found, chains: all, draws, made, estimates, limit, below };
    yield* figure.update(width, scene, animation.moving, animation.still);
    yield;
    const sentences = sentencesOn(scene, present);
    [...summary.children].forEach((line, i) => write(line, sentences[i] ?? ""));
    if (chains.computing) again(); // not before: it would interrupt this drawing
    animation.resume();
  }

  return {
    actions: actions(host, animation),
    settings: settings(host),
    figure: figure.node,
    summary,
    show,
    busy: () => known.busy || chains.computing || animation.busy,
    stop() {
      animation.stop();
      known.stop();
    },
  };
}

export default {
  render: mount({ title: "Demo: when the sampler fails", problem, build }),
};
