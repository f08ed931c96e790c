/** What a chart draws: named courses of numbers, each told apart by colour and by dashes. */

export interface Course {
  name: string;
  values: readonly (number | null)[];
  color: string;
  /** Lengths of dashes and gaps; a whole line without it. */
  dash?: string;
}

const COLORS = ["var(--data-1)", "var(--data-2)", "var(--data-3)", "var(--data-4)"];
const DASHES = [undefined, "6 3", "2 3", "8 3 2 3"];

/** Gives each course a look of its own, by its place. */
export function looked(courses: readonly { name: string; values: Course["values"] }[]): Course[] {
  return courses.map((course, place) => {
    const dash = DASHES[place % DASHES.length];
    const color = COLORS[place % COLORS.length] ?? "currentColor";
    return { ...course, color, ...(dash && { dash }) };
  });
}
