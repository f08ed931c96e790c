/** One's own buckets for backups, each with how it stands, what uses it, and what can be done with it. */

import { Link } from "@tanstack/react-router";
import { lazy } from "react";
import { CheckedItem } from "@/components/resource/checked-item";
import { paths } from "@/config/paths";
import { useCheckBucket } from "../api/check-bucket";
import { useDeleteBucket } from "../api/delete-bucket";
import type { Bucket } from "../api/list-buckets";
import { whereItIs } from "../stores";
import { isUsed, usesTold, type Uses } from "../uses";

const BucketDialog = lazy(() => import("./bucket-dialog").then((loaded) => ({ default: loaded.BucketDialog })));

interface BucketListProps {
  buckets: Bucket[];
  /** What uses one, by its id; undefined as long as that is not known. */
  usesOf: (id: string) => Uses | undefined;
}

export function BucketList({ buckets, usesOf }: BucketListProps) {
  if (buckets.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        Backups go to Hoster’s bucket. With a bucket of your own, they lie where you say, and stay when you leave.
      </p>
    );
  }
  return (
    <ul className="divide-line divide-y">
      {buckets.map((bucket) => (
        <li key={bucket.id} className="px-4 py-3">
          <Item bucket={bucket} uses={usesOf(bucket.id)} />
        </li>
      ))}
    </ul>
  );
}

function Item({ bucket, uses }: { bucket: Bucket; uses: Uses | undefined }) {
  const { id, name, bucket: called, prefix, error_message: cause } = bucket;
  const isInUse = uses !== undefined && isUsed(uses);
  return (
    <CheckedItem
      item={bucket}
      about={
        <>
          <span className="font-mono break-all">
            {called}
            {prefix && `/${prefix}`}
          </span>
          {` at ${whereItIs(bucket)}`}
          {uses && ` · ${usesTold(uses)}`}
        </>
      }
      check={useCheckBucket(id)}
      accepted={`${name} works: an archive was put there, fetched, compared and deleted.`}
      refused={`${cause ?? "It was refused at its last check."} Backups into it fail until it works: change it, then check again.`}
      verb="Change"
      replacing={(close) => <BucketDialog bucket={bucket} isInUse={isInUse} onClose={close} />}
      removal={useDeleteBucket()}
      isHeld={isInUse}
      lost={
        isInUse ? (
          <InUse uses={uses} />
        ) : (
          "Hoster forgets the bucket and its key. What lies in the bucket stays there, and the key stays valid."
        )
      }
    />
  );
}

function InUse({ uses: { apps, backups } }: { uses: Uses }) {
  return (
    <>
      {apps.length > 0 && (
        <span className="block">
          Backups of these apps go there. Choose another place for them first:{" "}
          {apps.map(({ id, name }, place) => (
            <span key={id}>
              {place > 0 && ", "}
              <Link to="/deployments/$id/backups" params={{ id }} className="text-accent underline">
                {name}
              </Link>
            </span>
          ))}
          .
        </span>
      )}
      {backups > 0 && (
        <span className="mt-2 block">
          {backups === 1 ? "1 backup lies" : `${backups} backups lie`} there, which nothing could fetch any more. Delete
          or forget {backups === 1 ? "it" : "them"} first:{" "}
          <Link to={paths.backups} className="text-accent underline">
            Backups
          </Link>
          .
        </span>
      )}
    </>
  );
}
