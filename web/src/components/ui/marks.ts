/** Where an axis that begins at 0 is marked. */

/** The most spaces between two marks. */
const SPACES = 4;

/** Few round numbers, the last of them no less than `most`; bytes are round in units of 1,024. */
export function marksTo(most: number, base: 10 | 1024 = 10): number[] {
  if (most <= 0) return [0, 1];
  const unit = base === 10 ? 1 : base ** Math.max(0, Math.floor(Math.log(most) / Math.log(base)));
  const step = unit * Math.max(base === 10 ? 0 : 1, round(most / unit / SPACES));
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, place) => place * step);
}

/** The least of 1, 2, 5, 10, 20, 50, ... or of their tenths and hundredths that is not under a number. */
function round(number: number): number {
  const power = 10 ** Math.floor(Math.log10(number));
  return power * ([1, 2, 5].find((digit) => digit * power >= number) ?? 10);
}
