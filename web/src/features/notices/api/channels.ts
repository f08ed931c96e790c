/** Where an account is told of what happens: read, added, changed, tested and deleted. */

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { act, change, create, readAll, readFirst, remove } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import type { ChannelAttributes, NoticeDeliveryAttributes } from "@/lib/api/types";
import type { NoticeEvent } from "../events";

export type Channel = Entity<ChannelAttributes>;
export type Delivery = Entity<NoticeDeliveryAttributes>;

export interface NewChannel {
  kind: "email" | "webhook";
  address?: string;
  url?: string;
  events: NoticeEvent[];
  deployment_id?: string;
}

export const channelsQuery = queryOptions({
  queryKey: ["notice_channels", "list"],
  queryFn: ({ signal }) => readAll<ChannelAttributes>("/notice_channels?sort=created_at", signal),
});

export function deliveriesQuery(id: string) {
  return queryOptions({
    queryKey: ["notice_channels", id, "deliveries"],
    queryFn: ({ signal }) => readFirst<NoticeDeliveryAttributes>(`${pathOf(id)}/deliveries`, signal),
    // A test that was sent just now is tried within seconds.
    refetchInterval: 3000,
  });
}

function pathOf(id: string): string {
  return `/notice_channels/${encodeURIComponent(id)}`;
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["notice_channels"] });
}

export function useAddChannel() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (given: NewChannel) => create<ChannelAttributes>("/notice_channels", "notice_channels", given),
    onSuccess,
    // It holds a secret: nothing keeps it once the dialog is closed.
    gcTime: 0,
  });
}

export function useChangeChannel(id: string) {
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: (given: { enabled?: boolean; events?: NoticeEvent[] }) =>
      change<ChannelAttributes>("notice_channels", id, given),
    onSettled,
  });
}

export function useDeleteChannel() {
  const onSuccess = useRefresh();
  return useMutation({ mutationFn: (id: string) => remove(pathOf(id)), onSuccess });
}

export function useRotateSecret(id: string) {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () => act<ChannelAttributes>(`${pathOf(id)}/rotate_secret`),
    onSuccess,
    gcTime: 0,
  });
}

export function useTestChannel(id: string) {
  const onSuccess = useRefresh();
  return useMutation({ mutationFn: () => act<NoticeDeliveryAttributes>(`${pathOf(id)}/test`), onSuccess });
}

export function useAskConfirmation(id: string) {
  const onSuccess = useRefresh();
  return useMutation({ mutationFn: () => act<ChannelAttributes>(`${pathOf(id)}/confirmation`), onSuccess });
}

export function useReplay(id: string) {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (delivery: string) =>
      act<NoticeDeliveryAttributes>(`${pathOf(id)}/deliveries/${encodeURIComponent(delivery)}/replay`),
    onSuccess,
  });
}

export function useConfirmAddress() {
  return useMutation({
    mutationFn: (token: string) =>
      act<{ address: string | null }>("/notice_confirmations", { type: "notice_confirmations", attributes: { token } }),
  });
}

export function useUnsubscribe() {
  return useMutation({
    mutationFn: (token: string) =>
      act<{ address: string | null; own: boolean }>(`/notice_unsubscriptions/${encodeURIComponent(token)}`),
  });
}
