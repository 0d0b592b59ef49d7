// The controls above the figures and below them.
import { choice, slider } from "../shared/controls.js";
import { grouped } from "../shared/dom.js";
import { presetChoice } from "../shared/presets.js";
import { exact } from "./describe.js";
import { inHand } from "./engine.js";

const COSTS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100];

export const actions = ({ now, set, model }) => [
  presetChoice(model, (counts) => set({ counts, hand: "" })),
  choice({
    label: "Doctor in hand",
    options: ({ counts }) => counts.map(([name], j) => [String(j), name]),
    read: (present) => String(inHand(present)),
    change: (j) => set({ hand: now().counts[Number(j)][0] }),
  }),
];

export function settings({ set }) {
  const standard = slider({
    label: "Standard",
    range: () => [1, 99],
    read: ({ standard }) => 100 * standard,
    say: (value) => exact(value / 100),
    explain: () => "a doctor whose true rate is below it deserves a review",
    change: (value) => set({ standard: value / 100 }),
  });
  standard.node.classList.add("sn-standard-slider");
  return [
    standard,
    slider({
      label: "Cost of missing a doctor",
      stops: COSTS,
      read: ({ missing }) => missing,
      say: grouped,
      explain: () => "no review of a doctor below the standard, in any unit of cost",
      change: (missing) => set({ missing }),
    }),
    slider({
      label: "Cost of a false accusation",
      stops: COSTS,
      read: ({ accusing }) => accusing,
      say: grouped,
      explain: () => "a review of a doctor who meets it, in the same unit",
      change: (accusing) => set({ accusing }),
    }),
  ];
}
