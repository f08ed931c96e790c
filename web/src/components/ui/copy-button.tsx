/** Copies a text and says that it did. */

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <Button look="ghost" size="sm" onClick={copy} aria-label={isCopied ? "Copied" : label} title={label}>
      {isCopied ? <Check aria-hidden className="text-run" /> : <Copy aria-hidden />}
    </Button>
  );
}
