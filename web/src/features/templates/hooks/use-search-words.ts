/** The words in the search field: shown at once, put into the URL when the typing pauses. */

import { useEffect, useState } from "react";

/** Milliseconds without a key until the typing counts as paused. */
export const PAUSE = 250;

/** `kept` is what the URL says; `keep` puts words there. A change of the URL by others wins. */
export function useSearchWords(kept: string, keep: (words: string) => void) {
  const [words, setWords] = useState(kept);
  const [seen, setSeen] = useState(kept);
  const [isTyping, setTyping] = useState(false);
  if (kept !== seen) {
    setSeen(kept);
    if (!isTyping) setWords(kept);
  }
  useEffect(() => {
    if (!isTyping) return;
    const timer = setTimeout(() => {
      setTyping(false);
      keep(words);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [isTyping, words, keep]);
  const type = (text: string) => {
    setWords(text);
    setTyping(true);
  };
  const forget = () => {
    setWords("");
    setTyping(false);
  };
  return { words, type, forget };
}
