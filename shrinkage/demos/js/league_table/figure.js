// The figure: both pictures of a year, their key, what is pointed at, and the share of low-N doctors
// among first and last places.
import { counted, grouped, h, ordinal, percent, write } from "../shared/dom.js";
import { whereChanged } from "../shared/slices.js";
import { funnelPicture, KEY, leaguePicture } from "./draw.js";

const GAP = 16; // px between the pictures, as in demo.css
const SIDE_BY_SIDE = 560; // px of width from which they stand side by side

/** What a doctor's cross stands for, in words. */
function doctorInWords(doctor, { state, league, doctors }) {
  const truth = state.truth ? `; true rate ${percent(doctors.trueRate[doctor])}` : "";
  return (
    `Doctor ${doctor + 1}: ${grouped(league.successes[doctor])} of ${counted(doctors.caseload[doctor], "patient")}, ` +
    `${percent(league.rawRate[doctor])}, place ${ordinal(league.place[doctor])}${truth}.`
  );
}

function makeKey() {
  const list = h("ul", { class: "sn-key" });
  for (const [glyph, words] of KEY) {
    const item = h("li");
    item.innerHTML = glyph;
    item.append(h("span", {}, words));
    list.append(item);
  }
  return list;
}

/** Three bars: the share of low-N doctors among all doctors, first places and last places. */
function makeShares() {
  const bars = ["of all doctors", "of first places", "of last places"].map((words) => {
    const bar = h("span", { class: "sn-bar" });
    const value = h("strong");
    const track = h("span", { class: "sn-track" }, bar);
    return { bar, value, node: h("li", {}, h("span", {}, words), track, value) };
  });
  const title = h("p", { class: "sn-shares-title" });
  return {
    nodes: [title, h("ul", { class: "sn-shares" }, ...bars.map(({ node }) => node))],
    show({ state, doctors }, tally) {
      const lowN = doctors.isLowN.filter(Boolean).length;
      const shares = [lowN / state.doctors, tally.first / tally.years, tally.last / tally.years];
      shares.forEach((share, i) => {
        bars[i].bar.style.width = `${100 * share}%`;
        write(bars[i].value, percent(share));
      });
      write(title, `Share of low-N doctors, ${counted(tally.years, "year")}`);
    },
  };
}

/** `again()` asks for another frame. */
export function makeFigure(again) {
  let pointed = null; // doctor under the pointer
  const point = (doctor) => {
    if (doctor === pointed) return;
    pointed = doctor;
    again();
  };
  const pictures = [leaguePicture(), funnelPicture()];
  const drawn = pictures.map(whereChanged);
  for (const { node, nearest } of pictures) {
    node.addEventListener("pointermove", (event) => point(nearest(event)));
    node.addEventListener("pointerdown", (event) => point(nearest(event)));
    node.addEventListener("pointerleave", () => point(null));
  }
  const year = h("strong", { class: "sn-year" });
  const readout = h("p", { class: "sn-readout" });
  const key = makeKey();
  const lowNInKey = key.lastChild.lastChild;
  const shares = makeShares();
  return {
    node: h(
      "div",
      { class: "sn-figure" },
      year,
      h("div", { class: "sn-pictures" }, ...pictures.map(({ node }) => node)),
      key,
      readout,
      ...shares.nodes,
    ),

    /** `scene` has { state, doctors, league, before, moves }, `tally` the places of all years. */
    *update(width, scene, tally) {
      const { state } = scene;
      const here = pointed < state.doctors ? pointed : null;
      write(year, `Year ${grouped(state.year)}`);
      const each = width >= SIDE_BY_SIDE ? (width - GAP) / 2 : width;
      for (const [i, { update }] of pictures.entries()) {
        yield;
        yield* drawn[i]([scene, each, here], () => update(each, { ...scene, pointed: here }));
      }
      yield;
      const words =
        here === null ? "Point at a cross to see whose it is." : doctorInWords(here, scene);
      write(readout, words);
      write(lowNInKey, `fewer than ${state.low_n} patients: low-N`);
      shares.show(scene, tally);
    },
  };
}
