// Demo: the league table of equal doctors, drawn year after year.
import { button, checkbox, slider } from "../shared/controls.js";
import { counted, grouped, h, ordinal, percent, write } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { numbersTable } from "../shared/numbers.js";
import { whereChanged } from "../shared/slices.js";
import { describeTally, describeYear } from "./describe.js";
import { funnelPicture, KEY, leaguePicture } from "./draw.js";
import { countYear, drawYear, emptyTally, makeDoctors, problem } from "./engine.js";

const LAST_YEAR = 10000;
const FRAME = 4; // ms of counting a frame, so that ten thousand years never block the page
const GAP = 16; // px between them, as in demo.css
const SIDE_BY_SIDE = 560; // px of width from which the two pictures stand side by side

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

function build({ now, set, again }) {
  let state; // the one shown last
  let scene;
  let tally = emptyTally();
  let tallied = "";
  let pointed = null;

  const year = h("strong", { class: "sn-year" });
  const draw = (years) => () => set({ year: Math.min(LAST_YEAR, now().year + years) });
  const enabled = ({ year }) => year < LAST_YEAR;
  const actions = [
    button({ label: "Draw a year", press: draw(1), enabled, primary: true }),
    button({ label: "Draw 100 years", press: draw(100), enabled }),
  ];
  const settings = [
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

  const pictures = [leaguePicture(), funnelPicture()];
  const drawn = pictures.map(whereChanged);
  for (const { node, nearest } of pictures) {
    const point = (doctor) => {
      if (doctor === pointed) return;
      pointed = doctor;
      again();
    };
    node.addEventListener("pointermove", (event) => point(nearest(event)));
    node.addEventListener("pointerdown", (event) => point(nearest(event)));
    node.addEventListener("pointerleave", () => point(null));
  }
  const readout = h("p", { class: "sn-readout" });
  const key = h("ul", { class: "sn-key" });
  for (const [glyph, words] of KEY) {
    const item = h("li");
    item.innerHTML = glyph;
    item.append(h("span", {}, words));
    key.append(item);
  }
  const lowNInKey = key.lastChild.lastChild;
  const shares = ["of all doctors", "of first places", "of last places"].map((words) => {
    const bar = h("span", { class: "sn-bar" });
    const value = h("strong");
    return {
      bar,
      value,
      node: h("li", {}, h("span", {}, words), h("span", { class: "sn-track" }, bar), value),
    };
  });
  const sharesTitle = h("p", { class: "sn-shares-title" });
  const table = numbersTable({
    title: "The year’s table in numbers",
    headings: ["place", "doctor", "patients", "successes", "raw rate"],
    opened: again,
  });

  /** What a doctor's cross stands for, in words. */
  function doctorInWords(doctor) {
    const { league, doctors } = scene;
    const truth = state.truth ? `; true rate ${percent(doctors.trueRate[doctor])}` : "";
    return (
      `Doctor ${doctor + 1}: ${grouped(league.successes[doctor])} of ${counted(doctors.caseload[doctor], "patient")}, ` +
      `${percent(league.rawRate[doctor])}, place ${ordinal(league.place[doctor])}${truth}.`
    );
  }

  /** Count the years not yet counted, as many as fit into a frame. */
  function count(doctors) {
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
    if (JSON.stringify(state) !== JSON.stringify(present)) {
      const moves = state !== undefined && present.year === state.year + 1;
      const doctors = makeDoctors(present);
      yield;
      const before = present.year > 1 ? drawYear(doctors, present.year - 1) : null;
      yield;
      const league = drawYear(doctors, present.year);
      scene = { state: present, doctors, before, league, moves };
      state = present;
    }
    scene.pointed = pointed < state.doctors ? pointed : null;
    yield;
    count(scene.doctors);
    write(year, `Year ${grouped(state.year)}`);
    const each = width >= SIDE_BY_SIDE ? (width - GAP) / 2 : width;
    for (const [i, { update }] of pictures.entries()) {
      yield;
      yield* drawn[i]([scene, each, scene.pointed], () => update(each, scene));
    }
    yield;
    write(
      readout,
      scene.pointed === null
        ? "Point at a cross to see whose it is."
        : doctorInWords(scene.pointed),
    );
    write(lowNInKey, `fewer than ${state.low_n} patients: low-N`);

    const lowN = scene.doctors.isLowN.filter(Boolean).length;
    [lowN / state.doctors, tally.first / tally.years, tally.last / tally.years].forEach(
      (share, i) => {
        shares[i].bar.style.width = `${100 * share}%`;
        write(shares[i].value, percent(share));
      },
    );
    write(sharesTitle, `Share of low-N doctors, ${counted(tally.years, "year")}`);
    const sentences = [
      ...describeYear(scene.league, scene.before, scene.doctors),
      describeTally(tally, state, scene.doctors),
    ];
    sentences.forEach((sentence, i) => write(summary.children[i], sentence));
    const { league, doctors } = scene;
    yield* table.fill(league.order, (doctor) => [
      String(league.place[doctor]),
      String(doctor + 1),
      String(doctors.caseload[doctor]),
      String(league.successes[doctor]),
      percent(league.rawRate[doctor]),
    ]);
  }

  const busy = () => state !== undefined && tally.years < state.year;
  const summary = h("div", { class: "sn-summary" }, h("p"), h("p"), h("p"), h("p"));
  const figure = h(
    "div",
    { class: "sn-figure" },
    year,
    h("div", { class: "sn-pictures" }, ...pictures.map(({ node }) => node)),
    key,
    readout,
    sharesTitle,
    h("ul", { class: "sn-shares" }, ...shares.map(({ node }) => node)),
  );
  return { actions, settings, figure, summary, table: table.node, show, busy };
}

export default {
  render: mount({ title: "Demo: the league table of equal doctors", problem, build }),
};
