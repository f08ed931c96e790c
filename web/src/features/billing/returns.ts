/** Where the payment page leads back to, paid or not. The API adds which checkout it was. */

interface Returns {
  success_url: string;
  cancel_url: string;
}

export function returnsTo(origin: string, invoice: string): Returns {
  const back = (payment: string) =>
    `${origin}/billing?${new URLSearchParams({ payment, invoice }).toString()}`;
  return { success_url: back("success"), cancel_url: back("cancelled") };
}
