// The controls above the figure, and the dial.
import { button, slider } from "../shared/controls.js";
import { presetChoice } from "../shared/presets.js";
import { explain, spread } from "./describe.js";
import { NO_POOLING, STOPS, trueRange } from "./engine.js";

export function actions({ model, set }) {
  const turn = (label, sigma) =>
    button({
      label,
      press: () => set({ sigma_pop: sigma }),
      enabled: (state) => state.sigma_pop !== sigma,
    });
  return [
    presetChoice(model, (counts) => set({ counts })),
    turn("Complete pooling", 0),
    turn("Let the data decide", null),
    turn("No pooling", NO_POOLING),
  ];
}

/** `known` has the answers, see answers.js. */
export const settings = ({ now, set }, known) => [
  slider({
    label: "Spread between doctors",
    stops: STOPS,
    read: known.stand,
    say: (sigma) => (now().sigma_pop === null ? "the data: " : "") + spread(sigma),
    explain(state) {
      const newest = known.ask(state);
      if (!newest) return "";
      const sigma = known.stand(state);
      return explain(sigma, trueRange(newest.found.mu.mean, sigma));
    },
    change: (sigma) => set({ sigma_pop: sigma }),
  }),
];
