/** Compares two texts line by line. */

export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
  /** Where the line stands in the first text and in the second, from 1; null where it does not. */
  before: number | null;
  after: number | null;
}

/** The shortest way from one text to the other, by Myers' algorithm; what goes comes before what comes. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (const step of wayBack(a, b)) {
    while (x > step.x && y > step.y) {
      lines.push({ kind: "same", text: a[x - 1] ?? "", before: x, after: y });
      x -= 1;
      y -= 1;
    }
    if (step.move === "gone") {
      lines.push({ kind: "gone", text: a[x - 1] ?? "", before: x, after: null });
      x -= 1;
    } else if (step.move === "new") {
      lines.push({ kind: "new", text: b[y - 1] ?? "", before: null, after: y });
      y -= 1;
    }
  }
  return lines.reverse();
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

interface Step {
  /** Where the run of equal lines begins that this step is met at, going backwards. */
  x: number;
  y: number;
  move: "gone" | "new" | "end";
}

/** The edits from the end to the beginning. */
function wayBack(a: string[], b: string[]): Step[] {
  const trail = furthest(a, b);
  const steps: Step[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trail.length - 1; edits > 0; edits--) {
    const reached = trail[edits - 1] ?? new Map<number, number>();
    const diagonal = x - y;
    const isNew = comesDown(reached, diagonal, edits);
    const from = isNew ? diagonal + 1 : diagonal - 1;
    const fromX = reached.get(from) ?? 0;
    const fromY = fromX - from;
    steps.push(isNew ? { x: fromX, y: fromY + 1, move: "new" } : { x: fromX + 1, y: fromY, move: "gone" });
    x = fromX;
    y = fromY;
  }
  steps.push({ x: 0, y: 0, move: "end" });
  return steps;
}

/** How far each diagonal comes with 0, 1, 2 … edits, until the end of both is reached. */
function furthest(a: string[], b: string[]): Map<number, number>[] {
  const trail: Map<number, number>[] = [];
  for (let edits = 0; edits <= a.length + b.length; edits++) {
    const reached = trail[edits - 1] ?? new Map<number, number>();
    const next = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = 0;
      if (edits > 0) {
        x = comesDown(reached, diagonal, edits)
          ? (reached.get(diagonal + 1) ?? 0)
          : (reached.get(diagonal - 1) ?? 0) + 1;
      }
      let y = x - diagonal;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      next.set(diagonal, x);
      if (x >= a.length && y >= b.length) return [...trail, next];
    }
    trail.push(next);
  }
  return trail;
}

/** Whether a diagonal is best reached by taking a line of the second text. */
function comesDown(reached: Map<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  if (diagonal === edits) return false;
  return (reached.get(diagonal - 1) ?? 0) < (reached.get(diagonal + 1) ?? 0);
}
