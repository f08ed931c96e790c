/** Shows the whole app at one of its URLs. */

import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { Provider } from "@/app/provider";

/** Returns the history, which tells where the app has gone. */
export function visit(url: string) {
  const history = createMemoryHistory({ initialEntries: [url] });
  render(<Provider history={history} />);
  return history;
}
