// Dates, which are no numbers: '10.01.2024', '2024-01-10 08:30', '10 Jan 2024'.

const TIME =
  "(?:(?:,? |T)\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?(?: ?[ap]m)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?";
const DAY_FIRST = new RegExp(`^(\\d\\d?)([./-]) ?(\\d\\d?)\\2 ?(?:\\d{4}|\\d\\d)${TIME}$`, "i");
const YEAR_FIRST = new RegExp(`^\\d{4}([./-])(\\d\\d?)\\1(\\d\\d?)${TIME}$`, "i");
const MONTH =
  "(?:jan(?:uary|uar|v|vier)?|feb(?:ruary|ruar)?|fév(?:r|rier)?|mar(?:ch|s)?|märz?|mrz|apr(?:il)?" +
  "|avr(?:il)?|may|mai|june?|juni|juin|july?|juli|juil(?:let)?|aug(?:ust)?|août|sept?(?:ember|embre)?" +
  "|oct(?:ober|obre)?|okt(?:ober)?|nov(?:ember|embre)?|dec(?:ember)?|dez(?:ember)?|déc(?:embre)?)\\.?";
const NAMED = new RegExp(
  `^(?:\\d\\d?(?:st|nd|rd|th|\\.)?[ -]?${MONTH}|${MONTH}[ -]\\d\\d?(?:st|nd|rd|th)?|${MONTH})` +
    `(?:,? |-)(?:\\d{4}|\\d\\d)${TIME}$`,
  "i",
);

/** Whether a text is a date, perhaps with a time, or a month of a year. */
export function isDate(text) {
  let found = DAY_FIRST.exec(text);
  if (found) {
    const [day, month] = [Number(found[1]), Number(found[3])];
    return Math.min(day, month) >= 1 && Math.min(day, month) <= 12 && Math.max(day, month) <= 31;
  }
  found = YEAR_FIRST.exec(text);
  if (found) {
    const [month, day] = [Number(found[2]), Number(found[3])];
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
  }
  return NAMED.test(text);
}
