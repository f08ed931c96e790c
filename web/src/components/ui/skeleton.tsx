/** Holds the place of what is being loaded. */
export function Skeleton({ rows = 3, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="space-y-3">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="bg-hover h-16 rounded-md" />
      ))}
    </div>
  );
}
