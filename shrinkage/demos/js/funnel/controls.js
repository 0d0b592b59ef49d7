// The buttons above the figure, and the settings of the samplers below it.
import { button, slider } from "../shared/controls.js";
import { counted, write } from "../shared/dom.js";
import { presetChoice } from "../shared/presets.js";
import { MOST_DRAWS } from "./engine.js";
import { stepsFor } from "./hmc.js";

const STEPS = [0.01, 0.014, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.4, 0.5, 0.7, 1];

export function actions({ now, set, again }, animation) {
  const enabled = ({ draws }) => draws < MOST_DRAWS;
  const draw = (words, draws) =>
    button({ label: `Draw ${words}`, press: () => animation.add(draws), enabled });
  const run = button({
    label: "Run",
    primary: true,
    press() {
      if (animation.running) animation.pause();
      else animation.run();
      again();
    },
    enabled,
  });
  return [
    {
      node: run.node,
      show(present) {
        run.show(present);
        write(run.node, animation.running ? "Pause" : "Run");
      },
    },
    draw("one", 1),
    draw("100", 100),
    draw("1,000", 1000),
    button({
      label: "Restart",
      press() {
        animation.pause();
        set({ draws: 0 });
      },
      enabled: ({ draws }) => draws > 0,
    }),
    button({
      label: "Other random numbers",
      press: () => set({ seed: (now().seed + 1) % 2 ** 32 }),
    }),
  ];
}

export const settings = ({ model, set }) => [
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
