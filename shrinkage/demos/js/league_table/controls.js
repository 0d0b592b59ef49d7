// The buttons above the figure, and the settings of the simulation below it.
import { button, checkbox, slider } from "../shared/controls.js";
import { counted, percent } from "../shared/dom.js";

const LAST_YEAR = 10000;
const CASELOADS = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400,
  500,
];
const SPREADS = Array.from({ length: 31 }, (_, i) => i / 20);
const RATES = Array.from({ length: 50 }, (_, i) => (50 + i) / 100);

const expit = (x) => 1 / (1 + Math.exp(-x));

/** How far apart doctors truly are, in success rates. */
function explainSpread({ spread, rate }) {
  if (spread === 0) return "all doctors are equal";
  const [low, high] = [-1.96, 1.96].map((z) => expit(Math.log(rate / (1 - rate)) + z * spread));
  return `19 in 20 doctors truly between ${percent(low)} and ${percent(high)}`;
}

export function actions({ now, set }) {
  const draw = (years) => () => set({ year: Math.min(LAST_YEAR, now().year + years) });
  const enabled = ({ year }) => year < LAST_YEAR;
  return [
    button({ label: "Draw a year", press: draw(1), enabled, primary: true }),
    button({ label: "Draw 100 years", press: draw(100), enabled }),
  ];
}

export const settings = ({ now, set }) => [
  slider({
    label: "True spread between doctors",
    stops: SPREADS,
    read: ({ spread }) => spread,
    say: (spread) => spread.toFixed(2),
    explain: explainSpread,
    change: (spread) => set({ spread }),
  }),
  slider({
    label: "Typical true success rate",
    stops: RATES,
    read: ({ rate }) => rate,
    say: percent,
    change: (rate) => set({ rate }),
  }),
  slider({
    label: "Smallest caseload",
    stops: CASELOADS,
    read: ({ smallest }) => smallest,
    say: (n) => counted(n, "patient"),
    change: (n) => set({ smallest: n, largest: Math.max(n, now().largest) }),
  }),
  slider({
    label: "Largest caseload",
    stops: CASELOADS,
    read: ({ largest }) => largest,
    say: (n) => counted(n, "patient"),
    change: (n) => set({ largest: n, smallest: Math.min(n, now().smallest) }),
  }),
  checkbox({
    label: "Show the true rates",
    read: ({ truth }) => truth,
    change: (truth) => set({ truth }),
  }),
];
