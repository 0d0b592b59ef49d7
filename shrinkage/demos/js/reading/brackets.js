// A count with its percent in brackets, '8 (3.6 %)', as clinical tables write it.
import { words } from "./rules.js";

const COUNT_AND_PERCENT = /^([\d., ]*\d) ?\( ?([\d.,]+) ?(%?) ?\)$/;
const PERCENT_BESIDE = /\w.*[([] ?% ?[)\]]$/; // 'Deaths (%)'

/**
 * The count and the percent of '8 (3.6 %)', as clinical tables write it, or of '8 (3.6)' below 'Deaths
 * (%)'; any other text as it is, and ''.
 */
export function inBrackets(text, heading) {
  const [, count, percent, sign] = COUNT_AND_PERCENT.exec(text) ?? [];
  if (!count) return [text, ""];
  const said = words(heading);
  const first = said.find((word) => ["n", "number", "percent"].includes(word)) ?? "percent";
  const isInHeading =
    said.includes("percent") && (first !== "percent" || PERCENT_BESIDE.test(heading));
  return sign || isInHeading ? [count, percent] : [text, ""];
}
