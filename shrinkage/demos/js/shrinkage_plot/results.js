// The results as a table of numbers, as a CSV file and as a picture.
import { DOCTOR_HEADINGS, doctorInNumbers } from "../shared/clinic.js";
import { button } from "../shared/controls.js";
import { h, percent } from "../shared/dom.js";
import { numbersTable } from "../shared/numbers.js";
import { rankSummary } from "../shared/ranks.js";
import { png, save } from "../shared/save.js";
import { writeResults } from "./table.js";

const HEADINGS = [...DOCTOR_HEADINGS, "own data", "rank, 95\u00a0% interval"];

/** A doctor's row in the table of numbers; `ranks` is null until they are computed. */
function rowInNumbers(j, table, found, ranks) {
  const rank = ranks && rankSummary(ranks[j]);
  return [
    ...doctorInNumbers(j, table, found),
    percent(found.weight[j]),
    rank ? `${rank.median}, ${rank.low} to ${rank.high}` : "computing",
  ];
}

/** `picture` is the figure's svg; `again()` asks for another frame. */
export function makeResults(picture, again) {
  const title = "Estimates, intervals and ranks in numbers";
  const numbers = numbersTable({ title, headings: HEADINGS, opened: again });
  let fileWanted = false; // a CSV file that waits for its ranks
  const downloads = [
    button({
      label: "Download CSV",
      press() {
        fileWanted = true; // ranks that are still being computed are worth waiting for
        again();
      },
      enabled: () => !fileWanted,
    }),
    button({
      label: "Download PNG",
      press: async () => save("league-table.png", await png(picture)),
    }),
  ];
  return {
    nodes: [
      numbers.node,
      h("div", { class: "sn-buttons sn-quiet" }, ...downloads.map(({ node }) => node)),
    ],

    /** Save the file that is wanted, if its ranks are there. */
    saveWanted({ counts }, found, ranks) {
      if (fileWanted && ranks) {
        fileWanted = false;
        const text = writeResults(counts, found, ranks);
        save("league-table.csv", new Blob([text], { type: "text/csv" }));
      }
      for (const control of downloads) control.show();
    },

    fill: (order, table, found, ranks) =>
      numbers.fill(order, (j) => rowInNumbers(j, table, found, ranks)),
  };
}
