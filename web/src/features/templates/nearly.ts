/** Words that were typed with one mistake: whether a word may be what was meant. */

/** Letters of a word that may hold a mistake: of a shorter one, half would be something else. */
const SHORTEST = 4;

export function mayHoldMistake(typed: string): boolean {
  return typed.length >= SHORTEST && /^\p{L}+$/u.test(typed);
}

/**
 * Whether a word begins with what was typed, but for one mistake at most: a letter too many, one that
 * is missing, another one, or two that changed places.
 */
export function nearlyBegins(typed: string, word: string): boolean {
  let same = 0;
  while (same < typed.length && typed[same] === word[same]) same += 1;
  if (same === typed.length) return true;
  const rest = typed.slice(same + 1);
  const swapped = typed.slice(same + 1, same + 2) + typed.slice(same, same + 1) + typed.slice(same + 2);
  return (
    (word.length > same && word.startsWith(rest, same + 1)) ||
    word.startsWith(rest, same) ||
    word.startsWith(typed.slice(same), same + 1) ||
    word.startsWith(swapped, same)
  );
}
