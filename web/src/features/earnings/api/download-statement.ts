/** Has the statement of what was earned made, and fetches it. */

import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act } from "@/lib/api/client";
import { reason } from "@/lib/api/errors";
import type { EarningsDownloadAttributes } from "@/lib/api/types";

export function useDownloadStatement() {
  return useMutation({
    mutationFn: () => act<EarningsDownloadAttributes>("/account/earnings/download"),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: (error) => toast("fail", `The statement was not made. ${reason(error)}`),
  });
}
