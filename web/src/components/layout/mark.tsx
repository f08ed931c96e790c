/** Hoster's mark: an H whose bar rises. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className="size-6">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M9 8v16M23 8v16" className="stroke-on-accent" strokeWidth="4" strokeLinecap="round" />
      <path d="M9 18l14-4" className="stroke-on-accent" strokeWidth="4" strokeLinecap="round" opacity="0.6" />
    </svg>
  );
}
