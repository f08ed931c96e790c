/** Writes money, sizes, times and names of steps for people. */

/** 500 -> "$5.00", 0 -> "Free". */
export function price(cents: number | null | undefined): string {
  return cents ? `${dollars(cents / 100)} / month` : "Free";
}

export function dollars(amount: number): string {
  return money(amount, "USD");
}

/** 500 -> "$5.00", -125 -> "-$1.25". */
export function cents(amount: number, currency: string | null | undefined = "USD"): string {
  return money(amount / 100, currency ?? "USD");
}

/** 4.5 -> "$4.50"; what costs little by the hour needs more digits. */
export function money(amount: number, currency: string, most = 2): string {
  return amount.toLocaleString("en-US", { style: "currency", currency, maximumFractionDigits: most });
}

/** 512 -> "512 MB", 2048 -> "2 GB". */
export function size(mb: number): string {
  return mb >= 1024 ? `${decimal(mb / 1024)} GB` : `${Math.round(mb)} MB`;
}

const MEGABYTE = 1024 * 1024;

/** 3145728 bytes -> "3 MB", 2000 -> "< 1 MB". */
export function sizeOf(bytes: number): string {
  return bytes < MEGABYTE ? "< 1 MB" : size(bytes / MEGABYTE);
}

export function cores(count: number): string {
  return `${count.toLocaleString("en-US", { maximumFractionDigits: 2 })} CPU`;
}

/** "0.5 CPU" and "2 CPU" -> "0.5 of 2 CPU"; "192 MB of 4 GB" where the units differ. */
export function outOf(used: string, total: string): string {
  const [amount = "", unit] = used.split(" ");
  return unit !== undefined && total.endsWith(` ${unit}`) ? `${amount} of ${total}` : `${used} of ${total}`;
}

function decimal(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** 0.2 -> "< 1 s", 4.2 -> "4 s", 75 -> "1 min 15 s", 4000 -> "1 h 6 min". */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.95) return "< 1 s";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const hours = Math.floor(whole / 3600);
  if (hours < 48) return `${hours} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Seconds between two times; to `now` while the second is open. */
export function between(start: string | null, end: string | null, now: number): number {
  if (start === null) return 0;
  return Math.max(0, ((end === null ? now : Date.parse(end)) - Date.parse(start)) / 1000);
}

/** "3 minutes ago". */
export function ago(time: string, now: number): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  const [unit, length] = unitOf(Math.abs(seconds));
  if (unit === "second" && Math.abs(seconds) < 10) return "just now";
  return RELATIVE.format(Math.round(seconds / length), unit);
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function unitOf(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 60) return ["second", 1];
  if (seconds < 3600) return ["minute", 60];
  if (seconds < 86_400) return ["hour", 3600];
  if (seconds < 2_592_000) return ["day", 86_400];
  return ["month", 2_592_000];
}

/** The exact time on this browser's clock: "30 Nov 2026, 17:56:58 UTC". */
export function exact(time: string): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });
}

const NAMES: Record<string, string> = { Ssh: "SSH", Dns: "DNS", Tls: "TLS", Ip: "IP" };

/** "AwaitSSH" or "await_ssh" -> "Await SSH". */
export function words(name: string): string {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .filter(Boolean)
    .map((part) => NAMES[part.charAt(0).toUpperCase() + part.slice(1).toLowerCase()] ?? part.toLowerCase());
  const text = parts.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "starts in 14 s" -> "Starts in 14 s". */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 service", "3 services". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
