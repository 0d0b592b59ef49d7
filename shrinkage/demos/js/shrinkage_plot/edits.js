// What the reader does to the league table: other tables, more or fewer doctors, one doctor's counts.
import { columns } from "../shared/clinic.js";
import { freeName, inHand, middle, withCaseload } from "./engine.js";

/** `now()` is the state, `set(changes)` changes it. */
export function editing({ now, set }) {
  const rates = new Map(); // each doctor's raw rate before its caseload was changed
  const shares = new Map(); // the share of success that was expected of each doctor's patients

  /** Take doctor j in hand with these counts; what is expected grows with the caseload. */
  function change(j, [successes, trials]) {
    const { reference } = columns(now().counts);
    const counts = [...now().counts];
    const [hand, , n, expected] = counts[j];
    counts[j] = [hand, successes, trials];
    if (reference !== null) {
      if (n) shares.set(hand, expected / n);
      if (trials) counts[j].push((shares.get(hand) ?? reference) * trials);
    }
    set({ counts, hand });
  }

  return {
    use(counts) {
      rates.clear();
      shares.clear();
      set({ counts, hand: "" });
    },
    add() {
      const { counts } = now();
      const { names, reference } = columns(counts);
      const hand = freeName(names);
      const row = reference === null ? [hand, 2, 2] : [hand, 2, 2, 2 * reference];
      set({ counts: [...counts, row], hand });
    },
    removeInHand() {
      const j = inHand(now());
      set({ counts: now().counts.filter((_, i) => i !== j), hand: "" });
    },
    take: (j) => set({ hand: now().counts[j][0] }),
    setSuccesses(j, successes) {
      const [name, , trials] = now().counts[j];
      rates.delete(name);
      change(j, [successes, trials]);
    },
    /** A new caseload at the raw rate the doctor had before the caseload was first changed. */
    setCaseload(j, trials) {
      const row = now().counts[j];
      const [name, , n] = row;
      if (!rates.has(name) && n) rates.set(name, middle(row) / n);
      change(j, withCaseload(rates.get(name), trials));
    },
  };
}
