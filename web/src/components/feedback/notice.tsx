/** A short text that says how something stands, in one of the state hues. */

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

const TONES = {
  info: { look: "bg-rest-soft text-text", icon: Info, hue: "text-rest" },
  warn: { look: "bg-warn-soft text-text", icon: TriangleAlert, hue: "text-warn" },
  fail: { look: "bg-fail-soft text-text", icon: CircleAlert, hue: "text-fail" },
} as const;

interface NoticeProps {
  tone: keyof typeof TONES;
  className?: string;
  children: ReactNode;
}

export function Notice({ tone, className, children }: NoticeProps) {
  const { look, icon: Icon, hue } = TONES[tone];
  return (
    <div
      role={tone === "fail" ? "alert" : "note"}
      className={cn("flex gap-2 rounded-md px-3 py-2 text-sm", look, className)}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", hue)} />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
