// The controls above the pictures, among them the scales of the priors, and the doctors seen.
import { columns } from "../shared/clinic.js";
import { button, slider } from "../shared/controls.js";
import { counted, h } from "../shared/dom.js";
import { presetChoice } from "../shared/presets.js";
import { explainMu, explainSigma, muPrior, sigmaPrior } from "./describe.js";
import { MU_STOPS, SIGMA_STOPS, seen, USUAL, WIDE } from "./engine.js";

/** Both scales as one control. */
function scales(set) {
  const both = [
    slider({
      label: "Prior of mu_pop",
      stops: MU_STOPS,
      read: ({ mu_scale }) => mu_scale,
      say: muPrior,
      explain: explainMu,
      change: (mu_scale) => set({ mu_scale }),
    }),
    slider({
      label: "Prior of sigma_pop",
      stops: SIGMA_STOPS,
      read: ({ sigma_scale }) => sigma_scale,
      say: sigmaPrior,
      explain: explainSigma,
      change: (sigma_scale) => set({ sigma_scale }),
    }),
  ];
  return {
    node: h("div", { class: "sn-scales" }, ...both.map(({ node }) => node)),
    *show(state) {
      for (const scale of both) {
        scale.show(state);
        yield;
      }
    },
  };
}

export function actions({ model, set }) {
  const turn = (label, changes) =>
    button({
      label,
      press: () => set(changes),
      enabled: (state) => Object.keys(changes).some((name) => changes[name] !== state[name]),
    });
  return [
    presetChoice(model, (counts) => set({ counts, doctors: null })),
    turn("The course’s priors", USUAL),
    turn(`mu_pop ~ ${muPrior(WIDE.mu_scale)}`, WIDE),
    scales(set), // above the pictures, so that on a phone both are on the screen at once
  ];
}

/** `rowsOf(state)` are the rows of the doctors seen. */
export const settings = ({ now, set }, rowsOf) => [
  slider({
    label: "Doctors seen",
    range: ({ counts }) => [Math.min(2, counts.length), counts.length],
    read: seen,
    say: (count) => `${count} of ${now().counts.length}`,
    explain(state) {
      const { trials } = columns(rowsOf(state));
      const patients = trials.reduce((a, b) => a + b, 0);
      return `with ${counted(patients, "patient")}`;
    },
    change: (count) => set({ doctors: count === now().counts.length ? null : count }),
  }),
];
